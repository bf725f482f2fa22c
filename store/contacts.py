"""Contacts: who is known, and which of them a slip may have meant. The index is kept contact by contact."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, select, update

from mail.address import split
from rules.base import Contact
from rules.providers import customer_of
from store.binding import Binding
from store.contact_counts import ContactCounts, Delivered
from store.contact_entries import ContactEntries, Entry
from store.contact_import import ContactImport, Imported
from store.contact_index import EPOCH, ContactIndex
from store.contact_merge import merge
from store.contact_search import ContactSearch, LookUp
from store.contact_statements import DISOWNED, MERGED, UNPROVEN
from store.customer_names import CustomerNameShelf
from store.storable import as_key
from store.tables.contacts import contact_senders, contacts, domains

__all__ = ["Entry", "Imported", "LookUp"]

TOGETHER = 500
"""Contacts that are read or forgotten together."""
SPAN = 20_000
"""Contacts of which the senders are looked at together."""


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
        self._entries = ContactEntries(binding)

    def look_up(self, sender: str, address: str, name: str = "", *, twins: bool = False) -> LookUp:
        """Known or not, at most 50 whom a slip may have meant, how common its pieces are, and namesakes where a display name is given.

        Nothing near is looked for around a vouched contact, of whom no rule asks; with `twins` it is.
        """
        return self._search.look_up(sender, address, name, twins=twins)

    def vouching(self, address: str) -> Contact | None:
        """The contact of that address, whoever wrote to it."""
        return self._search.known("", address)

    def vouches_at(self, domain: str) -> bool:
        """Whether anybody of ours vouches for any address at that domain (a key)."""
        there = select(domains.c.id).where(domains.c.domain == domain).scalar_subquery()
        proven = select(contacts.c.id).where(contacts.c.domain_id == there, contacts.c.vouched.not_in(UNPROVEN))
        return self._db.scalar(proven.limit(1)) is not None

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
        contact_id, before = self._made(address)
        if before in {"", DISOWNED, MERGED}:
            self._changed()
        change = update(contacts).where(contacts.c.id == contact_id)
        self._db.execute(change.values(vouched="confirmed", seen_day=self._index.day))
        known = self._insert(contact_senders).values(contact_id=contact_id, sender=as_key(sender), count=0)
        self._db.execute(known.on_conflict_do_nothing())

    def answered(self, address: str) -> None:
        """It has written to us: vouched, unless it was disowned (the wrong one may well answer)."""
        contact_id, before = self._made(address)
        if not before:
            self._changed()
        weaker = contacts.c.vouched.in_(("", "delivered"))
        vouched = case((weaker, "answered"), else_=contacts.c.vouched)
        answer = update(contacts).where(contacts.c.id == contact_id)
        self._db.execute(answer.values(vouched=vouched, answered_at=self._now, seen_day=self._index.day))

    def bounced(self, address: str) -> None:
        """It was refused for good: what was delivered before no longer vouches, and is counted from anew."""
        vouched = case((contacts.c.vouched == "delivered", ""), else_=contacts.c.vouched)
        self._change(address, vouched=vouched, days=0, bounced_at=self._now)

    def disown(self, address: str) -> None:
        """It was the wrong one: no longer vouched, whatever made it so, until a person confirms it."""
        self._change(address, vouched=DISOWNED)

    def merge(self, right: str, wrong: str, *, forget: bool = False, add: bool = False) -> bool:
        """Let two addresses be one person: what was sent to the wrong one counts for the right one.

        The wrong one no longer vouches, so that whoever writes to it again is asked; or it is forgotten. False when either is no
        contact, or both are the same; with `add` the right one is made where it is none.
        """
        keys = (as_key(right), as_key(wrong))
        self._index.alone()
        found = self._index.find(keys)
        if keys[0] == keys[1] or keys[1] not in found or not (add or keys[0] in found):
            return False
        self._changed()
        merge(self._binding, found.get(keys[0]) or self._made(right)[0], found[keys[1]])
        if forget:
            self._index.forget({keys[1]: found[keys[1]]})
        else:
            of = contacts.c.id == found[keys[1]]
            self._db.execute(update(contacts).where(of, contacts.c.vouched != DISOWNED).values(vouched=MERGED))
        return True

    def forget(self, addresses: Iterable[str]) -> int:
        """Forget contacts, and all that was counted of them; how many there were."""
        found = self._index.find({as_key(address) for address in addresses})
        if found:
            self._changed()
            self._index.forget(found)
            CustomerNameShelf(self._binding).forget_strangers({customer_of(address) for address in found})
        return len(found)

    def forget_before(self, moment: datetime, limit: int = TOGETHER) -> int:
        """Forget contacts to whom nobody wrote since, who neither answered nor were imported; at most so many, how many there were."""
        old = self._entries.old(moment.toordinal() - EPOCH, limit)
        return self.forget([entry.address for entry in old])

    def forget_senders(self, senders: Iterable[str], after: int = 0) -> tuple[int, int | None]:
        """Forget that these people wrote to the next contacts behind that id: how often, and the id to go on behind; None at the end.

        What the organisation sent in all stays counted. In pieces: nothing finds these rows but to look at them all.
        """
        c = contact_senders.c
        last = after + SPAN
        gone = delete(contact_senders).where(c.contact_id > after, c.contact_id <= last)
        rows = self._db.execute(gone.where(c.sender.in_({as_key(sender) for sender in senders}))).rowcount
        newest = self._db.scalar(select(func.max(c.contact_id))) or 0
        return rows, last if newest > last else None

    def listing(self, *, contains: str = "", limit: int = 1000) -> Sequence[Entry]:
        """Contacts by address."""
        return self._entries.listing(contains, limit)

    def entry(self, address: str) -> Entry | None:
        """All that is kept of one."""
        return next(iter(self._entries.of(self._index.find([as_key(address)]).values())), None)

    def after(self, last_id: int, limit: int = TOGETHER) -> Sequence[Entry]:
        """The next contacts in the order in which they came: any number of them is read in pieces."""
        return self._entries.after(last_id, limit)

    def suspects(self, last_id: int, limit: int = TOGETHER) -> Sequence[Entry]:
        """The same of those that mail went to and nobody vouches for but the deliveries themselves, and of the wrong ones."""
        return self._entries.suspects(last_id, limit)

    def wrong(self) -> frozenset[str]:
        """The keys of those that were reported or merged: no import makes them vouch again."""
        return self._entries.wrong()

    def size(self) -> int:
        """How many there are."""
        return self._db.scalar(select(func.count()).select_from(contacts)) or 0

    def _made(self, address: str) -> tuple[int, str]:
        """The contact of that address, which is made where there is none: its id, and what vouched for it until now."""
        key = as_key(address)
        ids, _ = self._index.add({key: address})
        vouched = select(contacts.c.vouched).where(contacts.c.id == ids[key]).with_for_update()
        return ids[key], self._db.scalar(vouched) or ""

    def _change(self, address: str, **values: Any) -> None:
        local, domain = split(as_key(address))
        there = select(domains.c.id).where(domains.c.domain == domain).scalar_subquery()
        change = update(contacts).where(contacts.c.domain_id == there, contacts.c.local == local)
        if self._db.execute(change.values(**values)).rowcount:
            self._changed()
