"""Need to know: who may open a case, and who may only read it.

| who | opens it | works on it |
|---|---|---|
| leader, deputy, privacy officer | yes | yes |
| whoever was called to it | yes | yes |
| another role of the desk, `[response] staff` | yes; with `need_to_know = true` only owners of a step, and who is on its list | the same |
| somebody on its list without a role of the desk | yes | no |
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from mail.address import is_inside
from notifier import call_notices
from response.acts import Refusal
from response.answering import main_address
from response.containing import is_open
from response.may import may
from response.office import Office, same
from store.shelves import Shelves
from store.tickets import Ticket

Standing = Literal["", "read", "work"]
ALWAYS = frozenset({"leader", "deputy", "privacy officer"})


def standing(shelves: Shelves, office: Office, ticket: Ticket, person: str) -> Standing:
    """What somebody may do with a case: "" nothing, not even see what it is about."""
    return standings(shelves, office, (ticket,), person)[ticket.id]


def standings(shelves: Shelves, office: Office, tickets: Iterable[Ticket], person: str) -> Mapping[str, Standing]:
    """The same for many, by id, with the same two look-ups."""
    own = main_address(office, person)
    called, watched = shelves.calls.about(own), shelves.watchers.watched_by(own)
    at_desk = may(person, "desk", office.organisation, office.options.staff)
    known = office.organisation.person(person)
    always = bool(known and ALWAYS & set(known.roles)) or (at_desk and not office.options.need_to_know)

    def one(ticket: Ticket) -> Standing:
        if not is_inside(person, frozenset(office.organisation.domains)):
            return ""
        if always or ticket.id in called:
            return "work"
        if at_desk and (ticket.id in watched or any(same(step.owner, own) for step in ticket.steps)):
            return "work"
        return "read" if ticket.id in watched else ""

    return {ticket.id: one(ticket) for ticket in tickets}


def by_link(shelves: Shelves, office: Office, ticket: Ticket, person: str) -> Standing:
    """The same for who follows a link that was made for them.

    Without `need_to_know` it opens for who was called before calls were kept, too; never for who was taken off the list.
    """
    if found := standing(shelves, office, ticket, person):
        return found
    own = main_address(office, person)
    was_listed = any(same(one.person, own) for one in shelves.watchers.of(ticket.id))
    older = not office.options.need_to_know and not was_listed and office.is_ours(own)
    return "work" if older else ""


def watch(shelves: Shelves, office: Office, ticket_id: str, person: str, *, by: str, reason: str) -> Refusal:
    """Put somebody of our own on the list, who is told; "" when done, otherwise why not."""
    ticket, person = shelves.tickets.get(ticket_id), main_address(office, person)
    if ticket is None or not office.is_ours(person) or "@" not in person.strip("@"):
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    if not is_open(ticket) or not shelves.watchers.add(ticket_id, person, by, reason):
        return "already"
    call_notices.watcher_added(shelves, office.organisation, ticket, person, by=by)
    body = {"person": person, "reason": reason}
    shelves.evidence.add(ticket_id, by, "watcher-added", "ticket", body)
    shelves.audit.add(by, "need-to-know-add", ticket_id, {"person": person})
    return ""


def unwatch(shelves: Shelves, ticket_id: str, watcher_id: str, *, by: str, reason: str) -> Refusal:
    """Take somebody off the list; "" when done, otherwise why not."""
    found = next((one for one in shelves.watchers.of(ticket_id) if one.id == watcher_id), None)
    if found is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    if not shelves.watchers.remove(watcher_id, by, reason):
        return "already"
    shelves.evidence.add(ticket_id, by, "watcher-removed", "ticket", {"person": found.person, "reason": reason})
    shelves.audit.add(by, "need-to-know-remove", ticket_id, {"person": found.person})
    return ""
