"""Units: a part cut into what is read together: tables in portions of a thousand rows, running text in portions of a thousand lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from operator import not_

from mail.shapes import Block, Paragraphs
from rules.personal.known_columns import Table, read
from rules.personal.normal import plain
from rules.personal.scan import Scan, scan
from rules.personal.tables import may_hold_tables, with_tables

_ROWS = 1000
# The marks of quotation, at the beginning of a line; and the same where it begins with the usual one, which is looked for faster.
_QUOTE = re.compile(r"\n(?:[>|][ ]?){1,20}")
_USUAL_QUOTE = re.compile(r">(?<=\n>)[ ]?(?:[>|][ ]?){0,19}")
# What mail programs write behind an address in plain text: the same address again.
_LINK = re.compile(r"[<\[]mailto:[^<>\[\]\s]{1,320}[>\]]", re.IGNORECASE)


@dataclass(slots=True)
class Lines:
    """Lines of running text."""

    scan: Scan
    groups: Sequence[int]
    """The number of the paragraph, by line."""


def units(blocks: Iterable[Block]) -> Iterator[Lines | Table]:
    """Tables, and paragraphs together as long as they follow one another."""
    if isinstance(blocks, Paragraphs) and may_hold_tables(blocks.text):
        blocks = with_tables(blocks)
    if isinstance(blocks, Paragraphs):
        yield from _of_text(blocks)
        return
    lines: list[str] = []
    groups: list[int] = []
    for number, block in enumerate(blocks):
        if block.header or any(len(row) > 1 for row in block.rows[:_ROWS]):
            yield from of_lines(lines, groups)
            lines, groups = [], []
            if block.header:
                # A first row that is data may have been taken for names of columns.
                yield Lines(scan([(name,) for name in block.header]), [0] * len(block.header))
            for at in range(0, len(block.rows), _ROWS):
                yield read(block.rows[at : at + _ROWS], block.header)
            continue
        lines += [line for row in block.rows for cell in row for line in cell.splitlines()]
        groups += [number] * (len(lines) - len(groups))
    yield from of_lines(lines, groups)


def _of_text(text: Paragraphs) -> Iterator[Lines]:
    """Running text; of a long one never more is cut than one portion needs."""
    lines: list[str] = []
    groups: list[int] = []
    last = 0
    for found in text.portions():
        numbers = list(accumulate(map(not_, found), initial=last))[1:]
        last = numbers[-1]
        groups += compress(numbers, found)
        lines += filter(None, found)
        while len(lines) > _ROWS:
            yield from of_lines(lines[:_ROWS], groups[:_ROWS])
            del lines[:_ROWS], groups[:_ROWS]
    yield from of_lines(lines, groups)


def of_lines(lines: Sequence[str], groups: Sequence[int]) -> Iterator[Lines]:
    """Running text in portions of a thousand lines, without the marks of quotation in front."""
    for at in range(0, len(lines), _ROWS):
        text = "\n" + "\n".join(lines[at : at + _ROWS])
        text = _LINK.sub("", text) if "mailto:" in text else text
        text = _QUOTE.sub("\n", text) if "\n|" in text else _USUAL_QUOTE.sub("", text)
        yield Lines(Scan(plain(text[1:])), groups[at : at + _ROWS])
