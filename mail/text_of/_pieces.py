"""Pieces: letters with their places → lines, cut where there is room between words, and what stands below one another as one."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby

from mail.text_of._columns import Box, Run, settled

_BLANKS = re.compile(r"[ \t\xa0\u3000]+")
_LINE = re.compile("[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029\ufffe]+\ufffe?")
"""U+FFFE is a hyphen at the end of a line, in place of that end."""
_GAP, _BLANK = 1.6, 0.6
"""Of the height of the letters: what is wider between two words is no blank; what is narrower than the second is one."""
_PITCH = 1.8
"""Heights from one line to the next within a paragraph or cell."""
_SAME = 0.2


@dataclass(slots=True)
class Piece:
    """Lines below one another: a paragraph, or what stands in a cell."""

    runs: list[Run]
    left: float
    right: float
    top: float
    bottom: float
    is_up: bool
    """Drawn higher than the piece before: in the middle of a row."""
    flows_down: bool = False
    """Part of vertical text."""
    height: float = field(init=False)
    """Of its letters."""

    def __post_init__(self) -> None:
        self.height = max(self.runs[0].height, 1e-6)

    def add(self, run: Run) -> None:
        """One line more."""
        self.runs.append(run)
        self.left, self.right = min(self.left, run.left), max(self.right, run.right)
        self.bottom = run.base

    def widen(self, run: Run) -> None:
        """What goes on the last line, after a change of font."""
        last = self.runs[-1]
        self.runs[-1] = replace(last, text=last.text + run.text, start=-1, right=run.right, sure=True)
        self.right = max(self.right, run.right)

    @property
    def is_vertical(self) -> bool:
        """Japanese from top to bottom comes letter by letter."""
        letters = sum(len(run.text) for run in self.runs)
        return self.runs[0].is_down or (len(self.runs) > 2 and letters < 1.5 * len(self.runs) + 8)  # noqa: PLR2004


def pieces(text: str, box: Callable[[int], Box]) -> list[Piece]:
    """All pieces of a page in the order in which they were drawn."""
    out: list[Piece] = []
    for runs in settled(list(_lines(text, box)), text):
        is_row = len(runs) > 1 and abs(runs[0].base - runs[1].base) <= _SAME * runs[0].height
        for run in runs:
            last = out[-1] if out else None
            if last and run is runs[0] and _is_beside(last.runs[-1], run):
                last.widen(run)
            elif last and _goes_on(last, run, begins_row=is_row and run is runs[0]):
                last.add(run)
            else:
                is_up = last is not None and run.base > last.bottom + _SAME * run.height
                out.append(Piece([run], run.left, run.right, run.base + run.height, run.base, is_up))
    return _from_right(out)


def _from_right(found: list[Piece]) -> list[Piece]:
    """Vertical lines that begin at one height, from right to left: PDFium gives them as it does words."""
    if not any(piece.runs[0].is_down for piece in found):
        return found
    out: list[Piece] = []
    for _, group in groupby(found, lambda piece: piece.runs[0].is_down and round(piece.top / piece.height / 2)):
        out += sorted(group, key=lambda piece: -piece.left if piece.runs[0].is_down else 0)
    return out


def _lines(text: str, box: Callable[[int], Box]) -> Iterable[list[Run]]:
    for line in _LINE.finditer(text):
        whole, start = line[0], line.start()
        bare = whole.strip()
        if bare:
            start += len(whole) - len(whole.lstrip())
            yield _runs(text, start, start + len(bare), box)


def _runs(text: str, start: int, stop: int, box: Callable[[int], Box]) -> list[Run]:
    """A line, cut where there is room between words. Most blanks cut nothing: what costs is done at the others."""
    found: list[Run] = []
    left, _, base, height = box(start)
    sure = True
    for blank in _BLANKS.finditer(text, start, stop):
        at, end = blank.span()
        _, right, low, _ = box(at - 1)
        next_left, _, next_base, next_height = box(end)
        room = next_left - right
        if "\u3000" in blank[0]:
            room -= height * blank[0].count("\u3000")
        moved = not -height <= next_base - low <= height or room < -2 * height
        if moved or room > _BLANK * height:
            found.append(_run(text[start:at], start, (left, right, base, height), low, sure=sure))
            start, left, base, height = end, next_left, next_base, next_height
            sure = moved or room > _GAP * height
    _, right, low, _ = box(stop - 1)
    found.append(_run(text[start:stop], start, (left, right, base, height), low, sure=sure))
    return found


def _run(text: str, start: int, place: Box, low: float, *, sure: bool) -> Run:
    """What stands between two cuts, from its first letter's place to the right end and the foot of its last; U+FFFE is PDFium's hyphen."""
    left, right, base, height = place
    is_down = base - low > height and right - left < 1.5 * height
    return Run(text.replace("\ufffe", "-"), start, left, right, base, height, sure, is_down)


def _is_beside(last: Run, run: Run) -> bool:
    """Whether a run that PDFium gives as a line of its own stands close behind another, on its line."""
    near = 0.3 * max(last.height, 1e-6)
    level = abs(run.base - last.base) <= near and abs(run.height - last.height) <= near
    return level and -near <= run.left - last.right <= near and not run.is_down


def _goes_on(piece: Piece, run: Run, *, begins_row: bool) -> bool:
    """Whether a run is the next line of a piece."""
    height = piece.height
    down = piece.bottom - run.base
    if run.is_down or not 0.5 * height < down <= _PITCH * height or abs(run.height - height) > 0.4 * height:
        return False
    if begins_row and len(piece.runs) == 1 and not piece.is_up:
        return False  # a title above a table is no part of its first cell
    last = piece.runs[-1]
    aligned = (run.left - last.left, run.right - last.right, run.left + run.right - last.left - last.right)
    return min(run.right, last.right) > max(run.left, last.left) and min(map(abs, aligned)) < 2 * height
