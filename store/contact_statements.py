"""Contact statements: how the contacts are asked, built once for each kind of database: building them took the greater part of a look-up."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select

from store.lists import Lists
from store.tables.contacts import contact_senders, contact_slips, contacts, domain_slips, domains, name_tokens

CANDIDATES = 50
"""At most so many near contacts come back from one look-up."""
MEETING = 5_000
"""At most so many contacts are looked at for one address."""
DISOWNED, MERGED = "disowned", "merged"
WRONG = (DISOWNED, MERGED)
"""Found to be a wrong address: by a report, or when it was merged with the right one."""
UNPROVEN = ("", *WRONG)
"""Of whom nothing says that they are right."""

_COLUMNS = tuple(
    contacts.c[name]
    for name in ("id", "domain_id", "local", "address", "name", "count", "last_sent", "vouched", "bounced_at")
)


class Statements:
    """The statements of a look-up."""

    def __init__(self, lists: Lists) -> None:
        c, s, d = contacts.c, contact_senders.c, domains.c
        asking = and_(s.contact_id == c.id, s.sender == bindparam("asking"))
        self.first = self._first(lists)
        """One row whoever is asked for: how many contacts there are, the domain, the contact, how often the sender wrote to it."""
        self.domains = (
            select(domain_slips.c.token, d.id, d.domain, d.contacts, d["count"], d.forms)
            .join_from(domain_slips, domains, d.id == domain_slips.c.domain_id)
            .where(lists.any_of(domain_slips.c.token, "tokens"), domain_slips.c.domain_id != bindparam("own"))
            .limit(MEETING)
        )
        self.meeting = (
            select(contact_slips.c.token, c.id, c.local)
            .join_from(contact_slips, contacts, c.id == contact_slips.c.contact_id)
            .where(lists.any_of(contact_slips.c.token, "tokens"))
            .limit(MEETING)
        )
        vouched = [c.vouched != word for word in UNPROVEN]
        proven = select(c.id).where(c.domain_id == bindparam("own"), *vouched).exists()
        self.everybody = select(lists.gathered(c.id), lists.gathered(c.local), proven).where(
            lists.any_of(c.domain_id, "domains")
        )
        """In one row, which both databases give in a fraction of the time of many; and whether anybody vouches at `own`."""
        self.counts = select(c.id, c["count"]).where(lists.any_of(c.id, "ids"))
        self.full = (
            select(*_COLUMNS, s["count"])
            .select_from(contacts)
            .outerjoin(contact_senders, asking)
            .where(lists.any_of(c.id, "ids"))
        )
        self.names = select(name_tokens).where(lists.any_of(name_tokens.c.token, "tokens"))
        self.namesakes = self._namesakes()

    def _first(self, lists: Lists) -> Select[Any]:
        c, s, d = contacts.c, contact_senders.c, domains.c
        book = select(func.max(c.id).label("newest")).subquery("book")
        there = book.outerjoin(domains, d.domain == bindparam("domain"))
        there = there.outerjoin(contacts, and_(c.domain_id == d.id, c.local == bindparam("local")))
        asking = and_(s.contact_id == c.id, s.sender == bindparam("asking"))
        chosen = (book.c.newest, d.id, d.contacts, d["count"], d.forms, *_COLUMNS, s["count"], lists.settle())
        return select(*chosen).select_from(there.outerjoin(contact_senders, asking))

    def _namesakes(self) -> Select[Any]:
        """Those of one name: of the very many whom a book may call "Sales" any fifty."""
        some = select(contacts.c.id).where(contacts.c.name_number == bindparam("number")).limit(CANDIDATES)
        return (
            select(contacts.c.id, domains.c.id, domains.c.domain)
            .join_from(contacts, domains)
            .where(contacts.c.id.in_(some))
        )


@lru_cache
def statements(lists: Lists) -> Statements:
    """Those of one kind of database."""
    return Statements(lists)
