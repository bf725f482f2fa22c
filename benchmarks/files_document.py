"""A document before it has a format: headings, text and tables; and what of it must be found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

Cell = str | int | date


@dataclass
class Table:
    """Columns and rows; `above` are lines that stand in the sheet over the header, `groups` a merged row over it: (name, columns)."""

    header: Sequence[str]
    rows: list[list[Cell]]
    above: Sequence[str] = ()
    groups: Sequence[tuple[str, int]] = ()
    name: str = "Sheet1"
    hidden: bool = False


@dataclass
class Heading:
    """A line that stands out."""

    text: str


@dataclass
class Text:
    """Lines that belong together."""

    text: str


Block = Heading | Text | Table


@dataclass
class Case:
    """What is to become a file: its parts, the values in it, and whether a mail with it has to be held."""

    stem: str
    category: str
    blocks: list[Block]
    hold: bool
    reason: str
    persons: int = 0
    gold: dict[str, list[str]] = field(default_factory=dict)
    """Values that must be found, by type."""
    also: dict[str, list[str]] = field(default_factory=dict)
    """Values that may be found, such as a name in kana beside the same in kanji."""
    split: bool = False
    """The names stand in two columns."""
    compared: bool = True
    """Whether somebody wrote down all that is in it."""
    formats: Sequence[str] = ()
    """The formats it is written in; () for any that fits."""

    @property
    def tables(self) -> list[Table]:
        """Only these."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def add(self, kind: str, value: str) -> str:
        """Note a value that must be found."""
        if value:
            self.gold.setdefault(kind, []).append(value)
        return value


def shown(cell: Cell) -> str:
    """As it is seen on paper."""
    return f"{cell:%Y/%m/%d}" if isinstance(cell, date) else str(cell)


def lines_of(case: Case, separator: str = "\t") -> list[str]:
    """Everything as lines of text, the cells of a row on one."""
    lines: list[str] = []
    for block in case.blocks:
        if isinstance(block, Table):
            rows = [list(block.header), *([shown(cell) for cell in row] for row in block.rows)]
            lines += [*block.above, *(separator.join(row) for row in rows), ""]
        elif isinstance(block, Heading):
            lines += [block.text, ""]
        else:
            lines += [*block.text.splitlines(), ""]
    return lines


def grid(table: Table) -> list[list[Cell]]:
    """All rows of a sheet, what stands above the header included."""
    rows: list[list[Cell]] = [[line] for line in table.above]
    if table.groups:
        merged: list[Cell] = []
        for name, columns in table.groups:
            merged += [name, *[""] * (columns - 1)]
        rows.append(merged)
    if table.header:
        rows.append(list(table.header))
    return rows + table.rows
