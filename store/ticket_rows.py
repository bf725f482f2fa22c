"""Tickets as rows: how one is written and read, with its recipients and steps."""

from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from store.storable import message_id_forms
from store.tables.tickets import steps, ticket_recipients, tickets
from store.tickets import ENDED, State, Step, Ticket, TicketRecipient

_SPECIAL = {"state", "candidates", "journal_id", "hold_id", "outcome", "joined_by", "evidence_sha256"}
_PLAIN = tuple(c.name for c in tickets.columns if c.name not in _SPECIAL)
_RECIPIENT = tuple(c.name for c in ticket_recipients.columns if c.name != "ticket_id")
_STEP = tuple(c.name for c in steps.columns if c.name not in {"ticket_id", "done_by"})


def read(db: Connection, query: Select[Any]) -> tuple[Ticket, ...]:
    """The tickets that a query over their table finds, each with recipients and steps in the manual's order."""
    rows = db.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    people: dict[str, list[TicketRecipient]] = {id_: [] for id_ in ids}
    theirs = ticket_recipients.c.ticket_id.in_(ids)
    for row in db.execute(select(ticket_recipients).where(theirs).order_by(ticket_recipients.c.address)).mappings():
        people[row["ticket_id"]].append(TicketRecipient(**{name: row[name] for name in _RECIPIENT}))
    todo: dict[str, list[Step]] = {id_: [] for id_ in ids}
    in_order = select(steps).where(steps.c.ticket_id.in_(ids)).order_by(steps.c.position, steps.c.step)
    for row in db.execute(in_order).mappings():
        todo[row["ticket_id"]].append(Step(**{name: row[name] for name in _STEP}, done_by=row["done_by"] or ""))
    return tuple(_ticket(row, tuple(people[row["id"]]), tuple(todo[row["id"]])) for row in rows)


def row_of(ticket: Ticket) -> dict[str, Any]:
    """The row of `tickets`."""
    row = {name: getattr(ticket, name) for name in _PLAIN}
    row |= {"state": ticket.state, "candidates": [dict(each) for each in ticket.candidates]}
    row |= {
        "journal_id": ticket.journal_id or None,
        "hold_id": ticket.hold_id or None,
        "outcome": ticket.outcome or None,
    }
    joined = None if ticket.state in ENDED else joined_by(ticket.kind, ticket.message_id)
    return row | {"joined_by": joined, "evidence_sha256": ""}


def recipient_row(recipient: TicketRecipient) -> dict[str, Any]:
    """The row of `ticket_recipients`, without its ticket."""
    return {name: getattr(recipient, name) for name in _RECIPIENT}


def step_row(ticket_id: str, step: Step) -> dict[str, Any]:
    """The row of `steps`."""
    return {"ticket_id": ticket_id, "done_by": step.done_by or None} | {name: getattr(step, name) for name in _STEP}


def joined_by(kind: str, message_id: str) -> str | None:
    """What others join a ticket by while it is open; None for a message without an id."""
    forms = message_id_forms(message_id)
    return f"{kind} {forms[0]}" if forms else None


def _ticket(row: RowMapping, recipients: tuple[TicketRecipient, ...], todo: tuple[Step, ...]) -> Ticket:
    return Ticket(
        **{name: row[name] for name in _PLAIN},
        state=State(row["state"]),
        candidates=tuple(row["candidates"]),
        journal_id=row["journal_id"] or "",
        hold_id=row["hold_id"] or "",
        outcome=row["outcome"] or "",
        recipients=recipients,
        steps=todo,
    )
