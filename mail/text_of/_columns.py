"""Columns: rows of runs, each with its place → rows of cells, the same number in each, empty ones where nothing stands."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from mail.text_of._tables import Row

_CODE = re.compile("[A-Za-z]{0,4}[0-9-]{3,20}")
"""Numbers of customers are all of one width, names below one another are not."""

Box = tuple[float, float, float, float]
"""Left, right, bottom, height of a letter."""


@dataclass(slots=True)
class Run:
    """Words without a gap between them."""

    text: str
    start: int
    """Place of the first letter in the page's text; -1 where it is put together of several lines."""
    left: float
    right: float
    base: float
    height: float
    sure: bool
    """Whether the room before it is more than a blank, whatever stands around."""
    is_down: bool = False
    """Whether its letters stand below one another."""


Line = list[Run]


def settled(found: list[Line], text: str) -> list[Line]:
    """The same lines; a run behind a wide blank stays a run only where others begin at the same place.

    A full-width blank between two names is as wide as the room between two narrow columns.
    """
    unsure = [(before, run) for line in found for before, run in pairwise(line) if not run.sure]
    if not unsure:
        return found
    starts = sorted(run.left for line in found for run in line if run.sure)
    others = sorted((run.left, before.right) for before, run in unsure)
    return [_kept(line, text, starts, others) for line in found]


def _kept(line: Line, text: str, starts: list[float], others: list[tuple[float, float]]) -> Line:
    out = line[:1]
    for run in line[1:]:
        before, near = out[-1], 0.3 * run.height
        low, high = run.left - near, run.left + near
        many = bisect_left(starts, high) - bisect_left(starts, low) > 1
        ends = [right for _, right in others[bisect_left(others, (low,)) : bisect_left(others, (high,))]]
        ragged = len(ends) > 2 and (max(ends) - min(ends) > 2 * near or _CODE.fullmatch(before.text))  # noqa: PLR2004 - a column of its own
        if run.sure or many or ragged:
            out.append(run)
        else:
            whole = text[before.start : run.start + len(run.text)].replace("\ufffe", "-")
            out[-1] = replace(before, text=whole, right=run.right)
    return out


def cells(rows: Sequence[Line], box: Callable[[int], Box]) -> list[Row]:
    """Every row with as many cells as most of them have."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    width = max(counts, key=lambda count: (counts[count], count))
    even = [row for row in rows if len(row) == width]
    if len(even) == len(rows):
        return [tuple(run.text for run in row) for row in rows]
    starts = [median(row[n].left for row in even) for n in range(width)]
    ends = [median(row[n].right for row in even) for n in range(width)]
    return [_placed(_cut(row, starts, box), starts, ends) for row in rows]


def _cut(row: Line, starts: Sequence[float], box: Callable[[int], Box]) -> Line:
    """A row with too few runs, cut where the next column begins: a long cell reaches to its neighbour."""
    if len(row) >= len(starts):
        return row
    out: Line = []
    for run in row:
        rest = run
        for start in starts if run.start >= 0 else ():
            if len(rest.text) < 2:  # noqa: PLR2004 - one letter is not cut
                break
            near = 0.3 * rest.height
            if not rest.left + near < start < rest.right - near:
                continue
            away = [abs(box(rest.start + n)[0] - start) for n in range(1, len(rest.text))]
            at = len(away) - away[::-1].index(min(away))  # the last of them: what reaches over begins before
            if away[at - 1] <= near:
                out.append(replace(rest, text=rest.text[:at].rstrip(), right=start))
                rest = replace(rest, text=rest.text[at:], start=rest.start + at, left=start)
        out.append(rest)
    return out


def _placed(row: Line, starts: Sequence[float], ends: Sequence[float]) -> Row:
    """Each run in the column that it is nearest to."""
    if len(row) == len(starts):
        return tuple(run.text for run in row)
    out = [""] * len(starts)
    for run in row:
        away = [min(abs(run.left - s), abs(run.right - e)) for s, e in zip(starts, ends, strict=True)]
        at = away.index(min(away))
        out[at] = f"{out[at]} {run.text}" if out[at] else run.text
    return tuple(out)
