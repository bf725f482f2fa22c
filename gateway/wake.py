"""Wake: whoever works by the clock is woken when something happens, each by an event of its own: what one takes up, no other misses."""

import asyncio


class Wake:
    """Wakes those who wait, by name."""

    def __init__(self) -> None:
        self._sleepers: dict[str, asyncio.Event] = {}

    def sleeper(self, name: str) -> asyncio.Event:
        """The event of one who waits. Clear it before looking, not after: what happens during a look must lead to another."""
        return self._sleepers.setdefault(name, asyncio.Event())

    def set(self, *names: str) -> None:
        """Something was released, a notice was queued: for those whose work it is. Without names for all: the end has come.

        A look is a transaction: who has nothing to do is not woken.
        """
        for name in names or tuple(self._sleepers):
            self.sleeper(name).set()
