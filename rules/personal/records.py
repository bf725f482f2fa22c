"""Records: how many persons the hits of a part speak of: one a row of a table, one a name of a paragraph; never one a hit."""

from collections.abc import Iterable, Iterator

from mail.shapes import Block, Paragraphs
from rules.personal.listed import Listed
from rules.personal.paragraph_records import of_lines
from rules.personal.record import Record
from rules.personal.signs import may_tell
from rules.personal.table_records import of_table
from rules.personal.units import Lines, units


def gathered(blocks: Iterable[Block], *, is_body: bool) -> Iterator[Listed | Record]:
    """The records of a part in order, those of a table together; of a body also those that stand aside. Stop asking when there are enough."""
    if isinstance(blocks, Paragraphs) and not may_tell(blocks.ascii or blocks.text):
        return
    for unit in units(blocks):
        if isinstance(unit, Lines):
            yield from of_lines(unit, is_body=is_body)
        else:
            yield of_table(unit)


def records(blocks: Iterable[Block], *, is_body: bool) -> Iterator[Record]:
    """The same one by one."""
    for one in gathered(blocks, is_body=is_body):
        if isinstance(one, Listed):
            yield from one.records()
        else:
            yield one
