"""Contacts as CSV: `address,name,count,last_sent`; every bad line by its number. Other tables of addresses are read alike."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TextIO, TypeVar

from service.contacts_lines import LONGEST, bounded
from service.contacts_rows import NO_UTF_8, BadLine, Row, contact
from store.contacts import Imported

__all__ = ["COLUMNS", "BadLine", "Table", "read"]

T = TypeVar("T")
COLUMNS = ("address", "name", "count", "last_sent")
_LONG = f"longer than {LONGEST:,} characters: no contact, or a file without line ends"
_HEAD = 256 * 1024
SEVERAL = 3
"""Lines: one or two may be damaged in a file that is UTF-8."""
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_ADDRESS = re.compile(r"[^\s@;|]+@[^\s@;|]+")


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """What a file of addresses holds, one a line."""

    columns: tuple[str, ...]
    make: Callable[[int, dict[str, str]], T | BadLine]
    """Of the number of the line, and its cells by their columns."""
    noun: str

    @property
    def header(self) -> str:
        """What the first line may be."""
        named = ",".join(self.columns)
        return f"the first line names the columns, {named} (address alone is enough), or is a {self.noun} in this order"

    def wrong_header(self, columns: tuple[str, ...]) -> str:
        """What is wrong with the first line, "" when it names columns."""
        line = ",".join(columns)
        if not line.isprintable() and "\t" not in line:
            return NO_UTF_8
        if "address" not in columns:
            separator = next((name for sign, name in _SEPARATORS.items() if sign in line), "")
            if separator:
                return (
                    f"columns are separated by {separator}; separate them by commas (a spreadsheet: save as CSV UTF-8)"
                )
            return f"no header; {self.header}"
        unknown = sorted(set(columns) - set(self.columns))
        return f"unknown column {', '.join(unknown)}; known are {', '.join(self.columns)}" if unknown else ""


def read(path: Path) -> Iterator[Row]:
    """The contacts of a file, as `rows` reads it."""
    return rows(path, _CONTACTS)


def rows(path: Path, table: Table[T]) -> Iterator[T | BadLine]:
    """The lines of a file in order, each bad line in its place; a first line that names no columns is the last one read.

    Raises OSError.
    """
    if line := _elsewhere(path):
        yield BadLine(line, f"{NO_UTF_8}; nothing of the file was read")
        return
    with path.open(encoding="utf-8-sig", newline="", errors="surrogateescape") as file:
        long: list[int] = []
        said = 0
        lines = csv.reader(_lines(file, long), strict=True)
        columns: tuple[str, ...] = ()
        try:
            for row in lines:
                yield from (BadLine(line, _LONG) for line in long[said:])
                said = len(long)
                if not any(cell.strip() for cell in row):
                    continue
                if not columns:
                    first = tuple(cell.strip().lower() for cell in row)
                    is_header = not _ADDRESS.fullmatch(first[0])
                    columns = first if is_header else table.columns
                    if is_header and (wrong := table.wrong_header(columns)):
                        yield BadLine(lines.line_num, wrong)
                        return
                    if is_header:
                        continue
                if len(row) > len(columns):
                    yield BadLine(lines.line_num, f"more than the columns {', '.join(table.columns)}")
                    continue
                yield table.make(lines.line_num, dict(zip(columns, (cell.strip() for cell in row), strict=False)))
            if not columns and not long:
                yield BadLine(1, f"the file is empty; {table.header}")
        except csv.Error as error:
            yield BadLine(lines.line_num, f"not CSV: {error}")
        yield from (BadLine(line, _LONG) for line in long[said:])


def _elsewhere(path: Path) -> int:
    """The first line with letters beyond ASCII, where the beginning of the file has several such lines and none is UTF-8; else 0.

    Such a file was saved in another charset as a whole: named once, instead of line by line with names that would be lost.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    lines = head.splitlines()[: -1 if len(head) == _HEAD else None]  # the last one may end amid a letter
    beyond = [(number, line) for number, line in enumerate(lines, 1) if not line.isascii()]
    if len(beyond) < SEVERAL or any(_is_utf_8(line) for _, line in beyond):
        return 0
    return beyond[0][0]


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: TextIO, long: list[int]) -> Iterator[str]:
    """Line by line; of one that is too long an empty one is left, and its number noted."""
    for number, (line, cut) in enumerate(bounded(file), 1):
        if cut:
            long.append(number)
        yield "\n" if cut else line


def _contact(line: int, cells: dict[str, str]) -> Row:
    return contact(line, cells.get("address", ""), *(cells.get(name, "") for name in COLUMNS[1:]))


_CONTACTS: Table[Imported] = Table(COLUMNS, _contact, "contact")


def write(cells: Sequence[object]) -> str:
    """One line."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
