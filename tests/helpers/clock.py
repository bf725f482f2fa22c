"""TestClock: a clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

from store.clock import Clock

START = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
"""A Wednesday morning in Tokyo."""


class TestClock(Clock):
    """Moved by `advance`; `sleep` returns when it was moved far enough."""

    __test__ = False

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._passed = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._passed + seconds, woken))
        await woken

    @property
    def sleeping(self) -> list[float]:
        """Seconds that each sleeper has still to wait."""
        return [wanted - self._passed for wanted, woken in self._sleepers if not woken.done()]

    def advance(self, by: timedelta) -> None:
        """Move both clocks, and wake whoever has slept long enough; they run at the next `await`."""
        self._now += by
        self._passed += by.total_seconds()
        for wanted, woken in self._sleepers:
            if wanted <= self._passed and not woken.done():
                woken.set_result(None)
        self._sleepers = [(wanted, woken) for wanted, woken in self._sleepers if not woken.done()]

    def set_wall(self, now: datetime) -> None:
        """Move the wall clock alone, as a wrong time server does."""
        self._now = now
