"""Records of running text: a paragraph is one, a list in it one a line; what stands in a signature stands aside."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rules.personal.hits import hits
from rules.personal.known_columns import Known
from rules.personal.places_of_work import names_a_place_of_work
from rules.personal.record import BESIDE, BIRTH, LISTED, NAME, REACH, Found, Record, together
from rules.personal.signatures import Marks, is_attribution, is_signature
from rules.personal.units import Lines

_CORRESPONDENT = (NAME, "email_address")
_ROW = 4000
"""So far into a paragraph the name of an office is looked for."""
_MANY = 10


def of_lines(unit: Lines, *, is_body: bool) -> Iterator[Record]:
    """One record a paragraph; it speaks of as many persons as it has names."""
    by_row = hits(unit.scan, Known(), listed=False).by_row
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
        if sum(len(one.keys() - BESIDE) > 1 for one in found) >= LISTED:  # a list, a person a line
            yield from (Record({kind: tuple(values) for kind, values in one.items()}) for one in found)
            continue
        whole = together(found)
        names = len(whole.get(NAME, ()))
        # Nobody signs with a date of birth.
        signs = is_body and BIRTH not in whole
        aside = signs and is_signature(lines[first:behind], names=names, below_mark=below_mark)
        if run and run[-1].number + 1 != number:
            yield from _of_run(run)
            run = []
        run.append(_Entry(number, whole, aside, below_mark))
    yield from _of_run(run)


class _Entry(NamedTuple):
    """A paragraph with a record."""

    number: int
    found: Mapping[str, tuple[str, ...]]
    aside: bool
    below_mark: bool


def _of_run(run: Sequence[_Entry]) -> Iterator[Record]:
    """Paragraphs one behind the other: three persons and more are a list, and its last one no signature; below the marks of some, ten."""
    named = sum(NAME in entry.found for entry in run)
    marked = sum(NAME in entry.found and entry.below_mark for entry in run)
    for entry in run:
        listed = named >= LISTED and (marked >= _MANY or not entry.below_mark)
        yield Record(entry.found, entry.aside and not listed, several=True)


def _of_others(found: Found) -> Found:
    """Of a line that says who wrote, all but the name and address of who did: it may say more, and a list may look like one."""
    return {kind: values for kind, values in found.items() if kind not in _CORRESPONDENT}


def _is_of_work(text: str, found: Sequence[Found]) -> bool:
    """Whether what was found speaks of an office, a shop or a company and of nobody."""
    personal = any(NAME in one or BIRTH in one for one in found)
    return not personal and any(kind in one for one in found for kind in REACH) and names_a_place_of_work(text[:_ROW])


def _of_nobody(found: Found) -> Found:
    """Without telephone and address."""
    return {kind: values for kind, values in found.items() if kind not in REACH and kind not in BESIDE}
