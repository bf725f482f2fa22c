"""Contact merge: what was counted of one contact becomes another's."""

from typing import Any

from sqlalchemy import delete, select, update

from store.binding import Binding
from store.tables.contacts import contact_senders, contacts, domains


def merge(binding: Binding, right: int, wrong: int) -> None:
    """Add what is known of the wrong one to the right one, and take it from the wrong one."""
    db, c = binding.connection, contacts.c
    binding.lists.hold(db, contacts, (right, wrong))
    query = select(contacts).where(c.id.in_((right, wrong)))
    rows = {row["id"]: row for row in db.execute(query).mappings().all()}
    to, taken = rows[right], rows[wrong]
    binding.lists.hold(db, domains, (to["domain_id"], taken["domain_id"]))
    db.execute(
        update(contacts)
        .where(c.id == right)
        .values(
            name=to["name"] or taken["name"],
            name_number=to["name_number"] if to["name"] else taken["name_number"],
            count=to["count"] + taken["count"],
            days=max(to["days"], taken["days"]),
            first_sent=_of(min, to["first_sent"], taken["first_sent"]),
            last_sent=_of(max, to["last_sent"], taken["last_sent"]),
            seen_day=max(to["seen_day"], taken["seen_day"]),
        )
    )
    db.execute(update(contacts).where(c.id == wrong).values(count=0, days=0, first_sent=None, last_sent=None))
    for moved, sign in ((to["domain_id"], 1), (taken["domain_id"], -1)):
        change = update(domains).where(domains.c.id == moved)
        db.execute(change.values(count=domains.c["count"] + sign * taken["count"]))
    _senders(binding, right, wrong)


def _senders(binding: Binding, right: int, wrong: int) -> None:
    db, c = binding.connection, contact_senders.c
    for row in db.execute(select(contact_senders).where(c.contact_id == wrong)).mappings().all():
        new = binding.insert(contact_senders).values(dict(row) | {"contact_id": right})
        added = {"count": c["count"] + new.excluded["count"]}
        db.execute(new.on_conflict_do_update(index_elements=["contact_id", "sender"], set_=added))
    db.execute(delete(contact_senders).where(c.contact_id == wrong))


def _of(choose: Any, one: Any, other: Any) -> Any:
    """Of two times of which either may be missing."""
    there = [moment for moment in (one, other) if moment is not None]
    return choose(there) if there else None
