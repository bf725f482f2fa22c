"""Listed: the records of a table by column, for what is done with a thousand rows at once costs little more than with one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from rules.personal.record import BESIDE, BIRTH, NAME, REACH, TELLING, Record

Column = Sequence[str]
"""A value a row, "" where there is none."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows, each of which is a record; empty ones are none."""

    size: int
    columns: Mapping[str, Column]
    """By kind the value of each row, in the order in which the kinds of a row were found."""
    several: Mapping[int, Record] = field(default_factory=dict)
    """The rows with more than one value of a kind, whole; in the columns they are empty."""

    def records(self) -> Iterator[Record]:
        """One by one, in order."""
        filled = [(kind, column) for kind, column in self.columns.items() if any(column)]
        for row in range(self.size):
            if row in self.several:
                yield self.several[row]
            elif found := {kind: (column[row],) for kind, column in filled if column[row]}:
                yield Record(found)

    def cut(self, begin: int, end: int) -> "Listed":
        """The rows between two."""
        if not begin and end >= self.size:
            return self
        columns = {kind: column[begin:end] for kind, column in self.columns.items()}
        several = {row - begin: record for row, record in self.several.items() if begin <= row < end}
        return Listed(min(end, self.size) - begin, columns, several)

    def of_kinds(self, kinds: AbstractSet[str]) -> "Listed":
        """Without what is of other kinds."""
        others = {*self.columns, *(kind for record in self.several.values() for kind in record.found)} - kinds
        return self.without(range(self.size), others)

    def without(self, rows: Collection[int], kinds: AbstractSet[str]) -> "Listed":
        """Without what is of some kinds in some rows."""
        if not rows:
            return self
        columns = {
            kind: ["" if row in rows else value for row, value in enumerate(column)] if kind in kinds else column
            for kind, column in self.columns.items()
        }
        several = {
            row: Record({kind: values for kind, values in record.found.items() if row not in rows or kind not in kinds})
            for row, record in self.several.items()
        }
        return Listed(self.size, columns, {row: record for row, record in several.items() if record.found})

    def divided(self, rows: AbstractSet[int], several: Mapping[int, Record]) -> "tuple[Listed, Listed | None]":
        """The rows but some, and these, if there are any; with these records for the rows with several values of a kind."""
        if not rows:
            return Listed(self.size, self.columns, several), None
        others = frozenset(range(self.size)) - rows
        kinds = frozenset(self.columns)
        kept = Listed(self.size, self.columns).without(rows, kinds).columns
        apart = Listed(self.size, self.columns).without(others, kinds).columns
        return (
            Listed(self.size, kept, {row: record for row, record in several.items() if row not in rows}),
            Listed(self.size, apart, {row: record for row, record in several.items() if row in rows}),
        )

    def rows_with(self, kinds: Iterable[str]) -> set[int]:
        """The rows in which one of some kinds stands."""
        wanted = tuple(kinds)
        rows = {row for row, value in enumerate(self._first_of(wanted)) if value}
        return rows | {row for row, record in self.several.items() if not record.found.keys().isdisjoint(wanted)}

    @property
    def widest(self) -> int:
        """How many persons a row may be at most."""
        return max([1, *(record.size for record in self.several.values())])

    def surest(self) -> Column:
        """What tells each row of one value a kind from the others, and is the most that it may be (`Record.persons`)."""
        return self._first_of(kind for kind in (*TELLING, *self.columns) if kind not in BESIDE)

    def filled(self) -> Sequence[bool]:
        """Whether anything stands in each row of one value a kind."""
        return list(map(bool, self._first_of(self.columns)))

    def dense(self) -> int:
        """How many rows of one value a kind hold name, date of birth, and address or telephone."""
        if NAME not in self.columns or BIRTH not in self.columns:
            return 0
        columns = self.columns[NAME], self.columns[BIRTH], self._first_of(REACH)
        return sum(map(all, zip(*columns, strict=True)))

    def _first_of(self, kinds: Iterable[str]) -> Column:
        """The first value of each row, by kinds in order."""
        found: Column = ()
        for kind in kinds:
            column = self.columns.get(kind)
            if column is None:
                continue
            found = [a or b for a, b in zip(found, column, strict=True)] if found else column
            if "" not in found:
                break
        return found or [""] * self.size
