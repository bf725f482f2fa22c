"""Calling: who is told of a case, in which order: the superior first, then the responders; and the thanks to the reporter.

Nobody is called twice to one case: a row a person (`store.calls`). Whether somebody takes it is looked after by `response.escalating`.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from mail.address import key
from notifier import call_notices, case_notices, notices
from notifier.call_notices import Silence
from notifier.options import Person
from response.contact_tree import called_at_once
from response.office import GATEWAY, Office
from response.roles import superior_of
from store.calls import Call, Line, Occasion
from store.ids import shown
from store.shelves import Shelves
from store.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to be called, and why."""

    person: Person
    role: str
    line: Line
    level: int = 0
    instead_of: str = ""
    of: str = ""
    """Whose superior."""


def call(shelves: Shelves, office: Office, ticket: Ticket) -> None:
    """Call the superior of the sender (or of who found it), then everyone with a role of the desk; each person once. Where there is nobody, the admins hear of that."""
    superior = call_superior(shelves, office, ticket)
    desk = [
        call_one(shelves, office, ticket, Callee(person, role, "desk"))
        for person, role in called_at_once(office, shelves.now)
    ]
    # Nobody to wait for: whoever comes next is called at once.
    after = wait(office) if desk else timedelta()
    shelves.calls.begin(ticket.id, "desk", occasion(ticket), shelves.now + after)
    if not superior and not desk and ticket.kind != "drill":
        notices.alarm(shelves, office.organisation, "nobody-called", {"number": shown(ticket.id)})


def call_superior(shelves: Shelves, office: Office, ticket: Ticket) -> str:
    """Call the superior; whom, or "" where nobody is named at all."""
    concerned = next((one for one in (ticket.sender, ticket.reporter) if office.is_ours(one)), "")
    address = superior_of(concerned, office.organisation)
    if not address:
        return ""
    person = office.organisation.person(address) or Person(address=address)
    call_one(shelves, office, ticket, Callee(person, "superior", "superior", of=concerned))
    shelves.calls.begin(ticket.id, "superior", occasion(ticket), shelves.now + wait(office))
    return person.address


def call_one(shelves: Shelves, office: Office, ticket: Ticket, callee: Callee, silence: Silence | None = None) -> bool:
    """Call one person; who was called in the other line before belongs to this one, too, and is not written to; False: they do already."""
    person = callee.person
    row = Call(ticket.id, person.address, callee.line, callee.role, callee.level, callee.instead_of)
    if not shelves.calls.add(row):
        return shelves.calls.widen(ticket.id, person.address, callee.line)
    _write(shelves, office, ticket, callee, silence)
    body = {"person": person.address, "of": callee.of, "level": callee.level, "instead_of": callee.instead_of}
    shelves.evidence.add(ticket.id, GATEWAY, "called", callee.role, {n: v for n, v in body.items() if v})
    if not office.at_work(shelves.now):
        write_to_second(shelves, office, ticket, row, silence)
    return True


def write_to_second(
    shelves: Shelves, office: Office, ticket: Ticket, called: Call, silence: Silence | None = None
) -> bool:
    """Write to the second mailbox of somebody who was called, once; False where there is none."""
    person = office.organisation.person(called.person)
    mailbox = person.second_mailbox if person else ""
    if person is None or not mailbox or not shelves.calls.wrote_to_second(ticket.id, called.person, mailbox):
        return False
    there = Callee(person.model_copy(update={"address": mailbox}), called.role, called.line, called.level)
    _write(shelves, office, ticket, there, silence)
    shelves.evidence.add(ticket.id, GATEWAY, "called", called.role, {"person": called.person, "second": mailbox})
    return True


def wait(office: Office) -> timedelta:
    """How long somebody has to take a call."""
    return timedelta(seconds=office.options.acknowledge_after)


def occasion(ticket: Ticket) -> Occasion:
    """Whether it is an exercise."""
    return "drill" if ticket.kind == "drill" else "real"


def thank(shelves: Shelves, office: Office, ticket: Ticket, reporter: str) -> None:
    """Thank a reporter, each once a ticket; who is outside gets the number and nothing else."""
    told = {
        key(n.recipient)
        for n in shelves.outbox.of_ticket(ticket.id)
        if n.kind in {"report_received", "report_reference"}
    }
    if not reporter or key(reporter) in told:
        return
    tell = case_notices.report_received if office.is_ours(reporter) else case_notices.report_reference
    tell(shelves, office.organisation, replace(ticket, reporter=reporter))


def _write(shelves: Shelves, office: Office, ticket: Ticket, callee: Callee, silence: Silence | None) -> None:
    if silence is not None:
        call_notices.call_escalated(
            shelves, office.organisation, ticket, callee.person.address, role=callee.role, silence=silence
        )
    elif callee.line == "superior":
        case_notices.call_superior(shelves, office.organisation, ticket, callee.person)
    else:
        case_notices.call_responder(shelves, office.organisation, ticket, callee.person, callee.role)
