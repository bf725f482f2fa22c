"""Records: named values of structured text → tables with a column for each name, and what stands alone as label and value."""

from collections.abc import Iterable

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._tables import Row, table

Field = tuple[str, str]
"""Name and value."""

_COLUMNS = 200
"""Names of one table; records that have more are each a form of their own: a thousand odd ones shall not cost a million cells."""


class Records:
    """Rows by the place where they stand, and fields that stand in none."""

    def __init__(self) -> None:
        self._rows: dict[object, list[list[Field]]] = {}
        self._alone: list[Field] = []

    def row(self, place: object, fields: Iterable[Field]) -> None:
        """One record of those at a place."""
        kept = [field for field in fields if field[1]]
        if kept:
            self._rows.setdefault(place, []).append(kept)

    def alone(self, fields: Iterable[Field]) -> None:
        """What belongs to the document as a whole."""
        self._alone += (field for field in fields if field[1])

    def blocks(self, spending: Spending) -> tuple[Block, ...]:
        """A form of what stands alone, then a table for each place."""
        out: list[Block] = list(_form(self._alone, spending))
        for rows in self._rows.values():
            names = dict.fromkeys(name for row in rows for name, _ in row)
            out += _table(rows, tuple(names), spending)
        return tuple(out)


def _form(fields: list[Field], spending: Spending) -> Iterable[Block]:
    for _ in fields:
        spending.row(2)
    if fields:
        yield Block(tuple((name, value) if name else (value,) for name, value in fields))


def _table(rows: list[list[Field]], names: Row, spending: Spending) -> Iterable[Block]:
    """A name that a row has several times gives several columns; where there is one name only, rows are as in a sheet."""
    if len(names) == 1:
        yield from table([tuple(value for _, value in row) for row in rows], spending)
        return
    numbered = [list(_numbered(row)) for row in rows]
    header = tuple(dict.fromkeys(name for row in numbered for name, _ in row))
    if len(header) > _COLUMNS:
        for row in rows:
            yield from _form(row, spending)
        return
    cells: list[Row] = []
    for values in map(dict, numbered):
        spending.row(len(header))
        cells.append(tuple(values.get(name, "") for name in header))
    yield Block(tuple(cells), tuple(name for name, _ in header))


def _numbered(row: list[Field]) -> Iterable[tuple[tuple[str, int], str]]:
    times: dict[str, int] = {}
    for name, value in row:
        times[name] = times.get(name, 0) + 1
        yield (name, times[name]), value
