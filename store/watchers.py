"""Watchers: who may open a case beside those whose office it is, since when, and why; what ended stays readable."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, select, update

from store.binding import Binding
from store.ids import new_id
from store.storable import as_key
from store.tables.calls import watchers


@dataclass(frozen=True, slots=True)
class Watcher:
    """One entry of the need-to-know list."""

    id: str
    ticket_id: str
    person: str
    reason: str
    added_at: datetime
    added_by: str
    removed_at: datetime | None = None
    removed_by: str = ""
    removed_why: str = ""


_SAME = ("id", "ticket_id", "person", "reason", "added_at", "added_by", "removed_at")


class WatcherShelf:
    """The lists of all cases."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def add(self, ticket_id: str, person: str, by: str, reason: str) -> bool:
        """Put somebody on the list; False when they are on it."""
        here = and_(
            watchers.c.ticket_id == ticket_id, watchers.c.key == as_key(person), watchers.c.removed_at.is_(None)
        )
        if self._db.scalar(select(watchers.c.id).where(here)):
            return False
        row = {"id": new_id(), "ticket_id": ticket_id, "person": person, "key": as_key(person), "reason": reason}
        self._db.execute(insert(watchers).values(**row, added_at=self._now, added_by=by))
        return True

    def remove(self, watcher_id: str, by: str, why: str) -> bool:
        """Take somebody off; False when they were off."""
        here = update(watchers).where(watchers.c.id == watcher_id, watchers.c.removed_at.is_(None))
        done = self._db.execute(here.values(removed_at=self._now, removed_by=by, removed_why=why))
        return done.rowcount == 1

    def of(self, ticket_id: str) -> tuple[Watcher, ...]:
        """Everybody who is or was on the list, in that order."""
        query = select(watchers).where(watchers.c.ticket_id == ticket_id).order_by(watchers.c.added_at, watchers.c.id)
        return tuple(
            Watcher(
                **{name: getattr(row, name) for name in _SAME},
                removed_by=row.removed_by or "",
                removed_why=row.removed_why or "",
            )
            for row in self._db.execute(query)
        )

    def watched_by(self, person: str) -> frozenset[str]:
        """The cases on whose list somebody is."""
        theirs = select(watchers.c.ticket_id).where(watchers.c.key == as_key(person), watchers.c.removed_at.is_(None))
        return frozenset(self._db.scalars(theirs))
