"""Learning: why a case happened, and which cases belong together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, union_all

from store.binding import Binding
from store.tables.learning import causes, linked_tickets

CAUSES: Final = ("not-flagged", "flagged-and-confirmed", "released-by-timeout", "bypass", "other")
"""How it could leave: nothing was asked · it was asked, and confirmed · nobody answered, and it was sent as the settings say ·
it did not go through the judgement (gate open, exemption, another way) · something else."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it happened."""

    cause: str
    """One of `CAUSES`."""
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Another case that belongs to one."""

    other_id: str
    why: str
    by: str
    at: datetime


class LearningShelf:
    """Causes and links."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def set_cause(self, ticket_id: str, cause: str, words: str, by: str) -> None:
        """Say why; the last word counts, the evidence keeps them all. Raises ValueError for what is no cause."""
        if cause not in CAUSES:
            raise ValueError(f"not a cause: {cause}")
        row = {"cause": cause, "words": words, "by": by, "at": self._now}
        new = self._insert(causes).values(ticket_id=ticket_id, **row)
        self._db.execute(new.on_conflict_do_update(index_elements=["ticket_id"], set_=row))

    def cause(self, ticket_id: str) -> Cause | None:
        """Why it happened; None while nobody said."""
        row = self._db.execute(select(causes).where(causes.c.ticket_id == ticket_id)).one_or_none()
        return Cause(row.cause, row.words, row.by, row.at) if row else None

    def link(self, one: str, other: str, why: str, by: str) -> bool:
        """Two cases belong together; False when that was known."""
        if one == other:
            return False
        first, second = sorted((one, other))
        new = self._insert(linked_tickets).values(ticket_id=first, other_id=second, why=why, by=by, at=self._now)
        once = new.on_conflict_do_nothing(index_elements=["ticket_id", "other_id"])
        return self._db.scalar(once.returning(linked_tickets.c.ticket_id)) is not None

    def links(self, ticket_id: str) -> tuple[Link, ...]:
        """The cases that belong to one, the first first."""
        c = linked_tickets.c
        rest = (c.why, c.by, c.at)
        sides = (
            select(c.other_id.label("other_id"), *rest).where(c.ticket_id == ticket_id),
            select(c.ticket_id.label("other_id"), *rest).where(c.other_id == ticket_id),
        )
        rows = self._db.execute(union_all(*sides)).all()
        return tuple(sorted((Link(*row) for row in rows), key=lambda link: (link.at, link.other_id)))
