"""Claim: what this process may hand over, as long as its lease is ours: renewed while the hand-over goes on, which ends with it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from store.clock import Clock
from store.engine import Store
from store.errors import StoreError
from store.holds import Delivery, Hold, Recipient
from store.shelves import Shelves

LEASE = timedelta(minutes=5)
"""A dead node's work returns after it."""
RENEW = timedelta(minutes=1)
"""A living one renews it so often; what could not be renewed is cut off so long before the end."""
T = TypeVar("T")


class Calm:
    """Whether a lease that has ended means that its owner is dead.

    It does not while the wall clock was moved or the store was away a moment ago: whoever lives renews his lease, or books what he
    has handed over, within a minute of it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = self._clocks_apart()
        self._disturbed_at = float("-inf")

    def disturb(self) -> None:
        """The store did not answer: nobody could renew or book."""
        self._disturbed_at = self._clock.monotonic()

    def holds(self) -> bool:
        """Look at the clocks. To be asked before every claim."""
        before, self._offset = self._offset, self._clocks_apart()
        if abs(self._offset - before) > RENEW.total_seconds():
            self.disturb()
        return self._clock.monotonic() - self._disturbed_at > RENEW.total_seconds()

    def _clocks_apart(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()


@dataclass(frozen=True, slots=True)
class Claim:
    """Recipients of one hold, SENDING under one lease."""

    hold: Hold
    recipients: tuple[Recipient, ...]
    lease: str

    def is_ours(self, shelves: Shelves, until: datetime) -> bool:
        """Hold on until then; False when the lease ended and somebody else has it."""
        return shelves.deliveries.renew(self.hold.id, [r.position for r in self.recipients], self.lease, until)

    def give_back(self, shelves: Shelves) -> None:
        """Nothing was tried: another node may have it at once."""
        for r in self.recipients:
            shelves.deliveries.settle(
                self.hold.id, r.position, self.lease, Delivery.WAITING, reply=r.reply, next_try=shelves.now
            )

    async def during(self, work: Callable[[], Coroutine[Any, Any, T]], store: Store, clock: Clock) -> T | None:
        """Do something under the lease; None when that was lost before it began, or while it went on: then it was cut off."""
        until = clock.now() + LEASE
        if not await store.commit(partial(self.is_ours, until=until)):
            return None
        task, keeper = asyncio.ensure_future(work()), asyncio.ensure_future(self._keep(until, store, clock))
        try:
            await asyncio.wait({task, keeper}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()  # does nothing to one that is done
            keeper.cancel()
            await asyncio.gather(task, keeper, return_exceptions=True)
        return None if task.cancelled() else task.result()

    async def _keep(self, until: datetime, store: Store, clock: Clock) -> None:
        """Renew the lease again and again; return when it is lost, or was not renewed in time."""
        while clock.now() < until - RENEW:
            await clock.sleep(RENEW.total_seconds())
            wanted = clock.now() + LEASE
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(RENEW.total_seconds()):
                    if not await store.commit(partial(self.is_ours, until=wanted)):
                        return
                until = wanted
