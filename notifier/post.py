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

from notifier import case_address, cut_off, digests, notices, short_form
from notifier.addressees import may_receive
from notifier.channels import Bound, ChannelError, Rendered, Sending
from notifier.options import NoticeOptions, Organisation
from notifier.rendering import Entry, render
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

_PATHS = {
    "question": "q",
    "approval": "a",
    "stop": "s",
    "sent": "w",
    "own": "r",
    "reach": "c",
    "answers": "u",
    "ticket": "t",
    "desk": "desk",
    "sign-in": "sign-in",
    "staff-sign-in": "sign-in",
}
_OF_HOLDS = frozenset({"question", "approval", "stop"})
"""Purposes of links to a held message: pages for senders, those whom they ask, and colleagues; open-ended until it is decided."""
_FOR_SENDERS = _OF_HOLDS | {"sign-in", "sent", "own"}
_SECTIONS = {"letter_news": "letters", "case_word": "timeline"}
"""Kinds whose link opens a section of the ticket."""
_QUIET = frozenset({"alarm", "question_lost", "bounce", "sign_in"})
"""Kinds whose failure is only logged: no alarm about an alarm, no notice about a bounce (RFC 5321 6.1), nor about an address that
somebody typed."""
_ASKS = frozenset({"question", "digest", "approval_asked", "sent_back", "escalated"})
"""Kinds whose acceptance starts the deadline, where none runs."""
_WAITS_FOR_AN_ANSWER = frozenset({*notices.OPEN, "approval_asked", "approval_reminder"})
_IN_WORKING_TIME = frozenset({"approval_asked"})
"""Kinds whose reminder, too, waits for working time: it asks further people."""

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
    outside_url: str = ""
    """What a link for somebody outside begins with; empty: they get none."""

    def url(self, purpose: str, token: str) -> str:
        """Build the address of a page: /q/…, /a/…, /s/…, /w/… and /r/… for senders, approvers and colleagues, /t/…, /c/… and /desk/… for staff, /u/… outside."""
        base = self.base_url if purpose in _FOR_SENDERS else self.staff_base_url or self.base_url
        base = self.outside_url if purpose == "answers" else base
        return f"{base.rstrip('/')}/{_PATHS[purpose]}/{token}"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A notice and what it needs to be put into words."""

    notice: Notice
    at: datetime
    hold: Hold | None
    link: str
    needed: bool
    listed: tuple[tuple[Hold, str], ...] = ()
    """Of a digest: the messages, each with its link."""
    drill: bool = False
    """It belongs to a drill."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The messages it is about."""
        return tuple(hold.group_id for hold, _ in self.listed) or (self.notice.hold_id,)


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
        taken = _Taken(notice, reply, ready.at, until, self._remind_at(notice, ready.at), ready.asked)
        await self._store.commit_beside(self._accepted, taken)
        _log.info("notice sent", **_ids(notice), reply=one_line(reply))

    def _prepare(self, shelves: Shelves, notices_: Sequence[Notice]) -> list[_Ready]:
        """Make the tokens (the store keeps their hash), or see that nobody needs one any more."""
        at = self._clock.now()
        holds = {hold.id: hold for hold in shelves.holds.several({n.hold_id for n in notices_ if n.hold_id})}
        listed = self._listed(shelves, notices_)
        unneeded = {n.id for n in notices_ if n.kind in _WAITS_FOR_AN_ANSWER and not _is_held(holds.get(n.hold_id))}
        late = {n.id for n in notices_ if n.kind == "sign_in" and datetime.fromisoformat(n.facts["until_at"]) <= at}
        for notice_id in late:
            shelves.outbox.failed(notice_id, self._node, "too late: its link has ended")
        unneeded |= late
        for notice in notices_:
            if notice.id in unneeded - late:
                shelves.outbox.again(notice.id, self._node, "", at)
                shelves.outbox.withdraw(notice.hold_id, (notice.kind,))
        wanted = {n.id: self._link(n, holds.get(n.hold_id), at) for n in notices_ if self._has_link(n)}
        tokens = dict(zip(wanted, shelves.links.make_all(list(wanted.values())), strict=True))
        section = {n.id: f"/{_SECTIONS[n.kind]}" for n in notices_ if n.kind in _SECTIONS}
        links = {of: self._links.url(wanted[of].purpose, t) + section.get(of, "") for of, t in tokens.items()}
        for notice in notices_:
            if notice.kind in digests.LISTS and not listed[notice.id]:
                shelves.outbox.unneeded(notice.id, self._node)
                unneeded.add(notice.id)
        drills = shelves.tickets.drills({n.ticket_id for n in notices_ if n.ticket_id})
        return [
            _Ready(
                n,
                at,
                holds.get(n.hold_id),
                links.get(n.id, ""),
                needed=n.id not in unneeded,
                listed=listed.get(n.id, ()),
                drill=n.ticket_id in drills or _is_of_drill(n, holds.get(n.hold_id)),
            )
            for n in notices_
        ]

    def _listed(self, shelves: Shelves, notices_: Sequence[Notice]) -> Mapping[str, tuple[tuple[Hold, str], ...]]:
        """What each digest lists, the oldest first: what still is as it says, with a link each."""
        of = {n.id: n for n in notices_ if n.kind in digests.LISTS}
        groups = shelves.digests.listed(of) if of else {}
        holds = {hold.id: hold for hold in shelves.holds.several({g for each in groups.values() for g in each})}
        found: dict[str, tuple[tuple[Hold, str], ...]] = {}
        for notice in of.values():
            there = [holds[g] for g in groups.get(notice.id, ()) if g in holds]
            still = [hold for hold in there if hold.state in digests.LISTS[notice.kind]]
            still.sort(key=lambda hold: (hold.received_at, hold.id))
            wanted = [self._link_to(hold.group_id, hold, notice.recipient, "question") for hold in still]
            tokens = shelves.links.make_all(wanted)
            found[notice.id] = tuple(
                (hold, self._links.url("question", token)) for hold, token in zip(still, tokens, strict=True)
            )
        return found

    def _has_link(self, notice: Notice) -> bool:
        """Whoever is outside gets one only where the settings say what it begins with there."""
        return notice.kind in notices.LINKS and (notice.kind != "letter" or bool(self._links.outside_url))

    def _link(self, notice: Notice, hold: Hold | None, at: datetime) -> Link:
        """What the link of a notice opens."""
        purpose = notices.LINKS[notice.kind]
        if purpose == "sign-in":
            where = "staff-sign-in" if notice.facts["place"] == "staff" else purpose
            return Link(
                where, notice.facts["sign_in"], notice.recipient, datetime.fromisoformat(notice.facts["until_at"])
            )
        if purpose == "sent":
            return Link(purpose, notice.facts["number"], notice.recipient, at + TOKEN_LIFE)
        if purpose == "reach":
            return Link(purpose, notice.facts["test"], notice.recipient, at + TOKEN_LIFE)
        if purpose not in _OF_HOLDS:
            return Link(purpose, notice.ticket_id, notice.recipient, at + TOKEN_LIFE)
        return self._link_to(notice.hold_id, hold, notice.recipient, purpose)

    def _link_to(self, group_id: str, hold: Hold | None, person: str, purpose: str) -> Link:
        # Open-ended while it waits for an answer; the decision ends every link that is known by then.
        ends = hold.decided_at + self._links.keep if hold and hold.decided_at else None
        return Link(purpose, group_id, person, ends)

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
        in_hours = notice.kind in _IN_WORKING_TIME
        return self._working.after(at, seconds) if in_hours else at + timedelta(seconds=seconds)

    async def _deliver(self, ready: _Ready, until: datetime | None, way: Ways) -> str:
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

    def _rendered(self, ready: _Ready, until: datetime | None) -> Rendered:
        """In words, with the codes of its short form and the address for answers where it can be answered by mail."""
        notice, answers = ready.notice, self._options.answer_address
        answered = bool(answers) and notices.LINKS.get(notice.kind) == "question"
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
        shelves.holds.questions_accepted(
            Accepted(group_id, t.at, t.until, t.remind_at)
            for t in taken
            if t.until and t.remind_at and t.notice.kind in _ASKS
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
        if notice.kind in _ASKS and hold:
            if not _somebody_is_asked(shelves, notice, hold):
                shelves.holds.question_lost(hold.group_id)
                lost = hold if notice.kind == "question" else replace(hold, asked=(notice.recipient,))
                notices.question_lost(shelves, self._organisation, lost, reply)
        elif notice.kind == "digest":
            groups = shelves.digests.listed((notice.id,)).get(notice.id, ())
            held = [hold for hold in shelves.holds.several(groups) if _is_held(hold)]
            digests.lost(shelves, self._organisation, notice.id, held, reply)
        elif notice.kind not in _QUIET:
            facts = {"kind": notice.kind, "number": notice.facts.get("number", ""), "reply": reply}
            notices.alarm(shelves, self._organisation, "notice-failed", facts)
        return True


def _is_of_drill(notice: Notice, hold: Hold | None) -> bool:
    """Whether a notice that names no drill ticket is of a drill all the same."""
    return bool(notice.facts.get("drill")) or (hold is not None and bool(hold.drill))


def _is_held(hold: Hold | None) -> bool:
    return hold is not None and hold.state is State.HELD


def _somebody_is_asked(shelves: Shelves, notice: Notice, hold: Hold) -> bool:
    """Whether what is asked about the hold now arrived somewhere, or still may."""
    others = (other for other in shelves.outbox.of_hold(notice.hold_id) if other.id != notice.id)
    underway = any(other.kind == notice.kind and other.state in {"waiting", "sending"} for other in others)
    return hold.asked_at is not None or underway


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
