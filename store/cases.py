"""Cases: closed tickets whose time of keeping is over: every name and word of them is erased, counts, times and digests stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, func, or_, select, update

from store.binding import Binding
from store.evidence import EvidenceShelf
from store.legal_holds import keeps_ticket
from store.outbox import done_with
from store.tables.access import links
from store.tables.calls import call_rounds, calls
from store.tables.columns import metadata
from store.tables.holds import holds
from store.tables.outbox import outbox
from store.tables.tickets import evidence, steps, tickets
from store.tickets import ENDED, State

STAYS = frozenset({"tickets", "evidence", "steps", "outbox", "blocks", "measures"})
"""Tables that know their ticket and of which rows stay: emptied (the first three), only what is done with (outbox), by its own end (blocks, measures)."""


def of_a_ticket() -> tuple[Table, ...]:
    """The tables whose rows go with a case: all that know their ticket but those of `STAYS`."""
    return tuple(t for t in metadata.sorted_tables if "ticket_id" in t.c and t.name not in STAYS)[::-1]


class CaseShelf:
    """The closed cases."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._evidence = EvidenceShelf(binding)

    def over(self, before: datetime, limit: int = 20) -> Sequence[str]:
        """Tickets that were closed before that time, are not erased or were written to since, and that nobody keeps (`store.legal_holds`); the oldest first."""
        says = evidence.c.actor != "", evidence.c.event != "erased"  # an emptied record has no actor
        later = select(evidence.c.seq).where(evidence.c.ticket_id == tickets.c.id, *says)
        ended = tickets.c.state.in_(ENDED), tickets.c.closed_at < before
        still = or_(tickets.c.erased_at.is_(None), later.exists())
        which = *ended, still, ~keeps_ticket(), ~_belongs_to_another()
        query = select(tickets.c.id).where(*which).order_by(tickets.c.closed_at, tickets.c.id)
        return self._db.scalars(query.limit(limit)).all()

    def erase(self, ticket_id: str, actor: str, why: str) -> int:
        """Erase one; how many records of its evidence went. What it froze of held mail is forgotten as any other from now on."""
        self._thaw(ticket_id)
        gone = self._evidence.erase(ticket_id, actor, why)
        for table in of_a_ticket():
            self._db.execute(delete(table).where(table.c.ticket_id == ticket_id))
        self._db.execute(delete(links).where(links.c.object_id == ticket_id))
        for table in (calls, call_rounds):
            self._db.execute(delete(table).where(table.c.about_id == ticket_id))
        self._db.execute(update(steps).where(steps.c.ticket_id == ticket_id).values(owner="", done_by=None, note=""))
        empty = dict.fromkeys(("reporter", "words", "message_id", "sender", "subject"), "")
        values: dict[str, Any] = {
            "candidates": [],
            "exposure": {},
            "outcome": None,
            "hold_id": None,
            "journal_id": None,
        }
        self._db.execute(
            update(tickets).where(tickets.c.id == ticket_id).values(**empty, **values, erased_at=self._now)
        )
        self._db.execute(delete(outbox).where(outbox.c.ticket_id == ticket_id, done_with()))
        return gone

    def _thaw(self, ticket_id: str) -> None:
        """Held mail that no other case needs is evidence no more."""
        ticket = self._db.execute(select(tickets).where(tickets.c.id == ticket_id)).one()
        froze = self._froze(ticket)
        same = or_(
            and_(tickets.c.message_id != "", tickets.c.message_id == ticket.message_id),
            and_(tickets.c.journal_id.is_not(None), tickets.c.journal_id == ticket.journal_id),
            tickets.c.hold_id.in_(froze),
        )
        others = select(tickets).where(same, tickets.c.id != ticket_id, tickets.c.erased_at.is_(None))
        for other in self._db.execute(others).all():
            froze -= self._froze(other)
        self._db.execute(update(holds).where(holds.c.id.in_(froze)).values(frozen=False))

    def _froze(self, ticket: Row[Any]) -> set[str]:
        """The held mail of a case: the copies of its send, and what its evidence names, also of another send and the rest of one that went on."""
        group = select(holds.c.group_id).where(holds.c.id == ticket.hold_id).scalar_subquery()
        send = self._db.scalars(select(holds.c.id).where(holds.c.group_id == group)).all()
        said = (e for e in self._evidence.of_events(ticket.id, "collected") if e.object == "decision")
        return {*send, *(str(entry.body["id"]) for entry in said if "id" in entry.body)}


def _belongs_to_another() -> ColumnElement[bool]:
    """Of a row of `tickets`: the double of a case that is not erased, whose first report it may hold; its outcome is the number of that one."""
    other = tickets.alias()
    is_it = other.c.id == func.replace(tickets.c.outcome, "-", "")
    double = select(other.c.id).where(is_it, other.c.erased_at.is_(None)).exists()
    return and_(tickets.c.state == State.DUPLICATE, double)
