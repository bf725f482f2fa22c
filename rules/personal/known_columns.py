"""Known columns: cells that are what the name of their column says are read a column at a time; what is left is searched for everything."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rules.personal import birth_date, known_cells, postal_code
from rules.personal.columns import is_address, is_full_name, is_phone, is_reading, name_parts
from rules.personal.listed import Column
from rules.personal.normal import plain
from rules.personal.phone import is_of_others
from rules.personal.record import BIRTH, NAME
from rules.personal.scan import Scan, column_names, in_lines, scan

FEWEST = 20
"""Rows from which it is worth it."""
_SPARSE = 4
"""A table with more than three empty cells beside each of its cells is no list: filling it up would cost more than reading it."""
CODE = "postal_code"
_EMAIL = re.compile(r"mail|メール|메일|邮|郵件")
Rows = Sequence[Sequence[str]]
Judge = Callable[[str], Column]


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of a table column by column."""

    columns: Sequence[tuple[str, Column]] = ()
    """Kinds, one of them perhaps several times, with the value of each row."""
    codes: Column = ()
    """Postal codes, which count only beside something else."""

    def at(self, row: int) -> Iterator[str]:
        """The kinds that stand in a row for sure."""
        return (kind for kind, column in self.columns if column[row])

    def sure(self) -> set[int]:
        """The rows in which one of the kinds stands."""
        return _filled([column for _, column in self.columns])

    def rows(self) -> set[int]:
        """The rows in which anything does."""
        return self.sure() | (_filled([self.codes]) if self.codes else set())

    def rows_with(self, wanted: str) -> set[int]:
        """The rows in which a kind does."""
        return _filled([column for kind, column in self.columns if kind == wanted])


def _filled(columns: Sequence[Column]) -> set[int]:
    if any("" not in column for column in columns):
        return set(range(len(columns[0])))
    return {number for number, row in enumerate(zip(*columns, strict=True)) if any(row)}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read."""

    scan: Scan
    """Without the cells that are known."""
    known: Known
    lines: Callable[[], Sequence[str]]
    """The whole text of each row; made when it is asked for."""


def read(rows: Rows, header: Sequence[str] = ()) -> Table:
    """Rows of one table, under the names of its columns."""
    judges, parts = _judges(column_names(header)) if len(rows) >= FEWEST else ({}, ())
    if not (judges or parts) or len(header) * len(rows) > _SPARSE * sum(map(len, rows)):
        left = scan(rows, header)
        return Table(left, Known(), lambda: left.rows)
    apart = {number: row for number, row in enumerate(rows) if _is_apart(row, len(header))}
    even = [() if number in apart else row for number, row in enumerate(rows)] if apart else rows
    cells: list[Column] = [column[1:] for column in zip_longest(header, *even, fillvalue="")]
    known = _taken(cells, parts, judges)
    left_over: list[Sequence[str]] = list(zip(*cells, strict=True))
    for number, row in apart.items():
        left_over[number] = row
    return Table(scan(left_over, header), known, lambda: scan(rows, header).rows)


def _is_apart(row: Sequence[str], width: int) -> bool:
    """Whether a row has more cells than the table has columns."""
    return len(row) > width or (len(row) == 1 and "\t" in row[0])


def _taken(cells: list[Column], parts: Sequence[int], judges: Mapping[int, tuple[str, Judge]]) -> Known:
    """The values of known columns, which are emptied of them."""
    columns: list[tuple[str, Column]] = []
    codes: Column = ()
    if parts:
        values = known_cells.names_of_two(*[plain(in_lines(cells[number])) for number in parts])
        columns.append((NAME, values))
        for number in parts:
            cells[number] = _left(cells[number], values)
    for number, (kind, judge) in judges.items():
        values = judge(plain(in_lines(cells[number])))
        cells[number] = _left(cells[number], values)
        if kind == CODE:
            codes = [one or other for one, other in zip(codes or values, values, strict=True)]
        elif kind:
            columns.append((kind, values))
    return Known(columns, codes)


def _left(cells: Column, values: Column) -> Column:
    """The cells of which nothing is known."""
    if "" in values:
        return ["" if value else cell for value, cell in zip(values, cells, strict=True)]
    return [""] * len(values)


def _judges(header: tuple[str, ...]) -> tuple[Mapping[int, tuple[str, Judge]], Sequence[int]]:
    """By column the kind it is of, and what makes values of its cells; and the columns of family and given names."""
    parts = name_parts(header) or ()
    names = [number for number, name in enumerate(header) if is_full_name(name) and not is_reading(name)]
    judges: dict[int, tuple[str, Judge]] = {}
    for number, name in enumerate(header):
        if number in parts:
            continue
        if number in names and not parts:
            judges[number] = NAME, known_cells.names
        elif (names or parts) and is_reading(name):
            judges[number] = "", known_cells.readings
        elif judge := _judge(name):
            judges[number] = judge
    return judges, parts


def _judge(name: str) -> tuple[str, Judge] | None:
    """Of a column of no names."""
    if _EMAIL.search(name):
        return "email_address", known_cells.emails
    if birth_date.names_it(name):
        return BIRTH, known_cells.births
    if is_phone(name) and not is_of_others(name):
        return "phone", known_cells.phones
    if is_address(name):
        return "postal_address", known_cells.addresses
    return (CODE, known_cells.codes) if postal_code.names_it(name) else None
