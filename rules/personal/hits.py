"""Hits: what the recognisers find in a run of rows, by row and kind; what is weak counts beside something else only."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rules.personal import Asked, in_order
from rules.personal.birth_date import unlabelled
from rules.personal.known_columns import Known
from rules.personal.recogniser import Weight
from rules.personal.record import BESIDE, BIRTH, LISTED, NAME, REACH, Found
from rules.personal.scan import Scan

_REACHED = (*REACH, "email_address")
_BEHIND_ALL = 1 << 40
_ROW = 4000
"""So far into a row a date is looked for."""
_IBAN = "iban"
_OLD = "1995"
"""Dates in lists of members and customers are younger, mostly."""
_TAKEN_AWAY = frozenset({"phone", "postal_code"})
"""Kinds whose shape a special number may have, too."""

_Weak = tuple[int, str, str]


@dataclass(slots=True)
class Hits:
    """What was found in some rows."""

    by_row: dict[int, Found]
    """In order of rows."""
    corporate: set[int] = field(default_factory=set)
    """The rows that hold a corporate number."""
    companies: set[str] = field(default_factory=set)
    """These numbers."""


def hits(read: Scan, known: Known, *, listed: bool) -> Hits:
    """What stands in rows beside what is known of them. What a list is of is asked of a table only."""
    found = Hits(defaultdict(dict))
    weak: list[_Weak] = []
    asked = tuple(_asked(read, listed=listed))
    for row, asked_of, value, is_weak in _found(read, asked):
        if asked_of.module.WEIGHT is Weight.EVIDENCE:
            found.corporate.add(row)
            found.companies.add(value)
        elif is_weak:
            weak.append((row, asked_of.kind, value))
        else:
            found.by_row[row].setdefault(asked_of.kind, {})[value] = None
    weak += _beside(read, known, found.by_row, weak, asked)
    _add_weak(found.by_row, known, weak)
    if not read.header:
        _add_dates(found.by_row, read.rows)
    found.by_row = dict(sorted(found.by_row.items()))
    return found


def _asked(read: Scan, *, listed: bool) -> Iterator[Asked]:
    """The recognisers worth asking, those of special numbers first: what one of them takes is no telephone's."""
    woken = read.woken
    for one in in_order():
        if one.kind in woken or (not one.by_sign and (listed or one.module.WEIGHT is not Weight.EVIDENCE)):
            yield one


def _found(read: Scan, asked: Sequence[Asked]) -> Iterator[tuple[int, Asked, str, bool]]:
    """Row, recogniser, value, and whether it is weak; without what a special number takes away."""
    taken: list[tuple[int, int]] = []
    for one in asked:
        takes = one.module.WEIGHT is Weight.SPECIAL or one.kind == _IBAN
        loses = one.kind in _TAKEN_AWAY and not takes
        if loses:
            taken.sort()
        for start, value, is_weak in one.module.find(read):
            if takes:
                taken.append((start, start + len(value) * 5 // 4))
            elif loses and _is_taken(taken, start):
                continue
            yield bisect_right(read.starts, start) - 1, one, value, is_weak


def _is_taken(taken: Sequence[tuple[int, int]], start: int) -> bool:
    """Whether a special number lies over a place."""
    at = bisect_right(taken, (start, _BEHIND_ALL)) - 1
    return at >= 0 and start < taken[at][1]


def _beside(
    read: Scan, known: Known, by_row: Mapping[int, Found], weak: Sequence[_Weak], asked: Sequence[Asked]
) -> list[_Weak]:
    """What only a look at a row finds that holds something else, though none of that kind."""
    rows = by_row.keys() | {row for row, _, _ in weak} | known.rows()
    return [
        (row, one.kind, value)
        for one in asked
        if one.beside
        for row in sorted(rows - known.rows_with(one.kind))
        if one.kind not in by_row.get(row, ())
        for value in one.beside(read.rows[row])
    ]


def _add_weak(by_row: dict[int, Found], known: Known, weak: Iterable[_Weak]) -> None:
    """Weak values where their row holds something else, too; and names with telephone or address where a list has no more."""
    alone: dict[int, Found] = defaultdict(dict)
    for row, kind, value in weak:
        there = {*known.at(row), *by_row.get(row, ())}
        if not there:
            alone[row].setdefault(kind, {})[value] = None
        elif kind not in there or (kind == "phone" and len(there) > 1):
            by_row[row].setdefault(kind, {})[value] = None
    listed = {row: found for row, found in alone.items() if NAME in found and not found.keys().isdisjoint(REACH)}
    many = len(listed) >= LISTED
    by_row.update({row: found for row, found in listed.items() if many or len(found.keys() - BESIDE) >= LISTED})


def _add_dates(by_row: Mapping[int, Found], rows: Sequence[str]) -> None:
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
