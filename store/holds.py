"""Held messages: the states, and every statement over them.

Long, because what moves a recipient from one state to another stands in one place: only so can be seen that nothing is sent twice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from store.binding import Binding
from store.contents import Contents
from store.legal_holds import keeps_hold
from store.prepared import run_each
from store.tables import as_key, contents, hold_people, hold_recipients, holds, links
from store.tables_approvals import approval_rounds


class State(StrEnum):
    """Of a hold as a whole."""

    HELD = "held"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RELEASED = "released"


class Delivery(StrEnum):
    """Of one recipient of a hold."""

    HELD = "held"
    WAITING = "waiting"
    SENDING = "sending"
    STOPPING = "stopping"
    """Being handed over, and not to be tried again: who asked for that came too late to stop it for sure."""
    DELIVERED = "delivered"
    FAILED = "failed"
    STOPPED = "stopped"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.CANCELLED, State.EXPIRED, State.RELEASED}),
    State.CANCELLED: frozenset({State.HELD}),
    State.EXPIRED: frozenset({State.HELD}),
    State.RELEASED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a hold."""

    position: int
    address: str
    send_to: str
    state: Delivery
    notify: tuple[str, ...] = ()
    orcpt: str = ""
    next_try: datetime | None = None
    attempts: int = 0
    give_up_at: datetime | None = None
    reply: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A held message without its content."""

    id: str
    group_id: str
    kind: str
    state: State
    copy_key: str
    queue_id: str
    reverse_path: str
    asked: tuple[str, ...]
    language: str
    envelope: Mapping[str, Any]
    verdict: Mapping[str, Any]
    message_id: str
    subject: str
    size: int
    sha256: str
    alterable: str
    received_at: datetime
    recipients: tuple[Recipient, ...]
    asked_at: datetime | None = None
    deadline: datetime | None = None
    reminders: int = 0
    remind_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decision: Mapping[str, Any] | None = None
    frozen: bool = False
    meeting: str | None = None
    """Which meeting of its sender it is about; None for all other mail."""
    release_at: datetime | None = None
    """While it is HELD: it leaves by itself then, unless somebody cancels it before."""
    silence: str | None = None
    """What follows when nobody answers until the deadline: return, deputy or send; None: it is cancelled."""

    @property
    def drill(self) -> str:
        """The drill whose mail it is; "" for all other mail."""
        return str(self.verdict.get("drill", ""))

    @property
    def delayed(self) -> bool:
        """Whether it waits for the clock, and for nobody's answer."""
        return self.state is State.HELD and self.release_at is not None

    def beside(self, first: "Hold") -> "Hold":
        """The same as a further copy of that send: one question, or one delay, is for both."""
        copy = replace(self, group_id=first.group_id, asked_at=first.asked_at, deadline=first.deadline)
        return replace(copy, release_at=first.release_at, remind_at=None)

    @property
    def keys(self) -> tuple[str, ...]:
        """What `alone` is asked for before something is decided about it."""
        return (self.copy_key, self.meeting) if self.meeting else (self.copy_key,)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A question that its reader's server has taken."""

    group_id: str
    at: datetime
    deadline: datetime
    remind_at: datetime


_ENDED = (Delivery.DELIVERED, Delivery.FAILED, Delivery.STOPPED)
_UNDER_LEASE = (Delivery.SENDING, Delivery.STOPPING)
_NO_LEASE: Mapping[str, None] = {"lease_by": None, "lease_until": None}
_PLAIN = tuple(c.name for c in holds.columns if c.name not in {"state", "asked", "decided_by"})
_FIRST_FIRST = (holds.c.received_at, holds.c.id)
# What every hold and every question needs is built once.
_ADD, _ADD_PERSON, _ADD_RECIPIENT = insert(holds), insert(hold_people), insert(hold_recipients)
_ACCEPTED = (
    update(holds)
    .where(holds.c.group_id == bindparam("of"), holds.c.state == State.HELD, holds.c.asked_at.is_(None))
    .values(asked_at=bindparam("at"), deadline=bindparam("until"), remind_at=bindparam("remind"))
)
_SEVERAL = select(holds).where(holds.c.id.in_(bindparam("ids", expanding=True)))
_COPIES = (
    select(holds)
    .where(holds.c.copy_key.in_(bindparam("copy_keys", expanding=True)), holds.c.received_at >= bindparam("since"))
    .order_by(*_FIRST_FIRST)
)
_RECIPIENTS = (
    select(hold_recipients)
    .where(hold_recipients.c.hold_id.in_(bindparam("ids", expanding=True)))
    .order_by(hold_recipients.c.hold_id, hold_recipients.c.position)
)


class HoldShelf:
    """The holds."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._queue = binding.queue
        self._contents = Contents(binding)

    def add(self, hold: Hold, sealed: bytes) -> None:
        """Keep a hold with its recipients and its sealed content (`store.seal`): row, rows or file."""
        self.add_all([(hold, sealed)])

    def add_all(self, kept: Sequence[tuple[Hold, bytes]]) -> None:
        """The same for any number, with the same few statements."""
        run_each(self._db, _ADD, [_row(hold) for hold, _ in kept])
        people = {(h.id, as_key(a)) for h, _ in kept for a in (h.reverse_path, *h.asked) if a}
        run_each(self._db, _ADD_PERSON, [{"hold_id": of, "key": key} for of, key in sorted(people)])
        run_each(
            self._db, _ADD_RECIPIENT, [self._recipient_row(hold.id, r) for hold, _ in kept for r in hold.recipients]
        )
        self._contents.put_all([(hold.id, sealed) for hold, sealed in kept])

    def get(self, hold_id: str) -> Hold | None:
        """One hold with its recipients."""
        return next(iter(self.several((hold_id,))), None)

    def several(self, hold_ids: Collection[str]) -> tuple[Hold, ...]:
        """Some of them with their recipients, in no order."""
        return self._many(_SEVERAL, {"ids": list(hold_ids)})

    def sealed_content(self, hold_id: str) -> bytes:
        """The sealed content; raises `StoreError` when a piece is missing."""
        return self._contents.get(hold_id)

    def group(self, group_id: str) -> tuple[Hold, ...]:
        """All copies of one send, the first first."""
        return self._many(select(holds).where(holds.c.group_id == group_id).order_by(*_FIRST_FIRST))

    def alone(self, *keys: str) -> None:
        """From here to the end of the transaction nobody else adds a copy of these sends (or meetings) or decides about one.

        Read them after this, not before: another node may have been at work until now.
        """
        self._queue(self._db, keys)

    def open_of_meetings(self, meetings: Collection[str]) -> tuple[Hold, ...]:
        """What is held, or released and still under way, of these meetings; the first first."""
        of = holds.c.meeting.in_(list(meetings))
        return self._many(select(holds).where(of, _unfinished()).order_by(*_FIRST_FIRST)) if meetings else ()

    def copies_of(self, copy_keys: Collection[str], since: datetime) -> tuple[Hold, ...]:
        """Earlier copies of the same sends, the first first."""
        return self._many(_COPIES, {"copy_keys": list(copy_keys), "since": since})

    def move(
        self,
        hold_id: str,
        seen: State,
        to: State,
        *,
        by: str = "",
        decision: Mapping[str, Any] | None = None,
        deadline: datetime | None = None,
        give_up_at: datetime | None = None,
    ) -> bool:
        """Compare and set; False when someone else was quicker. Raises ValueError on a transition that does not exist.

        To RELEASED: recipients that are HELD become WAITING, due now, until `give_up_at`. To CANCELLED or EXPIRED: they become
        STOPPED. Back to HELD: those become HELD again, `decided_*` is emptied, the deadline is the one given, and nothing leaves by
        itself any more: who brings it back is asked.
        """
        if to not in TRANSITIONS[seen]:
            raise ValueError(f"a hold cannot go from {seen} to {to}")
        stopped_at = self._db.scalar(select(holds.c.decided_at).where(holds.c.id == hold_id))
        if to is State.HELD:
            values: dict[str, Any] = {"decided_at": None, "decided_by": None, "decision": None}
            values |= {"deadline": deadline, "remind_at": None, "reminders": 0, "release_at": None, "silence": None}
        else:
            values = {"decided_at": self._now, "decided_by": by or None, "decision": decision}
        moved = update(holds).where(holds.c.id == hold_id, holds.c.state == seen).values(state=to, **values)
        if self._db.execute(moved).rowcount != 1:
            return False
        self._move_recipients(hold_id, to, stopped_at, give_up_at)
        return True

    def redirect(self, hold_id: str, position: int, send_to: str) -> None:
        """Correct a recipient before release; the address as given stays."""
        still = hold_recipients.c.state != Delivery.DELIVERED
        self._db.execute(update(hold_recipients).where(*_at(hold_id, position), still).values(send_to=send_to))

    def set_recipient(
        self,
        hold_id: str,
        position: int,
        state: Delivery,
        *,
        reply: str = "",
        next_try: datetime | None = None,
        seen: Delivery | None = None,
    ) -> bool:
        """Set a recipient's state; with `seen` only when it still is that: False otherwise. Delivered stays delivered."""
        c = hold_recipients.c
        as_seen = c.state == seen if seen else c.state != Delivery.DELIVERED
        values = {"state": state, "reply": reply, "next_try": next_try, "changed_at": self._now, **_NO_LEASE}
        return (
            self._db.execute(update(hold_recipients).where(*_at(hold_id, position), as_seen).values(values)).rowcount
            == 1
        )

    def settle(
        self, hold_id: str, position: int, lease: str, state: Delivery, *, reply: str, next_try: datetime | None
    ) -> Delivery | None:
        """What came of a hand-over: the state that stands now; None when the lease is not ours any more.

        Who is not to be tried again is STOPPED instead of WAITING.
        """
        c = hold_recipients.c
        ours = and_(*_at(hold_id, position), c.state.in_(_UNDER_LEASE), c.lease_by == lease)
        after = case((c.state == Delivery.STOPPING, Delivery.STOPPED), else_=state) if next_try else state
        values = {"state": after, "reply": reply, "next_try": next_try, "changed_at": self._now, **_NO_LEASE}
        found = self._db.scalar(update(hold_recipients).where(ours).values(values).returning(c.state))
        return Delivery(found) if found else None

    def stop(self, hold_id: str, position: int) -> Delivery:
        """Stop a recipient where that is possible still: the state that stands now, as STOPPED, STOPPING, DELIVERED."""
        c = hold_recipients.c
        stopping = case((c.state.in_(_UNDER_LEASE), Delivery.STOPPING), else_=Delivery.STOPPED)
        open_still = and_(*_at(hold_id, position), c.state.not_in(_ENDED))
        values = {"state": stopping, "next_try": None, "changed_at": self._now}
        self._db.execute(update(hold_recipients).where(open_still).values(values))
        return Delivery(self._db.scalars(select(c.state).where(*_at(hold_id, position))).one())

    def claim_due(
        self, lease: str, lease_until: datetime, limit: int = 20, *, lapsed: bool = True
    ) -> tuple[tuple[Hold, tuple[Recipient, ...]], ...]:
        """Take released recipients that are due (WAITING and next_try passed, or SENDING with a lease that ended, unless `lapsed` is False).

        They become SENDING under this lease, attempts + 1. PostgreSQL: FOR UPDATE SKIP LOCKED. Nobody else gets
        them until the lease ends. Recipients of one hold come together. What is said of a meeting waits for what was said of it
        earlier to one of the same recipients.
        """
        due = self._due(lapsed=lapsed)
        first = func.min(func.coalesce(hold_recipients.c.next_try, hold_recipients.c.lease_until)).label("first")
        waiting = select(hold_recipients.c.hold_id, first).where(due).group_by(hold_recipients.c.hold_id).subquery()
        # The row of the hold is what nodes lock and skip, so that its recipients stay together.
        chosen = self._db.scalars(
            select(holds.c.id)
            .join(waiting, waiting.c.hold_id == holds.c.id)
            .where(holds.c.state == State.RELEASED, or_(holds.c.meeting.is_(None), ~_behind_another()))
            .order_by(waiting.c.first, holds.c.id)
            .limit(limit)
            .with_for_update(of=holds, skip_locked=True)
        ).all()
        sending = {"state": Delivery.SENDING, "lease_by": lease, "lease_until": lease_until, "changed_at": self._now}
        taken = self._db.execute(
            update(hold_recipients)
            .where(hold_recipients.c.hold_id.in_(chosen), due)
            .values(attempts=hold_recipients.c.attempts + 1, **sending)
            .returning(hold_recipients.c.hold_id, hold_recipients.c.position)
        ).all()
        mine = {(row.hold_id, row.position) for row in taken}
        found = {hold.id: hold for hold in self._many(select(holds).where(holds.c.id.in_({id_ for id_, _ in mine})))}
        return tuple(
            (found[id_], tuple(r for r in found[id_].recipients if (id_, r.position) in mine))
            for id_ in chosen
            if id_ in found
        )

    def renew(self, hold_id: str, positions: Sequence[int], lease: str, until: datetime) -> bool:
        """Hold on to what was claimed; False when the lease of one of them is not ours any more."""
        c = hold_recipients.c
        ours = and_(c.hold_id == hold_id, c.position.in_(positions), c.state.in_(_UNDER_LEASE), c.lease_by == lease)
        return self._db.execute(update(hold_recipients).where(ours).values(lease_until=until)).rowcount == len(
            positions
        )

    def take_back(self, hold: Hold) -> bool:
        """A release that cannot do what was decided: back to HELD, as `hold` says it (group, verdict); False: it is not released.

        Whoever did not get it is held again, to the address as given, those too whom that decision left out. No deadline runs
        until the new question is accepted.
        """
        undecided = {"decided_at": None, "decided_by": None, "decision": None, "state": State.HELD}
        unasked = {
            "asked_at": None,
            "deadline": None,
            "remind_at": None,
            "reminders": 0,
            "release_at": None,
            "silence": None,
        }
        released = and_(holds.c.id == hold.id, holds.c.state == State.RELEASED)
        changed = {"group_id": hold.group_id, "verdict": hold.verdict, **undecided, **unasked}
        if self._db.execute(update(holds).where(released).values(changed)).rowcount != 1:
            return False
        c = hold_recipients.c
        left_out = and_(c.state == Delivery.STOPPED, c.changed_at == hold.decided_at)
        open_still = or_(c.state.in_((Delivery.WAITING, Delivery.SENDING)), left_out)
        again = {"state": Delivery.HELD, "send_to": c.address, "next_try": None, "changed_at": self._now, **_NO_LEASE}
        self._db.execute(update(hold_recipients).where(c.hold_id == hold.id, open_still).values(again))
        return True

    def questions_accepted(self, taken: Iterable[Accepted]) -> None:
        """Questions were taken by the notices' next hop: the deadline of every copy runs from here, the first time it is said."""
        rows = [{"of": t.group_id, "at": t.at, "until": t.deadline, "remind": t.remind_at} for t in taken]
        run_each(self._db, _ACCEPTED, sorted(rows, key=lambda row: str(row["of"])))

    def postpone(self, by: timedelta) -> None:
        """The store stood still for so long: what is held has that much longer."""
        times = ("deadline", "remind_at", "release_at")
        waiting = select(holds.c.id, *(holds.c[name] for name in times)).where(holds.c.state == State.HELD)
        running = or_(holds.c.deadline.is_not(None), holds.c.release_at.is_not(None))
        for row in self._db.execute(waiting.where(running)).mappings().all():
            later = {name: row[name] and row[name] + by for name in times}
            self._db.execute(update(holds).where(holds.c.id == row["id"]).values(later))

    def question_lost(self, group_id: str) -> None:
        """The question bounced or cannot leave: the deadline stands still until it is accepted anew."""
        lost = update(holds).where(holds.c.group_id == group_id, holds.c.state == State.HELD)
        self._db.execute(lost.values(asked_at=None, deadline=None, remind_at=None))

    def ask_anew(self, group_id: str) -> None:
        """Somebody is asked anew about what is held: the deadline runs from when that is accepted."""
        waiting = update(holds).where(holds.c.group_id == group_id, holds.c.state == State.HELD)
        self._db.execute(waiting.values(asked_at=None, deadline=None, remind_at=None, reminders=0))

    def ask_until(self, group_id: str, deadline: datetime, remind_at: datetime) -> None:
        """Somebody looks at it now: the deadline runs at once."""
        waiting = update(holds).where(holds.c.group_id == group_id, holds.c.state == State.HELD)
        self._db.execute(waiting.values(asked_at=self._now, deadline=deadline, remind_at=remind_at, reminders=0))

    def due_to_expire(self, limit: int = 100) -> tuple[Hold, ...]:
        """HELD and past the deadline."""
        past = and_(holds.c.state == State.HELD, holds.c.deadline <= self._now)
        return self._many(select(holds).where(past).order_by(holds.c.deadline, holds.c.id).limit(limit))

    def due_to_leave(self, limit: int = 100, *, behind: Hold | None = None) -> tuple[Hold, ...]:
        """HELD and past the time at which it leaves by itself; `behind`: those that come after this one."""
        at, number = holds.c.release_at, holds.c.id
        past = and_(holds.c.state == State.HELD, at <= self._now)
        if behind:
            past = and_(past, or_(at > behind.release_at, and_(at == behind.release_at, number > behind.id)))
        return self._many(select(holds).where(past).order_by(at, number).limit(limit))

    def ask_after_all(self, hold: Hold) -> bool:
        """What was delayed waits for an answer, with the verdict of `hold`; False: it does not wait for the clock any more."""
        waits = and_(holds.c.id == hold.id, holds.c.state == State.HELD, holds.c.release_at.is_not(None))
        changed = update(holds).where(waits).values(release_at=None, verdict=hold.verdict)
        return self._db.execute(changed).rowcount == 1

    def escalate(self, hold: Hold, asked: Collection[str]) -> bool:
        """Nobody answered in time: these may answer, too, and the deadline runs anew when they have been asked; then it is cancelled.

        Compare and set on the deadline; False when another node did, or somebody answered.
        """
        as_seen = and_(holds.c.id == hold.id, holds.c.state == State.HELD, holds.c.deadline == hold.deadline)
        unasked = {"asked_at": None, "deadline": None, "remind_at": None, "reminders": 0, "silence": None}
        everyone = list(dict.fromkeys((*hold.asked, *asked)))
        if self._db.execute(update(holds).where(as_seen).values(asked=everyone, **unasked)).rowcount != 1:
            return False
        known = {as_key(address) for address in (hold.reverse_path, *hold.asked)}
        new = sorted({as_key(address) for address in asked} - known)
        run_each(self._db, _ADD_PERSON, [{"hold_id": hold.id, "key": key} for key in new])
        return True

    def due_to_remind(self, limit: int = 100) -> tuple[Hold, ...]:
        """HELD, first of its group, and past `remind_at`."""
        past = and_(holds.c.state == State.HELD, holds.c.id == holds.c.group_id, holds.c.remind_at <= self._now)
        return self._many(select(holds).where(past).order_by(holds.c.remind_at, holds.c.id).limit(limit))

    def reminded(self, hold_id: str, seen: int, next_at: datetime | None) -> bool:
        """Count a reminder (compare and set on the count); False when another node did."""
        counted = update(holds).where(holds.c.id == hold_id, holds.c.reminders == seen, holds.c.state == State.HELD)
        return self._db.execute(counted.values(reminders=seen + 1, remind_at=next_at)).rowcount == 1

    def listing(self, *, states: Sequence[State] = (), person: str = "", limit: int = 1000) -> tuple[Hold, ...]:
        """Holds, newest first: of some states, of one person (asked or reverse-path)."""
        query = select(holds).order_by(holds.c.received_at.desc(), holds.c.id).limit(limit)
        if states:
            query = query.where(holds.c.state.in_(states))
        if person:
            query = query.where(
                holds.c.id.in_(select(hold_people.c.hold_id).where(hold_people.c.key == as_key(person)))
            )
        return self._many(query)

    def open(self, limit: int = 1000) -> tuple[Hold, ...]:
        """What is held, or released with recipients not yet in an end state; oldest first."""
        return self._many(select(holds).where(_unfinished()).order_by(*_FIRST_FIRST).limit(limit))

    def freeze(self, hold_id: str) -> None:
        """Evidence of a ticket: never pruned."""
        self._db.execute(update(holds).where(holds.c.id == hold_id).values(frozen=True))

    def prune(self, before: datetime, limit: int = 100) -> int:
        """Forget the content and rows of holds that ended before that time and that nobody keeps (`store.legal_holds`)."""
        ended = func.coalesce(holds.c.decided_at, holds.c.received_at) < before
        old = and_(holds.c.state != State.HELD, ended, ~keeps_hold(), ~_underway())
        gone = self._db.scalars(select(holds.c.id).where(old).order_by(holds.c.received_at).limit(limit)).all()
        self._contents.forget(gone)
        self._db.execute(delete(links).where(links.c.object_id.in_(gone)))
        self._db.execute(delete(approval_rounds).where(approval_rounds.c.group_id.in_(gone)))
        self._db.execute(delete(holds).where(holds.c.id.in_(gone)))
        return len(gone)

    def erase_contents(self, before: datetime, limit: int = 100) -> int:
        """Erase the content of holds that were decided before that time, of at most so many; who, when and how it was decided stays."""
        ended = func.coalesce(holds.c.decided_at, holds.c.received_at) < before
        kept = select(contents.c.hold_id).where(contents.c.hold_id == holds.c.id).exists()
        old = and_(holds.c.state != State.HELD, ended, kept, ~keeps_hold(), ~_underway())
        gone = self._db.scalars(select(holds.c.id).where(old).order_by(holds.c.received_at).limit(limit)).all()
        self._contents.erase(gone)
        return len(gone)

    def counts(self) -> Mapping[str, int]:
        """For metrics: holds by state, of those held the delayed ones (`delayed`), recipients waiting (`waiting`), age of the oldest held in seconds (`oldest`)."""
        found: dict[str, int] = dict.fromkeys(State, 0)
        by_state = select(holds.c.state, func.count()).group_by(holds.c.state)
        found |= dict(self._db.execute(by_state).all())
        waiting = hold_recipients.c.state.in_((Delivery.WAITING, *_UNDER_LEASE))
        delayed = and_(holds.c.state == State.HELD, holds.c.release_at.is_not(None))
        found["delayed"] = self._db.scalar(select(func.count()).select_from(holds).where(delayed)) or 0
        found["waiting"] = self._db.scalar(select(func.count()).select_from(hold_recipients).where(waiting)) or 0
        oldest = self._db.scalar(
            select(holds.c.received_at).where(holds.c.state == State.HELD).order_by(holds.c.received_at).limit(1)
        )
        found["oldest"] = int((self._now - oldest).total_seconds()) if oldest else 0
        return found

    def _due(self, *, lapsed: bool) -> ColumnElement[bool]:
        c = hold_recipients.c
        waiting = and_(c.state == Delivery.WAITING, c.next_try <= self._now)
        return or_(waiting, and_(c.state == Delivery.SENDING, c.lease_until <= self._now)) if lapsed else waiting

    def _move_recipients(
        self, hold_id: str, to: State, stopped_at: datetime | None, give_up_at: datetime | None
    ) -> None:
        c = hold_recipients.c
        change = update(hold_recipients).where(c.hold_id == hold_id).values(changed_at=self._now)
        if to is State.RELEASED:
            change = change.where(c.state == Delivery.HELD).values(state=Delivery.WAITING, next_try=self._now)
            if give_up_at:
                change = change.values(give_up_at=give_up_at)
        elif to is State.HELD:
            # Only those the cancellation stopped: a recipient that was stopped for itself stays so.
            change = change.where(c.state == Delivery.STOPPED, c.changed_at == stopped_at).values(state=Delivery.HELD)
        else:
            change = change.where(c.state == Delivery.HELD).values(state=Delivery.STOPPED)
        self._db.execute(change)

    def _recipient_row(self, hold_id: str, recipient: Recipient) -> dict[str, Any]:
        kept = ("position", "address", "send_to", "state", "orcpt", "next_try", "attempts", "give_up_at", "reply")
        row = {name: getattr(recipient, name) for name in kept}
        if recipient.state is Delivery.WAITING and recipient.next_try is None:
            row["next_try"] = self._now  # otherwise it would wait for ever
        changed = {"notify": list(recipient.notify), "changed_at": recipient.changed_at or self._now}
        return {"hold_id": hold_id, **row, **changed}

    def _many(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> tuple[Hold, ...]:
        rows = self._db.execute(query, values).mappings().all()
        if not rows:
            return ()
        mine: dict[str, list[Recipient]] = {row["id"]: [] for row in rows}
        for row in self._db.execute(_RECIPIENTS, {"ids": list(mine)}).mappings():
            mine[row["hold_id"]].append(_recipient(row))
        return tuple(_hold(row, tuple(mine[row["id"]])) for row in rows)


def _row(hold: Hold) -> dict[str, Any]:
    row = {name: getattr(hold, name) for name in _PLAIN}
    return row | {"state": hold.state, "asked": list(hold.asked), "decided_by": hold.decided_by or None}


def _at(hold_id: str, position: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return hold_recipients.c.hold_id == hold_id, hold_recipients.c.position == position


def _underway() -> ColumnElement[bool]:
    own = hold_recipients.c.hold_id == holds.c.id
    return select(hold_recipients.c.position).where(own, hold_recipients.c.state.not_in(_ENDED)).exists()


def _unfinished() -> ColumnElement[bool]:
    return or_(holds.c.state == State.HELD, and_(holds.c.state == State.RELEASED, _underway()))


def _behind_another() -> ColumnElement[bool]:
    """Whether something earlier of the same meeting has not reached one of the same recipients yet."""
    first, theirs, mine = holds.alias(), hold_recipients.alias(), hold_recipients.alias()
    earlier = tuple_(first.c.received_at, first.c.id) < tuple_(holds.c.received_at, holds.c.id)
    both = and_(mine.c.hold_id == holds.c.id, func.lower(mine.c.address) == func.lower(theirs.c.address))
    return (
        select(first.c.id)
        .join(theirs, theirs.c.hold_id == first.c.id)
        .join(mine, both)
        .where(first.c.meeting == holds.c.meeting, earlier, theirs.c.state.not_in(_ENDED))
        .correlate(holds)
        .exists()
    )


def _hold(row: RowMapping, recipients: tuple[Recipient, ...]) -> Hold:
    plain = {name: row[name] for name in _PLAIN}
    asked, decided_by = tuple(row["asked"]), row["decided_by"] or ""
    return Hold(**plain, state=State(row["state"]), asked=asked, decided_by=decided_by, recipients=recipients)


def _recipient(row: RowMapping) -> Recipient:
    same = ("position", "address", "send_to", "orcpt", "next_try", "attempts", "give_up_at", "changed_at")
    return Recipient(
        **{name: row[name] for name in same},
        state=Delivery(row["state"]),
        notify=tuple(row["notify"]),
        reply=row["reply"] or "",
    )
