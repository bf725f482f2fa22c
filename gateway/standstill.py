"""Standstill: a store that came back from a backup does nothing of what it had still to do until an operator has looked at it."""

import asyncio
from datetime import datetime, timedelta

from gateway import maillog
from notifier import notices
from notifier.options import Organisation
from store.clock import Clock
from store.engine import Store
from store.high_water import Frozen
from store.shelves import Shelves

LOOK_EVERY = 5.0
"""Seconds."""


class Standstill:
    """The eye of one process on the store it works with."""

    def __init__(self, store: Store, organisation: Organisation, clock: Clock) -> None:
        self._store = store
        self._organisation = organisation
        self._clock = clock
        self._looked_at = -LOOK_EVERY

    async def look(self) -> None:
        """Freeze or thaw the store, or move its mark on; the admins hear of a freeze. Raises `StoreError`."""
        now = self._clock.monotonic()
        if now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        frozen, seen = await self._store.commit(self._look)
        if frozen:
            maillog.frozen(frozen.reason)
        if seen:
            await asyncio.to_thread(self._store.memory.keep, seen)

    def _look(self, shelves: Shelves) -> tuple[Frozen | None, datetime | None]:
        frozen, seen = shelves.high_water.look()
        if frozen:
            shelves.audit.add("sekisho", "freeze", "store", {"reason": frozen.reason})
            notices.alarm(shelves, self._organisation, "frozen", {"reason": frozen.reason})
        return frozen, seen


def resume(shelves: Shelves, by: str, reason: str) -> timedelta | None:
    """Let the store go on, by an operator; deadlines move by how long it stood still. None: it does not stand still."""
    stood = shelves.high_water.resume()
    if stood is not None:
        shelves.questions.postpone(stood)
        shelves.audit.add(by, "resume", "store", {"reason": reason, "seconds": round(stood.total_seconds())})
    return stood


def freeze(shelves: Shelves, by: str, reason: str) -> None:
    """Stop what runs by the clock, by an operator."""
    shelves.high_water.freeze()
    shelves.audit.add(by, "freeze", "store", {"reason": reason})
