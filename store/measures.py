"""Measures: what is done after a case so that it does not happen again; those that change a rule are read by judging while they are in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from store.binding import Binding
from store.tables.learning import measures

ChangeKind = Literal["by-hand", "keep-block", "withdraw-exemption", "stricter", "unvouch", "merge"]
CHANGES: Final[tuple[ChangeKind, ...]] = ("keep-block", "withdraw-exemption", "stricter", "unvouch", "merge")
"""Changes of a rule; an admin applies them."""


class MeasureState(StrEnum):
    """Of a measure."""

    PLANNED = "planned"
    APPLIED = "applied"
    DONE = "done"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Mapping[MeasureState, frozenset[MeasureState]] = {
    MeasureState.PLANNED: frozenset({MeasureState.APPLIED, MeasureState.DONE, MeasureState.WITHDRAWN}),
    MeasureState.APPLIED: frozenset({MeasureState.DONE, MeasureState.WITHDRAWN}),
    MeasureState.DONE: frozenset({MeasureState.WITHDRAWN}),
    MeasureState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a measure changes: which of these say something depends on the kind."""

    kind: ChangeKind = "by-hand"
    rule: str = ""
    """Of `stricter`: the name of a rule; "" for any mail that fits the rest."""
    target: str = ""
    """A recipient (whole address), or a domain of recipients (`@domain`); "" any. Of `withdraw-exemption`: its digest."""
    group: str = ""
    """Of `stricter`: a group of senders of `[gate.groups]`; "" any."""
    action: Literal["hold", "approve"] = "hold"
    """Of `stricter`: what follows at least."""
    right: str = ""
    """Of `merge`: the contact that was meant."""

    def as_json(self) -> dict[str, str]:
        """Only what says something."""
        given = {"kind": self.kind, "rule": self.rule, "target": self.target, "group": self.group, "right": self.right}
        return {name: value for name, value in given.items() if value} | {"action": self.action}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Change":
        """The inverse."""
        return cls(**value)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure."""

    id: str
    ticket_id: str
    words: str
    owner: str
    due: datetime
    test: str
    """How it will be seen whether it helps."""
    change: Change = field(default_factory=Change)
    state: MeasureState = MeasureState.PLANNED
    proposed_by: str = ""
    proposed_at: datetime | None = None
    applied_by: str = ""
    applied_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    effect: str = ""
    """What was seen of it; a measure without is not done."""
    in_force: bool = False
    reminded_at: datetime | None = None
    """When its owner heard that its date has passed."""


class MeasureShelf:
    """The measures."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._changed = binding.changed

    def add(self, measure: Measure) -> None:
        """Plan one; it was proposed now."""
        row = {name: getattr(measure, name) for name in _PLAIN} | {"state": measure.state, "proposed_at": self._now}
        self._db.execute(insert(measures), row | {"change": measure.change.as_json()})

    def get(self, measure_id: str) -> Measure | None:
        """One measure."""
        return next(iter(self._many(measures.c.id == measure_id)), None)

    def of_ticket(self, ticket_id: str) -> tuple[Measure, ...]:
        """Those of a case, the first first."""
        return self._many(measures.c.ticket_id == ticket_id)

    def in_force(self) -> tuple[Measure, ...]:
        """Those that judging reads."""
        return self._many(measures.c.in_force)

    def overdue(self, limit: int = 100) -> tuple[Measure, ...]:
        """Those past their date, neither done nor withdrawn, of which nobody was told; the first first."""
        late = and_(measures.c.due <= self._now, measures.c.reminded_at.is_(None), measures.c.state.in_(_OPEN))
        return self._many(late, limit)

    def newest(self, limit: int = 200) -> tuple[Measure, ...]:
        """Those of all cases, the newest first."""
        query = select(measures).order_by(measures.c.proposed_at.desc(), measures.c.id).limit(limit)
        return tuple(_measure(row) for row in self._db.execute(query))

    def remind(self, measure_id: str) -> bool:
        """It is being told that its date has passed; False when it was told already, or is done."""
        late = and_(measures.c.id == measure_id, measures.c.reminded_at.is_(None), measures.c.state.in_(_OPEN))
        return self._db.execute(update(measures).where(late).values(reminded_at=self._now)).rowcount == 1

    def apply(self, measure_id: str, by: str) -> bool:
        """Planned → applied, in force from now on; False when somebody was quicker."""
        self._changed()
        values = {"state": MeasureState.APPLIED, "applied_by": by, "applied_at": self._now, "in_force": True}
        return self._set(measure_id, MeasureState.PLANNED, values)

    def end(self, measure: Measure, to: MeasureState, *, by: str, effect: str = "") -> bool:
        """Done or withdrawn; what is done stays in force. Raises ValueError on a transition that does not exist, or done without effect."""
        if to not in TRANSITIONS[measure.state] or to is MeasureState.APPLIED:
            raise ValueError(f"a measure cannot go from {measure.state} to {to}")
        if to is MeasureState.DONE and not effect.strip():
            raise ValueError("a measure is not done without a test of its effect")
        self._changed()
        values: dict[str, Any] = {"state": to, "ended_by": by, "ended_at": self._now}
        if to is MeasureState.WITHDRAWN:
            values["in_force"] = False
        if effect.strip():
            values["effect"] = effect
        return self._set(measure.id, measure.state, values)

    def _set(self, measure_id: str, seen: MeasureState, values: Mapping[str, Any]) -> bool:
        changed = update(measures).where(measures.c.id == measure_id, measures.c.state == seen).values(**values)
        return self._db.execute(changed).rowcount == 1

    def _many(self, which: ColumnElement[bool], limit: int | None = None) -> tuple[Measure, ...]:
        query = select(measures).where(which).order_by(measures.c.proposed_at, measures.c.id).limit(limit)
        return tuple(_measure(row) for row in self._db.execute(query))


_OPEN = (MeasureState.PLANNED, MeasureState.APPLIED)
_TEXTS = ("applied_by", "ended_by")
_PLAIN = tuple(c.name for c in measures.columns if c.name not in {"change", "state", "proposed_at", *_TEXTS})


def _measure(row: Row[Any]) -> Measure:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Measure(
        **plain,
        state=MeasureState(row.state),
        change=Change.from_json(row.change),
        proposed_at=row.proposed_at,
        applied_by=row.applied_by or "",
        ended_by=row.ended_by or "",
    )
