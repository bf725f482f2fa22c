"""DER and BER (X.690) as far as a CMS wrapper needs them: elements and their octets; bounded, never reads beyond the data."""

from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE, SET, OID, INTEGER = 0x30, 0x31, 0x06, 0x02
_CONSTRUCTED = 0x20
_SEVERAL_OCTETS = 0x1F  # X.690 8.1.2.4
_INDEFINITE = 0x80  # X.690 8.1.3.6
_DEEPEST = 32
_MOST = 200_000
"""Elements that are looked at: ten megabytes in the pieces of usual programs are ten thousand."""


class MalformedError(Exception):
    """Not the encoding it should be, or too much of it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where its contents begin and end, and where the next element begins."""

    tag: int
    start: int
    end: int
    behind: int

    def is_context(self, number: int) -> bool:
        """Whether the tag is [number], of one value or of several elements."""
        return self.tag & ~_CONSTRUCTED == 0x80 | number


class Der:
    """The elements of some data. Every method raises MalformedError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = _MOST

    def element(self, at: int, stop: int, depth: int = 0) -> Element:
        """The element that begins at `at` and ends at `stop` at the latest."""
        self._left -= 1
        if at + 2 > stop or depth > _DEEPEST or self._left < 0:
            raise MalformedError
        tag, length, start = self.data[at], self.data[at + 1], at + 2
        if tag & _SEVERAL_OCTETS == _SEVERAL_OCTETS or (length == _INDEFINITE and not tag & _CONSTRUCTED):
            raise MalformedError
        if length == _INDEFINITE:
            end = start
            while self.data[end : end + 2] != b"\0\0":
                end = self.element(end, stop, depth + 1).behind
            return Element(tag, start, end, end + 2)
        if length > _INDEFINITE:
            octets = length & ~_INDEFINITE
            length, start = int.from_bytes(self.data[start : start + octets], "big"), start + octets
        if start + length > stop:
            raise MalformedError
        return Element(tag, start, start + length, start + length)

    def inside(self, of: Element) -> Iterator[Element]:
        """The elements in a constructed one."""
        at = of.start
        while at < of.end:
            found = self.element(at, of.end)
            yield found
            at = found.behind

    def octets(self, of: Element, depth: int = 0) -> bytes:
        """The value of an OCTET STRING, in one piece or in several (X.690 8.7)."""
        if not of.tag & _CONSTRUCTED:
            return self.data[of.start : of.end]
        if depth > _DEEPEST:
            raise MalformedError
        return b"".join(self.octets(piece, depth + 1) for piece in self.inside(of))
