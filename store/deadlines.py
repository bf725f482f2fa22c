"""Deadlines of cases: what a law asks, as it was counted last, and what became of it; every statement over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, select, update

from store.binding import Binding
from store.tables.facts import ticket_deadlines
from store.tables.tickets import tickets

DeadlineState = Literal["running", "met", "late", "void"]
"""met: in time · late: done, or said to be late, after it · void: does not bind us, signed with a reason."""
c = ticket_deadlines.c
_COUNTED = ("due", "kind", "owed", "details", "counted_at")
_RUNNING = and_(c.state == "running", c.owed, c.due.is_not(None))


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One deadline of a case."""

    rule: str
    """As in `response/deadlines/`: JP-FINAL."""
    step: str
    """Of the rule: final, target, outer …"""
    due: datetime | None
    """None: owed without a date ("promptly"), or not owed."""
    kind: str
    """hard | soft; the two are never mixed."""
    owed: bool
    details: Mapping[str, Any]
    """to, basis, reason {"ja", "en"}, source, zone, rule_version; JSON."""
    counted_at: datetime
    state: DeadlineState = "running"
    ended_at: datetime | None = None
    """When it was met, or void."""
    ended_by: str = ""
    how: str = ""
    """How it was met, or why it is void."""
    late_reason: str = ""
    reminded: int | None = None
    """How many seconds before it the last reminder was."""

    @property
    def runs(self) -> bool:
        """Whether something is to be done by a date."""
        return self.owed and self.state == "running" and self.due is not None


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that runs, and whose it is."""

    ticket_id: str
    drill: bool
    ended: bool
    """The case was closed; the law's clock runs on."""
    deadline: DeadlineRow = field(repr=False)


class DeadlineShelf:
    """The deadlines."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def of(self, ticket_id: str) -> tuple[DeadlineRow, ...]:
        """All of a case: hard ones first, each by its date, those without one last."""
        order = (c.kind, c.due.asc().nulls_last(), c.rule, c.step)
        rows = self._db.execute(select(ticket_deadlines).where(c.ticket_id == ticket_id).order_by(*order)).mappings()
        return tuple(_deadline(row) for row in rows)

    def count(self, ticket_id: str, counted: Sequence[DeadlineRow]) -> None:
        """Put what was counted in place of what was counted before; what became of each stays. A new date is told of anew."""
        before = {(one.rule, one.step): one for one in self.of(ticket_id)}
        new = []
        for one in counted:
            was = before.get((one.rule, one.step))
            values: dict[str, Any] = {name: getattr(one, name) for name in _COUNTED}
            if was is None:
                ended = {"state": "running", "ended_by": "", "how": "", "late_reason": ""}
                row = {"ticket_id": ticket_id, "rule": one.rule, "step": one.step}
                new.append(row | values | ended)
                continue
            if was.due != one.due:
                values["reminded"] = None
            self._db.execute(update(ticket_deadlines).where(_is(ticket_id, one.rule, one.step)).values(values))
        if new:
            self._db.execute(insert(ticket_deadlines), new)

    def end(
        self,
        ticket_id: str,
        seen: DeadlineRow,
        state: DeadlineState,
        *,
        at: datetime,
        by: str,
        how: str,
        late_reason: str = "",
    ) -> bool:
        """Say what became of it; False when somebody else was quicker (compare and set)."""
        values = {"state": state, "ended_at": at, "ended_by": by, "how": how, "late_reason": late_reason}
        return self._set(ticket_id, seen, values)

    def run_on(self, ticket_id: str, seen: DeadlineRow) -> bool:
        """Let it run again; False when somebody else was quicker."""
        return self._set(
            ticket_id, seen, {"state": "running", "ended_at": None, "ended_by": "", "how": "", "late_reason": ""}
        )

    def reminded(self, ticket_id: str, seen: DeadlineRow, seconds: int) -> bool:
        """A reminder so many seconds before it is on its way; False when it was sent already."""
        earlier = c.reminded.is_(None) if seen.reminded is None else c.reminded == seen.reminded
        which = and_(_is(ticket_id, seen.rule, seen.step), c.state == "running", c.due == seen.due, earlier)
        return self._db.execute(update(ticket_deadlines).where(which).values(reminded=seconds)).rowcount == 1

    def clocks(self, *, kind: str = "", until: datetime | None = None, limit: int = 500) -> tuple[Clock, ...]:
        """What runs over all cases, the nearest first; also of a case that was closed meanwhile."""
        which = [_RUNNING]
        which += [c.kind == kind] if kind else []
        which += [c.due <= until] if until else []
        columns = (ticket_deadlines, tickets.c.kind.label("of_kind"), tickets.c.closed_at)
        query = select(*columns).join(tickets, tickets.c.id == c.ticket_id).where(*which)
        rows = self._db.execute(query.order_by(c.due, c.ticket_id, c.rule, c.step).limit(limit)).mappings()
        return tuple(
            Clock(row["ticket_id"], row["of_kind"] == "drill", row["closed_at"] is not None, _deadline(row))
            for row in rows
        )

    def counts(self) -> Mapping[str, float]:
        """For metrics, real cases only: `overdue`, and `nearest` hard one in seconds from now (negative: past); absent without one."""
        of = select(func.count(), func.min(c.due)).join(tickets, tickets.c.id == c.ticket_id)
        hard = of.where(_RUNNING, c.kind == "hard", tickets.c.kind != "drill")
        nearest = self._db.execute(hard).one()[1]
        overdue: int = self._db.execute(hard.where(c.due < self._now)).one()[0]
        return {"overdue": overdue} | ({"nearest": (nearest - self._now).total_seconds()} if nearest else {})

    def _set(self, ticket_id: str, seen: DeadlineRow, values: Mapping[str, Any]) -> bool:
        same = and_(_is(ticket_id, seen.rule, seen.step), c.state == seen.state)
        return self._db.execute(update(ticket_deadlines).where(same).values(dict(values))).rowcount == 1


def _is(ticket_id: str, rule: str, step: str) -> ColumnElement[bool]:
    return and_(c.ticket_id == ticket_id, c.rule == rule, c.step == step)


def _deadline(row: RowMapping) -> DeadlineRow:
    return DeadlineRow(**{name: row[name] for name in DeadlineRow.__dataclass_fields__})
