"""Calls: who was called to a case or to a test of the contact tree, who took it, and when the calls go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from store.binding import Binding
from store.storable import as_key
from store.tables.calls import call_rounds, calls

Line = Literal["superior", "desk", "both", "test"]
"""Why somebody was called: the superior's own, those of the desk, in both, or a test."""
Occasion = Literal["real", "drill", "test"]


@dataclass(frozen=True, slots=True)
class Call:
    """One person who was called."""

    about_id: str
    person: str
    line: Line
    role: str
    level: int = 0
    instead_of: str = ""
    second: str = ""
    called_at: datetime | None = None
    acknowledged_at: datetime | None = None
    passed_on_at: datetime | None = None

    @property
    def is_silent(self) -> bool:
        """Whether they have not taken it."""
        return self.acknowledged_at is None


@dataclass(frozen=True, slots=True)
class Round:
    """How far the calls of one line have gone."""

    about_id: str
    line: str
    occasion: Occasion
    level: int
    next_at: datetime | None


_CALL = tuple(Call.__dataclass_fields__)
_ROUND = tuple(Round.__dataclass_fields__)


class CallShelf:
    """The calls."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def add(self, call: Call) -> bool:
        """Call somebody now; False when that person was called to it before."""
        before = select(func.count()).where(calls.c.about_id == call.about_id).scalar_subquery()
        row = {name: getattr(call, name) for name in _CALL} | {"called_at": self._now}
        new = self._insert(calls).values(**row, key=as_key(call.person), position=before)
        return self._db.scalar(new.on_conflict_do_nothing().returning(calls.c.key)) is not None

    def start_anew(self, about_id: str) -> None:
        """Whoever was called was called to something else: an exercise that turned out to be none."""
        self._db.execute(delete(calls).where(calls.c.about_id == about_id))
        self._db.execute(delete(call_rounds).where(call_rounds.c.about_id == about_id))

    def of(self, about_id: str) -> tuple[Call, ...]:
        """Everybody who was called to it, in that order."""
        query = select(calls).where(calls.c.about_id == about_id).order_by(calls.c.position, calls.c.key)
        return tuple(Call(**{name: getattr(row, name) for name in _CALL}) for row in self._db.execute(query))

    def about(self, person: str) -> frozenset[str]:
        """What somebody was called to."""
        return frozenset(self._db.scalars(select(calls.c.about_id).where(calls.c.key == as_key(person))))

    def acknowledge(self, about_id: str, person: str) -> bool:
        """They have it; False when they had it before, or were never called."""
        silent = and_(_one(about_id, person), calls.c.acknowledged_at.is_(None))
        return self._set(silent, acknowledged_at=self._now, passed_on_at=None)

    def pass_on(self, about_id: str, person: str) -> bool:
        """They cannot take it, or no longer; False when they said so before, or were never called."""
        not_said = and_(_one(about_id, person), calls.c.passed_on_at.is_(None))
        return self._set(not_said, acknowledged_at=None, passed_on_at=self._now)

    def wrote_to_second(self, about_id: str, person: str, second: str) -> bool:
        """Their second mailbox was written to, too; False when it had been."""
        return self._set(and_(_one(about_id, person), calls.c.second == ""), second=second)

    def widen(self, about_id: str, person: str, line: Line) -> bool:
        """Somebody who was called in one line belongs to the other, too."""
        return self._set(and_(_one(about_id, person), calls.c.line.not_in((line, "both"))), line="both")

    def begin(self, about_id: str, line: Line, occasion: Occasion, next_at: datetime) -> None:
        """Calls of that line go on then, unless somebody takes it; from the beginning, if they began before."""
        row = {"about_id": about_id, "line": line, "occasion": occasion, "level": 0, "next_at": next_at}
        new = self._insert(call_rounds).values(row)
        again = {"level": 0, "next_at": next_at}
        self._db.execute(new.on_conflict_do_update(index_elements=["about_id", "line"], set_=again))

    def rounds(self, about_id: str) -> tuple[Round, ...]:
        """How far each line has gone."""
        query = select(call_rounds).where(call_rounds.c.about_id == about_id).order_by(call_rounds.c.line)
        return tuple(Round(**{name: getattr(row, name) for name in _ROUND}) for row in self._db.execute(query))

    def due(self, limit: int = 100) -> tuple[Round, ...]:
        """Lines in which nobody has taken it in time."""
        late = select(call_rounds).where(call_rounds.c.next_at <= self._now)
        rows = self._db.execute(late.order_by(call_rounds.c.next_at, call_rounds.c.about_id).limit(limit))
        return tuple(Round(**{name: getattr(row, name) for name in _ROUND}) for row in rows)

    def step(self, seen: Round, level: int, next_at: datetime | None) -> bool:
        """Go on to a level, compare and set; False when another node, or an answer, was quicker."""
        same = (call_rounds.c.level == seen.level, call_rounds.c.next_at == seen.next_at)
        moved = update(call_rounds).where(_line(seen.about_id, seen.line), *same)
        return self._db.execute(moved.values(level=level, next_at=next_at)).rowcount == 1

    def settle(self, about_id: str, line: str) -> None:
        """Somebody has it: nobody further is called."""
        self._db.execute(update(call_rounds).where(_line(about_id, line)).values(next_at=None))

    def go_on(self, about_id: str, line: str) -> None:
        """Nobody has it: the next are called now."""
        self._db.execute(update(call_rounds).where(_line(about_id, line)).values(next_at=self._now))

    def forget(self, about_id: str) -> None:
        """Of a test that is long over."""
        self._db.execute(delete(calls).where(calls.c.about_id == about_id))
        self._db.execute(delete(call_rounds).where(call_rounds.c.about_id == about_id))

    def counts(self) -> Mapping[str, int]:
        """For metrics, of real cases: lines in which nobody has it yet, by whether further people had to be called."""
        state = (call_rounds.c.level > 0).label("further")
        running = and_(call_rounds.c.next_at.is_not(None), call_rounds.c.occasion == "real")
        found = dict(self._db.execute(select(state, func.count()).where(running).group_by(state)).all())
        return {"waiting": found.get(False, 0), "escalated": found.get(True, 0)}

    def _set(self, which: ColumnElement[bool], **values: Any) -> bool:
        return self._db.execute(update(calls).where(which).values(**values)).rowcount == 1


def _one(about_id: str, person: str) -> ColumnElement[bool]:
    return and_(calls.c.about_id == about_id, calls.c.key == as_key(person))


def _line(about_id: str, line: str) -> ColumnElement[bool]:
    return and_(call_rounds.c.about_id == about_id, call_rounds.c.line == line)
