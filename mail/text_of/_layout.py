"""Layout: letters with their places → paragraphs and tables, in the order in which they were drawn.

What stands below one another belongs together, what stands beside one another is a row: programs draw cell by cell.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from mail.budget import Spending
from mail.shapes import Block
from mail.text_of import _columns
from mail.text_of._columns import Box, Run
from mail.text_of._joined import joined
from mail.text_of._pieces import Piece, pieces
from mail.text_of._tables import lines, table

_CELL_LINES = 6
"""A cell of more lines is a column of prose."""
_FULL_LINES = 0.4
_NUMBERS = re.compile("[0-9０-９][0-9０-９-]{3}")
"""Lines with them are rows of a list more often than prose."""
_ENDS = frozenset("。．.！？!?：:；;")


def blocks(text: str, box: Callable[[int], Box], spending: Spending, where: str = "") -> tuple[Block, ...]:
    """The page: tables as tables, all else as paragraphs."""
    out: list[Block] = []
    loose: list[str] = []
    above: Piece | None = None
    for region in _regions(_rows(pieces(text, box))):
        if len(region) > 1 or len(region[0]) > 1:
            cells = _columns.cells([[_cell(piece) for piece in row] for row in region], box)
            if len(cells) > 1:
                out += lines(loose, spending, where=where)
                out += table(cells, spending, where=where)
                loose, above = [], None
            else:
                loose += [" ".join(row) for row in cells]
            continue
        (piece,) = region[0]
        _add(loose, piece, above)
        above = piece
    out += lines(loose, spending, where=where)
    return tuple(out)


def _rows(found: Sequence[Piece]) -> Iterable[list[Piece]]:
    """Pieces that stand beside one another; columns of prose each for itself."""
    row: list[Piece] = []
    top = bottom = 0.0
    for piece in found:
        if row and not _stands_beside(row[-1], piece, top, bottom):
            yield from _as_rows(row)
            row = []
        if not row:
            top, bottom = piece.top, piece.bottom
        row.append(piece)
        top = max(top, piece.top)
        bottom = min(bottom, piece.bottom)
    if row:
        yield from _as_rows(row)


def _stands_beside(last: Piece, piece: Piece, top: float, bottom: float) -> bool:
    """Whether a piece stands right of the last one of a row, which reaches from `bottom` to `top`."""
    left = piece.left
    if left <= last.left + last.height or left + piece.right <= last.left + last.right:
        return False
    top = min(top, piece.top)
    bottom = max(bottom, piece.bottom)
    return top - bottom > 0.3 * piece.height


def _as_rows(row: list[Piece]) -> Iterable[list[Piece]]:
    """A row as it is; down the columns drawn tables by their lines; columns of prose one by one."""
    if len(row) == 1:
        yield row
        return
    first = [run.base for run in row[0].runs]
    many = len(first) > 2  # noqa: PLR2004
    if many and all(len(one.runs) == len(first) for one in row) and not all(map(_is_prose, row)):
        for runs in zip(*(one.runs for one in row), strict=True):
            yield [Piece([run], run.left, run.right, run.base + run.height, run.base, is_up=False) for run in runs]
    elif sum(len(one.runs) > _CELL_LINES for one in row) > 1:
        yield from ([one] for one in row)
    else:
        yield row


def _regions(rows: Iterable[list[Piece]]) -> Iterable[list[list[Piece]]]:
    """Rows that may be one table, and all others one by one."""
    region: list[list[Piece]] = []
    for row in rows:
        if region and not (len(row) > 1 or _is_inside(region, row[0])):
            yield region
            region = []
        if region or len(row) > 1:
            region.append(row)
        else:
            yield [row]
    if region:
        yield region


def _is_inside(region: Sequence[Sequence[Piece]], piece: Piece) -> bool:
    """Whether a piece that stands alone is a row with one cell: it keeps within a column."""
    above = next(row for row in reversed(region) if len(row) > 1)
    near = region[-1][0].bottom - piece.top < 2 * piece.height
    first = abs(piece.left - above[0].left) < piece.height and piece.right < above[1].left
    return near and len(piece.runs) <= _CELL_LINES and (first or piece.left > above[1].left - piece.height)


def _cell(piece: Piece) -> Run:
    """A piece as one run."""
    first = piece.runs[0]
    if len(piece.runs) == 1:
        return first
    text = "".join(run.text for run in piece.runs) if piece.is_vertical else joined([run.text for run in piece.runs])
    return Run(text, -1, piece.left, piece.right, first.base, first.height, sure=True)


def _is_prose(piece: Piece) -> bool:
    """Whether most lines reach as far to the right as any."""
    full = sum(piece.right - run.right <= 1.2 * run.height for run in piece.runs)
    listed = sum(_NUMBERS.search(run.text) is not None for run in piece.runs)
    longest = max(len(run.text) for run in piece.runs)
    return longest > 10 and full > 1 and full >= _FULL_LINES * len(piece.runs) and listed * 2 <= len(piece.runs)  # noqa: PLR2004


def _add(loose: list[str], piece: Piece, above: Piece | None) -> None:
    """The lines of a paragraph; behind a full line that ends no sentence it goes on. Columns of vertical text go on, too."""
    near = above is not None and above.flows_down and _is_next_column(above, piece)
    if near or piece.is_vertical:
        piece.flows_down = True
        text = "".join(run.text for run in piece.runs)
        if near:
            loose[-1] += text
        else:
            loose += ["", text]
        return
    far = above is None or not 0 < above.bottom - piece.runs[0].base <= 2 * piece.height
    loose += [""] if far else []
    goes_on, is_prose = False, _is_prose(piece)
    for run in piece.runs:
        if goes_on:
            loose[-1] = joined([loose[-1], run.text])
        else:
            loose.append(run.text)
        goes_on = is_prose and piece.right - run.right <= 1.2 * run.height and run.text[-1] not in _ENDS


def _is_next_column(above: Piece, piece: Piece) -> bool:
    """Whether a narrow piece stands left of vertical text, or goes on below it."""
    narrow = piece.right - piece.left <= 2 * above.height
    return narrow and -above.height < above.left - piece.left < 2.5 * above.height
