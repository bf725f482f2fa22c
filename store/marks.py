"""Marks: what holds for the store as a whole, such as "frozen" after it came back from a backup."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from store.binding import Binding
from store.tables.audit import marks


class MarkShelf:
    """The marks."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def set(self, name: str, value: str) -> None:
        """Write a mark, or write it anew."""
        row = {"value": value, "at": self._now}
        new = self._insert(marks).values(name=name, **row)
        self._db.execute(new.on_conflict_do_update(index_elements=["name"], set_=row))

    def get(self, name: str) -> str | None:
        """The value of a mark; None without."""
        return self._db.scalar(select(marks.c.value).where(marks.c.name == name))

    def hold(self, name: str) -> str | None:
        """The same, and no other node writes it until this transaction ends: what is made of it is not made of an older one."""
        held = select(marks.c.value).where(marks.c.name == name).with_for_update()
        found = self._db.scalar(held)
        if found is None:  # a row that is not there holds nobody
            new = self._insert(marks).values(name=name, value="", at=self._now)
            self._db.execute(new.on_conflict_do_nothing())
            found = self._db.scalar(held)
        return found or None

    def entry(self, name: str) -> tuple[str, datetime] | None:
        """The value of a mark and when it was written; None without."""
        row = self._db.execute(select(marks.c.value, marks.c.at).where(marks.c.name == name)).first()
        return None if row is None else (row.value, row.at)

    def salt(self, name: str) -> bytes:
        """A secret of the store's own under a name, made once: the same for every node."""
        if not (known := self.get(name)):
            first = self._insert(marks).values(name=name, value=secrets.token_hex(16), at=self._now)
            self._db.execute(first.on_conflict_do_nothing())
            known = self.get(name) or ""
        return bytes.fromhex(known)

    def clear(self, name: str) -> bool:
        """Take a mark away; False when there was none."""
        return self._db.execute(delete(marks).where(marks.c.name == name)).rowcount == 1
