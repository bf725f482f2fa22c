"""The rows of a sheet of xlsx by the references of its cells, and numbers by their styles (ECMA-376 part 1, 18.3, 18.8)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mail.charset import decode
from mail.text_of import _cells
from mail.text_of._numbers import is_general, plain_number, shown
from mail.text_of._references import unescape
from mail.text_of._rest import Rest, telling
from mail.text_of._tables import Row
from mail.text_of._xml import Matters, Tag, attribute, tags

PAGE = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter"})
_MAX_COLUMNS = 1024
"""Cells further right are put behind the last one: one cell in column XFD shall not cost 16,384."""
_FEW_DIGITS = 9
_OF_FORMATS = Matters(lambda name, _closing, _empty: name in {"numFmt", "cellXfs", "xf"})
_LETTERS = re.compile("[A-Z]{1,4}")


@dataclass(frozen=True, slots=True)
class Formats:
    """What a workbook says of how its numbers look."""

    of_styles: tuple[str, ...]
    """The number of the format of each style."""
    codes: dict[str, str]
    """By number, where it is not built in."""

    @property
    def size(self) -> int:
        """Characters it takes."""
        return 8 * len(self.of_styles) + sum(map(len, self.codes.values()))

    @classmethod
    def of(cls, content: bytes, rest: Rest) -> "Formats":
        """Those of a part `styles`."""
        codes: dict[str, str] = {}
        styles: list[str] = []
        inside = False
        for tag in tags(content, rest, _OF_FORMATS):
            if tag.name == "numFmt":
                codes[attribute(tag, "numFmtId")] = attribute(tag, "formatCode")
            elif tag.name == "cellXfs":
                inside = not tag.closing
            elif tag.name == "xf" and inside and not tag.closing:
                styles.append(attribute(tag, "numFmtId"))
        return cls(tuple(styles), codes)


class Styles:
    """What a cell's style does to its number."""

    def __init__(self, formats: Formats, epoch: date) -> None:
        self._epoch = epoch
        self._formats, self._codes = formats.of_styles, formats.codes
        self._ways: dict[str, tuple[int, str, bool]] = {}

    def shown(self, value: str, style: str) -> str:
        """A number as who opens the file reads it."""
        if (way := self._ways.get(style)) is None:
            way = self._ways[style] = self._way(style)
        number, code, is_plain = way
        return plain_number(value) if is_plain else shown(value, number, code, self._epoch)

    def _way(self, style: str) -> tuple[int, str, bool]:
        """Number and code of the format, and whether it leaves a number as it is."""
        known = style.isdecimal() and len(style) < _FEW_DIGITS and int(style) < len(self._formats)
        written = self._formats[int(style)] if known else "0"
        number = int(written) if written.isdecimal() and len(written) < _FEW_DIGITS else 0
        code = self._codes.get(written, "")
        return number, code, is_general(number, code)


class SheetRows:
    """Cells → rows by their references."""

    def __init__(self, shared: list[str], styles: Styles, rest: Rest) -> None:
        self._shared = shared
        self._styles = styles
        self._rest = rest
        self._number = 0
        self.hidden_rows: set[int] = set()
        self.missing = False

    def read(self, content: bytes) -> Iterator[Row]:
        """Every row that holds something; blank ones between are left out."""
        for piece in _cells.rows(decode(content)[0]):
            if isinstance(piece, str):
                yield from self._rows(tags(piece.encode("utf-8", "surrogatepass"), self._rest))
            else:
                yield from self._neat(piece)

    def _neat(self, found: _cells.NeatRow) -> Iterator[Row]:
        """A row that is as expected: the same as `_rows` makes of it, in a fifth of the time."""
        if telling(found.attributes):
            self._rest.attributes(found.attributes)
        row: list[str] = []
        text = self._text
        for letters, style, kind, value, own in found.cells:
            _begin(row, letters)
            if said := value or own:
                row[-1] = text(kind, style, unescape(said) if "&" in said else said)
        tag = Tag("row", "", found.attributes, "", closing=False, empty=False)
        hidden = "hidden" in found.attributes and attribute(tag, "hidden") in {"1", "true"}
        yield from self._ended(row, hidden=hidden)

    def _rows(self, found: Iterable[Tag]) -> Iterator[Row]:
        row: list[str] = []
        stray = [""]  # text in no cell
        kind = style = value = ""
        unseen = False
        reading = False
        for tag in found:
            name = tag.name
            if name in {"v", "t"} and not tag.closing and not reading:
                value += tag.text
                continue
            if name == "c":
                if value:
                    (row or stray)[-1] += self._text(kind, style, value)
                    value = ""
                if not tag.closing:
                    kind, style = attribute(tag, "t"), attribute(tag, "s")
                    letters = _LETTERS.match(attribute(tag, "r"))
                    _begin(row, letters[0] if letters else "")
            elif name == "rPh":
                reading = not tag.closing
            elif name == "row":
                if row:
                    yield from self._ended(row, hidden=unseen)
                    row = []
                unseen = not tag.closing and attribute(tag, "hidden") in {"1", "true"}
            if tag.text and name not in PAGE:
                self._rest.text(tag.text)
        self._rest.text(stray[0] + value)
        yield from self._ended(row, hidden=unseen)

    def _ended(self, row: list[str], *, hidden: bool) -> Iterator[Row]:
        if any(row):
            if hidden:
                self.hidden_rows.add(self._number)
            self._number += 1
            yield tuple(row)

    def _text(self, kind: str, style: str, value: str) -> str:
        if kind == "s":
            place = int(value) if value.isdecimal() and len(value) < 9 else -1  # noqa: PLR2004
            if 0 <= place < len(self._shared):
                return self._shared[place]
            self.missing = True
            return ""
        if kind in {"", "n"}:
            return self._styles.shown(value.strip(), style)
        return value.strip()


def _begin(row: list[str], letters: str) -> None:
    """A cell in the column of these letters; cells come in order; a gap is filled as far as a person would scroll."""
    if letters and len(row) < (column := _column(letters)) < _MAX_COLUMNS:
        row.extend([""] * (column - len(row)))
    row.append("")


@lru_cache(maxsize=4096)
def _column(letters: str) -> int:
    """Which column these letters name; 0 for A."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1
