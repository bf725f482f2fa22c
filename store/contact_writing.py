"""Contact writing: the statements that keep contacts and their index, built once for each kind of database."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, func, select, update

from store.lists import Lists
from store.tables.contacts import contact_slips, contacts, domain_slips, domains, name_tokens

GIVEN = ("address", "name", "name_number", "count", "last_sent", "vouched")
"""What is given of a new contact, in this order; the address as it is written."""
NEW = ("domain_id", "number", "local", "address", "days", "seen_day", *GIVEN[1:])
NAME = ("token", "contacts")
Pieces = Sequence[tuple[int, int, str]]
"""Contacts: id, id of the domain, local part."""

NEWEST = select(func.max(contacts.c.id))
SINCE = select(contacts.c.id, contacts.c.domain_id, contacts.c.local).where(contacts.c.id > bindparam("newest"))
USED = update(domains).where(domains.c.id == bindparam("of")).values(count=domains.c["count"] + bindparam("more"))
FORGET_SLIP = delete(contact_slips).where(
    contact_slips.c.token == bindparam("of"), contact_slips.c.contact_id == bindparam("contact")
)
FORGET_DOMAIN_SLIP = delete(domain_slips).where(
    domain_slips.c.token == bindparam("of"), domain_slips.c.domain_id == bindparam("domain")
)
FORGET_CONTACT = delete(contacts).where(contacts.c.id == bindparam("of"))
FORGET_NAME = delete(name_tokens).where(name_tokens.c.token == bindparam("of"), name_tokens.c.contacts <= 0)
FORGET_DOMAIN = delete(domains).where(domains.c.id == bindparam("of"))


@lru_cache
def empty_ones(lists: Lists) -> ClauseElement:
    """Those of some domains where nobody is left."""
    d = domains.c
    return select(d.domain, d.id).where(lists.any_of(d.id, "ids"), d.contacts <= 0)


@lru_cache
def domains_of(lists: Lists) -> ClauseElement:
    """The ids of domains by their names."""
    return select(domains.c.domain, domains.c.id).where(lists.any_of(domains.c.domain, "asked"))


@lru_cache
def contacts_of(lists: Lists) -> ClauseElement:
    """The ids of contacts by domain and local part."""
    of = lists.pair_of(contacts.c.domain_id, contacts.c.local, "asked")
    return select(contacts.c.domain_id, contacts.c.local, contacts.c.id).where(of)


@lru_cache
def new_contact(insert: Callable[[Any], Any], lists: Lists) -> ClauseElement:
    """Contacts that are there already stay."""
    new: ClauseElement = lists.insert(insert, contacts, NEW).on_conflict_do_nothing()
    return new


@lru_cache
def new_domain(insert: Callable[[Any], Any]) -> ClauseElement:
    """The same of domains."""
    new: ClauseElement = insert(domains).on_conflict_do_nothing()
    return new


@lru_cache
def count_name(insert: Callable[[Any], Any], lists: Lists) -> ClauseElement:
    """So many contacts more, or fewer, bear a name."""
    new = lists.insert(insert, name_tokens, NAME)
    more = {"contacts": name_tokens.c.contacts + new.excluded.contacts}
    counted: ClauseElement = new.on_conflict_do_update(index_elements=["token"], set_=more)
    return counted
