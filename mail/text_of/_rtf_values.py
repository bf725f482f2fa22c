"""What stands in RTF as digits: text by its charset, pictures and objects as octets."""

import re

from mail.charset import decode, is_likely
from mail.text_of._biff import decoded
from mail.text_of._cfb import MAGIC
from mail.text_of._inside import Findings
from mail.text_of._objects import native, theme, unknown
from mail.text_of._rtf_state import PAIRED, State

_HEX = re.compile(rb"(?:\\'[0-9a-fA-F]{2})++")
_NOT_HEX = re.compile(rb"[^0-9a-fA-F]+")
_HALVES = re.compile("[\ud800-\udfff]")
_LONGEST_NAME = 100


def octets_of(run: bytes) -> bytes:
    """Letters as they stand, each pair of digits behind a quote as its octet."""
    return _HEX.sub(_octets, run)


def _octets(digits: re.Match[bytes]) -> bytes:
    return bytes.fromhex(digits[0].replace(b"\\'", b"").decode("ascii"))


def text_of(raw: bytes, font: str, document: str) -> str:
    """By the charset of the font where it has one, else by that of the document; by what it looks like where neither fits."""
    for codec in filter(None, (font, document)):
        if codec not in PAIRED:
            return decoded(raw, codec)
        try:
            return raw.decode(codec)
        except UnicodeError:
            continue
    text, sure = decode(raw)
    return text if sure and is_likely(raw, text) else decoded(raw, "cp1252")


def whole(text: str) -> str:
    """With the two halves of a character together: a word says sixteen bits."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALVES.search(text) else text


def read_data(left: State, found: Findings) -> None:
    """The digits of a destination: an object, a picture, a file of the program's own; a text where somebody wrote one."""
    written = b"".join(left.binary)
    digits = _NOT_HEX.sub(b"", written)
    if len(written.translate(None, delete=b" \t")) > len(digits):
        found.rest.text(decode(written)[0])
    raw = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    if left.word == "objdata":
        _object(raw, found)
    elif left.word == "pict":
        found.sweep(raw, is_picture=bool(raw))
    elif raw.startswith(b"PK\3\4"):
        theme(raw, found)
    elif raw.startswith(MAGIC):
        found.embed(left.word, raw)
    else:
        found.sweep_closely(raw)


def _object(raw: bytes, found: Findings) -> None:
    """An object of OLE 1 (MS-OLEDS 2.2.5): its class, two names, its data."""
    at, names = 8, []
    for _ in range(3):
        size = int.from_bytes(raw[at : at + 4], "little")
        names.append(raw[at + 4 : at + 4 + size].rstrip(b"\0"))
        at += 4 + size
    end = at + 4 + int.from_bytes(raw[at : at + 4], "little")
    data = raw[at + 4 : end]
    if not data or len(names[0]) > _LONGEST_NAME:
        at = raw.find(MAGIC)
        found.embed("object", raw[at:]) if at >= 0 else unknown("object", raw, found)
    elif names[0] == b"Package":
        native(raw[at:end], found)
    else:
        unknown("object", data, found)
    found.sweep(raw[end:])
