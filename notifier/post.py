"""Post: claims notices that are due, puts them into words, sends them, tries again with back-off, and gives up loudly.

    claim (lease), tokens and deadlines of a batch ──► render ──► channel ──► sent (a question: its deadline runs from here)
                                                          │
                                                          └──► again, later  |  failed: log, alarm; a lost question stops the deadline

At-least-once: a worker that dies after the next hop took a notice sends it a second time, under the same Message-ID.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from jinja2 import TemplateError

from notifier import case_address, cut_off, digests, short_form
from notifier.addressees import may_receive
from notifier.channels import Bound, ChannelError, Rendered, Sending
from notifier.giving_up import give_up
from notifier.kinds import ASKS, LINKS, REMINDED_IN_WORKING_TIME
from notifier.links import LinkBase
from notifier.options import NoticeOptions, Organisation
from notifier.ready import Preparing, Ready
from notifier.rendering import Entry, render
from notifier.words import one_line
from notifier.working_time import WorkingTime
from store.clock import Clock
from store.engine import Store
from store.errors import StoreError
from store.holds import Hold
from store.outbox import Notice
from store.questions import Accepted
from store.shelves import Shelves

BATCH = 20
PARALLEL = 5
TIME_LIMIT = 60.0
"""Seconds for one notice."""
FRESH = timedelta(seconds=5)
"""What is known of a notice's hold is looked up again when it has waited for its turn for longer."""
LEASE = timedelta(seconds=BATCH / PARALLEL * TIME_LIMIT + 60)
"""Longer than a whole batch can take: a living worker never loses its lease."""

Ways = Mapping[str, Sending]
"""By channel, each perhaps with a connection that is kept."""

_log = structlog.get_logger("sekisho")


@dataclass(frozen=True, slots=True)
class _Taken:
    """A notice that the other side took."""

    notice: Notice
    reply: str
    at: datetime
    until: datetime | None
    remind_at: datetime | None
    asked: tuple[str, ...]
    """About which messages, if it asks."""


class Post:
    """The worker of the outbox. Any number of them, on any number of nodes, may run on one store."""

    def __init__(
        self,
        store: Store,
        organisation: Organisation,
        options: NoticeOptions,
        channels: Mapping[str, Bound],
        *,
        links: LinkBase,
        clock: Clock,
        node: str,
        on_failed: Callable[[Notice, str], None] | None = None,
    ) -> None:
        """`channels`: by name; "relay" goes by "mail". `node`: unique per process. `on_failed`: told of what was given up."""
        self._store = store
        self._organisation = organisation
        self._options = options
        self._channels = {**channels, "relay": channels["mail"]}
        self._links = links
        self._preparing = Preparing(node, links)
        self._clock = clock
        self._node = node
        self._on_failed = on_failed
        self._working = WorkingTime(organisation.hours, organisation.time_zone)
        self._stopping = False

    async def send_due(self) -> int:
        """Send one batch of what is due; how many notices were tried. Raises `StoreError`; then the leases return the work."""
        claimed, at = await self._store.commit(self._claim)
        if at:
            await asyncio.to_thread(self._store.memory.keep, at)
        async with AsyncExitStack() as stack:
            ways: asyncio.Queue[Ways] = asyncio.Queue()
            for _ in range(min(PARALLEL, len(claimed))):
                ways.put_nowait({n: await stack.enter_async_context(c.opened()) for n, c in self._channels.items()})

            async def one(ready: Ready) -> None:
                way = await ways.get()
                try:
                    await (self._give_back(ready.notice) if self._stopping else self._send(ready, way))
                finally:
                    ways.put_nowait(way)

            # Each to its end before an error is raised: one bad row must not cut the others short after their DATA.
            results = await asyncio.gather(*(one(ready) for ready in claimed), return_exceptions=True)
        for ready, result in zip(claimed, results, strict=True):
            if isinstance(result, Exception) and not isinstance(result, StoreError):
                # One that nobody foresaw must not end the worker, and with it every other notice.
                await self._refused(ready.notice, type(result).__name__, permanent=False)
            elif result is not None:
                raise result
        return len(claimed)

    def _claim(self, shelves: Shelves) -> tuple[list[Ready], datetime | None]:
        """What is due; of a frozen store only what was said since then: the alarm, and what concerns new mail. And the new mark."""
        frozen = shelves.high_water.frozen()
        since = frozen.since if frozen else None
        claimed = shelves.outbox.claim_due(self._node, shelves.now + LEASE, BATCH, made_since=since)
        mark = shelves.high_water.move_on() if claimed and not frozen else None
        return self._preparing.ready(shelves, claimed, self._clock.now()), mark

    def begin_nothing_new(self) -> None:
        """At a stop: what is being sent is finished, the rest of what was claimed goes back."""
        self._stopping = True

    async def _give_back(self, notice: Notice) -> None:
        """Nothing was tried: another node may have it at once."""
        now = self._clock.now()
        await self._store.commit(lambda shelves: shelves.outbox.again(notice.id, self._node, notice.reply, now))

    async def _send(self, ready: Ready, way: Ways) -> None:
        notice = ready.notice
        if self._clock.now() - ready.at > FRESH:
            (ready,) = await self._store.commit(
                lambda shelves: self._preparing.ready(shelves, (notice,), self._clock.now())
            )
        if not ready.needed:
            _log.info("notice not needed", **_ids(notice))
            return
        until = self._deadline(notice, ready.hold, ready.at)
        try:
            reply = await self._deliver(ready, until, way)
        except ChannelError as error:
            await self._refused(notice, str(error), permanent=error.permanent)
            return
        taken = _Taken(notice, reply, ready.at, until, self._remind_at(notice, ready.at), ready.asked)
        await self._store.commit_beside(self._accepted, taken)
        _log.info("notice sent", **_ids(notice), reply=one_line(reply))

    def _deadline(self, notice: Notice, hold: Hold | None, at: datetime) -> datetime | None:
        """Of the hold, or of a question that starts it: what is shown is what will hold."""
        if hold and (hold.deadline or hold.release_at):
            return hold.deadline or hold.release_at
        seconds = notice.facts.get("deadline_seconds")
        return self._working.after(at, seconds) if seconds else None

    def _remind_at(self, notice: Notice, at: datetime) -> datetime | None:
        """When a question that was taken now is asked again."""
        seconds = notice.facts.get("remind_after")
        if not seconds:
            return None
        in_hours = notice.kind in REMINDED_IN_WORKING_TIME
        return self._working.after(at, seconds) if in_hours else at + timedelta(seconds=seconds)

    async def _deliver(self, ready: Ready, until: datetime | None, way: Ways) -> str:
        """Render and send; every way to fail is a `ChannelError`."""
        notice = ready.notice
        if cut_off.stays(self._organisation, notice.channel, notice.recipient, drill=ready.drill):
            return cut_off.SWALLOWED
        if not may_receive(self._organisation, notice.kind, notice.recipient):
            raise ChannelError("not a mailbox of our own domains", permanent=True)
        if notice.channel not in way:
            raise ChannelError(f"no channel {notice.channel}", permanent=True)
        try:
            rendered = self._rendered(ready, until)
        except TemplateError as error:
            raise ChannelError(f"cannot be rendered: {type(error).__name__}", permanent=True) from error
        try:
            async with asyncio.timeout(TIME_LIMIT):
                return await way[notice.channel](rendered)
        except TimeoutError as error:
            raise ChannelError("time limit", permanent=False) from error

    def _rendered(self, ready: Ready, until: datetime | None) -> Rendered:
        """In words, with the codes of its short form and the address for answers where it can be answered by mail."""
        notice, answers = ready.notice, self._options.answer_address
        answered = bool(answers) and LINKS.get(notice.kind) == "question"
        made = render(
            notice,
            self._organisation,
            at=ready.at,
            link=ready.link,
            until=until,
            subject_shows_original=self._options.subject_shows_original,
            code=partial(short_form.code, self._store.seal, notice.hold_id, notice.recipient) if answered else None,
            entries=[self._entry(hold, link, until) for hold, link in ready.listed],
            case=(case := self._case(notice)),
        )
        if case:
            return replace(made, sender=case, reply_to=case, pressed=not notice.facts["by_itself"])
        return replace(made, reply_to=answers) if answered else made

    def _case(self, notice: Notice) -> str:
        """Where answers to a letter go; made here, like a link: the store keeps none."""
        own = notice.facts["report_address"] if notice.kind == "letter" else ""
        return case_address.make(self._store.seal, own, notice.ticket_id, notice.recipient)

    def _entry(self, hold: Hold, link: str, until: datetime | None) -> Entry:
        """One message of a digest; what was asked about before keeps its deadline."""
        ends = hold.decided_at + self._links.keep if hold.decided_at else hold.deadline or until
        return Entry(digests.facts_of(hold), link, ends)

    def _accepted(self, shelves: Shelves, taken: Sequence[_Taken]) -> None:
        """Mark them sent; the first question that arrives starts the deadline, for every copy that is still held.

        Also when the lease was lost meanwhile: the person has the question all the same.
        """
        shelves.outbox.sent(self._node, {each.notice.id: each.reply for each in taken})
        shelves.questions.accepted(
            Accepted(group_id, t.at, t.until, t.remind_at)
            for t in taken
            if t.until and t.remind_at and t.notice.kind in ASKS
            for group_id in t.asked
        )

    async def _refused(self, notice: Notice, reply: str, *, permanent: bool) -> None:
        now = self._clock.now()
        waits = self._options.retry
        wait = timedelta(seconds=waits[min(notice.attempts, len(waits)) - 1])
        given_up = notice.created_at is not None and now + wait > notice.created_at + timedelta(
            seconds=self._options.give_up
        )
        if permanent or given_up:
            await self._give_up(notice, reply)
            return
        await self._store.commit(lambda shelves: shelves.outbox.again(notice.id, self._node, reply, now + wait))
        _log.warning("notice deferred", **_ids(notice), reply=one_line(reply), wait=wait.total_seconds())

    async def _give_up(self, notice: Notice, reply: str) -> None:
        if not await self._store.commit(
            lambda shelves: give_up(shelves, self._organisation, self._node, notice, reply)
        ):
            return  # the lease was lost: another worker speaks for this notice
        _log.error("notice given up", **_ids(notice), reply=one_line(reply))
        if self._on_failed:
            self._on_failed(notice, reply)


def _ids(notice: Notice) -> dict[str, str | int]:
    """Name a notice in the log: never to whom, what about, or with which token."""
    return {
        "notice": notice.id,
        "kind": notice.kind,
        "channel": notice.channel,
        "hold_id": notice.hold_id,
        "ticket_id": notice.ticket_id,
        "attempt": notice.attempts,
    }
