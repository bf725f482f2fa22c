"""Property sets (MS-OLEPS): title, author, comments, labels and whatever else an office program notes about a file."""

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from mail.text_of._biff import codec_of, decoded

_BYTE_ORDER = b"\xfe\xff"
# MS-OLEPS 2.25.1, MS-OSHARED 2.3.3.2: what the numbers stand for.
_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_DOCUMENT = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")
_NAMES = {
    _SUMMARY: {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 7: "template", 8: "last author", 9: "revision", 18: "application"},
    _DOCUMENT: {2: "category", 3: "format", 13: "parts", 14: "manager", 15: "company", 26: "content type", 27: "status", 28: "language"},
}  # fmt: skip
_CODEPAGE, _DICTIONARY = 1, 0
_WIDE = 1200
_VECTOR, _VARIANT = 0x1000, 0x0C
_I2, _I4, _R8, _BSTR, _BOOL, _I8, _LPSTR, _LPWSTR, _TIME = 2, 3, 5, 8, 11, 20, 30, 31, 64
_INTEGERS = {_I2: 2, _I4: 4, _I8: 8, 0x12: 2, 0x13: 4, 0x15: 8, 0x16: 4, 0x17: 4}
_MOST = 10_000
_CLIP = b"\x47\0\0\0"
# A telephone number or a mail address, in one octet a letter or in two; sre looks for the first letters alone.
_NUMBER = re.compile(
    rb"[0-9@](?:(?<=[0-9])(?:[0-9-]{6}|\0(?:[0-9-]\0){6})|(?<=[a-z0-9.-]{3}@)[a-z0-9-]{3,60}[.]|\0(?<=[a-z]\0@\0)[a-z]\0)"
)
_AROUND = 512
_START = datetime(1601, 1, 1, tzinfo=UTC)


def without_picture(data: bytes) -> bytes:
    """The set without its thumbnail (VT_CF): pixels read as text are noise. What stands around a number or an address in them stays."""
    at = data.find(_CLIP)
    if at < 0:
        return data
    end = min(at + 8 + int.from_bytes(data[at + 4 : at + 8], "little"), len(data))
    kept, done = [data[:at]], at + 8
    for found in _NUMBER.finditer(data, at + 8, end):
        start, stop = max(done, found.start() - _AROUND), min(found.end() + _AROUND, end)
        kept += [b"" if start == done else b"\0\0", data[start:stop]]
        done = stop
    return b"".join((*kept, b"\0\0", data[end:]))


def properties(data: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of every property that is text, a number of its own, or a time; as far as they can be read."""
    if data[:2] != _BYTE_ORDER or len(data) < 48:  # noqa: PLR2004 - MS-OLEPS 2.21
        return
    for number in range(min(int.from_bytes(data[24:28], "little"), 4)):
        at = 28 + 20 * number
        fmtid, start = data[at : at + 16], int.from_bytes(data[at + 16 : at + 20], "little")
        if len(fmtid) == 16 and start < len(data):  # noqa: PLR2004
            yield from _Set(data[start:], _NAMES.get(fmtid, {}), own=fmtid not in _NAMES).pairs()


class _Set:
    def __init__(self, data: bytes, names: dict[int, str], *, own: bool) -> None:
        self._data = data
        count = min(self._u32(4), _MOST, len(data) // 8)
        self._places = dict(struct.iter_unpack("<II", data[8 : 8 + 8 * count][: len(data[8:]) // 8 * 8]))
        at = self._places.get(_CODEPAGE, len(data))
        self._codepage = int.from_bytes(data[at + 4 : at + 6], "little")
        self._codec = codec_of(self._codepage)
        self._names = names | (self._dictionary() if _DICTIONARY in self._places else {})
        self._numbers = own
        self._left = _MOST
        self._room = 2 * len(data)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """In the order of their numbers."""
        for number, at in self._places.items():
            if number in {_CODEPAGE, _DICTIONARY}:
                continue
            for text in self._value(self._u32(at) & 0xFFFF, at + 4)[0]:
                self._room -= len(text)
                yield self._names.get(number, ""), text
            if self._room < 0:  # many that say they are the same octets
                return

    def _u32(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4], "little")

    def _dictionary(self) -> dict[int, str]:
        """MS-OLEPS 2.17: the names of properties of one's own."""
        at = self._places[_DICTIONARY]
        found: dict[int, str] = {}
        count, at = self._u32(at), at + 4
        while len(found) < min(count, _MOST) and at + 8 <= len(self._data):
            number, size = self._u32(at), self._u32(at + 4)
            size *= 2 if self._codepage == _WIDE else 1
            found[number] = self._characters(self._data[at + 8 : at + 8 + size])
            at += 8 + (-(-size // 4) * 4 if self._codepage == _WIDE else size)
        return found

    def _characters(self, raw: bytes) -> str:
        text = raw.decode("utf-16-le", "replace") if self._codepage == _WIDE else decoded(raw, self._codec)
        return text.partition("\0")[0]

    def _value(self, kind: int, at: int, *, fill: int = 4) -> tuple[list[str], int]:
        """The texts of a value, and where the next one would stand."""
        if kind & _VECTOR:
            return self._vector(kind & ~_VECTOR, at)
        self._left -= 1
        if kind in {_LPSTR, _BSTR}:
            size = self._u32(at)
            return [self._characters(self._data[at + 4 : at + 4 + size])], at + 4 + -(-size // fill) * fill
        if kind == _LPWSTR:
            size = 2 * self._u32(at)
            text = self._data[at + 4 : at + 4 + size].decode("utf-16-le", "replace")
            return [text.partition("\0")[0]], at + 4 + -(-size // 4) * 4
        if kind == _R8 and self._numbers:
            raw = self._data[at : at + 8]
            return [f"{struct.unpack('<d', raw)[0]:.15g}"] if len(raw) == 8 else [], at + 8  # noqa: PLR2004
        if kind in _INTEGERS:
            size = _INTEGERS[kind]
            text = str(int.from_bytes(self._data[at : at + size], "little", signed=True))
            return [text] if self._numbers else [], at + -(-size // 4) * 4
        if kind == _TIME and self._numbers:
            return _time(int.from_bytes(self._data[at : at + 8], "little")), at + 8
        return [], at + 4

    def _vector(self, kind: int, at: int) -> tuple[list[str], int]:
        count, at = self._u32(at), at + 4
        found: list[str] = []
        while count > 0 and self._left > 0 and at < len(self._data) and sum(map(len, found[-1:])) <= self._room:
            inner = kind
            if kind == _VARIANT:
                inner, at = self._u32(at) & 0xFFF, at + 4
            texts, at = self._value(inner, at, fill=1)  # Office does not fill up strings of a list
            found += texts
            count -= 1
        return found, at


def _time(ticks: int) -> list[str]:
    try:
        return [(_START + timedelta(microseconds=ticks // 10)).date().isoformat()]
    except OverflowError:
        return []
