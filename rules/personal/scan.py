"""Scan: a run of rows as one normalised text, so that every recogniser passes over it once and asks for context only at its candidates."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

WIDEST_ROW = 20_000
"""A column is not looked for farther back than this: a row of a megabyte would make every question cost a megabyte."""
# Every dash that a keyboard or a codec puts between digits (U+2010–2015, 2212, FF0D, FF70, FE63).
_DASHES = "‐‑‒–—―−－ｰ﹣"
_DASH_MAP = str.maketrans(dict.fromkeys(_DASHES, "-"))
_ANY_DASH = re.compile(f"[{_DASHES}]")
# The long vowel mark is a dash where digits or 丁目 stand before it: １ー２ー３.
_LONG_VOWEL = re.compile(r"(?<=[0-9])ー(?=[0-9])")
# Default_Ignorable_Code_Point (Unicode 15.1, DerivedCoreProperties): nobody sees them, and a number with one in it looks like any other.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_BREAKS = str.maketrans({"\n": " ", "\r": " ", "\v": " ", "\f": " "})
_BREAKS = str.maketrans({"\t": " ", "\n": " ", "\r": " ", "\v": " ", "\f": " "})


class Weight(StrEnum):
    """What a kind of datum means for a record."""

    SPECIAL = "special"
    """A number of the law or of money: one is enough."""
    RECORD = "record"
    """Belongs to a person's record; many records are a list."""
    EVIDENCE = "evidence"
    """Not personal: says what the rows are about."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One datum: where it begins in the scan, and its value in the form in which two are compared."""

    start: int
    value: str
    weak: bool = False
    """Counts only beside another kind in the same row."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An example of a recogniser: rows, and the values it must find in them, no more and no less."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    values: tuple[str, ...] = ()
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of one block: cells end with a tab, rows with a line feed."""

    text: str
    header: tuple[str, ...] = ()
    starts: tuple[int, ...] = field(default=(0,))
    """Where each row begins."""
    places: dict[re.Pattern[str], list[int]] = field(default_factory=dict, compare=False)
    """Where the words that were asked for stand, once they were."""

    def column(self, at: int) -> str:
        """The name of the column in which a place lies, lower case; "" where there is none."""
        if not self.header:
            return ""
        low = max(0, at - WIDEST_ROW)
        begin = self.text.rfind("\n", low, at)
        if begin < 0 and low:
            return ""
        number = self.text.count("\t", begin + 1, at)
        return self.header[number] if number < len(self.header) else ""

    def near(self, words: re.Pattern[str], start: int, end: int, before: int = 300, after: int = 60) -> bool:
        """Whether one of the words stands in the column's name or near the place."""
        if self.header and words.search(self.column(start)):
            return True
        places = self.places.get(words)
        if places is None:  # once a text, not once a candidate
            places = self.places[words] = [found.start() for found in words.finditer(self.text)]
        at = bisect_left(places, start - before)
        return at < len(places) and places[at] < end + after

    def cells(self, columns: re.Pattern[str]) -> Iterator[tuple[int, str]]:
        """Every cell that is not empty of the columns whose name has one of the words: start and text."""
        wanted = frozenset(number for number, name in enumerate(self.header) if columns.search(name))
        if wanted:
            for begin, row in zip(self.starts, self.text.split("\n"), strict=False):
                yield from _wanted(begin, row, wanted)


def _wanted(begin: int, row: str, wanted: frozenset[int]) -> Iterator[tuple[int, str]]:
    """The cells of some columns of one row."""
    at = begin
    for number, cell in enumerate(row.split("\t")):
        if number in wanted and cell and not cell.isspace():
            yield at, cell
        at += len(cell) + 1


def scan(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> Scan:
    """Put rows together and normalise them: NFKC, one dash."""
    lines = [
        plain(row[0].translate(_LINE_BREAKS) if len(row) == 1 else "\t".join([_one_line(c) for c in row]))
        for row in rows
    ]
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return Scan("\n".join(lines), tuple(plain(name).lower() for name in header), tuple(starts))


def _one_line(cell: str) -> str:
    """A cell without tabs and line breaks, which stand between cells and rows."""
    return cell if cell.isprintable() else cell.translate(_BREAKS)


def plain(text: str) -> str:
    """NFKC, one dash, nothing that nobody sees; ASCII, the most of it, is left as it is."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = _IGNORABLE.sub("", text)
    if _ANY_DASH.search(text):
        text = text.translate(_DASH_MAP)
    return _LONG_VOWEL.sub("-", text) if "ー" in text else text


def digits(text: str) -> str:
    """Its ASCII digits.

    >>> digits("+81 (3) 1234-5678")
    '81312345678'
    """
    if text.isdecimal() and text.isascii():
        return text
    return "".join(c for c in text if "0" <= c <= "9")


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list in this folder; lines that begin with # tell where it is from."""
    lines = (files("rules.personal") / name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
