"""Tables drawn in running text: rows between strokes as in Markdown, or pasted from a spreadsheet with tabs, as a table with its columns' names."""

import re
from collections.abc import Iterator, Sequence

from mail.shapes import Block, Paragraphs

_OF_RULES = frozenset("|+:- \t")
_NAMELESS = re.compile(r"[0-9]{4}|@")
_FEW_ROWS = 2


def may_hold_tables(text: str) -> bool:
    """Whether cutting a text into blocks is worth it."""
    drawn = "|" in text and ("\n|" in text or text.startswith("|") or "-|-" in text)
    return drawn or "\t" in text or ("+" in text and "-+-" in text)


def with_tables(text: Paragraphs) -> Iterator[Block]:
    """The paragraphs; one that is a table as rows under its header."""
    for block in text:
        lines = [row[0] for row in block.rows]
        yield from _drawn(block, lines) or _pasted(block, lines) or (block,)


def _drawn(block: Block, lines: Sequence[str]) -> tuple[Block, ...]:
    """Names of columns, a rule of dashes, rows: what stands above them stays a paragraph."""
    rule = next((at for at, line in enumerate(lines) if "|" in line and _is_rule(line)), 0)
    if not rule or "|" not in lines[rule - 1]:
        return ()
    rows = tuple(_cells(line) for line in lines[rule + 1 :] if not _is_rule(line))
    above = Block(block.rows[: rule - 1], (), block.where, block.hidden)
    table = Block(rows, _cells(lines[rule - 1]), block.where, block.hidden)
    return (above, table) if above.rows else (table,)


def _is_rule(line: str) -> bool:
    """Dashes, and what stands between them."""
    return "--" in line and _OF_RULES.issuperset(line)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))


def _pasted(block: Block, lines: Sequence[str]) -> tuple[Block, ...]:
    """Lines with tabs, as many in each: the first one names the columns when it holds no data."""
    if (
        len(lines) < _FEW_ROWS
        or not lines[0].count("\t")
        or any(line.count("\t") != lines[0].count("\t") for line in lines)
    ):
        return ()
    rows = tuple(tuple(cell.strip() for cell in line.split("\t")) for line in lines)
    named = all(rows[0]) and not any(_NAMELESS.search(cell) for cell in rows[0]) and len(rows) > 1
    return (
        Block(rows[1:], rows[0], block.where, block.hidden) if named else Block(rows, (), block.where, block.hidden),
    )
