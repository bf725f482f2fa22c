"""Rest: what the reader of a document leaves aside (attributes, formulas, comments, names), each line once, hidden.

Nothing is passed that was not inspected: who reads a document in its own way hands over here whatever it does not show.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from mail.budget import Spending
from mail.charset import decode
from mail.shapes import Block
from mail.text_of._references import unescape
from mail.text_of._tables import lines

# What a person's data are made of: letters beyond ASCII, an @, seven digits in a row, groups of digits. Most widths,
# references and names of styles have none of them. One set of first letters: sre looks for those alone, three times as fast.
TELLING = re.compile(r"[0-9@&\u0080-\U0010ffff](?:(?<![0-9&])|(?<=[0-9])(?:[0-9]{6}|[0-9]{1,3}[ -][0-9]{4})|(?<=&)#)")
# The same of ASCII: digits as 0, blanks as -.
_NUMBERS = bytes(0x30 if chr(c) in "0123456789" else 0x2D if chr(c) in " -" else c for c in range(256))
_MARKS = (b"0000000", b"00-0000", b"@", b"&#")
# ECMA-376 part 1, 22.9.2.9: eight hexadecimal digits that tell revisions and paragraphs apart.
_IDS = re.compile(r"[A-Za-z0-9]{0,8}:(?:rsid[A-Za-z]{0,12}|paraId|textId|durableId)=\"[0-9A-Fa-f]{8}\"")
_VALUE = re.compile(r"=\s{0,8}(?:\"([^\"]*)\"|'([^']*)')")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:|?]{1,64}@[^\s<>\"'(),;:|?]{1,255}")


def telling(text: str) -> bool:
    """Whether the text can hold personal data at all; cheap."""
    return TELLING.search(text) is not None


class Rest:
    """Lines that were left aside, in their order."""

    def __init__(self) -> None:
        # Line → what of it is telling: a line whose telling pieces were all read elsewhere says nothing new.
        self._lines: dict[str, tuple[str, ...]] = {}

    @property
    def size(self) -> int:
        """Characters of all lines."""
        return sum(map(len, self._lines))

    def take(self, other: "Rest") -> None:
        """What another one has, behind what is here."""
        self._lines.update(other._lines)  # noqa: SLF001 - of its own kind

    def text(self, text: str) -> None:
        """Text, references resolved; line by line."""
        if telling(text):
            for line in text.splitlines():
                if telling(line):
                    self._lines[line.strip()] = (line.strip(),)

    def attributes(self, raw: str) -> None:
        """The attributes of one tag as written: one line of their values, and of what stands between them."""
        if not telling(raw) or not telling(raw := _IDS.sub("", raw)):
            return
        values = [unescape(double or single) for double, single in _VALUE.findall(raw)]
        between = _VALUE.sub(" ", raw)
        self.values((*values, unescape(between)) if telling(between) else values)

    def values(self, values: Sequence[str]) -> None:
        """What belongs together, as one line: the words beside a number say what it is."""
        pieces = tuple(value.strip().removeprefix("mailto:") for value in values if telling(value))
        if pieces:
            self._lines[", ".join(filter(None, map(_one_line, values)))] = pieces

    def source(self, data: bytes) -> None:
        """A whole document that has no text between its tags: only the telling ones are looked at, so that styles cost little."""
        xml = decode(data)[0]
        next_place = _ascii_places(data) if data.isascii() else _places(xml)
        end = 0
        while (place := next_place(end)) >= 0:
            start = xml.rfind("<", end, place) + 1 or end
            end = xml.find("<", place)
            end = len(xml) if end < 0 else end
            inside, closed, behind = xml[start:end].partition(">")
            if closed and inside[:1] not in {"!", "?"}:
                self.attributes(inside)
                self.text(unescape(behind))
            else:
                self.text(unescape(xml[start:end]))

    def blocks(self, read: Iterable[Block], spending: Spending, where: str = "") -> tuple[Block, ...]:
        """One hidden block of what `read` does not say already."""
        if not self._lines:
            return ()
        known = set(_known(read))
        left = [
            line
            for line, pieces in self._lines.items()
            if any(piece not in known and _one_line(piece) not in known for piece in pieces)
        ]
        spending.text(sum(map(len, left)))
        return lines(left, spending, where=where, hidden=True)


def _places(text: str) -> Callable[[int], int]:
    """Where the next telling letter stands, from a place on; -1 where there is none."""

    def next_place(at: int) -> int:
        found = TELLING.search(text, at)
        return found.start() if found else -1

    return next_place


def _ascii_places(data: bytes) -> Callable[[int], int]:
    """The same of ASCII by a mask; each mark is looked for alone, a hundred times as fast as by the expression."""
    mask = data.translate(_NUMBERS)
    # Behind the end there is nothing: what is not found again is not looked for again.
    end = len(data)
    found = dict.fromkeys(_MARKS, -1)

    def next_place(at: int) -> int:
        for mark, place in found.items():
            if place < at:
                place = mask.find(mark, at)  # noqa: PLW2901 - where it stands now
                found[mark] = end if place < 0 else place
        first = min(found.values())
        return first if first < end else -1

    return next_place


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _known(read: Iterable[Block]) -> Iterator[str]:
    """Every cell, and every mail address in one."""
    for block in read:
        for row in (block.header, *block.rows):
            for cell in row:
                yield cell
                if "@" in cell:
                    yield from _ADDRESS.findall(cell)
