"""Scan: a run of rows as one normalised text; what several recognisers look for first is looked for once, by cheap means.

A search costs what its slowest step costs for each character, so: a pattern begins with a character that it consumes (sre then
looks for that alone, and looks behind only where it found it), and digits are looked for in `octets`, not in the text.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import accumulate

from mail.shapes import lazy
from rules.personal.context import may_stand_in
from rules.personal.normal import plain

WIDEST_ROW = 20_000
"""A column is not looked for farther back than this: a row of a megabyte would make every question cost a megabyte."""
# The upper octets of the code points of Japanese and Western letters: no digits there but those of ASCII.
_USUAL = bytes([*range(0x06), *range(0x1E, 0x34), *range(0x4E, 0xA0), 0xFF])
_DIGIT = re.compile(r"[^\x00-\x7f\u3000-\u30ff\u4e00-\u9fff](?<=\d)")
_DIGITS = b"0123456789"
_LONG_NUMBER = re.compile(rb"0(?<!0.)(?: *+0){9,}+", re.DOTALL)
_SHORTEST_IN_PIECES = 12
# Between the pieces of a number; also an octet that nobody can read: whoever reads the mail sees the number all the same.
GAP = r"[-\s./_・,*|\ufffd]{1,3}"
_GAPPED = re.compile(rb"0(?<!00)0*+ {1,3}0[0 ]{5,}")
_LONGEST = 40
_LINE_BREAKS = str.maketrans({"\n": " ", "\r": " ", "\v": " ", "\f": " "})
_BREAKS = str.maketrans({"\t": " ", "\n": " ", "\r": " ", "\v": " ", "\f": " "})


def classes(marks: Mapping[str, bytes]) -> bytes:
    """A table that makes of each octet the mark of its class, and of all others a dot."""
    table = bytearray(b"." * 256)
    for mark, octets in marks.items():
        for octet in octets:
            table[octet] = ord(mark)
    return bytes(table)


BLANKS = b" \t\n\r\v\f\x1c\x1d\x1e\x1f"
"""White space of ASCII, as expressions and the ends of lines know it."""
_AS_DIGITS = classes({"0": _DIGITS, " ": b" ()+-"})
# A question mark is any character beyond ASCII.
_AS_PIECES = classes({"0": _DIGITS, " ": BLANKS + b"-./_,*|?"})


@dataclass(frozen=True)
class Scan:
    """Rows of one block: cells end with a tab, rows with a line feed."""

    text: str
    header: tuple[str, ...] = ()
    places: dict[re.Pattern[str], list[int]] = field(default_factory=dict, compare=False)
    """Where the words that were asked for stand, once they were."""
    spans: dict[re.Pattern[str], tuple[list[int], list[int]]] = field(default_factory=dict, compare=False)
    """The same with where they end, for `rules.personal.labels`."""

    @lazy
    def rows(self) -> list[str]:
        """The text of each row."""
        return self.text.split("\n")

    @lazy
    def starts(self) -> list[int]:
        """Where each row begins."""
        return list(accumulate([len(row) + 1 for row in self.rows[:-1]], initial=0))

    @lazy
    def grid(self) -> list[list[str]]:
        """The cells of each row."""
        return [row.split("\t") for row in self.rows]

    @lazy
    def octets(self) -> bytes:
        """The text with one octet a character: ASCII as it is, digits of other scripts as 0, all else as ?."""
        text = self.text
        if not text.isascii() and text.encode("utf-16-le", "surrogatepass")[1::2].translate(None, _USUAL):
            text = _DIGIT.sub("0", text)
        return text.encode("ascii", "replace")

    @lazy
    def small(self) -> bytes:
        """The octets in small letters."""
        return self.octets.lower()

    @lazy
    def numbers(self) -> list[tuple[int, int, int]]:
        """Runs of digits, blanks, brackets, plus and dashes that begin and end with a digit and hold at least ten: start, end, digits."""
        marks = self.octets.translate(_AS_DIGITS)
        if b"0" not in marks:
            return []
        spans = [found.span() for found in _LONG_NUMBER.finditer(marks)]
        return [(start, end, marks.count(b"0", start, end)) for start, end in spans]

    @lazy
    def has_long_number(self) -> bool:
        """Whether twelve digits stand where they may be one number, in one piece or in several."""
        return bool(self.gapped) or any(count >= _SHORTEST_IN_PIECES for _, _, count in self.numbers)

    @lazy
    def woken(self) -> AbstractSet[str]:
        """The kinds with signs of their own whose signs may stand here: looked for once, whoever asks."""
        from rules.personal import signs  # noqa: PLC0415 - it asks the recognisers, which are made of scans

        return signs.awake(self)

    @lazy
    def tells(self) -> bool:
        """Whether any datum can stand in the text."""
        from rules.personal import signs  # noqa: PLC0415 - as above

        return signs.tells(self)

    @lazy
    def marks(self) -> bytes:
        """The octets with 0 for a digit, a blank for what may stand in a gap between the pieces of a number, a dot for the rest."""
        return self.octets.translate(_AS_PIECES)

    @lazy
    def gapped(self) -> list[tuple[int, int]]:
        """Runs of at least twelve digits and blanks, with a gap behind the first digits: start, end."""
        marks = self.marks
        spans = [found.span() for found in _GAPPED.finditer(marks)]
        return [span for span in spans if marks.count(b"0", *span) >= _SHORTEST_IN_PIECES]

    def in_numbers(self, pattern: re.Pattern[str], least: int, *bare: int) -> Iterator[re.Match[str]]:
        """What a pattern finds in the runs of at least so many digits; for one that matches nowhere else, but one character before.

        `bare`: how many digits the pattern takes without anything between them, and with a plus in front anything else; empty: any.
        """
        text = self.text
        for start, end, count in self._chosen(bare):
            if count >= least:
                before = start - 1 if start else 0
                found = pattern.search(text, before, end + 1)
                if found:
                    yield found
                    if end - found.end() >= least:  # no more digits are left than that
                        yield from pattern.finditer(text, found.end(), end + 1)

    def most(self, length: int) -> int:
        """How many numbers of so many digits there are at most."""
        return sum(count // length for _, _, count in self.numbers)

    def _chosen(self, bare: tuple[int, ...]) -> Sequence[tuple[int, int, int]]:
        """The numbers with something between their digits or a plus in front, and of the bare ones those of some lengths."""
        if not bare:
            return self.numbers
        chosen = [number for length in (0, *bare) for number in self._by_length.get(length, ())]
        chosen.sort()
        return chosen

    @lazy
    def _by_length(self) -> Mapping[int, list[tuple[int, int, int]]]:
        """Numbers by how many digits they are of, 0 where something stands between these."""
        found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for number in self.numbers:
            start, end, count = number
            is_bare = end - start == count and self.text[start - 1 : start] != "+"
            found[count if is_bare else 0].append(number)
        return found

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
        places = self._places_of(words)
        at = bisect_left(places, start - before)
        return at < len(places) and places[at] < end + after

    def names(self, words: re.Pattern[str]) -> bool:
        """Whether one of the words stands anywhere, in the text or in the name of a column."""
        return any(map(words.search, self.header)) or bool(self._places_of(words))

    def rows_near(self, words: re.Pattern[str], before: int, after: int) -> Iterator[tuple[int, int]]:
        """Whole rows, start and end, with every place of at most 40 characters that is `near`, by the column's name apart."""
        low = high = 0
        for place in self._places_of(words):
            row = self.text.rfind("\n", high, max(0, place - after - _LONGEST)) + 1
            if row:
                if high:
                    yield low, high
                low = row
            end = place + before + _LONGEST
            if end > high:
                found = self.text.find("\n", end)
                high = found if found >= 0 else len(self.text)
        if high:
            yield low, high

    def _places_of(self, words: re.Pattern[str]) -> list[int]:
        """Where words begin: looked for once a text, not once a candidate."""
        places = self.places.get(words)  # once: the hash of an expression goes over all of it
        if places is None:
            none = self.text.isascii() and not may_stand_in(words, self.small)
            places = self.places[words] = [] if none else [found.start() for found in words.finditer(self.text)]
        return places

    def cells(self, columns: re.Pattern[str]) -> Iterator[tuple[int, str]]:
        """Every cell that is not empty of the columns whose name has one of the words: start and text."""
        return self.cells_of(frozenset(number for number, name in enumerate(self.header) if columns.search(name)))

    def cells_of(self, wanted: frozenset[int]) -> Iterator[tuple[int, str]]:
        """The same of columns by number."""
        order = sorted(wanted)
        for begin, cells in zip(self.starts, self.grid, strict=True) if order else ():
            for number in order:
                if number < len(cells) and cells[number] and not cells[number].isspace():
                    yield begin + number + (sum(map(len, cells[:number])) if number else 0), cells[number]


def scan(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> Scan:
    """Put rows together and normalise them: NFKC, one dash."""
    # Nothing that is normalised reaches across the end of a cell or line.
    return Scan(plain(_joined(rows)), column_names(header))


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """As they are looked at: normalised, small, with blanks for strokes."""
    return tuple(plain(name).lower().replace("_", " ").strip() for name in header)


def in_lines(cells: Sequence[str]) -> str:
    """A cell a line, without tabs and line breaks of its own."""
    text = "\n".join(cells)
    return text if text.count("\n") == len(cells) - 1 and _is_even(text, 0) else "\n".join(map(_one_line, cells))


def _joined(rows: Sequence[Sequence[str]]) -> str:
    """A row a line, with tabs between its cells."""
    text = "\n".join(map("\t".join, rows))
    if text.count("\n") == len(rows) - 1 and _is_even(text, sum(map(len, rows)) - len(rows)):
        return text
    return "\n".join(
        [row[0].translate(_LINE_BREAKS) if len(row) == 1 else "\t".join(map(_one_line, row)) for row in rows]
    )


def _is_even(text: str, tabs: int) -> bool:
    """Whether a text has so many tabs, and no line break but those that were put there."""
    return text.count("\t") == tabs and not any(map(text.__contains__, "\r\v\f"))


def _one_line(cell: str) -> str:
    """A cell without tabs and line breaks, which stand between cells and rows."""
    return cell if cell.isprintable() else cell.translate(_BREAKS)


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list in this folder; lines that begin with # tell where it is from."""
    lines = (files("rules.personal") / name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
