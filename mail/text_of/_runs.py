"""Runs: the text in bytes that nobody reads as text, as comments of pictures, names in fonts and certificates."""

import re
from collections.abc import Iterator

from mail.budget import MIB

_PRINTED = bytes(octet not in {*range(9), 11, 12, *range(14, 32)} for octet in range(256))
# The upper octets of UTF-16: ASCII, kana, kanji, full width.
_UPPER = bytes(octet in {0, 0x30, 0xFF} or 0x4E <= octet <= 0x9F for octet in range(256))  # noqa: PLR2004
_SHORT, _LONG, _PAIRS = 40, 64, 12
"""Octets (characters of UTF-16) from which on a run is looked at; noise of a large picture has a few hundred of the long ones."""
_WHITE = re.compile(rb"\xff(?:[^\xff]{0,11}\xff)++")
_WIDE = 4 * MIB
# Characters of UTF-8, of Shift_JIS or EUC-JP: noise does not give so many in a row.
_TEXTS = (
    ("utf-8", rb"(?:[\t\n\r -~]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){12,}+"),
    ("cp932", rb"(?:[\t\n\r -~]|[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]){20,}+"),
    ("euc-jp", rb"(?:[\t\n\r -~]|[\xa1-\xfe]{2}){20,}+"),
)
_WIDE_TEXT = re.compile("[\t\n\r -~\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]{12,}")
_LETTERS = re.compile("[ -~\u3041-\u30fe]")


def text_in(data: bytes) -> Iterator[str]:
    """Every run of text; those of UTF-16 behind the others."""
    for start, end in _stretches(data.translate(_PRINTED), _SHORT if len(data) <= MIB else _LONG):
        piece = _without_white(data[start:end])
        yield from max((_found(piece, *text) for text in _TEXTS), key=lambda found: sum(map(len, found)))
    for parity in (0, 1) if len(data) <= _WIDE else ():
        for start, end in _stretches(data[parity::2].translate(_UPPER), _PAIRS):
            upper = 2 * start + parity
            for name, begin in (("utf-16-le", upper - 1), ("utf-16-be", upper)):
                text = data[max(begin, 0) : begin + 2 * (end - start)].decode(name, "replace")
                # Without a letter of ASCII or kana it is noise, or ASCII in pairs.
                yield from (run for run in _WIDE_TEXT.findall(text) if _LETTERS.search(run))


def _without_white(piece: bytes) -> bytes:
    """Without what stands between octets 255, and is shorter than any text: none of the charsets has that octet, white of pictures is nothing else."""
    return _WHITE.sub(b"\xff", piece) if b"\xff\xff" in piece else piece


def _stretches(mask: bytes, shortest: int) -> Iterator[tuple[int, int]]:
    """Start and end of every run of at least so many ones."""
    run = b"\1" * shortest
    at = mask.find(run)
    while at >= 0:
        end = mask.find(b"\0", at + shortest)
        end = len(mask) if end < 0 else end
        yield at, end
        at = mask.find(run, end)


def _found(data: bytes, codec: str, pattern: bytes) -> list[str]:
    return [found.decode(codec, "replace") for found in re.findall(pattern, data)]
