"""Contact entries: contacts with all that is kept of them, for people and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from store.binding import Binding
from store.contact_statements import WRONG
from store.tables.contacts import contacts, domains

_ENTRIES = select(contacts, domains.c.domain).join_from(contacts, domains)


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact with all that is kept of it, for people and files."""

    id: int
    address: str
    name: str
    count: int
    days: int
    first_sent: datetime | None
    last_sent: datetime | None
    vouched: str
    """"", imported, confirmed, answered, delivered; disowned or merged."""
    answered_at: datetime | None
    bounced_at: datetime | None

    @property
    def vouches(self) -> bool:
        """Whether it is one that a slip may have meant."""
        return self.vouched not in {"", *WRONG}


class ContactEntries:
    """The lists, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection

    def listing(self, contains: str, limit: int) -> list[Entry]:
        """By address; all, or those whose address or name has that in it."""
        query = _ENTRIES.order_by(contacts.c.local, domains.c.domain).limit(limit)
        if contains:
            key = contacts.c.local + "@" + domains.c.domain
            inside = key.contains(contains.lower(), autoescape=True)
            query = query.where(or_(inside, contacts.c.name.contains(contains, autoescape=True)))
        return self._read(query)

    def of(self, ids: Iterable[int]) -> list[Entry]:
        """By their ids."""
        return self._read(_ENTRIES.where(contacts.c.id.in_(ids)))

    def after(self, last_id: int, limit: int) -> list[Entry]:
        """The next ones in the order in which they came."""
        return self._read(_ENTRIES.where(contacts.c.id > last_id).order_by(contacts.c.id).limit(limit))

    def suspects(self, last_id: int, limit: int) -> list[Entry]:
        """The same of those that mail went to and nobody vouches for but the deliveries themselves, and of the wrong ones."""
        c = contacts.c
        unproven = c.vouched.in_(("", "delivered")) & c.answered_at.is_(None) & (c["count"] > 0)
        query = _ENTRIES.where(c.id > last_id, unproven | c.vouched.in_(WRONG))
        return self._read(query.order_by(c.id).limit(limit))

    def old(self, day: int, limit: int) -> list[Entry]:
        """Those with whom nothing happened since that day, but not the wrong ones."""
        c = contacts.c
        query = _ENTRIES.where(c.seen_day < day, c.vouched.not_in(WRONG))
        return self._read(query.order_by(c.seen_day, c.id).limit(limit))

    def wrong(self) -> frozenset[str]:
        """The keys of those that were found to be wrong ones."""
        query = select(contacts.c.local, domains.c.domain).join_from(contacts, domains)
        rows = self._db.execute(query.where(contacts.c.vouched.in_(WRONG)))
        return frozenset(f"{local}@{domain}" for local, domain in rows)

    def _read(self, query: Any) -> list[Entry]:
        return [_entry(row) for row in self._db.execute(query)]


def _entry(row: Row[Any]) -> Entry:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name; `row.count` would be the tuple's method
    return Entry(
        id=found["id"],
        address=found["address"] or f"{found['local']}@{found['domain']}",
        name=found["name"],
        count=found["count"],
        days=found["days"],
        first_sent=found["first_sent"],
        last_sent=found["last_sent"],
        vouched=found["vouched"],
        answered_at=found["answered_at"],
        bounced_at=found["bounced_at"],
    )
