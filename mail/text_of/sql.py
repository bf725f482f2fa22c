"""sql: dumps of databases; the rows of INSERT and COPY are tables with the names of their columns, all else is text."""

import re

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Block, Text
from mail.text_of import _sql, plain
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._references import unescape
from mail.text_of._tables import Row, lines, table

KINDS = ("sql",)
SUREST = 46

_LOOKED_AT = 64 * 1024
_SIGNS = re.compile(
    rb"(?i)\binsert\s{1,80}(?:(?:ignore|all|or\s\w{1,20})\s{1,80})?(?:into\s|\[)|^copy\s[^\n;]{1,2000}\sfrom\s{1,80}stdin",
    re.MULTILINE,
)


def recognises(data: bytes, hint: Hint) -> Guess:
    """Statements that put rows into tables."""
    if hint.is_body or not plain.is_text(data):
        return NOT_MINE
    named = hint.suffix in {"sql", "dump"} or hint.declared.endswith("sql")
    head = data[:_LOOKED_AT] if named else data[:4096]
    if b"\0" in head:
        head = head.replace(b"\0", b"")
    if b"n" not in head and b"N" not in head:
        return NOT_MINE
    found = _SIGNS.search(head)
    if named:
        return Guess("sql", 46) if found or len(data) > _LOOKED_AT else NOT_MINE
    # Somebody else's name on it: the statement must begin a line.
    return Guess("sql", 27) if found and (found.start() == 0 or head[found.start() - 1] in b"\n\r") else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """A block for each table, in the order of their first rows; what is between them as lines."""
    text, sure = decode(data, hint.charset)
    spending.text(len(text))
    if "&#" in text:
        text = unescape(text)
    found = _Tables(text)
    between = lines((line for line in "".join(found.between).splitlines() if line.strip() != ";"), spending)
    return Text((*between, *found.blocks(spending)), lost_by(text, sure=sure))


class _Tables:
    """The rows by table and columns, and the text that is no row."""

    def __init__(self, text: str) -> None:
        self.between: list[str] = []
        self._rows: dict[tuple[str, Row], list[Row]] = {}
        self._created = _sql.created(text)
        at = 0
        while (head := _sql.HEAD.search(text, at)) is not None:
            self.between.append(text[at : head.start()])
            name, columns = _sql.table_name(head[1] or head["copied"]), _sql.columns(head[2] or head[4])
            kept = self._rows.setdefault((name, columns or self._created.get(name, ())), [])
            take = self._copied if head["copied"] else self._inserted
            at = take(text, head.end(), kept)
        self.between.append(text[at:])

    @staticmethod
    def _inserted(text: str, at: int, kept: list[Row]) -> int:
        for row, end in _sql.rows(text, at):
            kept.append(row)
            at = end
        return at

    @staticmethod
    def _copied(text: str, at: int, kept: list[Row]) -> int:
        """PostgreSQL COPY, text format: a line a row, tabs between, up to a backslash and a point."""
        end = text.find("\n\\.", at - 1)
        stop = len(text) if end < 0 else end
        rows = (line.split("\t") for line in text[at:stop].splitlines())
        kept += (tuple("" if cell == "\\N" else cell.strip() for cell in cells) for cells in rows)
        return len(text) if end < 0 else end + 3

    def blocks(self, spending: Spending) -> tuple[Block, ...]:
        """Each with its header, by its names or, where they are not known, as in a sheet."""
        out: list[Block] = []
        for (name, columns), rows in self._rows.items():
            if columns:
                for row in rows:
                    spending.row(len(row))
                out.append(Block(tuple(rows), columns, name))
            else:
                out += table(rows, spending, where=name)
        return tuple(block for block in out if block.rows)
