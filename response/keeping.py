"""Keeping: legal holds on cases and on people: what must not be forgotten, who says so and why; each act is audited, of a case also evidence."""

from datetime import datetime, timedelta

from mail.address import key
from response.office import Office
from store.ids import shown
from store.legal_holds import Kind, LegalHold
from store.shelves import Shelves
from store.tickets import ENDED, State, Ticket

_OPEN = tuple(state for state in State if state not in ENDED)
EVERY = 1_000_000
"""Cases: none may be passed over."""


def place(shelves: Shelves, kind: Kind, target: str, *, by: str, reason: str) -> LegalHold | None:
    """Place a legal hold; None without a reason, or where there is no such ticket, or its records are erased."""
    ticket = shelves.tickets.get(target) if kind == "ticket" else None
    if not reason.strip() or (kind == "ticket" and (ticket is None or ticket.erased_at)):
        return None
    made = shelves.legal_holds.place(kind, target, owner=by, reason=reason)
    shelves.audit.add(by, "legal-hold", made.target, {"id": made.id, "kind": kind, "reason": reason})
    if ticket:
        shelves.evidence.add(ticket.id, by, "legal-hold", made.id, {"reason": reason})
    return made


def end(shelves: Shelves, hold_id: str, *, by: str, why: str) -> bool:
    """End a legal hold; False without a reason, or where it ended before."""
    found = next((one for one in shelves.legal_holds.listing() if one.id == hold_id), None)
    if found is None or not why.strip() or not shelves.legal_holds.end(hold_id, by=by, why=why):
        return False
    shelves.audit.add(by, "legal-hold-end", found.target, {"id": hold_id, "kind": found.kind, "reason": why})
    if found.kind == "ticket" and shelves.tickets.get(found.target):
        shelves.evidence.add(found.target, by, "legal-hold-end", hold_id, {"reason": why})
    return True


def kept_until(office: Office, ticket: Ticket) -> datetime | None:
    """When the records of a closed case are erased; None while it is open, or where they are kept for ever."""
    days = office.options.evidence_days
    return ticket.closed_at + timedelta(days=days) if days and ticket.closed_at and ticket.state in ENDED else None


def why_kept(shelves: Shelves, address: str) -> tuple[str, ...]:
    """What keeps somebody's data from being erased now: legal holds, open cases that name them; by number."""
    holds = [
        f"legal hold {shown(one.id)}: {one.reason}"
        for one in shelves.legal_holds.of("person", address)
        if not one.ended_at
    ]
    wanted = key(address)
    named = (
        ticket.id
        for ticket in shelves.tickets.listing(states=_OPEN, limit=EVERY)
        if wanted
        in {key(one) for one in (ticket.reporter, ticket.sender, *(r.address for r in ticket.recipients)) if one}
    )
    return (*holds, *(f"open ticket {shown(number)}" for number in named))
