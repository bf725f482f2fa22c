"""Calling: who is told of a case, in which order: the superior first, then the responders; and the thanks to the reporter."""

from dataclasses import replace

from mail.address import key
from notifier import notices
from notifier.options import Person
from response.office import GATEWAY, Office
from response.roles import responders, superior_of
from store.shelves import Shelves
from store.tickets import Ticket


def call(shelves: Shelves, office: Office, ticket: Ticket) -> None:
    """Call the superior of the sender (or of who found it), then everyone with a role of the desk; each person once."""
    called = {key(superior)} if (superior := call_superior(shelves, office, ticket)) else set[str]()
    for person, role in responders(office.organisation):
        if key(person.address) in called:
            continue
        called.add(key(person.address))
        notices.call_responder(shelves, office.organisation, ticket, person, role)
        shelves.evidence.add(ticket.id, GATEWAY, "called", role, {"person": person.address})


def call_superior(shelves: Shelves, office: Office, ticket: Ticket) -> str:
    """Call the superior; whom, or "" where nobody is named at all."""
    concerned = next((one for one in (ticket.sender, ticket.reporter) if office.is_ours(one)), "")
    address = superior_of(concerned, office.organisation)
    if not address:
        return ""
    person = office.organisation.person(address) or Person(address=address)
    notices.call_superior(shelves, office.organisation, ticket, person)
    shelves.evidence.add(ticket.id, GATEWAY, "called", "superior", {"person": person.address, "of": concerned})
    return person.address


def thank(shelves: Shelves, office: Office, ticket: Ticket, reporter: str) -> None:
    """Thank a reporter, each once a ticket; who is outside gets the number and nothing else."""
    told = {
        key(n.recipient)
        for n in shelves.outbox.of_ticket(ticket.id)
        if n.kind in {"report_received", "report_reference"}
    }
    if not reporter or key(reporter) in told:
        return
    tell = notices.report_received if office.is_ours(reporter) else notices.report_reference
    tell(shelves, office.organisation, replace(ticket, reporter=reporter))
