"""The high-water mark: how far the store had got, written in it and beside it, so that one that came back from a backup is known.

A living store writes the time into itself every few seconds and whenever something leaves; each node keeps the newest it has seen in
a file of its own (`store.memory`). A store whose mark is older than that was put back. So was, perhaps, one whose file is a copy, and
one that nobody here has seen and that stood still for long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from store.marks import MarkShelf
from store.memory import Memory

Reason = Literal["restored", "unknown", "asked"]
"""The store is older than what this node has seen; nobody here can vouch for it; an operator wants it."""

EVERY = timedelta(seconds=10)
"""How often a living store moves its mark on."""
STOOD_STILL = timedelta(minutes=10)
"""A store whose mark is younger is alive, whoever moves it."""
_MARK, _FROZEN = "high-water", "frozen"
_OPERATOR = "operator"
"""Who moved the mark at a resume: every node believes him."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Why nothing is released, expired or reminded of any more, and since when."""

    reason: Reason
    since: datetime


class HighWaterShelf:
    """The mark in the store, held against what this node has seen."""

    def __init__(self, marks: MarkShelf, now: datetime, memory: Memory) -> None:
        self._marks = marks
        self._now = now
        self._memory = memory

    def frozen(self) -> Frozen | None:
        """Whether the store stands still: by its own word, or by what this node sees of it in this very transaction."""
        said = self._said()
        if said:
            return said
        suspicion = self._suspicion()
        return Frozen(suspicion, self._now) if suspicion else None

    def look(self) -> tuple[Frozen | None, datetime | None]:
        """Freeze what came back, thaw what a node that knows it vouches for, move the mark on.

        What this look froze, and how far the store has got, for the memory of this node.
        """
        said, suspicion = self._said(), self._suspicion()
        if suspicion and (said is None or (said.reason, suspicion) == ("unknown", "restored")):
            if self._may_be_alive():
                return None, None
            self._marks.set(_FROZEN, suspicion)
            return Frozen(suspicion, self._now), None
        if suspicion or (said and said.reason != "unknown"):
            return None, None
        self._marks.clear(_FROZEN)
        mark = self._mark()
        return None, self.move_on() if mark is None or self._now - mark[0] >= EVERY else mark[0]

    def move_on(self, by: str = "") -> datetime:
        """Something leaves the house: a store that does not know of it is older than this one. Never back, whatever the clock does."""
        # Two nodes that move it at once must not do so from the same mark: the later writer would put it back behind what the other has seen.
        mark, seen = _read(self._marks.hold(_MARK)), self._memory.seen
        at = max(self._now, seen or self._now, mark[0] + timedelta(milliseconds=1) if mark else self._now)
        self._marks.set(_MARK, f"{at.isoformat()} {by or self._memory.node}")
        return at

    def freeze(self) -> None:
        """An operator wants the store to stand still."""
        self._marks.set(_FROZEN, "asked")

    def resume(self) -> timedelta | None:
        """An operator has looked at it: how long it stood still; None when it does not."""
        frozen, mark = self.frozen(), self._mark()
        if frozen is None:
            return None
        self._marks.clear(_FROZEN)
        self.move_on(_OPERATOR)
        last = frozen.since if frozen.reason == "asked" or mark is None else min(mark[0], frozen.since)
        return max(self._now - last, timedelta())

    def _said(self) -> Frozen | None:
        found = self._marks.entry(_FROZEN)
        if found is None:
            return None
        reasons: dict[str, Reason] = {"restored": "restored", "asked": "asked"}
        return Frozen(reasons.get(found[0], "unknown"), found[1])

    def _suspicion(self) -> Reason | None:
        """What this node thinks; None: it knows the store, or the store is new or alive."""
        seen = self._memory.seen  # before the mark is read: what is committed meanwhile only makes the mark younger
        mark = self._mark()
        if mark is None:
            return None
        at, by = mark
        if by == _OPERATOR:
            return None
        if seen and seen > at:
            return "restored"
        if seen == at or (self._memory.node and by == self._memory.node):
            return None
        alive = self._memory.has_moved(at) if self._memory.copied else self._now - at < STOOD_STILL
        return None if alive else "unknown"

    def _may_be_alive(self) -> bool:
        """Our file is a copy, perhaps of a living node's: its mark will tell."""
        mark = self._mark()
        return self._memory.copied and mark is not None and self._now - mark[0] < 3 * EVERY

    def _mark(self) -> tuple[datetime, str] | None:
        """How far the store has got, and which node said so last."""
        return _read(self._marks.get(_MARK))


def _read(text: str | None) -> tuple[datetime, str] | None:
    at, _, by = (text or "").partition(" ")
    return (datetime.fromisoformat(at), by) if at else None
