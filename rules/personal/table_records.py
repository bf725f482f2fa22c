"""Records of a table: a row is a record, but for a form of one person, and of a list of companies only what is surely a person's counts."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from rules.personal import in_order
from rules.personal.hits import hits
from rules.personal.known_columns import CODE, Known, Table
from rules.personal.listed import Column, Listed
from rules.personal.places_of_work import is_of_department, names_a_place_of_work
from rules.personal.recogniser import Weight
from rules.personal.record import BESIDE, BIRTH, NAME, REACH, Found, Record, together

_COMPANIES = 5
_ROW = 4000
"""So far into a row the name of an office is looked for."""


def of_table(table: Table) -> Listed:
    """The records of its rows."""
    size = len(table.scan.starts)
    found = hits(table.scan, table.known, listed=True)
    listed = gathered(size, table.known, found.by_row)
    if len(found.companies) >= _COMPANIES and len(found.corporate) * 2 >= size:
        # Names and telephones are the companies'; a My Number is still a person's.
        return listed.of_kinds(_special())
    return _form(listed) or _without_offices(listed, table)


def gathered(size: int, known: Known, by_row: Mapping[int, Found]) -> Listed:
    """What is known of each row, and what was found beside it."""
    sure = (*known.columns, (CODE, _codes(known, by_row))) if known.codes else known.columns
    columns: dict[str, list[str]] = {}
    several: set[int] = set()
    for kind, values in sure:
        before = columns.get(kind)
        if before is None:
            columns[kind] = list(values)
            continue
        pairs = list(enumerate(zip(before, values, strict=True)))
        several.update(row for row, (one, other) in pairs if one and other and one != other)
        columns[kind] = [one or other for _, (one, other) in pairs]
    for kind in sorted({kind for found in by_row.values() for kind in found}, key=_place):
        columns.setdefault(kind, [""] * size)
    for row, found in by_row.items():
        for kind, given in found.items():
            there, value = columns[kind][row], next(iter(given))
            columns[kind][row] = value
            if len(given) > 1 or (there and there != value):
                several.add(row)
    whole = {row: Record(together([*_at(sure, row), by_row.get(row, {})])) for row in sorted(several)}
    for column in columns.values():
        for row in several:
            column[row] = ""
    return Listed(size, columns, whole)


def _at(columns: Iterable[tuple[str, Column]], row: int) -> Iterable[Mapping[str, Sequence[str]]]:
    return ({kind: (column[row],)} for kind, column in columns if column and column[row])


def _codes(known: Known, by_row: Mapping[int, Found]) -> Column:
    """Postal codes, where something else stands in their row, and no other code before them."""
    rows = known.sure() | by_row.keys()
    return [code if row in rows and CODE not in by_row.get(row, ()) else "" for row, code in enumerate(known.codes)]


@cache
def _place(kind: str) -> int:
    """Of a recogniser in the order in which they are asked."""
    return next(number for number, one in enumerate(in_order()) if one.kind == kind)


@cache
def _special() -> frozenset[str]:
    return frozenset(one.kind for one in in_order() if one.module.WEIGHT is Weight.SPECIAL)


def _form(listed: Listed) -> Listed | None:
    """A table with a kind a row is the form of one person: label beside value."""
    kinds = {kind for kind, column in listed.columns.items() if any(column)}
    kinds |= {kind for record in listed.several.values() for kind in record.found}
    kinds -= BESIDE
    if len(kinds) < 2 or sum(listed.filled()) + len(listed.several) > len(kinds) * 2:  # noqa: PLR2004 - one is a list
        return None
    found = [record.found for record in listed.records()]
    if any(len(one.keys() - BESIDE) != 1 for one in found):
        return None
    return Listed(1, {}, {0: Record(together(found))})


def _without_offices(listed: Listed, table: Table) -> Listed:
    """Rows of an office, a shop or a company and of nobody without telephone and address."""
    rows = sorted(listed.rows_with(REACH) - listed.rows_with((NAME, BIRTH)))
    if not rows:
        return listed
    lines = table.lines()
    texts = [lines[row][:_ROW] for row in rows]
    any_place = names_a_place_of_work("\n".join(texts))
    offices = {
        row
        for row, text in zip(rows, texts, strict=True)
        if (any_place and names_a_place_of_work(text)) or is_of_department(text)
    }
    if not offices:
        return listed
    return listed.without(offices, frozenset((*REACH, *BESIDE)))
