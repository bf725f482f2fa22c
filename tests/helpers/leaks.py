"""Leaks: a value in whatever writing it may stand, looked for in everything that a run left behind."""

import html
import quopri
import re
import unicodedata
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import hexlify
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from urllib.parse import quote

_CODECS = ("utf-8", "cp932", "iso-2022-jp", "utf-16-le", "utf-16-be")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")


def writings(value: str) -> frozenset[bytes]:
    """How a value may be written: its digits together and apart, half and full width, escaped and encoded as programs do."""
    texts = {value, unicodedata.normalize("NFKC", value), value.replace("-", ""), value.replace(" ", ""), _wide(value)}
    texts |= {value.replace(" ", "\u3000"), value.replace("-", " "), value.lower(), value.upper()}
    found: set[bytes] = set()
    for text in texts:
        for codec in _CODECS:
            try:
                octets = text.encode(codec)
            except UnicodeEncodeError:
                continue
            found |= {octets, hexlify(octets), *_in_base64(octets)}
        octets = text.encode()
        found |= {quote(text).encode(), quopri.encodestring(octets), html.escape(text).encode()}
        found |= {ascii(text)[1:-1].encode(), "".join(f"&#{ord(c)};" for c in text).encode()}
        found |= {"".join(f"\\u{ord(c):04X}" for c in text).encode()}
    return frozenset(f for f in found if len(f) >= 4)


def leaks(values: Iterable[str], written: Mapping[str, bytes]) -> list[str]:
    """Each value that stands in something, with the name of that."""
    plain = {name: b"\n".join((octets, *_decoded(octets))) for name, octets in written.items()}
    return [
        f"{value} in {name}"
        for value in values
        for writing in (writings(value),)
        for name, octets in plain.items()
        if any(one in octets for one in writing)
    ]


def of_mail(octets: bytes) -> bytes:
    """A mail as it came, and every part of it decoded."""
    parts = (part.get_payload(decode=True) for part in message_from_bytes(octets).walk())
    return b"\n".join((octets, *(part for part in parts if isinstance(part, bytes))))


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def _in_base64(octets: bytes) -> set[bytes]:
    """What of it is the same wherever it begins in the encoded text; both alphabets."""
    found = set()
    for shift in range(3):
        start, end = -(-shift * 8 // 6), (shift + len(octets)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            found.add(encode(bytes(shift) + octets)[start + (shift > 0) : end])
    return {f for f in found if len(f) >= 8}


def _decoded(octets: bytes) -> Iterable[bytes]:
    """Every run that looks like base64, decoded."""
    for run in _BASE64.findall(octets):
        core = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            cut = core[start:]
            yield b64decode(cut[: len(cut) // 4 * 4])
