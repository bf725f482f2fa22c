"""A document of Word 2 to 2003 (MS-DOC) → paragraphs and tables of every part of it; deleted and hidden text apart."""

import re
from collections.abc import Callable, Iterable

from mail.shapes import Block
from mail.text_of._inside import Findings
from mail.text_of._tables import Row, lines, table
from mail.text_of._word_pieces import CELL_LINE, INNER_CELL, INNER_LINE, INNER_ROW, ROW_END, Pieces

_HIDDEN = frozenset({"footnotes", "comments", "endnotes", "macros", "behind the text"})
_FIELD = re.compile("[\x13\x14\x15]")
# MS-DOC 2.4.6.1 and 2.4.6.4: breaks, hyphens, anchors of pictures and notes.
_SPECIAL = str.maketrans({"\x0b": "\n", "\x0c": "\r", "\x0e": "\r", "\x1e": "-", **dict.fromkeys("\0\1\2\3\4\5\6\x08\x1f")})
_MARK = re.compile(f"[\r\7{ROW_END}{CELL_LINE}{INNER_CELL}{INNER_ROW}{INNER_LINE}]")
_OLDEST = b"\xdb"


def read_word(stream: bytes, table_of: Callable[[str], bytes | None], found: Findings) -> None:
    """Everything of one stream `WordDocument`; `table_of` gives the streams beside it."""
    pieces = Pieces(stream, table_of)
    if pieces.encrypted:
        found.lose("encrypted_archive", "doc")
        return
    for name, text, unseen in pieces.stories():
        hidden = name in _HIDDEN
        found.spending.text(len(text) + len(unseen))
        found.blocks += _Story(found, name, hidden=hidden).read(_shown(text, found))
        if unseen:
            found.lines(re.split("[\r\7\n]|" + ROW_END, _shown(unseen, found)), name or "hidden text", hidden=True)
    if not pieces.sound or stream[:1] == _OLDEST:
        found.lose("damaged", "doc")
    found.sweep_closely(pieces.table())
    found.sweep(pieces.besides())


def _shown(text: str, found: Findings) -> str:
    """Without the instructions of fields, whose telling lines go to the rest."""
    if "\x13" in text:
        shown: list[str] = []
        told: list[str] = []
        inside: list[bool] = []  # of every field we are in: whether this is its instruction
        at = 0
        for mark in _FIELD.finditer(text):
            (told if any(inside) else shown).append(text[at : mark.start()])
            at = mark.end()
            if mark[0] == "\x13":
                inside.append(True)
                told.append("\n")
            elif inside and mark[0] == "\x14":
                inside[-1] = False
            elif inside:
                inside.pop()
        if inside:  # one that never ends: nothing is hidden for its sake
            return _FIELD.sub("\r", text).translate(_SPECIAL)
        shown.append(text[at:])
        text = "".join(shown)
        found.rest.text("".join(told).translate(_SPECIAL))
    return _FIELD.sub("", text).translate(_SPECIAL)


class _Story:
    """One part: its paragraphs as lines, its tables as rows."""

    def __init__(self, found: Findings, where: str, *, hidden: bool) -> None:
        self._spending = found.spending
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
            self._rows.append(tuple(self._row))
            self._row = []
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
                (line for (cell,) in rows for line in cell.split("\n")), self._spending, where=self._where, hidden=self._hidden
            )
        else:
            self._blocks += table(rows, self._spending, where=self._where, hidden=self._hidden)
