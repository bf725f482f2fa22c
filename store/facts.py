"""Facts of a case: what people found out about it, with who, when and why; append-only, the last word on each name counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from store.binding import Binding
from store.chain import as_kept
from store.tables.facts import ticket_facts

c = ticket_facts.c


@dataclass(frozen=True, slots=True)
class FactRow:
    """One thing that somebody said of a case."""

    seq: int
    name: str
    value: Any
    """JSON; None: looked at, and unknown."""
    by: str
    at: datetime
    why: str
    proof: int | None = None
    """Number of the record of evidence that proves it."""


class FactShelf:
    """The facts."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def add(self, ticket_id: str, name: str, value: Any, *, by: str, why: str, proof: int | None = None) -> FactRow:
        """Append what is known now; the caller holds the ticket's row (its record of evidence came first)."""
        newest = self._db.scalar(select(func.max(c.seq)).where(c.ticket_id == ticket_id)) or 0
        kept = as_kept({"value": value})["value"]
        row = FactRow(newest + 1, name, kept, by, self._now, why, proof)
        values = {"seq": row.seq, "name": name, "value": kept, "by": by, "at": row.at, "why": why, "proof": proof}
        self._db.execute(insert(ticket_facts).values(ticket_id=ticket_id, **values))
        return row

    def of(self, ticket_id: str) -> tuple[FactRow, ...]:
        """Everything that was said of a case, the first first."""
        rows = self._db.execute(select(ticket_facts).where(c.ticket_id == ticket_id).order_by(c.seq))
        return tuple(FactRow(r.seq, r.name, r.value, r.by, r.at, r.why, r.proof) for r in rows)

    def latest(self, ticket_id: str) -> Mapping[str, FactRow]:
        """The last word on each name."""
        return {row.name: row for row in self.of(ticket_id)}
