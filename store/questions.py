"""Questions: when whoever is asked about a held message has until, is reminded, and what follows when nobody answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, insert, or_, select, update

from store.binding import Binding
from store.hold_rows import read
from store.holds import Hold, State
from store.prepared import run_each
from store.storable import as_key
from store.tables.holds import hold_people, holds

# What every question needs is built once.
_ADD_PERSON = insert(hold_people)
_ACCEPTED = (
    update(holds)
    .where(holds.c.group_id == bindparam("of"), holds.c.state == State.HELD, holds.c.asked_at.is_(None))
    .values(asked_at=bindparam("at"), deadline=bindparam("until"), remind_at=bindparam("remind"))
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A question that its reader's server has taken."""

    group_id: str
    at: datetime
    deadline: datetime
    remind_at: datetime


class QuestionShelf:
    """The questions about what is held: of every copy of a send, there is one."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def accepted(self, taken: Iterable[Accepted]) -> None:
        """They were taken by the notices' next hop: the deadline of every copy runs from here, the first time it is said."""
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

    def lost(self, group_id: str) -> None:
        """It bounced or cannot leave: the deadline stands still until it is accepted anew."""
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
        return read(self._db, select(holds).where(past).order_by(holds.c.deadline, holds.c.id).limit(limit))

    def due_to_leave(self, limit: int = 100, *, behind: Hold | None = None) -> tuple[Hold, ...]:
        """HELD and past the time at which it leaves by itself; `behind`: those that come after this one."""
        at, number = holds.c.release_at, holds.c.id
        past = and_(holds.c.state == State.HELD, at <= self._now)
        if behind:
            past = and_(past, or_(at > behind.release_at, and_(at == behind.release_at, number > behind.id)))
        return read(self._db, select(holds).where(past).order_by(at, number).limit(limit))

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
        return read(self._db, select(holds).where(past).order_by(holds.c.remind_at, holds.c.id).limit(limit))

    def reminded(self, hold_id: str, seen: int, next_at: datetime | None) -> bool:
        """Count a reminder (compare and set on the count); False when another node did."""
        counted = update(holds).where(holds.c.id == hold_id, holds.c.reminders == seen, holds.c.state == State.HELD)
        return self._db.execute(counted.values(reminders=seen + 1, remind_at=next_at)).rowcount == 1
