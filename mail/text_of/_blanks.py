"""Blanks: lines whose cells stand apart by full-width blanks or by several, below a line that names the columns → rows."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from mail.text_of._tables import Row, header_row

_SEVERAL = re.compile("[ \u3000]{2,80}")
_WIDE = re.compile("\u3000{1,80}")
_FEWEST = 3
"""Lines, and columns: two words with a blank between them are a title or a name."""
_SAMPLE = 60
_MOST = 60
_MORE = 3
"""Cells that a row may have more than there are columns: names have such blanks in them, too."""
_SHAPE = str.maketrans(dict.fromkeys("123456789０１２３４５６７８９", "0"))


def rows(lines: Sequence[str]) -> list[Row]:
    """Rows with as many cells as the first has; what does not fit stays a line. [] where it is no table."""
    filled = [line.strip() for line in lines if line.strip()]
    if len(filled) < _FEWEST:
        return []
    for sign in (_SEVERAL, _WIDE):
        width = len(sign.split(filled[0]))
        if not _FEWEST <= width <= _MOST:
            continue
        head = [tuple(sign.split(line)) for line in filled[:_SAMPLE]]
        fitting = sum(width <= len(row) <= width + _MORE for row in head)
        if fitting >= 0.9 * len(head) and header_row(head) == 0:
            return _fitted([tuple(sign.split(line)) for line in filled], width, sign is _WIDE)
    return []


def _fitted(found: Sequence[Row], width: int, merges: bool) -> list[Row]:
    even = [row for row in islice(found, 1, None) if len(row) == width]
    values = [Counter(row[n] for row in even) for n in range(width)]
    shapes = [Counter(shape for row in even if (shape := _shape(row[n]))) for n in range(width)]
    out: list[Row] = []
    for row in found:
        fits = row
        while merges and width < len(fits) <= width + _MORE:
            tries = [(*fits[:n], f"{fits[n]}\u3000{fits[n + 1]}", *fits[n + 2 :]) for n in range(len(fits) - 1)]
            fits = max(tries, key=lambda one: _likeness(one, values, shapes))
        out.append(fits if len(fits) == width else (" ".join(row),))
    return out


def _likeness(row: Row, values: Sequence[Counter[str]], shapes: Sequence[Counter[str]]) -> int:
    """How many cells are what stands in their column elsewhere; the first merge wins where that says nothing."""
    own = sum(
        (cell in value) + (_shape(cell) in shape) for cell, value, shape in zip(row, values, shapes, strict=False)
    )
    end = sum(cell in value for cell, value in zip(reversed(row), reversed(values), strict=False))
    return own + 2 * end


def _shape(cell: str) -> str:
    """What it is made of, in order: digits, letters of ASCII, kana, others; blanks count for nothing."""
    out = ""
    for letter in cell.translate(_SHAPE):
        kind = (
            ""
            if letter.isspace()
            else "0"
            if letter == "0"
            else "a"
            if letter < "\x80"
            else "k"
            if "\u3040" <= letter < "\u3100" or letter > "\uff60"
            else "z"
        )
        out += kind if kind and not out.endswith(kind) else ""
    return out
