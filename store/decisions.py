"""Decisions about cases: who signed what, with the facts as they were then; every statement over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from store.binding import Binding
from store.tables.facts import ticket_decisions

Question = Literal["leak", "authority", "persons", "publish"]
"""Was it a leak? · Is the authority notified? · Are the persons notified? · Is it published?"""
DecisionState = Literal["proposed", "signed", "withdrawn", "replaced"]
"""proposed: signed by one · signed: by two · replaced: a later one on the same question was signed."""
c = ticket_decisions.c


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer to a question of a case."""

    seq: int
    question: Question
    answer: bool
    reason: str
    facts: Mapping[str, Any]
    """What was known when it was signed first."""
    digest: str
    """SHA-256 over that, hex."""
    by: str
    at: datetime
    second_by: str = ""
    second_at: datetime | None = None
    state: DecisionState = "proposed"


class DecisionShelf:
    """The decisions."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def propose(
        self,
        ticket_id: str,
        question: Question,
        *,
        answer: bool,
        reason: str,
        facts: Mapping[str, Any],
        digest: str,
        by: str,
    ) -> Decision:
        """Write down an answer that one person has signed; the caller holds the ticket's row."""
        newest = self._db.scalar(select(func.max(c.seq)).where(c.ticket_id == ticket_id)) or 0
        made = Decision(newest + 1, question, answer, reason, dict(facts), digest, by, self._now)
        row = {name: getattr(made, name) for name in Decision.__dataclass_fields__}
        self._db.execute(insert(ticket_decisions).values(ticket_id=ticket_id, **row))
        return made

    def sign(self, ticket_id: str, seq: int, by: str) -> bool:
        """The second signature; what was signed on the same question before is replaced. False: it is open no more."""
        signed = update(ticket_decisions).where(_is(ticket_id, seq), c.state == "proposed")
        values = {"second_by": by, "second_at": self._now, "state": "signed"}
        if self._db.execute(signed.values(values)).rowcount != 1:
            return False
        question = self._db.scalar(select(c.question).where(_is(ticket_id, seq)))
        before = and_(c.ticket_id == ticket_id, c.question == question, c.seq != seq, c.state == "signed")
        self._db.execute(update(ticket_decisions).where(before).values(state="replaced"))
        return True

    def withdraw(self, ticket_id: str, seq: int) -> bool:
        """Take back what only one has signed; False: it is open no more."""
        open_still = update(ticket_decisions).where(_is(ticket_id, seq), c.state == "proposed")
        return self._db.execute(open_still.values(state="withdrawn")).rowcount == 1

    def of(self, ticket_id: str) -> tuple[Decision, ...]:
        """All of a case, the first first."""
        rows = self._db.execute(select(ticket_decisions).where(c.ticket_id == ticket_id).order_by(c.seq)).mappings()
        return tuple(Decision(**{name: row[name] for name in Decision.__dataclass_fields__}) for row in rows)

    def in_force(self, ticket_id: str, question: Question) -> Decision | None:
        """What was decided last by two."""
        return next((d for d in reversed(self.of(ticket_id)) if d.question == question and d.state == "signed"), None)


def _is(ticket_id: str, seq: int) -> ColumnElement[bool]:
    return and_(c.ticket_id == ticket_id, c.seq == seq)
