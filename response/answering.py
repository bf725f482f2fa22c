"""Answering a call: "I have it" stops the further calls; "I cannot take it now" calls the next at once. Both are records of the case."""

from dataclasses import dataclass
from typing import Literal

from mail.address import is_inside
from response import acts
from response.containing import is_open
from response.office import Office, same
from store.calls import Call
from store.shelves import Shelves
from store.tickets import Ticket

How = Literal["have", "pass-on"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer."""

    refusal: acts.Refusal
    seconds: float | None = None
    """From the call to the answer, of a real case and a first "I have it"."""


def answer(shelves: Shelves, office: Office, ticket_id: str, by: str, how: How) -> Answered:
    """Take a case, or hand the call on. Somebody of the desk who was not called may take it, too."""
    ticket, person = shelves.tickets.get(ticket_id), office.main_address(by)
    if ticket is None or not is_inside(person, frozenset(office.organisation.domains)):
        return Answered("unknown")
    if not is_open(ticket):
        return Answered("already")
    call = call_of(shelves, ticket_id, person)
    if how == "pass-on":
        return Answered(_pass_on(shelves, ticket, call))
    if call is None:
        call = Call(ticket_id, person, "desk", _role(office, person))
        shelves.calls.add(call)
    return _have(shelves, office, ticket, call)


def call_of(shelves: Shelves, about_id: str, person: str) -> Call | None:
    """The call of one person to a case or a test; None when they were not called."""
    return next((one for one in shelves.calls.of(about_id) if same(one.person, person)), None)


def acted(shelves: Shelves, office: Office, ticket_id: str, by: str) -> None:
    """Whoever works on a case has it: a call of theirs is answered by that. The sender's word that the superior knows is one, too."""
    ticket, person = shelves.tickets.get(ticket_id), office.main_address(by)
    if ticket is None:
        return
    call = call_of(shelves, ticket_id, person)
    if call and call.is_silent:
        _acknowledge(shelves, ticket, call)
    if acts.gate_is_open(ticket):
        shelves.calls.settle(ticket_id, "superior")


def _have(shelves: Shelves, office: Office, ticket: Ticket, call: Call) -> Answered:
    if not _acknowledge(shelves, ticket, call):
        return Answered("already")
    shelves.audit.add(call.person, "call-acknowledge", ticket.id, {"role": call.role})
    gate = next((step for step in ticket.steps if step.gate and step.state == "todo"), None)
    if gate and call.line in {"superior", "both"}:
        note = office.say("上司が呼び出しに応じました。", "The superior took the call.")
        acts.finish_step(shelves, office, ticket.id, gate.step, by=call.person, note=note, not_needed=False)
    first = call.called_at if call.passed_on_at is None and ticket.kind != "drill" else None
    return Answered("", (shelves.now - first).total_seconds() if first else None)


def _acknowledge(shelves: Shelves, ticket: Ticket, call: Call) -> bool:
    if not shelves.calls.acknowledge(ticket.id, call.person):
        return False
    for line in _lines(call):
        shelves.calls.settle(ticket.id, line)
    seconds = round((shelves.now - (call.called_at or shelves.now)).total_seconds())
    body = {"person": call.person, "seconds": seconds}
    shelves.evidence.add(ticket.id, call.person, "acknowledged", call.role, body)
    return True


def _pass_on(shelves: Shelves, ticket: Ticket, call: Call | None) -> acts.Refusal:
    if call is None:
        return "unknown"
    if not shelves.calls.pass_on(ticket.id, call.person):
        return "already"
    shelves.evidence.add(ticket.id, call.person, "passed-on", call.role, {"person": call.person})
    shelves.audit.add(call.person, "call-pass-on", ticket.id, {"role": call.role})
    for line in _lines(call):  # where somebody else has it, nobody is called then (`response.escalating`)
        shelves.calls.go_on(ticket.id, line)
    return ""


def _lines(call: Call) -> tuple[str, ...]:
    return ("superior", "desk") if call.line == "both" else (call.line,)


def _role(office: Office, person: str) -> str:
    known = office.organisation.person(person)
    return known.roles[0] if known and known.roles else "responder"
