"""Duties: what runs by the clock: release, notify, remind, expire, prune. Any number of processes may run them.

Exactly once over all of them: whatever is done is claimed first (a lease, or a compare-and-set on the row).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from gateway import maillog, stray
from gateway.flow import Flow
from gateway.standstill import Standstill
from notifier import notices
from notifier.options import Organisation
from notifier.post import BATCH, Post
from store.clock import Clock
from store.contacts import TOGETHER
from store.engine import Store
from store.errors import StoreError
from store.holds import Hold, State
from store.shelves import Shelves

MOMENT = 0.05
"""Seconds that a notice waits for others: to send one is more work than to hold a message, and whoever sends the next is waiting."""
REST = 2.0
"""While messages are being held, notices rest so much longer than they took."""
TICK = 5.0
"""Seconds between two looks; a release or a notice wakes its duty at once."""
JUMP = 300.0
"""Seconds by which wall clock and monotonic clock may disagree (decisions: store)."""
PRUNE_EVERY = 3600.0
PIECES = 20
"""Of contacts that are forgotten in one round, each a transaction."""


class Duties:
    """Everything that nobody waits for."""

    def __init__(
        self,
        flow: Flow,
        post: Post,
        store: Store,
        organisation: Organisation,
        clock: Clock,
        *,
        hold_days: int,
        journal_days: int,
        contact_days: int,
    ) -> None:
        self._flow = flow
        self._post = post
        self._store = store
        self._organisation = organisation
        self._clock = clock
        self._standstill = Standstill(store, organisation, clock)
        self._hold_days = hold_days
        self._journal_days = journal_days
        self._contact_days = contact_days
        self._offset = self._clock_offset()
        self._alarmed = self._more_notices = False
        self._stopping = asyncio.Event()
        self._pruned_at = clock.monotonic()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; one task a duty, so that a slow next hop does not keep a reminder."""
        duties = {"release": self.release, "notify": self.notify, "clockwork": self.clockwork}
        self._tasks = [asyncio.create_task(self._repeat(name, duty), name=name) for name, duty in duties.items()]

    async def stop(self) -> None:
        """End: what is being handed over is booked, what was claimed beyond that goes back at once."""
        self._stopping.set()
        self._flow.begin_nothing_new()
        self._post.begin_nothing_new()
        self._flow.wake.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._flow.finish()

    async def watch(self) -> None:
        """Return only by raising what ended a duty: a process without its duties must not live on unseen."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def release(self) -> int:
        """Begin to hand over released mail; what ends wakes this duty again."""
        return await self._flow.begin_release()

    async def notify(self) -> int:
        """Send what is to be said. While messages are being held it takes a part of the time only: their clients wait, no reader does."""
        held = self._flow.wake.sleeper("notify")
        if not self._more_notices:
            await asyncio.sleep(MOMENT)
        held.clear()
        began = time.monotonic()
        sent = await self._post.send_due()
        self._more_notices = sent == BATCH
        if sent and held.is_set():
            await asyncio.sleep(min(REST * (time.monotonic() - began), TICK))
        return sent

    async def clockwork(self) -> int:
        """Remind, expire, prune: one round; the rest of a large batch waits for the next tick. Nothing of it while the store is frozen."""
        await self._standstill.look()
        if await self._store.read(lambda shelves: shelves.high_water.frozen()):
            return 0
        told = await self.remind()
        if not await self._clock_jumped():
            told += await self.expire()
        if told:
            self._flow.wake.set("notify")
        if self._clock.monotonic() - self._pruned_at >= PRUNE_EVERY:
            self._pruned_at = self._clock.monotonic()
            await self.prune()
            await self._store.commit(partial(stray.tell_rest, organisation=self._organisation))
        return 0

    async def remind(self) -> int:
        """Ask again: first after a quarter of an hour, then half-way to the deadline, then the deputy too."""
        due = await self._store.read(lambda shelves: shelves.holds.due_to_remind())
        for hold in due:
            await self._store.commit(partial(self._remind, hold))
        return len(due)

    async def expire(self) -> int:
        """Cancel what nobody answered, and tell the sender; nothing ever leaves by silence."""
        due = await self._store.read(lambda shelves: shelves.holds.due_to_expire())
        for hold in due:
            await self._store.commit(partial(self._expire, hold))
        return len(due)

    async def prune(self) -> None:
        """Forget what ended long ago and is no evidence."""
        now = self._clock.now()
        await self._store.commit(lambda shelves: shelves.holds.prune(now - timedelta(days=self._hold_days)))
        await self._store.commit(lambda shelves: shelves.journal.prune(now - timedelta(days=self._journal_days)))
        await self._store.commit(lambda shelves: shelves.recent_mail.prune(now - timedelta(days=self._journal_days)))
        await self._store.commit(lambda shelves: shelves.customer_names.prune(now - timedelta(days=self._journal_days)))
        await self._store.commit(lambda shelves: shelves.confirmed.prune(now - timedelta(days=self._journal_days)))
        if self._contact_days:
            before = now - timedelta(days=self._contact_days)
            for _ in range(PIECES):  # the rest of a great many waits for the next hour
                if await self._store.commit(lambda shelves: shelves.contacts.forget_before(before)) < TOGETHER:
                    break

    def _remind(self, hold: Hold, shelves: Shelves) -> None:
        if hold.deadline is None:
            return
        rest = hold.deadline - shelves.now
        next_at = shelves.now + rest / 2 if rest > timedelta(minutes=30) else None
        if shelves.holds.reminded(hold.id, hold.reminders, next_at):
            notices.reminder(shelves, self._organisation, hold)

    def _expire(self, hold: Hold, shelves: Shelves) -> None:
        if not shelves.holds.move(hold.id, State.HELD, State.EXPIRED, by="deadline"):
            return
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "expired", "")
        first = shelves.holds.get(hold.group_id)
        # Once a send: of a copy whose first one was answered before it came, nobody would hear otherwise.
        if hold.id == hold.group_id or first is None or first.state not in {State.HELD, State.EXPIRED}:
            shelves.outbox.withdraw(hold.group_id, ("question", "reminder"))
            notices.expired(shelves, self._organisation, hold)
        maillog.expired(hold.id)

    async def _clock_jumped(self) -> bool:
        """Whether the wall clock was moved under us; the admins hear of it once, and nothing expires until it is back."""
        moved = self._clock_offset() - self._offset
        if abs(moved) <= JUMP:
            self._alarmed = False
            return False
        if not self._alarmed:
            self._alarmed = True
            maillog.clock_jumped(moved)
            await self._store.commit(
                lambda s: notices.alarm(s, self._organisation, "clock-jumped", {"seconds": round(moved)})
            )
        return True

    def _clock_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    async def _repeat(self, name: str, duty: Callable[[], Awaitable[int]]) -> None:
        """Again and again: at once while there is work, else when woken or after a tick."""
        woken = self._flow.wake.sleeper(name)
        while not self._stopping.is_set():
            woken.clear()
            try:
                if await duty():
                    continue
            except (StoreError, OSError) as error:
                maillog.duty_failed(name, str(error))
            waits = {asyncio.ensure_future(woken.wait()), asyncio.ensure_future(self._clock.sleep(TICK))}
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
