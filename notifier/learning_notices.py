"""Notices of learning: whoever reported a case is thanked when it is closed, and to the outside goes only the number; a measure past its date is spoken of."""

from collections.abc import Iterable

from notifier import addressees
from notifier.making import notice_to, queued
from notifier.options import Organisation
from notifier.words import one_line
from store.ids import shown
from store.measures import Measure
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket

INSIDE, OUTSIDE = "case_closed", "case_closed_reference"


def case_closed(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, reporter: str, *, leak: bool, measures: int
) -> tuple[Notice, ...]:
    """Thank a reporter of ours, say how it ended and how many measures came of it; who is outside gets the number alone.

    Nothing of a drill leaves the house. The caller sees to it that no machine is answered (RFC 3834 2).
    """
    inside = addressees.may_receive(organisation, INSIDE, reporter)
    if not inside and (ticket.kind == "drill" or not addressees.may_receive(organisation, OUTSIDE, reporter)):
        return ()
    facts = {"number": shown(ticket.id), "drill": ticket.kind == "drill"}
    if inside:
        facts |= {"leak": leak, "measures": measures}
    return queued(shelves, [notice_to(organisation, INSIDE if inside else OUTSIDE, reporter, facts, ticket=ticket)])


def measure_due(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, measure: Measure, people: Iterable[str]
) -> tuple[Notice, ...]:
    """Say that the date of a measure has passed: numbers and whose it is; its words stand on the ticket alone."""
    facts = {
        "number": shown(ticket.id),
        "measure": shown(measure.id),
        "owner": one_line(addressees.shown_name(organisation, measure.owner) or measure.owner),
        "due": measure.due.isoformat(),
    }
    return queued(shelves, [notice_to(organisation, "measure_due", person, facts, ticket=ticket) for person in people])
