"""Later: what is to be written and nobody waits for: the journal, the counts of contacts; gathered, bounded, and in its order."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from store.shelves import Shelves

T = TypeVar("T")
Item = TypeVar("Item")
Unit = Callable[[Shelves], T]
"""One event: a function over the shelves, run in one transaction; synchronous, no other I/O.

It may run a second time when another node was in the way, so it keeps nothing outside of the shelves.
"""

Many = Callable[[Shelves, Sequence[Item]], Sequence[T] | None]
"""A unit over any number of items of one kind, such as the lines of the journal: the same few statements for all of them.

What it returns is a value for each item, or None.
"""

TOGETHER = 5_000
"""Items that one unit takes at most."""
LATER = 10_000
"""Units and items that nobody waits for and that are kept while the store is down."""
GATHER = 0.25
"""Seconds that what nobody waits for waits for company: so much a crash may forget."""
PAUSE = 1.0
"""Seconds between tries for it while the store is down."""


@dataclass(frozen=True, slots=True)
class Together:
    """A unit over items of one kind."""

    many: Many[Any, Any]
    items: tuple[Any, ...]

    def __call__(self, shelves: Shelves) -> Sequence[Any] | None:
        """Run it over all of them."""
        return self.many(shelves, self.items)

    def halves(self) -> "tuple[Together, ...]":
        """The same in two, where one of the items may be what it fails over."""
        half = len(self.items) // 2
        return (Together(self.many, self.items[:half]), Together(self.many, self.items[half:])) if half else ()


class Later:
    """What nobody waits for, in its order: units, and items of one kind that follow each other as one unit."""

    def __init__(self) -> None:
        self._units: deque[tuple[Any, list[Any]]] = deque()
        self._due = 0.0
        self.size = 0

    def put(self, kind: Unit[object] | Many[Any, Any], item: Any = None, *, alone: bool = False) -> bool:
        """Take one more at the end; whether it is the first, for which the writer must be woken."""
        if not alone and self._units and self._units[-1][0] is kind and len(self._units[-1][1]) < TOGETHER:
            self._units[-1][1].append(item)
        else:
            self._units.append((kind, [] if alone else [item]))
        self.size += 1
        if self.size == 1:
            self._due = time.monotonic() + GATHER
        return self.size == 1

    def wait(self) -> float | None:
        """Seconds until it should be written; None where there is nothing."""
        return max(0.0, self._due - time.monotonic()) if self.size else None

    def take(self, most: int) -> list[Unit[object]]:
        """At most so many units of it."""
        taken = [self._units.popleft() for _ in range(min(len(self._units), most))]
        self.size -= sum(len(items) or 1 for _, items in taken)
        return [Together(kind, tuple(items)) if items else kind for kind, items in taken]

    def put_back(self, units: Sequence[Unit[object]]) -> None:
        """Units that could not be written go in front again; the next try is after a pause."""
        for unit in reversed(units):
            together = unit if isinstance(unit, Together) else None
            self._units.appendleft((together.many, list(together.items)) if together else (unit, []))
            self.size += len(together.items) if together else 1
        self._due = time.monotonic() + PAUSE

    def trim(self, most: int = LATER) -> int:
        """Drop the oldest above so many; how many."""
        before = self.size
        while self.size > most:
            items = self._units[0][1]
            more = min(len(items) or 1, self.size - most)
            del items[:more]
            if not items:
                self._units.popleft()
            self.size -= more
        return before - self.size
