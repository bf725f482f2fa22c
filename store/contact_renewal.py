"""Contact renewal: makes the index of the contacts anew where it was made by other rules; by `sekisho migrate`, in its transaction."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from mail.address import name_key
from rules.local_form import form as form_of
from store.lists import Lists
from store.local_forms import recount
from store.prepared import run_each
from store.slip_index import FORM, form, kept_of_domain, kept_of_local, name_number
from store.tables.audit import marks
from store.tables.contacts import contact_slips, contacts, domain_slips, domains

_TOGETHER = 5_000
_NAME = update(contacts).where(contacts.c.id == bindparam("of")).values(name_number=bindparam("new_number"))


def is_current(connection: Connection) -> bool:
    """Whether the index was made by the rules of this program."""
    return connection.scalar(select(marks.c.value).where(marks.c.name == FORM)) == form()


def renew(connection: Connection, lists: Lists, now: datetime) -> None:
    """Make it anew unless it is current."""
    if is_current(connection):
        return
    connection.execute(delete(contact_slips))
    connection.execute(delete(domain_slips))
    names = connection.execute(select(domains.c.id, domains.c.domain)).all()
    pairs = [(token, domain_id) for domain_id, name in names for token in kept_of_domain(name)]
    lists.insert_pairs(connection, domain_slips, pairs)
    c, last, forms = contacts.c, 0, defaultdict[int, Counter[str]](Counter)
    query = select(c.id, c.domain_id, c.local, c.name).order_by(c.id).limit(_TOGETHER)
    while rows := connection.execute(query.where(c.id > last)).all():
        last = rows[-1].id
        pairs = [(token, row.id) for row in rows for token in kept_of_local(row.local, row.domain_id)]
        lists.insert_pairs(connection, contact_slips, pairs)
        for row in rows:
            forms[row.domain_id][form_of(row.local)] += 1
        run_each(connection, _NAME, [_named(row) for row in rows if row.name])
    recount(connection, forms)
    connection.execute(delete(marks).where(marks.c.name == FORM))
    connection.execute(insert(marks).values(name=FORM, value=form(), at=now))


def _named(row: Any) -> dict[str, Any]:
    return {"of": row.id, "new_number": name_number(name_key(row.name))}
