"""Again: which held messages were sent again while a similar one was held."""

from collections.abc import Collection

from sqlalchemy import insert, select

from store.binding import Binding
from store.hold_shelf import HoldShelf
from store.holds import Hold, State
from store.storable import as_key
from store.tables.digests import sent_again
from store.tables.holds import hold_people, holds


class AgainShelf:
    """Which belong together: the first of them, and those that came while it was held."""

    def __init__(self, binding: Binding, shelf: HoldShelf) -> None:
        self._db = binding.connection
        self._holds = shelf

    def held_of(self, sender: str, limit: int, *, but: Collection[str]) -> tuple[Hold, ...]:
        """What waits for an answer of a sender, each copy by itself, the newest first; without those ids."""
        c = holds.c
        query = (
            select(c.id)
            .join(hold_people, hold_people.c.hold_id == c.id)
            .where(hold_people.c.key == as_key(sender), c.state == State.HELD, c.kind == "hold", c.release_at.is_(None))
            .where(c.id.not_in(list(but)))
            .order_by(c.received_at.desc(), c.id)
            .limit(limit)
        )
        ids = self._db.scalars(query).all()
        found = self._holds.several(ids) if ids else ()
        return tuple(sorted(found, key=lambda hold: (hold.received_at, hold.id), reverse=True))

    def add(self, group_id: str, of: str) -> None:
        """`group_id` was sent while `of`, which it is like, was held."""
        self._db.execute(insert(sent_again), {"group_id": group_id, "first_id": self._first(of)})

    def others(self, group_id: str) -> tuple[str, ...]:
        """The group ids of the other messages it belongs together with, in whatever state they are."""
        first = self._first(group_id)
        later = self._db.scalars(select(sent_again.c.group_id).where(sent_again.c.first_id == first)).all()
        return tuple(sorted({first, *later} - {group_id}))

    def _first(self, group_id: str) -> str:
        found = self._db.scalar(select(sent_again.c.first_id).where(sent_again.c.group_id == group_id))
        return group_id if found is None else str(found)
