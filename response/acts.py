"""Acts: what people do with a ticket: finish a step, choose the message, lift a block; each act is a record of the evidence.

The gate: nothing that writes to the outside is finished before the superior was told. How a case ends: `response.closing`.
"""

from collections.abc import Mapping
from typing import Literal

from mail.address import key
from response import clocks, drilling, exposure, who_got_it
from response.arrived import message_key, recipients, sender_of, sent_at
from response.calling import call, call_superior
from response.containing import is_open
from response.manual import ManualStep
from response.matching import copies
from response.office import Office
from response.opening import collect
from response.roles import superior_of
from response.times import know_from
from store.ids import shown
from store.shelves import Shelves
from store.tickets import TRANSITIONS, State, Step, Ticket

Refusal = Literal[
    "",
    "already",
    "unknown",
    "gate",
    "reason-missing",
    "evidence-missing",
    "open-steps",
    "cause-missing",
    "measure-missing",
    "decision-missing",
    "facts-changed",
]


def gate_is_open(ticket: Ticket) -> bool:
    """Whether the superior was told, so that somebody may write to the outside."""
    return all(step.state == "done" for step in ticket.steps if step.gate)


def finish_step(
    shelves: Shelves, office: Office, ticket_id: str, step_id: str, *, by: str, note: str, not_needed: bool
) -> Refusal:
    """Finish a step; "" when done, otherwise why not. The gate itself cannot be "not needed"."""
    ticket = shelves.tickets.get(ticket_id)
    step = _step(ticket, step_id)
    if ticket is None or step is None:
        return "unknown"
    if step.state != "todo" or not is_open(ticket):
        return "already"
    if (step.outward and not gate_is_open(ticket)) or (step.gate and not_needed):
        return "gate"
    if not_needed and not note.strip():
        return "reason-missing"
    wanted = _in_manual(shelves, office, ticket, step_id)
    if wanted and wanted.evidence and not not_needed and not note.strip():
        return "evidence-missing"
    state = "not-needed" if not_needed else "done"
    if not shelves.tickets.finish_step(ticket_id, step_id, state=state, by=by, note=note):
        return "already"
    shelves.evidence.add(ticket_id, by, "step", f"step {step_id}", {"state": state, "note": note})
    if state == "done":
        _follow_up(shelves, office, ticket, step, by)
    return ""


def reopen_step(shelves: Shelves, ticket_id: str, step_id: str, *, by: str, reason: str) -> Refusal:
    """Put a finished step back to todo; the evidence keeps both."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None or _step(ticket, step_id) is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    if not is_open(ticket) or not shelves.tickets.reopen_step(ticket_id, step_id):
        return "already"
    shelves.evidence.add(ticket_id, by, "step", f"step {step_id}", {"state": "todo", "note": reason})
    return ""


def choose(
    shelves: Shelves, office: Office, ticket_id: str, journal_id: str, *, by: str, wrong: tuple[str, ...]
) -> bool:
    """Bind an unmatched ticket to a message; where that message has an open ticket already, this one becomes its duplicate."""
    ticket, line = shelves.tickets.get(ticket_id), shelves.journal.get(journal_id)
    if ticket is None or line is None or ticket.journal_id or not is_open(ticket):
        return False
    turned = drilling.turned(shelves, ticket, [one.queue_id for one in copies(shelves, line)], by)
    if turned:
        ticket = shelves.tickets.get(ticket_id)
        assert ticket is not None
    office = drilling.office_of(shelves, office, ticket)
    message = message_key(shelves, office, line, ticket.kind)
    other = shelves.tickets.open_for(message_id=message, hold_id=line.hold_id, kind=ticket.kind)
    if other and other.id != ticket.id:
        return _merge(shelves, office, ticket, other, by)
    found = who_got_it.copies_with_holds(shelves, copies(shelves, line))
    sender = sender_of(office, line)
    known = exposure.of_copies(found)
    shelves.tickets.set_match(
        ticket_id,
        journal_id=line.id,
        hold_id=line.hold_id,
        message_id=message,
        method="chosen",
        sender=sender,
        subject=line.subject,
        exposure=known,
        severity=known["severity"],
        sent_at=sent_at(found),
    )
    said = wrong or tuple(r.address for r in ticket.recipients if r.wrong == "yes")
    for recipient in recipients(found, said, ticket.reporter, office):
        shelves.tickets.set_recipient(ticket_id, recipient)
    shelves.evidence.add(ticket_id, by, "chosen", "journal", {"journal_id": line.id, "wrong": list(said)})
    bound = shelves.tickets.get(ticket_id)
    assert bound is not None
    collect(shelves, office, bound, found)
    clocks.count(shelves, office, ticket_id, by=by)
    if turned and ticket.kind == "real":
        shelves.outbox.withdraw_of_ticket(ticket_id)  # what says that it is a drill
        shelves.calls.start_anew(ticket_id)
        call(shelves, office, bound)
    elif _other_superior(office, ticket, sender):
        call_superior(shelves, office, bound)
    return True


def lift(shelves: Shelves, block_id: str, *, by: str) -> bool:
    """End a block; the case that made it keeps a record."""
    block = next((one for one in shelves.blocks.in_force() if one.id == block_id), None)
    if block is None or not shelves.blocks.lift(block_id, by):
        return False
    if block.ticket_id and shelves.tickets.get(block.ticket_id):
        shelves.evidence.add(block.ticket_id, by, "lifted", block.id, {"target": block.target})
    shelves.audit.add(by, "lift-block", block_id, {"ticket": block.ticket_id})
    return True


def _step(ticket: Ticket | None, step_id: str) -> Step | None:
    return next((step for step in ticket.steps if step.step == step_id), None) if ticket else None


def _in_manual(shelves: Shelves, office: Office, ticket: Ticket, step_id: str) -> ManualStep | None:
    """The step as the ticket's own version of the manual has it."""
    return office.manual_of(shelves, ticket.manual_version).step(step_id)


def _follow_up(shelves: Shelves, office: Office, ticket: Ticket, step: Step, by: str) -> None:
    """What a finished step means for the ticket: the superior was told, a time is fixed, a state is reached."""
    if step.gate and ticket.superior_told_at is None:
        shelves.tickets.set_times(ticket.id, superior_told_at=shelves.now)
        shelves.evidence.add(ticket.id, by, "told", "superior", {"at": shelves.now.isoformat()})
    in_manual = _in_manual(shelves, office, ticket, step.step)
    if in_manual and in_manual.sets:
        shelves.tickets.set_times(ticket.id, **{in_manual.sets: shelves.now})
    advance(shelves, office, ticket.id)


def advance(shelves: Shelves, office: Office, ticket_id: str) -> None:
    """Move the ticket to every state whose step is done, in their order; assessed comes before reported."""
    ticket = shelves.tickets.get(ticket_id)
    assert ticket is not None
    done = {step.step for step in ticket.steps if step.state == "done"}
    manual, state = office.manual_of(shelves, ticket.manual_version), ticket.state
    for to in (State.ASSESSED, State.REPORTED):
        reached = any(step.id in done for step in manual.steps if step.reaches == to)
        if reached and to in TRANSITIONS[state] and shelves.tickets.move(ticket_id, state, to):
            state = to


def _merge(shelves: Shelves, office: Office, ticket: Ticket, into: Ticket, by: str) -> bool:
    """Make a ticket the duplicate of another: the earliest first-known time counts, both say so."""
    if State.DUPLICATE not in TRANSITIONS[ticket.state]:
        return False
    earlier = shelves.tickets.known_earlier(into.id, ticket.first_known_at)
    shelves.tickets.move(ticket.id, ticket.state, State.DUPLICATE, shown(into.id))
    body: Mapping[str, str | bool] = {"duplicate": shown(ticket.id), "of": shown(into.id), "known_earlier": earlier}
    for each in (ticket, into):
        shelves.evidence.add(each.id, by, "merged", "ticket", body)
    if earlier:
        know_from(shelves, into, ticket.first_known_at)
        clocks.count(shelves, office, into.id, by=by)
    clocks.close(shelves, office, shelves.tickets.get(ticket.id) or ticket, by=by)
    return True


def _other_superior(office: Office, ticket: Ticket, sender: str) -> bool:
    """Whether the sender, now known, has another superior than the one who was called when only the reporter was known."""
    before = superior_of(
        next((one for one in (ticket.sender, ticket.reporter) if office.is_ours(one)), ""), office.organisation
    )
    return key(before) != key(superior_of(sender, office.organisation))
