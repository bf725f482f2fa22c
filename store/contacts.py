"""Contacts: who is known, and which of them a slip may have meant. The index is kept contact by contact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, or_, select, update

from mail.address import split
from rules.base import Contact
from store.binding import Binding
from store.contact_counts import ContactCounts, Delivered
from store.contact_import import ContactImport, Imported
from store.contact_index import EPOCH, ContactIndex
from store.contact_merge import merge
from store.contact_search import DISOWNED, ContactSearch, LookUp
from store.tables import as_key, contact_senders, contacts, domains

__all__ = ["Entry", "Imported", "LookUp"]

TOGETHER = 500
"""Contacts that are read or forgotten together."""

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
    """"", imported, confirmed, answered, delivered or disowned."""
    answered_at: datetime | None
    bounced_at: datetime | None

    @property
    def vouches(self) -> bool:
        """Whether it is one that a slip may have meant."""
        return self.vouched not in {"", DISOWNED}


class ContactShelf:
    """The contacts."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert
        self._changed = binding.changed
        self._index = ContactIndex(binding)
        self._counts = ContactCounts(binding)
        self._search = ContactSearch(binding)

    def look_up(self, sender: str, address: str, name: str = "", *, twins: bool = False) -> LookUp:
        """Known or not, at most 50 whom a slip may have meant, how common its pieces are, and namesakes where a display name is given.

        Nothing near is looked for around a vouched contact, of whom no rule asks; with `twins` it is.
        """
        return self._search.look_up(sender, address, name, twins=twins)

    def vouching(self, address: str) -> Contact | None:
        """The contact of that address, whoever wrote to it."""
        return self._search.known("", address)

    def namesakes(self, sender: str, address: str, name: str) -> tuple[Contact, ...]:
        """At most 5 vouched contacts under that display name at other addresses, the most used first."""
        return self._search.namesakes(sender, address, name)

    def import_rows(self, rows: Iterable[Imported]) -> int:
        """Add or merge imported contacts (vouched); the number of rows.

        Importing the same list again changes nothing: the greater count and the later day stay. An address that was disowned stays
        so. Give some thousand rows a unit, so that no mail waits for a long import; sorted by domain they go in fastest.
        """
        return ContactImport(self._binding).add(rows)

    def delivered(self, deliveries: Iterable[Delivered]) -> None:
        """Learn from delivered mail: counts for the organisation and the sender; vouched by 3 deliveries on 2 days."""
        self._counts.add(deliveries)

    def confirmed(self, sender: str, address: str) -> None:
        """A person said that it is right: vouched."""
        self._changed()
        contact_id = self._id(address)
        change = update(contacts).where(contacts.c.id == contact_id)
        self._db.execute(change.values(vouched="confirmed", seen_day=self._index.day))
        known = self._insert(contact_senders).values(contact_id=contact_id, sender=as_key(sender), count=0)
        self._db.execute(known.on_conflict_do_nothing())

    def answered(self, address: str) -> None:
        """It has written to us: vouched, unless it was disowned (the wrong one may well answer)."""
        self._changed()
        weaker = contacts.c.vouched.in_(("", "delivered"))
        vouched = case((weaker, "answered"), else_=contacts.c.vouched)
        answer = update(contacts).where(contacts.c.id == self._id(address))
        self._db.execute(answer.values(vouched=vouched, answered_at=self._now, seen_day=self._index.day))

    def bounced(self, address: str) -> None:
        """It was refused for good: what was delivered before no longer vouches, and is counted from anew."""
        vouched = case((contacts.c.vouched == "delivered", ""), else_=contacts.c.vouched)
        self._change(address, vouched=vouched, days=0, bounced_at=self._now)

    def disown(self, address: str) -> None:
        """It was the wrong one: no longer vouched, whatever made it so, until a person confirms it."""
        self._change(address, vouched=DISOWNED)

    def merge(self, right: str, wrong: str, *, forget: bool = False) -> bool:
        """Let two addresses be one person: what was sent to the wrong one counts for the right one.

        The wrong one is disowned, so that whoever writes to it again is asked; or forgotten. False when it is no contact, or the same.
        """
        keys = (as_key(right), as_key(wrong))
        found = self._index.find(keys[1:])
        if keys[0] == keys[1] or not found:
            return False
        self._changed()
        merge(self._binding, self._id(right), found[keys[1]])
        if forget:
            self._index.forget(found)
        else:
            self.disown(wrong)
        return True

    def forget(self, addresses: Iterable[str]) -> int:
        """Forget contacts, and all that was counted of them; how many there were."""
        found = self._index.find({as_key(address) for address in addresses})
        if found:
            self._changed()
            self._index.forget(found)
        return len(found)

    def forget_before(self, moment: datetime, limit: int = TOGETHER) -> int:
        """Forget contacts to whom nobody wrote since, who neither answered nor were imported; at most so many, how many there were."""
        c = contacts.c
        day = moment.toordinal() - EPOCH
        old = _ENTRIES.where(c.seen_day < day, c.vouched != DISOWNED).order_by(c.seen_day, c.id).limit(limit)
        return self.forget([_entry(row).address for row in self._db.execute(old)])

    def listing(self, *, contains: str = "", limit: int = 1000) -> Sequence[Entry]:
        """Contacts by address."""
        query = _ENTRIES.order_by(contacts.c.local, domains.c.domain).limit(limit)
        if contains:
            key = contacts.c.local + "@" + domains.c.domain
            inside = key.contains(contains.lower(), autoescape=True)
            query = query.where(or_(inside, contacts.c.name.contains(contains, autoescape=True)))
        return [_entry(row) for row in self._db.execute(query)]

    def entry(self, address: str) -> Entry | None:
        """All that is kept of one."""
        found = self._index.find([as_key(address)])
        rows = self._db.execute(_ENTRIES.where(contacts.c.id.in_(found.values())))
        return next(map(_entry, rows), None)

    def after(self, last_id: int, limit: int = TOGETHER) -> Sequence[Entry]:
        """The next contacts in the order in which they came: any number of them is read in pieces."""
        query = _ENTRIES.where(contacts.c.id > last_id).order_by(contacts.c.id).limit(limit)
        return [_entry(row) for row in self._db.execute(query)]

    def suspects(self, last_id: int, limit: int = TOGETHER) -> Sequence[Entry]:
        """The same of those that mail went to and nobody vouches for but the deliveries themselves, and of the disowned."""
        c = contacts.c
        unproven = (c.vouched.in_(("", "delivered")) & c.answered_at.is_(None) & (c["count"] > 0)) | (
            c.vouched == DISOWNED
        )
        query = _ENTRIES.where(c.id > last_id, unproven).order_by(c.id).limit(limit)
        return [_entry(row) for row in self._db.execute(query)]

    def size(self) -> int:
        """How many there are."""
        return self._db.scalar(select(func.count()).select_from(contacts)) or 0

    def _id(self, address: str) -> int:
        """Of the contact of that address, which is made where there is none."""
        key = as_key(address)
        ids, _ = self._index.add({key: address})
        return ids[key]

    def _change(self, address: str, **values: Any) -> None:
        self._changed()
        local, domain = split(as_key(address))
        there = select(domains.c.id).where(domains.c.domain == domain).scalar_subquery()
        change = update(contacts).where(contacts.c.domain_id == there, contacts.c.local == local)
        self._db.execute(change.values(**values))


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
