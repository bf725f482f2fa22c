"""Watching: the need-to-know list of a case: who is put on it and taken off, with reasons, in the evidence and in the audit log."""

from notifier import call_notices
from response.acts import Refusal
from response.containing import is_open
from response.office import Office
from store.shelves import Shelves


def watch(shelves: Shelves, office: Office, ticket_id: str, person: str, *, by: str, reason: str) -> Refusal:
    """Put somebody of our own on the list, who is told; "" when done, otherwise why not."""
    ticket, person = shelves.tickets.get(ticket_id), office.main_address(person)
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
