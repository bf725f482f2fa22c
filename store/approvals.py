"""Approvals: who was asked for a yes about a held message, what they said, and what became of it; every statement over them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from store.binding import Binding
from store.storable import as_key
from store.tables.approvals import approval_rounds, approvals

RoundState = Literal["open", "approved", "sent-back", "taken-back", "cancelled", "expired", "changed", "overruled"]
"""taken-back: by the sender, to answer anew · cancelled: the message was · expired: nobody answered in time · changed: it was no
longer what they had been asked about · overruled: an operator decided."""
Saying = Literal["", "approved", "sent-back"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many of these people must agree."""

    rules: tuple[str, ...]
    """What they are asked about."""
    named: tuple[str, ...]
    """As the settings name them ("superior", a role, an address)."""
    needed: int
    people: tuple[str, ...]
    """Who was asked, with those who were asked in somebody's place."""
    chooses: bool = False
    """The sender says whom of them to ask."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person of a round."""

    address: str
    said: Saying = ""
    comment: str = ""
    asked_at: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One time that a sender asked for it."""

    group_id: str
    number: int
    asked_by: str
    asked_at: datetime
    why: str
    choices: Mapping[str, str]
    seen: str
    requirements: tuple[Requirement, ...]
    people: tuple[Asked, ...] = ()
    """In the order in which they were asked."""
    state: RoundState = "open"
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether an answer still counts, as far as this row knows: the message itself may be decided."""
        return self.state == "open"


class ApprovalShelf:
    """The approvals."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def begin(
        self,
        group_id: str,
        asked_by: str,
        why: str,
        choices: Mapping[str, str],
        seen: str,
        requirements: Sequence[Requirement],
    ) -> Round:
        """Open a round and ask everybody whom its requirements name."""
        before = self._db.scalar(
            select(func.max(approval_rounds.c.round)).where(approval_rounds.c.group_id == group_id)
        )
        number = (before or 0) + 1
        row = {"group_id": group_id, "round": number, "asked_by": asked_by, "asked_at": self._now, "why": why}
        kept = {"choices": dict(choices), "seen": seen, "requirements": [asdict(r) for r in requirements]}
        self._db.execute(insert(approval_rounds).values(state="open", **row, **kept))
        everybody = [address for requirement in requirements for address in requirement.people]
        return self.ask(Round(group_id, number, asked_by, self._now, why, choices, seen, ()), requirements, everybody)

    def ask(self, of: Round, requirements: Sequence[Requirement], more: Iterable[str]) -> Round:
        """Ask further people in a round; its requirements as they are with them."""
        known = {as_key(one.address) for one in of.people}
        new = {k: address for address in more if (k := as_key(address)) not in known}
        rows = [
            {
                "group_id": of.group_id,
                "round": of.number,
                "person": person,
                "address": address,
                "said": "",
                "comment": "",
            }
            | {"asked_at": self._now}
            for person, address in new.items()
        ]
        if rows:
            self._db.execute(insert(approvals), rows)
        kept = [asdict(r) for r in requirements]
        self._db.execute(update(approval_rounds).where(_is(of)).values(requirements=kept))
        return self._one(of.group_id, of.number)

    def say(self, of: Round, person: str, said: Saying, comment: str) -> bool:
        """What somebody who was asked says, once; False when it was said before, or the round is over (compare and set)."""
        still = select(approval_rounds.c.round).where(_is(of), approval_rounds.c.state == "open").exists()
        c = approvals.c
        mine = and_(c.group_id == of.group_id, c.round == of.number, c.person == as_key(person), c.said == "")
        values = {"said": said, "comment": comment, "at": self._now}
        return self._db.execute(update(approvals).where(mine, still).values(values)).rowcount == 1

    def end(self, of: Round, state: RoundState, by: str) -> bool:
        """Close a round; False when it is closed already (compare and set)."""
        closed = update(approval_rounds).where(_is(of), approval_rounds.c.state == "open")
        return self._db.execute(closed.values(state=state, ended_at=self._now, ended_by=by)).rowcount == 1

    def latest(self, group_id: str) -> Round | None:
        """The last round of a send."""
        return next(iter(self.of(group_id)[-1:]), None)

    def of(self, group_id: str) -> tuple[Round, ...]:
        """All rounds of a send, the first first."""
        return self._many(approval_rounds.c.group_id == group_id)

    def open(self, group_ids: Collection[str] | None = None) -> tuple[Round, ...]:
        """Rounds that are open; of some sends, or all."""
        which = approval_rounds.c.state == "open"
        return self._many(which if group_ids is None else and_(which, approval_rounds.c.group_id.in_(list(group_ids))))

    def _one(self, group_id: str, number: int) -> Round:
        (found,) = self._many(and_(approval_rounds.c.group_id == group_id, approval_rounds.c.round == number))
        return found

    def _many(self, which: ColumnElement[bool]) -> tuple[Round, ...]:
        c, order = approval_rounds.c, (approval_rounds.c.group_id, approval_rounds.c.round)
        rows = self._db.execute(select(approval_rounds).where(which).order_by(*order)).all()
        if not rows:
            return ()
        own = and_(approvals.c.group_id == c.group_id, approvals.c.round == c.round)
        asked = select(approvals).join(approval_rounds, own).where(which)
        people: dict[tuple[str, int], list[Asked]] = {}
        for row in self._db.execute(asked.order_by(approvals.c.asked_at, approvals.c.person)):
            one = Asked(row.address, row.said, row.comment, row.asked_at, row.at)
            people.setdefault((row.group_id, row.round), []).append(one)
        return tuple(_round(row, tuple(people.get((row.group_id, row.round), ()))) for row in rows)


def _is(of: Round) -> ColumnElement[bool]:
    return and_(approval_rounds.c.group_id == of.group_id, approval_rounds.c.round == of.number)


def _round(row: Any, people: tuple[Asked, ...]) -> Round:
    requirements = tuple(
        Requirement(tuple(r["rules"]), tuple(r["named"]), r["needed"], tuple(r["people"]), r["chooses"])
        for r in row.requirements
    )
    kept = (row.group_id, row.round, row.asked_by, row.asked_at, row.why, row.choices, row.seen)
    return Round(*kept, requirements, people, row.state, row.ended_at, row.ended_by or "")
