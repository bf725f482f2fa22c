"""Notices of cases: who is called to one, and how its reporter is thanked; what every call says."""

from typing import Any

from notifier import addressees
from notifier.making import notice_to, queued
from notifier.options import Organisation, Person
from notifier.words import one_line, role_in_words
from store.ids import shown
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket


def case_facts(organisation: Organisation, ticket: Ticket) -> dict[str, Any]:
    """Number, reporter and time of a case: what every call says."""
    return {
        "number": shown(ticket.id),
        "drill": ticket.kind == "drill",
        "reporter": one_line(addressees.shown_name(organisation, ticket.reporter)),
        "reported_at": ticket.reported_at.isoformat(),
    }


def call_superior(shelves: Shelves, organisation: Organisation, ticket: Ticket, person: Person) -> tuple[Notice, ...]:
    """Tell a superior first: who reported, the number, what to do now; nothing of the content."""
    return queued(
        shelves,
        [notice_to(organisation, "call_superior", person.address, case_facts(organisation, ticket), ticket=ticket)],
    )


def call_responder(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, person: Person, role: str
) -> tuple[Notice, ...]:
    """Call somebody to a case in a role, with the first open step of that role."""
    open_steps = [s for s in ticket.steps if s.state == "todo"]
    first = next((s for s in open_steps if role in s.role), None) or next(iter(open_steps), None)
    language = addressees.language(organisation, person.address)
    step = f"{first.step} {first.title.get(language, '')}" if first else ""
    facts = case_facts(organisation, ticket) | {"role": role_in_words(role, language), "step": one_line(step)}
    return queued(shelves, [notice_to(organisation, "call_responder", person.address, facts, ticket=ticket)])


def report_received(shelves: Shelves, organisation: Organisation, ticket: Ticket) -> tuple[Notice, ...]:
    """Thank a reporter from inside, with the one next step: tell your superior. Nothing for a reporter outside."""
    if not addressees.may_receive(organisation, "report_received", ticket.reporter):
        return ()
    person = organisation.person(ticket.reporter)
    superior = organisation.person(person.superior) if person and person.superior else None
    facts = case_facts(organisation, ticket) | {
        "superior": addressees.shown_name(organisation, superior.address) if superior else "",
        "phone": superior.phone if superior else "",
    }
    return queued(shelves, [notice_to(organisation, "report_received", ticket.reporter, facts, ticket=ticket)])


def report_reference(shelves: Shelves, organisation: Organisation, ticket: Ticket) -> tuple[Notice, ...]:
    """Thank a reporter from outside, with the number only. Nothing in a drill: it does not leave the house.

    The caller sees to it that no machine is answered (RFC 3834 2): a null reverse-path has no reporter.
    """
    inside = addressees.may_receive(organisation, "report_received", ticket.reporter)
    if (
        ticket.kind == "drill"
        or inside
        or not addressees.may_receive(organisation, "report_reference", ticket.reporter)
    ):
        return ()
    facts = {"number": shown(ticket.id), "drill": False}
    return queued(shelves, [notice_to(organisation, "report_reference", ticket.reporter, facts, ticket=ticket)])
