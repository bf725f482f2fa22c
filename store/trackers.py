"""Mirrors: how far each outside tracker was told of each ticket, and how each tracker is; the ticket itself is the truth."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, func, or_, select, update

from store.binding import Binding
from store.tables.tickets import tickets
from store.tables.trackers import mirrors, trackers
from store.tickets import ENDED

MirrorState = Literal["waiting", "ok", "mismatch", "failed"]
STATES: tuple[MirrorState, ...] = ("waiting", "ok", "mismatch", "failed")
c = mirrors.c


@dataclass(frozen=True, slots=True)
class Mirror:
    """One ticket at one tracker."""

    ticket_id: str
    tracker: str
    state: MirrorState
    reference: str = ""
    """What the tracker calls it; "" while it is not known to be there."""
    url: str = ""
    head: str = ""
    """The ticket's newest evidence when its facts were last compared: every act adds a record."""
    sent: Mapping[str, str] | None = None
    """The facts as the tracker has them; None before the first time."""
    version: int = 0
    fields: tuple[str, ...] = ()
    """Facts that did not come back as they were written."""
    problem: str = ""
    told: str = ""
    attempts: int = 0
    next_try: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrackerState:
    """How one tracker is."""

    name: str
    reached_at: datetime | None = None
    down_since: datetime | None = None
    told_at: datetime | None = None
    gone: str = ""


class TrackerShelf:
    """The mirrors and the trackers."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def changed(self, tracker: str, limit: int = 100) -> tuple[str, ...]:
        """Real tickets with which something was done since this tracker was last compared; ended ones only if it knows them."""
        joined = tickets.outerjoin(mirrors, and_(c.ticket_id == tickets.c.id, c.tracker == tracker))
        unknown = and_(c.ticket_id.is_(None), tickets.c.state.not_in(ENDED))
        which = or_(unknown, c.head != tickets.c.evidence_sha256)
        query = select(tickets.c.id).select_from(joined).where(tickets.c.kind == "real", which)
        return tuple(self._db.scalars(query.order_by(tickets.c.id).limit(limit)))

    def get(self, ticket_id: str, tracker: str) -> Mirror | None:
        """One of them."""
        return next(iter(self._many(_of(ticket_id, tracker))), None)

    def of_ticket(self, ticket_id: str) -> tuple[Mirror, ...]:
        """All of one ticket, by the tracker's name."""
        return self._many(select(mirrors).where(c.ticket_id == ticket_id))

    def compared(self, ticket_id: str, tracker: str, *, due: bool, sent: Mapping[str, str] | None = None) -> None:
        """The facts were compared at the newest evidence; `due`: they are to be written. `sent`: what a new row begins with.

        Who waits already goes on waiting: a change does not hurry a tracker that is down.
        """
        head = self._head(ticket_id)
        row: dict[str, Any] = {"ticket_id": ticket_id, "tracker": tracker, "state": "waiting" if due else "ok"}
        row |= {"head": head, "sent": dict(sent) if sent is not None else None, "next_try": self._now if due else None}
        empty = {"reference": "", "url": "", "version": 0, "fields": [], "problem": "", "told": "", "attempts": 0}
        new = self._insert(mirrors).values(row | empty)
        self._db.execute(new.on_conflict_do_update(index_elements=["ticket_id", "tracker"], set_={"head": head}))
        if due:
            idle = and_(c.ticket_id == ticket_id, c.tracker == tracker, c.state != "waiting")
            now = {"state": "waiting", "attempts": 0, "next_try": self._now}
            self._db.execute(update(mirrors).where(idle).values(now))

    def claim(self, names: Collection[str], node: str, lease_until: datetime) -> Mirror | None:
        """Take one that is due, or whose lease ended: first the one that was tried most, so that waits grow while a tracker is down."""
        free = or_(c.lease_until.is_(None), c.lease_until <= self._now)
        due = select(c.ticket_id, c.tracker).where(c.tracker.in_(names), c.next_try <= self._now, free)
        in_order = due.order_by(c.attempts.desc(), c.next_try, c.ticket_id).limit(1).with_for_update(skip_locked=True)
        found = self._db.execute(in_order).one_or_none()
        if found is None:
            return None
        lease = {"lease_by": node, "lease_until": lease_until, "attempts": c.attempts + 1}
        self._db.execute(_change(*found).values(lease))
        return self.get(*found)

    def book(self, mirror: Mirror, node: str) -> bool:
        """Write what became of a claim, and end it; False when the lease was lost."""
        kept = {"state", "reference", "url", "version", "problem", "told", "attempts", "next_try", "read_at"}
        row = {name: getattr(mirror, name) for name in kept} | {"lease_by": None, "lease_until": None}
        row |= {"fields": list(mirror.fields), "sent": dict(mirror.sent) if mirror.sent is not None else None}
        return (
            self._db.execute(_change(mirror.ticket_id, mirror.tracker).where(c.lease_by == node).values(row)).rowcount
            == 1
        )

    def put_off(self, tracker: str, until: datetime) -> None:
        """The tracker is down: nothing of it is tried before."""
        waiting = update(mirrors).where(c.tracker == tracker, c.next_try < until)
        self._db.execute(waiting.values(next_try=until))

    def try_again(self, ticket_id: str, tracker: str) -> bool:
        """Somebody wants it written now, and with it what was given up there; False when there is no such mirror."""
        now = {"state": "waiting", "attempts": 0, "next_try": self._now}
        found = self._db.execute(_change(ticket_id, tracker).values(now)).rowcount == 1
        if found:
            given_up = and_(c.tracker == tracker, c.state == "failed", c.next_try.is_(None))
            self._db.execute(update(mirrors).where(given_up).values(now))
            self._db.execute(update(trackers).where(trackers.c.name == tracker).values(gone=""))
        return found

    def state(self, name: str) -> TrackerState:
        """How a tracker is; of one that was never asked, nothing is known."""
        row = self._db.execute(select(trackers).where(trackers.c.name == name)).one_or_none()
        return TrackerState(**row._asdict()) if row else TrackerState(name)

    def set_state(self, state: TrackerState) -> None:
        """Write it."""
        values = {name: getattr(state, name) for name in ("reached_at", "down_since", "told_at", "gone")}
        new = self._insert(trackers).values(name=state.name, **values)
        self._db.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))

    def counts(self) -> Mapping[tuple[str, str], int]:
        """For metrics: tickets by tracker and state."""
        query = select(c.tracker, c.state, func.count()).group_by(c.tracker, c.state)
        return {(tracker, state): number for tracker, state, number in self._db.execute(query)}

    def _head(self, ticket_id: str) -> str:
        return self._db.scalar(select(tickets.c.evidence_sha256).where(tickets.c.id == ticket_id)) or ""

    def _many(self, query: Select[Any]) -> tuple[Mirror, ...]:
        return tuple(_mirror(row) for row in self._db.execute(query.order_by(c.tracker)))


_COLUMNS: Sequence[str] = tuple(Mirror.__dataclass_fields__)


def _of(ticket_id: str, tracker: str) -> Select[Any]:
    return select(mirrors).where(c.ticket_id == ticket_id, c.tracker == tracker)


def _change(ticket_id: str, tracker: str) -> Any:
    return update(mirrors).where(c.ticket_id == ticket_id, c.tracker == tracker)


def _mirror(row: Row[Any]) -> Mirror:
    found = {name: getattr(row, name) for name in _COLUMNS}
    return Mirror(**found | {"fields": tuple(found["fields"])})
