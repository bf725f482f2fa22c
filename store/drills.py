"""Drills: what is played, with whom, and which message and ticket belong to it. One runs at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, func, insert, select, update

from store.binding import Binding
from store.tables.drills import drill_injects, drill_mails, drill_tickets, drills

Ended = Literal["stopped", "over"]
"""Somebody stopped it; its time was over."""
_ONE = "sekisho drill"


@dataclass(frozen=True, slots=True)
class DrillMail:
    """The mail of one player."""

    position: int
    player: str
    recipient: str
    message_id: str
    """As in the header, with < and >."""
    queue_id: str = ""
    """Of its line of the journal; "" before it came."""
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inject:
    """Something that is played in."""

    position: int
    due: datetime
    told: tuple[str, ...]
    words: Mapping[str, str]
    state: str = "waiting"
    """waiting | played | dropped"""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill."""

    id: str
    scenario: str
    title: Mapping[str, str]
    scene: Mapping[str, str]
    absent: tuple[str, ...]
    announced: bool
    started_by: str
    started_at: datetime
    ends_at: datetime
    state: str = "running"
    """running | stopped | over"""
    ended_at: datetime | None = None
    ended_by: str = ""
    mails: tuple[DrillMail, ...] = ()
    injects: tuple[Inject, ...] = ()

    @property
    def players(self) -> tuple[str, ...]:
        """In whose name a mail went to the wrong one."""
        return tuple(mail.player for mail in self.mails)


_PLAIN = ("id", "scenario", "announced", "started_by", "started_at", "ends_at", "state", "ended_at")


class DrillShelf:
    """The drills."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._queue = binding.queue

    def add(self, drill: Drill) -> bool:
        """Begin one with its mails and injects; False while another one runs."""
        self._queue(self._db, [_ONE])
        if self.running():
            return False
        row = {name: getattr(drill, name) for name in _PLAIN}
        row |= {"title": dict(drill.title), "scene": dict(drill.scene), "absent": list(drill.absent)}
        self._db.execute(insert(drills), row)
        for mail in drill.mails:
            values = {"position": mail.position, "player": mail.player, "recipient": mail.recipient}
            self._db.execute(insert(drill_mails), {"drill_id": drill.id, **values, "message_id": mail.message_id})
        for one in drill.injects:
            values = {"position": one.position, "due": one.due, "told": list(one.told), "words": dict(one.words)}
            self._db.execute(insert(drill_injects), {"drill_id": drill.id, **values, "state": "waiting"})
        return True

    def get(self, drill_id: str) -> Drill | None:
        """One with everything."""
        return next(iter(self._many(select(drills).where(drills.c.id == drill_id))), None)

    def running(self) -> Drill | None:
        """The one that is going on."""
        return next(iter(self._many(select(drills).where(drills.c.state == "running"))), None)

    def listing(self, limit: int = 100) -> tuple[Drill, ...]:
        """All of them, the newest first."""
        return self._many(select(drills).order_by(drills.c.started_at.desc(), drills.c.id).limit(limit))

    def last_ended(self) -> datetime | None:
        """When the last one began that was played to its end, or stopped after somebody had reported."""
        played = select(drill_tickets.c.drill_id).distinct()
        query = select(func.max(drills.c.started_at)).where(drills.c.state != "running", drills.c.id.in_(played))
        found = self._db.execute(select(drills.c.started_at).where(drills.c.started_at.in_(query)).limit(1))
        return found.scalar()

    def arrived(self, drill_id: str, message_id: str, player: str, recipient: str, queue_id: str) -> bool:
        """The relay took a mail of it; True once, while it runs, and for exactly that mail."""
        c = drill_mails.c
        running = select(drills.c.id).where(drills.c.id == drill_id, drills.c.state == "running")
        this = and_(c.drill_id.in_(running), c.message_id == message_id, c.player == player, c.recipient == recipient)
        took = update(drill_mails).where(this, c.queue_id.is_(None))
        return self._db.execute(took.values(queue_id=queue_id, arrived_at=self._now)).rowcount == 1

    def of_messages(self, queue_ids: Collection[str]) -> str:
        """The drill to which lines of the journal belong, by what the relay itself gave them; "" for real mail."""
        c = drill_mails.c
        return self._db.scalar(select(c.drill_id).where(c.queue_id.in_([*queue_ids])).limit(1)) or ""

    def add_ticket(self, drill_id: str, ticket_id: str) -> None:
        """A ticket belongs to it."""
        there = select(drill_tickets.c.ticket_id).where(drill_tickets.c.ticket_id == ticket_id)
        if self._db.scalar(there) is None:
            self._db.execute(insert(drill_tickets), {"drill_id": drill_id, "ticket_id": ticket_id})

    def tickets(self, drill_id: str) -> tuple[str, ...]:
        """Ids of its tickets."""
        c = drill_tickets.c
        return tuple(self._db.scalars(select(c.ticket_id).where(c.drill_id == drill_id).order_by(c.ticket_id)))

    def of_ticket(self, ticket_id: str) -> Drill | None:
        """The one that a ticket belongs to."""
        c = drill_tickets.c
        found = self._db.scalar(select(c.drill_id).where(c.ticket_id == ticket_id))
        return self.get(found) if found else None

    def due(self) -> tuple[tuple[str, int], ...]:
        """Injects whose minute has come: drill and place."""
        c = drill_injects.c
        running = select(drills.c.id).where(drills.c.state == "running")
        query = select(c.drill_id, c.position).where(c.drill_id.in_(running), c.state == "waiting", c.due <= self._now)
        return tuple((row.drill_id, row.position) for row in self._db.execute(query.order_by(c.due, c.position)))

    def play(self, drill_id: str, position: int) -> Inject | None:
        """Claim one: None when it was played before, or the drill has ended."""
        c = drill_injects.c
        running = select(drills.c.id).where(drills.c.id == drill_id, drills.c.state == "running")
        mine = update(drill_injects).where(c.drill_id.in_(running), c.position == position, c.state == "waiting")
        row = self._db.execute(mine.values(state="played", at=self._now).returning(drill_injects)).one_or_none()
        return _inject(row) if row else None

    def late(self) -> tuple[str, ...]:
        """Running ones whose time is over."""
        return tuple(
            self._db.scalars(select(drills.c.id).where(drills.c.state == "running", drills.c.ends_at <= self._now))
        )

    def end(self, drill_id: str, state: Ended, by: str) -> bool:
        """End it, and drop what was still to be played; False when it had ended."""
        ended = update(drills).where(drills.c.id == drill_id, drills.c.state == "running")
        if self._db.execute(ended.values(state=state, ended_at=self._now, ended_by=by)).rowcount != 1:
            return False
        c = drill_injects.c
        rest = update(drill_injects).where(c.drill_id == drill_id, c.state == "waiting")
        self._db.execute(rest.values(state="dropped", at=self._now))
        return True

    def counts(self) -> Mapping[str, int]:
        """For metrics: how many there were by state."""
        by_state = select(drills.c.state, func.count()).group_by(drills.c.state)
        return {"running": 0, "stopped": 0, "over": 0} | dict(self._db.execute(by_state).all())

    def _many(self, query: Select[Any]) -> tuple[Drill, ...]:
        rows = self._db.execute(query).all()
        ids = [row.id for row in rows]
        mails = self._beside(drill_mails, ids)
        injects = self._beside(drill_injects, ids)
        return tuple(
            Drill(
                **{name: getattr(row, name) for name in _PLAIN},
                ended_by=row.ended_by or "",
                title=row.title,
                scene=row.scene,
                absent=tuple(row.absent),
                mails=tuple(_mail(one) for one in mails if one.drill_id == row.id),
                injects=tuple(_inject(one) for one in injects if one.drill_id == row.id),
            )
            for row in rows
        )

    def _beside(self, table: Any, ids: Sequence[str]) -> Sequence[Row[Any]]:
        return self._db.execute(select(table).where(table.c.drill_id.in_(ids)).order_by(table.c.position)).all()


def _mail(row: Row[Any]) -> DrillMail:
    plain = (row.position, row.player, row.recipient, row.message_id, row.queue_id or "")
    return DrillMail(*plain, arrived_at=row.arrived_at)


def _inject(row: Row[Any]) -> Inject:
    return Inject(row.position, row.due, tuple(row.told), row.words, row.state, row.at)
