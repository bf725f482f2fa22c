"""Duties: what runs by the clock: release, notify, remind, expire, tell what lies unattended, prune. Any number of processes may run them.

Exactly once over all of them: whatever is done is claimed first (a lease, or a compare-and-set on the row).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from gateway import approving, maillog, many, metrics, one_by_one, stray, unattended
from gateway.flow import Flow
from gateway.pruning import Pruning
from gateway.short_form import short_form
from gateway.standstill import Standstill
from notifier import notices
from notifier.post import BATCH, Post
from response import clockwork
from response.desk import Desk
from response.tracker_post import TrackerPost
from store.clock import Clock
from store.engine import Store
from store.errors import StoreError
from store.holds import Hold
from store.shelves import Shelves

MOMENT = 0.05
"""Seconds that a notice waits for others: to send one is more work than to hold a message, and whoever sends the next is waiting."""
REST = 2.0
"""While messages are being held, notices rest so much longer than they took."""
TICK = 5.0
"""Seconds between two looks; a release or a notice wakes its duty at once."""
JUMP = 300.0
"""Seconds by which wall clock and monotonic clock may disagree (decisions: store)."""
STEP = 1.0
"""Seconds by which the wall clock may run ahead between two looks and still be the same clock."""
PRUNE_EVERY = 3600.0


class Duties:
    """Everything that nobody waits for."""

    def __init__(
        self,
        flow: Flow,
        post: Post,
        store: Store,
        desk: Desk,
        clock: Clock,
        pruning: Pruning,
        trackers: TrackerPost | None = None,
    ) -> None:
        self._flow = flow
        self._post = post
        self._trackers = trackers
        self._store = store
        self._office = desk.office
        self._organisation = desk.office.organisation
        self._clock = clock
        self._standstill = Standstill(store, self._organisation, clock)
        self._pruning = pruning
        self._offset = self._last_offset = self._clock_offset()
        self._silence = flow.silence
        self._alarmed = self._more_notices = False
        self._stopping = asyncio.Event()
        self._pruned_at = clock.monotonic()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; one task a duty, so that a slow next hop does not keep a reminder."""
        duties = {"release": self.release, "notify": self.notify, "clockwork": self.clockwork}
        if self._trackers:
            duties["mirror"] = self._trackers.round
        self._tasks = [asyncio.create_task(self._repeat(name, duty), name=name) for name, duty in duties.items()]

    async def stop(self) -> None:
        """End: what is being handed over is booked, what was claimed beyond that goes back at once."""
        self._stopping.set()
        self._flow.begin_nothing_new()
        self._post.begin_nothing_new()
        if self._trackers:
            self._trackers.begin_nothing_new()
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
        steps = [self.remind, self.ask_in_place]
        steps += [] if await self._clock_jumped() else [self.expire, self.leave]
        steps += [self.unattended, self.desk]
        if any([await one_by_one.tried(step.__name__, step()) for step in steps]):
            self._flow.wake.set("notify")
        if self._clock.monotonic() - self._pruned_at >= PRUNE_EVERY:
            self._pruned_at = self._clock.monotonic()
            await one_by_one.tried("prune", self.prune())
            await self._store.commit(partial(stray.tell_rest, organisation=self._organisation))
        return 0

    async def remind(self) -> int:
        """Ask again: first after a quarter of an hour, then half-way to the deadline, then the deputy too, at the latest before it ends."""
        due = await self._store.read(lambda shelves: shelves.questions.due_to_remind())
        return await one_by_one.each("remind", due, lambda hold: self._store.commit(partial(self._remind, hold)))

    async def ask_in_place(self) -> int:
        """Where approvers left, others are asked."""
        lacking = await self._store.read(partial(approving.lacking, options=self._flow.options))
        for group_id in lacking:
            await self._store.commit(partial(approving.ask_in_place, group_id=group_id, options=self._flow.options))
            metrics.approval("in-place")
        return len(lacking)

    async def expire(self) -> int:
        """Cancel what nobody answered, and tell the sender, unless the settings say otherwise of that silence."""
        ended = await self._silence.end()
        if ended:
            self._flow.wake.set("release")
        return ended

    async def leave(self) -> int:
        """Let go what was delayed until now."""
        if gone := await self._silence.leave():
            self._flow.wake.set("release")
        return gone

    async def desk(self) -> int:
        """What the desk does by the clock."""
        return await clockwork.run(self._store, self._office, failed=_desk_failed)

    async def unattended(self) -> int:
        """Each working morning, tell people what waits for them; how many are told."""
        options = self._flow.options
        begins = unattended.morning(self._clock.now(), options)
        if begins is None or await self._store.read(partial(unattended.is_told, begins=begins)):
            return 0
        return await self._store.commit(partial(unattended.tell, options=options, begins=begins))

    async def prune(self) -> None:
        """Forget what ended long ago and is no evidence; and say in the log which entry of the audit log is the newest: there nobody changes it with the store."""
        await self._pruning.run(self._clock.now())
        newest, since = await self._store.read(lambda shelves: (shelves.audit.head(), shelves.audit.keyed_since()))
        maillog.audit_head(newest.seq, newest.sha256, since)

    def _remind(self, found: Hold, shelves: Shelves) -> None:
        hold = _now(shelves, found)
        if hold.deadline is None or hold.remind_at is None or hold.remind_at > shelves.now:
            return
        rest = hold.deadline - shelves.now
        # The first reminder goes to those who were asked, every further one to their deputies, too: there is one before it is cancelled.
        next_at = shelves.now + rest / 2 if rest > timedelta(minutes=30) or not hold.reminders else None
        if not shelves.questions.reminded(hold.id, hold.reminders, next_at):
            return
        if waits_for := shelves.approvals.open([hold.group_id]):
            approving.escalate(shelves, hold, waits_for[0], self._flow.options)
            metrics.approval("escalated")
        elif not many.remind(shelves, self._flow.options, hold):
            copies = shelves.holds.group(hold.group_id) if self._flow.options.answer_address else ()
            notices.reminder(shelves, self._organisation, hold, short_form=short_form(copies))

    async def _clock_jumped(self) -> bool:
        """Whether the wall clock was moved under us; the admins hear of it once, and nothing expires until it is back."""
        offset = self._clock_offset()
        moved, step, self._last_offset = offset - self._offset, offset - self._last_offset, offset
        if abs(step) > STEP:
            self._silence.clock_was_moved(self._clock.now(), timedelta(seconds=step))
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


def _desk_failed(duty: str, id_: str, error: Exception) -> None:
    """Something that the desk does by the clock failed; the next round tries it again."""
    maillog.fault("desk duty failed", error, duty=duty, id=id_)
    metrics.desk_failed(duty)


def _now(shelves: Shelves, found: Hold) -> Hold:
    """A hold as it stands once nobody else decides about it: somebody may have been asked anew since it was found due."""
    shelves.holds.alone(*found.keys)
    return shelves.holds.get(found.id) or found
