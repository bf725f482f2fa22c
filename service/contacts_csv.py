"""Contacts as CSV: `address,name,count,last_sent`; every bad line by its number."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from service.contacts_lines import LONGEST, bounded
from service.contacts_rows import NO_UTF_8, BadLine, Row, contact

__all__ = ["COLUMNS", "BadLine", "read"]

COLUMNS = ("address", "name", "count", "last_sent")
_HEADER = (
    f"the first line names the columns, {','.join(COLUMNS)} (address alone is enough), or is a contact in this order"
)
_LONG = f"longer than {LONGEST:,} characters: no contact, or a file without line ends"
_HEAD = 256 * 1024
SEVERAL = 3
"""Lines: one or two may be damaged in a file that is UTF-8."""
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_ADDRESS = re.compile(r"[^\s@;|]+@[^\s@;|]+")


def read(path: Path) -> Iterator[Row]:
    """The contacts of a file in order, each bad line in its place; a first line that names no columns is the last one read.

    Raises OSError.
    """
    if line := _elsewhere(path):
        yield BadLine(line, f"{NO_UTF_8}; nothing of the file was read")
        return
    with path.open(encoding="utf-8-sig", newline="", errors="surrogateescape") as file:
        long: list[int] = []
        said = 0
        rows = csv.reader(_lines(file, long), strict=True)
        columns: tuple[str, ...] = ()
        try:
            for row in rows:
                yield from (BadLine(line, _LONG) for line in long[said:])
                said = len(long)
                if not any(cell.strip() for cell in row):
                    continue
                if not columns:
                    first = tuple(cell.strip().lower() for cell in row)
                    is_header = not _ADDRESS.fullmatch(first[0])
                    columns = first if is_header else COLUMNS
                    if is_header and (wrong := _wrong_header(columns)):
                        yield BadLine(rows.line_num, wrong)
                        return
                    if is_header:
                        continue
                yield _contact(
                    rows.line_num,
                    dict(zip(columns, (cell.strip() for cell in row), strict=False)),
                    len(row) > len(columns),
                )
            if not columns and not long:
                yield BadLine(1, f"the file is empty; {_HEADER}")
        except csv.Error as error:
            yield BadLine(rows.line_num, f"not CSV: {error}")
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


def _wrong_header(columns: tuple[str, ...]) -> str:
    """What is wrong with the first line, "" when it names columns."""
    line = ",".join(columns)
    if not line.isprintable() and "\t" not in line:
        return NO_UTF_8
    if "address" not in columns:
        separator = next((name for sign, name in _SEPARATORS.items() if sign in line), "")
        if separator:
            return f"columns are separated by {separator}; separate them by commas (a spreadsheet: save as CSV UTF-8)"
        return f"no header; {_HEADER}"
    unknown = sorted(set(columns) - set(COLUMNS))
    return f"unknown column {', '.join(unknown)}; known are {', '.join(COLUMNS)}" if unknown else ""


def _lines(file: TextIO, long: list[int]) -> Iterator[str]:
    """Line by line; of one that is too long an empty one is left, and its number noted."""
    for number, (line, cut) in enumerate(bounded(file), 1):
        if cut:
            long.append(number)
        yield "\n" if cut else line


def _contact(line: int, cells: dict[str, str], too_many: bool) -> Row:
    if too_many:
        return BadLine(line, f"more than the columns {', '.join(COLUMNS)}")
    return contact(line, cells.get("address", ""), *(cells.get(name, "") for name in COLUMNS[1:]))


def write(cells: Sequence[object]) -> str:
    """One line."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
