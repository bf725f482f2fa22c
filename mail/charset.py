"""charset: bytes of unknown or wrongly declared encoding → text; never raises, says when it was not sure.

Japanese mail names Shift_JIS and means cp932, names ISO-2022-JP and carries the NEC and IBM extensions (①㈱髙﨑) that
Python's own codecs of those names refuse.
"""

import codecs
import re

from mail.charset_guess import guess, is_likely, usual, wide
from mail.charset_jis import iso_2022_jp
from mail.charset_names import WIDE, codec_of, is_ascii_in, strict
from mail.shapes import Lost

__all__ = [
    "DASHES",
    "codec_of",
    "decode",
    "guess",
    "is_ascii",
    "is_ascii_in",
    "is_likely",
    "is_utf7",
    "lost_by",
    "plain_dashes",
    "second_reading",
    "unknown",
    "usual",
    "wide",
]

_HIGH = bytes(range(0x80, 0x100))
_ESCAPE = 0x1B
_FEW = 3
_UTF7_RUN = re.compile(rb"\+[A-Za-z0-9+/]{5,}")
_BEGINNING, _ENOUGH, _NEARLY_ALL = 64 * 1024, 8, 0.97
_NO_ASCII = dict.fromkeys(range(0x80))
_ASCII_AND_MORE = frozenset({"utf-8", "cp1252", "cp932", "euc-jp"})
"""Codecs that read seven bits as ASCII, whatever they are."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ANY_BOM = tuple(bom for bom, _ in _BOMS)
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str = "") -> tuple[str, bool]:
    """Text of the bytes, and whether it is sure: False where octets did not fit and stand as U+FFFD.

    A BOM wins, then the declared charset if all octets fit, then what the bytes look like. See `second_reading`, too.
    """
    if is_ascii(data, declared):
        return data.decode("ascii"), True
    data = _as_sent(data)
    for bom, name in _BOMS if data.startswith(_ANY_BOM) else ():
        if data.startswith(bom) and (text := strict(data, name)) is not None:
            return text, True
    codec = codec_of(declared)
    if codec and codec.startswith(WIDE) and (text := wide(data)) is not None:
        return text, True  # which octet of a pair comes first, the name need not say (RFC 2781 4.3)
    if codec and is_ascii_in(codec) and (text := strict(data, codec)) is not None and "\0" not in text:
        return text, True
    return guess(data)


def is_ascii(data: bytes, declared: str = "") -> bool:
    """Whether `decode` gives the octets as they stand; False where it is not worth finding out."""
    if not data.isascii() or b"\0" in data:
        return False
    codec = codec_of(declared)
    return codec in _ASCII_AND_MORE or (not codec and _ESCAPE not in data)


def second_reading(data: bytes, declared: str) -> tuple[str, bool]:
    """Another text that a reader could see in the same octets, "" where there is none; and whether readers would disagree.

    A name that belongs to no mail (EBCDIC) is not followed, but what it says is read, too; ASCII that calls itself UTF-16
    is read both ways, and so is UTF-7, which few decode today. UTF-8 or ISO-2022-JP under another name is an everyday mistake: no reader sees less for it.
    """
    codec = codec_of(declared) or ""
    if b"\x1b" in data and b"\x1b$" in data and not codec.startswith("iso2022") and (codec or not data.isascii()):
        return "\n".join(filter(None, map(_escaped, data.splitlines()))), False
    if not codec and _is_sent_as_utf7(data):
        return strict(data, "utf-7") or "", False
    if codec in {"", "utf-8"} or data.startswith(_ANY_BOM):
        return "", False
    if not is_ascii_in(codec):
        return strict(data, codec) or "", True
    if codec == "utf-7" and b"+" in data:
        return guess(data)[0], not is_utf7(data)
    if codec.startswith(WIDE) and b"\0" not in data:
        return guess(data)[0], True
    if data.isascii() or codec.startswith(WIDE):
        return "", False
    return strict(data, "utf-8") or "", False


def is_utf7(data: bytes) -> bool:
    """Whether octets are well-formed UTF-7 (RFC 2152), so that whoever decodes it sees the same."""
    text = strict(data, "utf-7")
    return text is not None and "\0" not in text and _SURROGATE.search(text) is None


def _is_sent_as_utf7(data: bytes) -> bool:
    """Whether text without a charset is UTF-7 all the same: what stands in it in base64 are letters that people here write, hardly by chance."""
    if (
        b"+" not in data
        or not data.isascii()
        or len(_UTF7_RUN.findall(data, 0, _BEGINNING)) < _FEW
        or not is_utf7(data)
    ):
        return False
    letters = (strict(data, "utf-7") or "").translate(_NO_ASCII)
    return len(letters) >= _ENOUGH and usual(letters) > _NEARLY_ALL


def unknown(declared: str) -> bool:
    """Whether a charset is declared that nobody can decode."""
    return bool(declared) and codec_of(declared) is None


def _as_sent(data: bytes) -> bytes:
    """Wide characters without the octets that a mail program put before each line feed: no letter has these two together."""
    return data.replace(b"\r\n", b"\n") if b"\0" in data and b"\r\n" in data else data


def lost_by(text: str, *, sure: bool) -> tuple[Lost, ...]:
    """Damaged, where more than one character in twenty did not fit: a few octets that nobody can read hide no list."""
    return () if sure or text.count("\ufffd") <= max(_FEW, len(text) // 20) else (Lost("damaged", "charset"),)


def _escaped(line: bytes) -> str:
    """A line with escapes of ISO-2022-JP in a text of another charset; "" where there are none."""
    return (iso_2022_jp(line.translate(None, delete=_HIGH)) or "") if b"\x1b$" in line else ""


DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\uff70\ufe63", "-"))
_DASH = re.compile("[\u2010-\u2015\u2212\uff0d\uff70\ufe63]")


def plain_dashes(text: str) -> str:
    """Every dash that a codec or a keyboard makes of "-" as "-"; for numbers only, it also changes half-width ー.

    >>> plain_dashes("03−1234－5678")
    '03-1234-5678'
    """
    return text.translate(DASHES) if _DASH.search(text) else text
