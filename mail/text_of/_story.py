"""Text with marks for the ends of paragraphs, cells and rows → blocks; tables inside cells apart."""

import re
from collections.abc import Iterable

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of._tables import Row, lines, table

CELL = "\7"
ROW_END, CELL_LINE, INNER_CELL, INNER_ROW, INNER_LINE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
"""The end of a row, of a paragraph in a cell, and the same three in a table inside a cell: no characters of any text."""
MARKS = (ROW_END, CELL_LINE, INNER_CELL, INNER_ROW, INNER_LINE)
_MARK = re.compile(f"[\r\7{ROW_END}{CELL_LINE}{INNER_CELL}{INNER_ROW}{INNER_LINE}]")


class Story:
    """One part: its paragraphs as lines, its tables as rows."""

    def __init__(self, spending: Spending, where: str = "", *, hidden: bool = False) -> None:
        self._spending = spending
        self._where = where
        self._hidden = hidden
        self._blocks: list[Block] = []
        self._lines: list[str] = []
        self._cell: list[str] = []
        self._row: list[str] = []
        self._rows: list[Row] = []
        self._inner_cell: list[str] = []
        self._inner: list[str] = []
        self._inner_rows: list[Row] = []

    def read(self, text: str) -> Iterable[Block]:
        """All blocks."""
        has_rows = ROW_END in text
        at = 0
        for mark in _MARK.finditer(text):
            self._paragraph(text[at : mark.start()].strip(), mark[0], has_rows=has_rows)
            at = mark.end()
        self._paragraph(text[at:].strip(), "\r", has_rows=has_rows)
        self._end_table()
        self._end_lines()
        return self._blocks

    def _paragraph(self, text: str, mark: str, *, has_rows: bool) -> None:
        if mark == "\r":
            self._end_table()
            self._lines += text.split("\n")
        elif mark == CELL_LINE:
            self._cell.append(text)
        elif mark == INNER_CELL:
            self._inner.append("\n".join((*self._inner_cell, text)))
            self._inner_cell = []
        elif mark == INNER_LINE:
            self._inner_cell.append(text)
        elif mark == INNER_ROW:
            self._inner_rows.append(tuple(self._inner))
            self._inner = []
        elif mark == ROW_END or (not has_rows and not text and self._row and not self._cell):
            self._rows.append((*self._row, *filter(None, ("\n".join((*self._cell, text)),))))
            self._row, self._cell = [], []
        else:
            self._end_lines()
            self._end_inner()
            self._row.append("\n".join(filter(None, (*self._cell, text))))
            self._cell = []

    def _end_lines(self) -> None:
        self._blocks += lines(self._lines, self._spending, where=self._where, hidden=self._hidden)
        self._lines = []

    def _end_inner(self) -> None:
        rows = [*self._inner_rows, (*self._inner, *self._inner_cell)]
        if any(map(any, rows)):
            self._blocks += table(rows, self._spending, where=self._where, hidden=self._hidden)
        self._inner, self._inner_rows, self._inner_cell = [], [], []

    def _end_table(self) -> None:
        rows = [row for row in (*self._rows, (*self._row, *self._cell)) if any(row)]
        self._rows, self._row, self._cell = [], [], []
        self._end_inner()
        if not rows:
            return
        self._end_lines()
        if max(map(len, rows)) == 1:  # for the layout only
            self._blocks += lines(
                (line for (cell,) in rows for line in cell.split("\n")),
                self._spending,
                where=self._where,
                hidden=self._hidden,
            )
        else:
            self._blocks += table(rows, self._spending, where=self._where, hidden=self._hidden)
