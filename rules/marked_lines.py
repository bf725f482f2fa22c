"""Marked lines: the lines of a part where a marking stands: titles, headers and footers, the first and last of a page, sheet or slide."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from mail.shapes import Block, Paragraphs, Part
from rules.own_text import NOTICE

Line = tuple[str, bool]
"""A line, and whether it stands where titles stand."""

PROPERTIES = "properties"
"""Where readers put what a file says of itself, as rows (name, value)."""
_TOP, _BOTTOM = 12, 4
"""Lines of a page, sheet, slide or document at its two ends."""
_TITLES = 3
"""Rows of a table in which a title may stand beside other cells."""
_BEGINNING, _LONGEST = 400, 64 * 1024
_LINES, _SECTIONS, _WIDEST, _SHORT = 2_000, 5_000, 120, 40
_DEEPER = ("秘", "CONFIDENTIAL", "Confidential")
"""What is looked for below the first lines of a mail, too, where it stands on a line of its own."""
_EVERY_LINE = re.compile(r"header|footer|watermark", re.IGNORECASE)
# ECMA-376 part 1, 18.3.1.46: what stands in the header of a sheet beside its text.
_CODES = re.compile(r'&(?:"[^"]{0,80}"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|[PNDTGAFZBIUESXYOH]|\d{1,3})')
_PLACES = re.compile(r"&[LCR]")
_SUBJECT = re.compile(r"[>|\s]{0,12}\*?(?:subject|件名)\*?\s{0,3}[:：]\s{0,3}(.{1,200})", re.IGNORECASE)
_QUOTE = re.compile(r"[>|\s]{1,12}")
_ASKS = re.compile(r"区分|分類|レベル|取扱|機密|秘密|classif|sensitiv|level|marking|category", re.IGNORECASE)
"""Names of columns that say how other documents are marked: what stands below is a value, no marking."""


def top_of_body(text: str) -> str:
    """What of a mail is looked at: the beginning; and the whole of its opening, where a telling word stands further down."""
    return text if len(text) <= _BEGINNING or any(word in text for word in _DEEPER) else text[:_BEGINNING]


def lines_of_body(text: str) -> tuple[Line, ...]:
    """Its lines: the first ones, and every one that may be a marking alone."""
    return tuple([_of_mail(line, number) for number, line in enumerate(_filled(text.splitlines()[:_LINES]))])


def lines_of_file(part: Part) -> Iterator[Line]:
    """Of a file the lines of its pages, sheets or slides, those of headers, footers and watermarks as titles all of them."""
    if isinstance(part.blocks, Paragraphs):
        yield from _ends(_filled(part.blocks.beginning(_LONGEST).splitlines()))
        return
    for where, blocks in islice(groupby(part.blocks, lambda block: block.where), _SECTIONS):
        if where == PROPERTIES:
            continue  # read by name and value
        own = tuple(blocks)
        own = own if len(own) <= _LINES else (*own[:_LINES], *own[-_BOTTOM:])
        lines = [line for block in own for line in _of_block(block)]
        if _EVERY_LINE.search(where):
            yield from ((piece, True) for line in lines for piece in _without_codes(line))
        else:
            yield from _ends(lines)


def is_notice(lines: Sequence[Line], number: int) -> bool:
    """Whether the line is the title of the usual legal notice, or part of it."""
    return NOTICE.search(" ".join(line for line, _ in lines[number : number + 6])) is not None


def _of_mail(line: str, number: int) -> Line:
    if subject := _SUBJECT.match(line):
        return subject[1], True
    return (_QUOTE.sub("", line, count=1) if line[:1] in ">|" else line), number < _TOP


def _ends(lines: Sequence[str]) -> Iterator[Line]:
    """The lines at both ends, where titles stand; of those between the short ones: a watermark may stand there, alone."""
    last = max(_TOP, len(lines) - _BOTTOM)
    yield from ((line, True) for line in (*lines[:_TOP], *lines[last:]))
    yield from ((line, False) for line in islice(lines, _TOP, last) if len(line) <= _SHORT)


def _of_block(block: Block) -> Iterator[str]:
    """The cells of a block that may be a marking: those that stand alone, and those of the first rows beside a title."""
    yield from block.header
    rows = block.rows if len(block.rows) <= _LINES else (*block.rows[:_LINES], *block.rows[-_BOTTOM:])
    if not block.header and all(len(row) == 1 for row in rows):
        yield from _filled([line for row in rows for cell in row for line in cell.splitlines()])
        return
    yield from _of_first_rows(rows[:_TITLES], {place for place, name in enumerate(block.header) if _ASKS.search(name)})
    for row in rows[_TITLES:]:
        if len(row) - row.count("") == 1:
            yield from _filled(next(filter(None, row)).splitlines())


def _of_first_rows(rows: Sequence[Sequence[str]], asked: set[int]) -> Iterator[str]:
    """The rows in which a title may stand; not below what asks for one."""
    for row in rows:
        filled = [(place, cell) for place, cell in enumerate(row) if cell]
        for place, cell in filled:
            if len(filled) == 1 or place not in asked:
                yield from _filled(cell.splitlines())
        asked |= {place for place, cell in filled if len(filled) > 1 and _ASKS.search(cell)}


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line and len(line) <= _WIDEST and not line.isspace()]


def _without_codes(line: str) -> Sequence[str]:
    """The texts in the header of a sheet: left, middle, right."""
    return [_CODES.sub("", piece) for piece in _PLACES.split(line)] if "&" in line else (line,)
