"""Contact counts: what delivered mail adds to the contacts, any number of deliveries with the same few statements."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, func, select, update

from store.binding import Binding
from store.contact_index import ContactIndex
from store.customer_names import Lesson
from store.prepared import run_each
from store.storable import as_key
from store.tables.contacts import contact_senders, contacts

DELIVERIES = 3
DAYS = 2
"""So many deliveries on so many days vouch for an address."""
_ROWS = 500
"""Contacts looked at together: SQLite takes 32,766 parameters, older ones 999."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery."""

    sender: str
    addresses: Sequence[str]
    at: datetime
    """Days are those of its zone."""
    subject: str = ""
    """Of the message; what is kept of it are numbers (`rules.recent_mail`)."""
    answers: str = ""
    """Message-ID of what the message answers; "" where it answers nothing, or goes to several outside."""
    answered: str = ""
    """The one address outside, where it answers something."""
    lessons: tuple[Lesson, ...] = ()
    """Which names its files bear."""


@dataclass(slots=True)
class _Count:
    """A contact's counts while they grow."""

    count: int
    days: int
    last: datetime | None
    vouched: str
    bounced: bool

    def add(self, at: datetime) -> bool:
        """One delivery more; whether a judgement may now be another."""
        # A clock that was put back, or mail that comes late, makes no second day of one.
        new_day = self.last is None or self.last.astimezone(at.tzinfo).date() < at.date()
        self.count, self.days = self.count + 1, self.days + new_day
        self.last = at if self.last is None else max(self.last, at)
        vouches = not self.vouched and self.count >= DELIVERIES and self.days >= DAYS
        changed, self.bounced = vouches or self.bounced, False
        if vouches:
            self.vouched = "delivered"
        return changed


_UPDATE = (
    update(contacts)
    .where(contacts.c.id == bindparam("of"))
    .values(
        count=bindparam("new_count"),
        days=bindparam("new_days"),
        first_sent=func.coalesce(contacts.c.first_sent, bindparam("first", type_=contacts.c.first_sent.type)),
        last_sent=bindparam("last", type_=contacts.c.last_sent.type),
        bounced_at=None,
        vouched=bindparam("new_vouched"),
        seen_day=bindparam("today"),
    )
)


@lru_cache
def _add_sender(insert: Callable[[Any], Any]) -> ClauseElement:
    """One delivery more of a sender to a contact, as either database spells it."""
    again = insert(contact_senders)
    count, last = contact_senders.c["count"] + again.excluded["count"], again.excluded.last_sent
    added: ClauseElement = again.on_conflict_do_update(
        index_elements=["contact_id", "sender"], set_={"count": count, "last_sent": last}
    )
    return added


class ContactCounts:
    """The counts, for `ContactShelf`."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._binding = binding
        self._index = ContactIndex(binding)

    def add(self, deliveries: Iterable[Delivered]) -> None:
        """Count deliveries in their order; vouched by 3 of them on 2 days."""
        written: dict[str, str] = {}
        times: dict[str, list[datetime]] = defaultdict(list)
        senders: Counter[tuple[str, str]] = Counter()
        last: dict[tuple[str, str], datetime] = {}
        for one in deliveries:
            sender = as_key(one.sender)
            for key, address in {as_key(address): address for address in one.addresses}.items():
                written.setdefault(key, address)
                times[key].append(one.at)
                senders[key, sender] += 1
                last[key, sender] = one.at
        if not times:
            return
        ids, new = self._index.add(written)
        if new:
            self._binding.changed()
        self._index.hold(ids.values())
        sent = sorted((contact_id, times[key]) for key, contact_id in ids.items())
        for start in range(0, len(sent), _ROWS):
            self._count(dict(sent[start : start + _ROWS]))
        counted = sorted((ids[key], sender, n, last[key, sender]) for (key, sender), n in senders.items())
        rows = [{"contact_id": i, "sender": sender, "count": n, "last_sent": at} for i, sender, n, at in counted]
        run_each(self._db, _add_sender(self._binding.insert), rows)
        self._index.count_domains({key: len(at) for key, at in times.items()})

    def _count(self, times: Mapping[int, Sequence[datetime]]) -> None:
        """Count deliveries at these times for these contacts, by their ids."""
        c = contacts.c
        query = select(c.id, c["count"], c.days, c.last_sent, c.vouched, c.bounced_at).where(c.id.in_(times))
        rows: list[dict[str, Any]] = []
        for contact_id, sent, days, last, vouched, bounced in self._db.execute(query.order_by(c.id)).all():
            count = _Count(sent, days, last, vouched, bounced is not None)
            theirs = times[contact_id]
            for at in theirs:
                if count.add(at):
                    self._binding.changed()
            new_ones = {"new_count": count.count, "new_days": count.days, "new_vouched": count.vouched}
            fixed = {"of": contact_id, "first": theirs[0], "last": count.last, "today": self._index.day}
            rows.append(fixed | new_ones)
        run_each(self._db, _UPDATE, rows)
