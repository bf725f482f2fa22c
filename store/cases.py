"""Cases: closed tickets whose time of keeping is over: every name and word of them is erased, counts, times and digests stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update

from store.binding import Binding
from store.evidence import EvidenceShelf
from store.legal_holds import keeps_ticket
from store.tables.calls import call_rounds, calls
from store.tables.columns import metadata
from store.tables.holds import holds
from store.tables.outbox import outbox
from store.tables.tickets import steps, tickets
from store.tickets import ENDED

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
        """Tickets that were closed before that time, are not erased, and that nobody keeps (`store.legal_holds`); the oldest first."""
        ended = tickets.c.state.in_(ENDED), tickets.c.closed_at < before, tickets.c.erased_at.is_(None)
        query = select(tickets.c.id).where(*ended, ~keeps_ticket()).order_by(tickets.c.closed_at, tickets.c.id)
        return self._db.scalars(query.limit(limit)).all()

    def erase(self, ticket_id: str, actor: str, why: str) -> int:
        """Erase one; how many records of its evidence went. What it froze of held mail is forgotten as any other from now on."""
        self._thaw(ticket_id)
        gone = self._evidence.erase(ticket_id, actor, why)
        for table in of_a_ticket():
            self._db.execute(delete(table).where(table.c.ticket_id == ticket_id))
        for table in (calls, call_rounds):
            self._db.execute(delete(table).where(table.c.about_id == ticket_id))
        self._db.execute(update(steps).where(steps.c.ticket_id == ticket_id).values(owner="", done_by=None, note=""))
        done_with = outbox.c.ticket_id == ticket_id, outbox.c.state.in_(("sent", "failed", "withdrawn"))
        self._db.execute(delete(outbox).where(*done_with))
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
        return gone

    def _thaw(self, ticket_id: str) -> None:
        """Held mail that no other case needs is evidence no more."""
        mine = select(tickets.c.hold_id).where(tickets.c.id == ticket_id).scalar_subquery()
        group = select(holds.c.group_id).where(holds.c.id == mine).scalar_subquery()
        send = self._db.scalars(select(holds.c.id).where(holds.c.group_id == group)).all()
        others = tickets.c.id != ticket_id, tickets.c.erased_at.is_(None), tickets.c.hold_id.in_(send)
        if send and not self._db.scalar(select(tickets.c.id).where(*others).limit(1)):
            self._db.execute(update(holds).where(holds.c.id.in_(send)).values(frozen=False))
