"""Post: claims notices that are due, puts them into words, sends them, tries again with back-off, and gives up loudly.

    claim (lease), tokens and deadlines of a batch ──► render ──► channel ──► sent (a question: its deadline runs from here)
                                                          │
                                                          └──► again, later  |  failed: log, alarm; a lost question stops the deadline

At-least-once: a worker that dies after the next hop took a notice sends it a second time, under the same Message-ID.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from jinja2 import TemplateError

from notifier import notices
from notifier.addressees import may_receive
from notifier.channels import Bound, ChannelError, Sending
from notifier.options import NoticeOptions, Organisation
from notifier.rendering import render
from notifier.words import one_line
from notifier.working_time import WorkingTime
from store.clock import Clock
from store.engine import Store
from store.errors import StoreError
from store.holds import Accepted, Hold, State
from store.links import Link
from store.outbox import Notice
from store.shelves import Shelves

BATCH = 20
PARALLEL = 5
TIME_LIMIT = 60.0
"""Seconds for one notice."""
FRESH = timedelta(seconds=5)
"""What is known of a notice's hold is looked up again when it has waited for its turn for longer."""
LEASE = timedelta(seconds=BATCH / PARALLEL * TIME_LIMIT + 60)
"""Longer than a whole batch can take: a living worker never loses its lease."""
TOKEN_LIFE = timedelta(days=30)
"""Of a link to a ticket."""

_PATHS = {"question": "q", "ticket": "t", "desk": "desk"}
_QUIET = frozenset({"alarm", "question_lost", "bounce"})
"""Kinds whose failure is only logged: no alarm about an alarm, no notice about a bounce (RFC 5321 6.1)."""
_WAITS_FOR_AN_ANSWER = frozenset({"question", "reminder"})

Ways = Mapping[str, Sending]
"""By channel, each perhaps with a connection that is kept."""

_log = structlog.get_logger("sekisho")


@dataclass(frozen=True, slots=True)
class LinkBase:
    """What links begin with, from the settings only."""

    base_url: str
    staff_base_url: str = ""
    """Empty: the same."""
    keep: timedelta = timedelta(days=7)
    """How long after the decision a link to a question still shows the state (`[hold] bring_back`)."""

    def url(self, purpose: str, token: str) -> str:
        """Build the address of a page: /q/… for senders, /t/… and /desk/… for staff."""
        base = self.base_url if purpose == "question" else self.staff_base_url or self.base_url
        return f"{base.rstrip('/')}/{_PATHS[purpose]}/{token}"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A notice and what it needs to be put into words."""

    notice: Notice
    at: datetime
    hold: Hold | None
    link: str
    needed: bool


@dataclass(frozen=True, slots=True)
class _Taken:
    """A notice that the other side took."""

    notice: Notice
    reply: str
    at: datetime
    until: datetime | None


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

            async def one(ready: _Ready) -> None:
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

    def _claim(self, shelves: Shelves) -> tuple[list[_Ready], datetime | None]:
        """What is due; of a frozen store only what was said since then: the alarm, and what concerns new mail. And the new mark."""
        frozen = shelves.high_water.frozen()
        since = frozen.since if frozen else None
        claimed = shelves.outbox.claim_due(self._node, shelves.now + LEASE, BATCH, made_since=since)
        mark = shelves.high_water.move_on() if claimed and not frozen else None
        return self._prepare(shelves, claimed), mark

    def begin_nothing_new(self) -> None:
        """At a stop: what is being sent is finished, the rest of what was claimed goes back."""
        self._stopping = True

    async def _give_back(self, notice: Notice) -> None:
        """Nothing was tried: another node may have it at once."""
        now = self._clock.now()
        await self._store.commit(lambda shelves: shelves.outbox.again(notice.id, self._node, notice.reply, now))

    async def _send(self, ready: _Ready, way: Ways) -> None:
        notice = ready.notice
        if self._clock.now() - ready.at > FRESH:
            (ready,) = await self._store.commit(lambda shelves: self._prepare(shelves, (notice,)))
        if not ready.needed:
            _log.info("notice not needed", **_ids(notice))
            return
        until = self._deadline(notice, ready.hold, ready.at)
        try:
            reply = await self._deliver(ready, until, way)
        except ChannelError as error:
            await self._refused(notice, str(error), permanent=error.permanent)
            return
        await self._store.commit_beside(self._accepted, _Taken(notice, reply, ready.at, until))
        _log.info("notice sent", **_ids(notice), reply=one_line(reply))

    def _prepare(self, shelves: Shelves, notices_: Sequence[Notice]) -> list[_Ready]:
        """Make the tokens (the store keeps their hash), or see that nobody needs one any more."""
        at = self._clock.now()
        holds = {hold.id: hold for hold in shelves.holds.several({n.hold_id for n in notices_ if n.hold_id})}
        unneeded = {n.id for n in notices_ if n.kind in _WAITS_FOR_AN_ANSWER and not _is_held(holds.get(n.hold_id))}
        for notice in notices_:
            if notice.id in unneeded:
                shelves.outbox.again(notice.id, self._node, "", at)
                shelves.outbox.withdraw(notice.hold_id, (notice.kind,))
        wanted = {n.id: self._link(n, holds.get(n.hold_id), at) for n in notices_ if n.kind in notices.LINKS}
        tokens = dict(zip(wanted, shelves.links.make_all(list(wanted.values())), strict=True))
        links = {of: self._links.url(wanted[of].purpose, token) for of, token in tokens.items()}
        return [_Ready(n, at, holds.get(n.hold_id), links.get(n.id, ""), needed=n.id not in unneeded) for n in notices_]

    def _link(self, notice: Notice, hold: Hold | None, at: datetime) -> Link:
        """What the link of a notice opens."""
        purpose = notices.LINKS[notice.kind]
        if purpose != "question":
            return Link(purpose, notice.ticket_id, notice.recipient, at + TOKEN_LIFE)
        # Open-ended while it waits for an answer; the decision ends every link that is known by then.
        ends = hold.decided_at + self._links.keep if hold and hold.decided_at else None
        return Link(purpose, notice.hold_id, notice.recipient, ends)

    def _deadline(self, notice: Notice, hold: Hold | None, at: datetime) -> datetime | None:
        """Of the hold, or of a question that starts it: what is shown is what will hold."""
        if hold and hold.deadline:
            return hold.deadline
        seconds = notice.facts.get("deadline_seconds")
        return self._working.after(at, seconds) if seconds else None

    async def _deliver(self, ready: _Ready, until: datetime | None, way: Ways) -> str:
        """Render and send; every way to fail is a `ChannelError`."""
        notice = ready.notice
        if not may_receive(self._organisation, notice.kind, notice.recipient):
            raise ChannelError("not a mailbox of our own domains", permanent=True)
        if notice.channel not in way:
            raise ChannelError(f"no channel {notice.channel}", permanent=True)
        try:
            rendered = render(
                notice,
                self._organisation,
                at=ready.at,
                link=ready.link,
                until=until,
                subject_shows_original=self._options.subject_shows_original,
            )
        except TemplateError as error:
            raise ChannelError(f"cannot be rendered: {type(error).__name__}", permanent=True) from error
        try:
            async with asyncio.timeout(TIME_LIMIT):
                return await way[notice.channel](rendered)
        except TimeoutError as error:
            raise ChannelError("time limit", permanent=False) from error

    def _accepted(self, shelves: Shelves, taken: Sequence[_Taken]) -> None:
        """Mark them sent; the first question that arrives starts the deadline, for every copy that is still held.

        Also when the lease was lost meanwhile: the person has the question all the same.
        """
        shelves.outbox.sent(self._node, {each.notice.id: each.reply for each in taken})
        shelves.holds.questions_accepted(
            Accepted(t.notice.hold_id, t.at, t.until, t.at + timedelta(seconds=t.notice.facts["remind_after"]))
            for t in taken
            if t.until and t.notice.kind == "question"
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
        if not await self._store.commit(lambda shelves: self._failed(shelves, notice, reply)):
            return  # the lease was lost: another worker speaks for this notice
        _log.error("notice given up", **_ids(notice), reply=one_line(reply))
        if self._on_failed:
            self._on_failed(notice, reply)

    def _failed(self, shelves: Shelves, notice: Notice, reply: str) -> bool:
        """Mark it failed and tell the admins in the same transaction."""
        if not shelves.outbox.failed(notice.id, self._node, reply):
            return False
        hold = shelves.holds.get(notice.hold_id) if notice.hold_id else None
        if notice.kind == "question" and hold:
            if not _somebody_is_asked(shelves, notice):
                shelves.holds.question_lost(hold.group_id)
                notices.question_lost(shelves, self._organisation, hold, reply)
        elif notice.kind not in _QUIET:
            facts = {"kind": notice.kind, "number": notice.facts.get("number", ""), "reply": reply}
            notices.alarm(shelves, self._organisation, "notice-failed", facts)
        return True


def _is_held(hold: Hold | None) -> bool:
    return hold is not None and hold.state is State.HELD


def _somebody_is_asked(shelves: Shelves, notice: Notice) -> bool:
    """Whether another question about the same hold arrived or still may."""
    others = (other for other in shelves.outbox.of_hold(notice.hold_id) if other.id != notice.id)
    return any(other.kind == "question" and other.state != "failed" for other in others)


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
