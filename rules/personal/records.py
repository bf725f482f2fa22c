"""Records: how many persons the hits of a part speak of: one a row of a table, one a name of a paragraph; never one a hit."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, groupby
from operator import not_
from typing import NamedTuple

from mail.shapes import Block, Paragraphs
from rules.personal import Asked, in_order, recognisers
from rules.personal.birth_date import unlabelled
from rules.personal.known_columns import take
from rules.personal.normal import plain
from rules.personal.places_of_work import names_a_place_of_work
from rules.personal.scan import Scan, Weight, scan
from rules.personal.signatures import Marks, is_attribution, is_signature
from rules.personal.signs import awake, may_tell
from rules.personal.tables import may_hold_tables, with_tables

NAME, BIRTH = "person_name", "birth_date"
_REACH = ("phone", "postal_address")
_REACHED = (*_REACH, "email_address")
_CORRESPONDENT = (NAME, "email_address")
# Which values tell two persons apart, the surest first.
_TELLING = ("email_address", "phone", "my_number", "payment_card", "postal_address", BIRTH, NAME)
_ROWS = 1000
_BEHIND_ALL = 1 << 40
_ROW = 4000
"""So far into a row or paragraph the name of an office is looked for."""
_LISTED = 3
"""So many data of a kind for each name: a list whose names we do not know."""
_MANY = 10
_COMPANIES = 5
_IBAN = "iban"
_OLD = "1995"
"""Dates in lists of members and customers are younger, mostly."""
_BESIDE = frozenset({"postal_code"})
"""Says more of a person, but neither that there is one nor which."""
_TAKEN_AWAY = frozenset({"phone", "postal_code"})
"""Kinds whose shape a special number may have, too."""
# The marks of quotation, at the beginning of a line; and the same where it begins with the usual one, which is looked for faster.
_QUOTE = re.compile(r"\n(?:[>|][ ]?){1,20}")
_USUAL_QUOTE = re.compile(r">(?<=\n>)[ ]?(?:[>|][ ]?){0,19}")
# What mail programs write behind an address in plain text: the same address again.
_LINK = re.compile(r"[<\[]mailto:[^<>\[\]\s]{1,320}[>\]]", re.IGNORECASE)


class Record(NamedTuple):
    """What is known of one person, or of several who cannot be told apart."""

    found: Mapping[str, tuple[str, ...]]
    """Values by kind, in order, each once."""
    aside: bool = False
    """A signature: of a correspondent, not of somebody in a list."""
    several: bool = False
    """A paragraph, which may list persons line by line."""

    def persons(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """At least these: the names; in a row with what tells two of one name apart; in a list without names its data.

        And at most these: the values of the kind with the most.
        """
        names, most = self.found.get(NAME, ()), self._most()
        if self.several:
            return most if len(most) >= _LISTED * max(1, len(names)) else names or most[:1], most
        telling = next((self.found[kind][0] for kind in _TELLING if self.found.get(kind)), "")
        return tuple(f"{name} {telling}" for name in names) or most[:1], most

    def _most(self) -> tuple[str, ...]:
        """The values of the kind with the most; of several the surest."""
        found = self.found
        size = max([len(values) for kind, values in found.items() if kind not in _BESIDE], default=0)
        if not size:
            return ()
        return next(
            (v for kind in (*_TELLING, *found) if len(v := found.get(kind, ())) == size and kind not in _BESIDE), ()
        )

    @property
    def is_dense(self) -> bool:
        """Name, date of birth, and address or telephone."""
        return bool(self.found.get(NAME) and self.found.get(BIRTH) and any(self.found.get(kind) for kind in _REACH))


@dataclass(slots=True)
class _Unit:
    """Rows that are read together, and which of them make one record."""

    scan: Scan
    groups: Sequence[int] = ()
    """The number of the paragraph, by row; empty: each row is its own."""


def records(blocks: Iterable[Block], *, is_body: bool) -> Iterator[Record]:
    """The records of a part in order; of a body also those that stand aside. Stop asking when there are enough."""
    if isinstance(blocks, Paragraphs) and not may_tell(blocks.text):
        return
    for unit in _units(blocks):
        yield from _of_unit(unit, is_body=is_body)


def _units(blocks: Iterable[Block]) -> Iterator[_Unit]:
    """Tables in portions of a thousand rows, paragraphs together as long as they follow one another."""
    if isinstance(blocks, Paragraphs) and may_hold_tables(blocks.text):
        blocks = with_tables(blocks)
    if isinstance(blocks, Paragraphs):
        found = blocks.lines()
        numbers = accumulate(map(not_, found))
        yield from _of_lines(list(filter(None, found)), list(compress(numbers, found)))
        return
    lines: list[str] = []
    groups: list[int] = []
    for number, block in enumerate(blocks):
        if block.header or any(len(row) > 1 for row in block.rows[:_ROWS]):
            yield from _of_lines(lines, groups)
            lines, groups = [], []
            if block.header:
                # A first row that is data may have been taken for names of columns.
                yield _Unit(scan([(name,) for name in block.header]), [0] * len(block.header))
            for at in range(0, len(block.rows), _ROWS):
                yield _Unit(scan(block.rows[at : at + _ROWS], block.header))
            continue
        lines += [line for row in block.rows for cell in row for line in cell.splitlines()]
        groups += [number] * (len(lines) - len(groups))
    yield from _of_lines(lines, groups)


def _of_lines(lines: Sequence[str], groups: Sequence[int]) -> Iterator[_Unit]:
    """Running text in portions of a thousand lines, without the marks of quotation in front."""
    for at in range(0, len(lines), _ROWS):
        text = "\n" + "\n".join(lines[at : at + _ROWS])
        text = _LINK.sub("", text) if "mailto:" in text else text
        text = _QUOTE.sub("\n", text) if "\n|" in text else _USUAL_QUOTE.sub("", text)
        yield _Unit(Scan(plain(text[1:])), groups[at : at + _ROWS])


def _of_unit(unit: _Unit, *, is_body: bool) -> Iterator[Record]:
    """The hits of a unit, gathered."""
    by_row, numbers, companies = _hits(unit.scan, listed=not unit.groups)
    if unit.groups:
        yield from _of_paragraphs(unit, by_row, is_body=is_body)
    elif companies >= _COMPANIES and len(numbers) * 2 >= len(unit.scan.starts):
        special = (_only_special(found) for found in by_row.values())
        yield from (Record(found) for found in special if found)
    elif _is_form(by_row):
        yield Record(_together(by_row.values()))
    else:
        rows = unit.scan.rows
        kept = (_of_nobody(one) if _is_of_work(rows[row], [one]) else one for row, one in by_row.items())
        yield from (Record(_together([found])) for found in kept if found)


_Found = dict[str, dict[str, None]]
_Together = dict[str, tuple[str, ...]]


def _hits(read: Scan, *, listed: bool) -> tuple[dict[int, _Found], set[int], int]:
    """Values by row and kind; the rows that hold a corporate number, and how many different ones there are."""
    read, known = take(read)
    by_row: dict[int, _Found] = defaultdict(dict, known)
    numbers: set[int] = set()
    companies: set[str] = set()
    weak: list[tuple[int, str, str]] = []
    taken: list[tuple[int, int]] = []
    asked = tuple(_asked(read, listed=listed))
    for kind, recogniser, _, _ in asked:
        if kind in _TAKEN_AWAY:
            taken.sort()
        for start, value, is_weak in recogniser.find(read):
            row = bisect_right(read.starts, start) - 1
            if recogniser.WEIGHT is Weight.SPECIAL or kind == _IBAN:
                taken.append((start, start + len(value) * 5 // 4))
            elif kind in _TAKEN_AWAY and _is_taken(taken, start):
                continue
            if recogniser.WEIGHT is Weight.EVIDENCE:
                numbers.add(row)
                companies.add(value)
            elif is_weak:
                weak.append((row, kind, value))
            else:
                by_row[row].setdefault(kind, {})[value] = None
    rows = sorted(by_row.keys() | {row for row, _, _ in weak})
    weak += [
        (row, kind, value)
        for kind, _, _, beside in asked
        if beside
        for row in rows
        if kind not in by_row.get(row, ())
        for value in beside(read.rows[row])
    ]
    _add_weak(by_row, weak)
    if not read.header:
        _add_dates(by_row, read.rows)
    return dict(sorted(by_row.items())), numbers, len(companies)


def _is_taken(taken: Sequence[tuple[int, int]], start: int) -> bool:
    """Whether a special number lies over a place."""
    at = bisect_right(taken, (start, _BEHIND_ALL)) - 1
    return at >= 0 and start < taken[at][1]


def _add_weak(by_row: dict[int, _Found], weak: Sequence[tuple[int, str, str]]) -> None:
    """Weak values where their row holds something else, too; and names with telephone or address where a list has no more."""
    alone: dict[int, _Found] = defaultdict(dict)
    for row, kind, value in weak:
        known = by_row.get(row)
        if known is None:
            alone[row].setdefault(kind, {})[value] = None
        elif kind not in known or (kind == "phone" and len(known) > 1):
            known.setdefault(kind, {})[value] = None
    listed = {row: found for row, found in alone.items() if NAME in found and not found.keys().isdisjoint(_REACH)}
    many = len(listed) >= _LISTED
    by_row.update({row: found for row, found in listed.items() if many or len(found.keys() - _BESIDE) >= _LISTED})


def _add_dates(by_row: Mapping[int, _Found], rows: Sequence[str]) -> None:
    """A date beside a name and two more data of a person is the date of birth, though no word says so; most of them are old."""
    days: dict[int, str] = {}
    for row, found in by_row.items():
        if NAME in found and BIRTH not in found and sum(kind in found for kind in _REACHED) > 1:
            day = unlabelled(rows[row][:_ROW])
            if day:
                days[row] = day
    if sum(day < _OLD for day in days.values()) * 2 > len(days):
        for row, day in days.items():
            by_row[row][BIRTH] = {day: None}


def _asked(read: Scan, *, listed: bool) -> Iterator[Asked]:
    """The recognisers worth asking, those of special numbers first: what one of them takes is no telephone's.

    What a list is of is asked of a table only.
    """
    woken = awake(read)
    for one in in_order():
        if one.kind in woken or (not one.by_sign and (listed or one.module.WEIGHT is not Weight.EVIDENCE)):
            yield one


def _of_paragraphs(unit: _Unit, by_row: Mapping[int, _Found], *, is_body: bool) -> Iterator[Record]:
    """One record a paragraph; it speaks of as many persons as it has names."""
    lines, groups = unit.scan.rows, unit.groups
    marks = Marks(unit.scan, unit.groups) if is_body and by_row else None
    run: list[_Entry] = []
    for number, rows in groupby(by_row, groups.__getitem__):
        first, behind = bisect_left(groups, number), bisect_right(groups, number)
        below_mark = marks is not None and marks.above(behind)
        found = [_of_others(by_row[row]) if is_body and is_attribution(lines[row]) else by_row[row] for row in rows]
        if _is_of_work("\n".join(lines[first:behind]), found):
            found = [_of_nobody(one) for one in found]
        if not any(found):
            continue
        if sum(len(one.keys() - _BESIDE) > 1 for one in found) >= _LISTED:  # a list, a person a line
            yield from (Record(_together([one])) for one in found)
            continue
        together = _together(found)
        names = len(together.get(NAME, ()))
        # Nobody signs with a date of birth.
        signs = is_body and BIRTH not in together
        aside = signs and is_signature(lines[first:behind], names=names, below_mark=below_mark)
        if run and run[-1].number + 1 != number:
            yield from _of_run(run)
            run = []
        run.append(_Entry(number, together, aside, below_mark))
    yield from _of_run(run)


class _Entry(NamedTuple):
    """A paragraph with a record."""

    number: int
    found: _Together
    aside: bool
    below_mark: bool


def _of_run(run: Sequence[_Entry]) -> Iterator[Record]:
    """Paragraphs one behind the other: three persons and more are a list, and its last one no signature; below the marks of some, ten."""
    named = sum(NAME in entry.found for entry in run)
    marked = sum(NAME in entry.found and entry.below_mark for entry in run)
    for entry in run:
        listed = named >= _LISTED and (marked >= _MANY or not entry.below_mark)
        yield Record(entry.found, entry.aside and not listed, several=True)


def _is_form(by_row: dict[int, _Found]) -> bool:
    """A table with a kind a row is the form of one person: label beside value."""
    kinds = {kind for found in by_row.values() for kind in found} - _BESIDE
    return (
        len(kinds) > 1
        and all(len(found.keys() - _BESIDE) == 1 for found in by_row.values())
        and len(by_row) <= len(kinds) * 2
    )


def _of_others(found: _Found) -> _Found:
    """Of a line that says who wrote, all but the name and address of who did: it may say more, and a list may look like one."""
    return {kind: values for kind, values in found.items() if kind not in _CORRESPONDENT}


def _is_of_work(text: str, found: Sequence[_Found]) -> bool:
    """Whether what was found speaks of an office, a shop or a company and of nobody."""
    personal = any(NAME in one or BIRTH in one for one in found)
    return not personal and any(kind in one for one in found for kind in _REACH) and names_a_place_of_work(text[:_ROW])


def _of_nobody(found: _Found) -> _Found:
    """Without telephone and address."""
    return {kind: values for kind, values in found.items() if kind not in _REACH and kind not in _BESIDE}


def _only_special(found: _Found) -> _Together:
    """In a list of companies names and telephones are theirs; a My Number is still a person's."""
    known = recognisers()
    return {kind: tuple(values) for kind, values in found.items() if known[kind].WEIGHT is Weight.SPECIAL}


def _together(found: Iterable[_Found]) -> _Together:
    """The values of some rows put together, each once."""
    together: _Found = {}
    for one in found:
        for kind, values in one.items():
            together.setdefault(kind, {}).update(values)
    return {kind: tuple(values) for kind, values in together.items()}
