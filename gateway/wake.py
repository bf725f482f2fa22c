"""Wake: whoever works by the clock is woken when something happens, each by an event of its own: what one takes up, no other misses."""

import asyncio


class Wake:
    """Wakes all who wait; any number of them."""

    def __init__(self) -> None:
        self._sleepers: list[asyncio.Event] = []

    def sleeper(self) -> asyncio.Event:
        """An event for one who waits. Clear it before looking, not after: what happens during a look must lead to another."""
        self._sleepers.append(asyncio.Event())
        return self._sleepers[-1]

    def set(self) -> None:
        """Something was released, a notice was queued, or the end has come."""
        for sleeper in self._sleepers:
            sleeper.set()
