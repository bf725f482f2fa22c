"""Habits: how often in a row somebody confirmed without reading. A number that one careful answer takes away; shown to nobody."""

from datetime import datetime

from sqlalchemy import delete, select

from store.binding import Binding
from store.storable import as_key
from store.tables.outcomes import habits

c = habits.c


class HabitShelf:
    """The habits."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def in_a_row(self, person: str) -> int:
        """How many of the newest answers; 0 for who reads."""
        return self._db.scalar(select(c.in_a_row).where(c.key == as_key(person))) or 0

    def once_more(self, person: str) -> None:
        """One more in a row."""
        new = self._insert(habits).values(key=as_key(person), in_a_row=1, at=self._now)
        more = {"in_a_row": c.in_a_row + 1, "at": self._now}
        self._db.execute(new.on_conflict_do_update(index_elements=["key"], set_=more))

    def forget(self, person: str) -> None:
        """Somebody has read."""
        self._db.execute(delete(habits).where(c.key == as_key(person)))

    def prune(self, before: datetime) -> int:
        """Forget what was long ago."""
        return self._db.execute(delete(habits).where(c.at < before)).rowcount
