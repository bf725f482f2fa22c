"""Closing: how a case ends: with its outcome and reason, why it happened and what is done about it; whoever reported it is thanked."""

from typing import Literal

from mail.address import key
from notifier import learning_notices
from response import acts, clocks
from response.containing import is_open
from response.deciding import not_a_leak
from response.office import GATEWAY, Office
from store.measures import MeasureState
from store.shelves import Shelves
from store.tickets import TRANSITIONS, State, Ticket


def close(
    shelves: Shelves, office: Office, ticket_id: str, *, by: str, outcome: Literal["closed", "not-a-leak"], reason: str
) -> acts.Refusal:
    """Close a case with its outcome and reason; refused while the superior was not told, or nothing was learnt from a leak. No leak: two have decided so, on these facts.

    What was no leak has no cause and needs no measure; an exercise neither: its debrief says what is to be learnt.
    """
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return "unknown"
    to = State(outcome)
    if not is_open(ticket) or to not in TRANSITIONS[ticket.state]:
        return "already"
    if not reason.strip():
        return "reason-missing"
    if not acts.gate_is_open(ticket):
        return "open-steps"
    if to is State.NOT_A_LEAK and (undecided := not_a_leak(shelves, office, ticket)):
        return undecided
    if to is State.CLOSED and ticket.kind != "drill" and (missing := _unlearnt(shelves, ticket_id)):
        return missing
    if not shelves.tickets.move(ticket_id, ticket.state, to, reason):
        return "already"
    _thank(shelves, office, ticket, leak=to is State.CLOSED)
    todo = [step.step for step in ticket.steps if step.state == "todo"]
    shelves.evidence.add(ticket_id, by, "closed", "ticket", {"outcome": outcome, "reason": reason, "open_steps": todo})
    clocks.close(shelves, office, shelves.tickets.get(ticket_id) or ticket, by=by)
    return ""


def reopen(shelves: Shelves, office: Office, ticket_id: str, *, by: str, reason: str) -> acts.Refusal:
    """Open a closed case again, unless its records are erased: of that one there is nothing to go on with."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    if is_open(ticket) or ticket.erased_at or not shelves.tickets.move(ticket_id, ticket.state, State.OPEN):
        return "already"
    shelves.evidence.add(ticket_id, by, "reopened", "ticket", {"was": str(ticket.state), "reason": reason})
    clocks.reopen(shelves, office, ticket, by=by)
    return ""


def _unlearnt(shelves: Shelves, ticket_id: str) -> acts.Refusal:
    """What is missing: why it happened, or one measure at least that was not withdrawn."""
    if shelves.learning.cause(ticket_id) is None:
        return "cause-missing"
    kept = [one for one in shelves.measures.of_ticket(ticket_id) if one.state is not MeasureState.WITHDRAWN]
    return "" if kept else "measure-missing"


def _thank(shelves: Shelves, office: Office, ticket: Ticket, *, leak: bool) -> None:
    """Thank everybody who was thanked when they reported, once: a machine or a stranger who was not answered then is not now."""
    told = shelves.outbox.of_ticket(ticket.id)
    before = {key(n.recipient) for n in told if n.kind in {learning_notices.INSIDE, learning_notices.OUTSIDE}}
    reporters = {key(n.recipient): n.recipient for n in told if n.kind in {"report_received", "report_reference"}}
    measures = len(shelves.measures.of_ticket(ticket.id))
    for own, reporter in reporters.items():
        if own in before:
            continue
        sent = learning_notices.case_closed(
            shelves, office.organisation, ticket, reporter, leak=leak, measures=measures
        )
        if sent:
            shelves.evidence.add(ticket.id, GATEWAY, "thanked", "reporter", {"person": reporter})
