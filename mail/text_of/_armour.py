"""OpenPGP armour (RFC 9580 6.2): whether a block is what it says it is, and whether what it holds is encrypted."""

import binascii
import re

from mail.shapes import Lost

BEGIN = "-----BEGIN PGP MESSAGE-----"
_BLOCK = re.compile(
    r"-----BEGIN PGP (?P<name>[A-Z ]{1,40})-----[ \t]*\r?\n(?P<headers>(?:[A-Za-z0-9-]{1,40}:[^\r\n]{0,200}\r?\n){0,20})"
    r"[ \t]*\r?\n(?P<data>(?:[A-Za-z0-9+/=]{1,100}[ \t]*\r?\n)+)-----END PGP (?P=name)-----"
)
_CHECKSUM = re.compile(r"\n=[A-Za-z0-9+/]{4}\s*\Z")
# RFC 9580 5: session keys, encrypted data; a signature.
_ENCRYPTED, _SIGNATURE = frozenset({1, 3, 9, 18, 20}), 2
_NEW_FORMAT, _IS_PACKET = 0x40, 0x80


def blocks(text: str) -> list[re.Match[str]]:
    """The well-formed blocks of a text; `name` says what each claims to be."""
    return [found for found in _BLOCK.finditer(text) if _packet(found) is not None]


def losses(text: str) -> tuple[Lost, ...]:
    """What the messages in a text hold and nobody reads; one that is none, or a broken one, is text that was read."""
    if BEGIN not in text:
        return ()
    # Literal and compressed data are clear text that only looks encrypted.
    clear = any(b["name"] == "MESSAGE" and _packet(b) not in _ENCRYPTED for b in blocks(text))
    return (Lost("encrypted_mail", "PGP"), *((Lost("damaged", "PGP"),) if clear else ()))


def is_signature(block: re.Match[str]) -> bool:
    """Whether the first packet is one."""
    return block["name"] == "SIGNATURE" and _packet(block) == _SIGNATURE


def _packet(block: re.Match[str]) -> int | None:
    """The type of the first packet (RFC 9580 4.2); None where there is none."""
    lines = _CHECKSUM.sub("", "\n" + block["data"]).encode()
    try:
        data = binascii.a2b_base64(b"".join(lines.split()), strict_mode=True)
    except binascii.Error:
        return None
    if not data or not data[0] & _IS_PACKET:
        return None
    return data[0] & 0x3F if data[0] & _NEW_FORMAT else (data[0] & 0x3C) >> 2
