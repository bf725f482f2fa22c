"""Kind change: a person says, with a reason, what kind of mistake it was; the ticket follows the manual of that kind from then on."""

from response import acts
from response.containing import is_open
from response.manual import Case, Kind
from response.office import Office
from store.shelves import Shelves
from store.tickets import Ticket


def change(shelves: Shelves, office: Office, ticket_id: str, kind: Kind, *, by: str, reason: str) -> acts.Refusal:
    """Let a ticket follow the manual of another kind: its steps are made anew, those that are finished stay."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    before, manual = office.manual_of(shelves, ticket.manual_version), office.manual.of_kind(kind)
    if not is_open(ticket) or manual.kind is None or manual.version == ticket.manual_version:
        return "already"
    made = manual.steps_for(case_of(ticket), office.organisation)
    shelves.manuals.keep(manual.version, manual.document)
    shelves.manuals.change(ticket_id, version=manual.version, name=manual.name, made=made)
    new = {step.step for step in made}
    was = {step.step: step.state for step in ticket.steps}
    body = {
        "was": before.kind or "",
        "to": kind,
        "manual": manual.version,
        "reason": reason,
        "added": sorted(new - was.keys()),
        "left": sorted(one for one, state in was.items() if state == "todo" and one not in new),
    }
    shelves.evidence.add(ticket_id, by, "kind", kind, body)
    return ""


def case_of(ticket: Ticket) -> Case:
    """What its steps are made from."""
    return Case(ticket.sender or ticket.reporter, ticket.first_known_at, ticket.reported_at, ticket.opened_at)
