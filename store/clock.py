"""Clock: the one source of time; passed in everywhere, so that a test can move it."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock. Times are aware and UTC."""

    def now(self) -> datetime:
        """The wall clock, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back; for time limits."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; a test's clock returns when it was moved far enough."""
        await asyncio.sleep(seconds)
