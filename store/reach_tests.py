"""Tests of the contact tree: when one was, who began it, whether it has ended; who was reached stands among the calls."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update

from store.binding import Binding
from store.tables.calls import reach_tests


@dataclass(frozen=True, slots=True)
class ReachTest:
    """One test."""

    id: str
    started_at: datetime
    started_by: str
    ends_at: datetime
    ended_at: datetime | None = None


_COLUMNS = tuple(ReachTest.__dataclass_fields__)


class ReachTestShelf:
    """The tests."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def begin(self, test_id: str, by: str, ends_at: datetime) -> bool:
        """Begin one now; False while another one runs, on whatever node."""
        row = {"id": test_id, "started_at": self._now, "started_by": by, "ends_at": ends_at, "running": "running"}
        new = self._insert(reach_tests).values(row).on_conflict_do_nothing()
        return self._db.scalar(new.returning(reach_tests.c.id)) is not None

    def end(self, test_id: str) -> bool:
        """End it; False when it had ended."""
        running = update(reach_tests).where(reach_tests.c.id == test_id, reach_tests.c.ended_at.is_(None))
        return self._db.execute(running.values(ended_at=self._now, running=None)).rowcount == 1

    def get(self, test_id: str) -> ReachTest | None:
        """One test."""
        return self._first(select(reach_tests).where(reach_tests.c.id == test_id))

    def last(self) -> ReachTest | None:
        """The newest, running or over."""
        return self._first(select(reach_tests).order_by(reach_tests.c.started_at.desc(), reach_tests.c.id).limit(1))

    def over(self) -> tuple[str, ...]:
        """Those whose time is up and that have not ended yet."""
        late = select(reach_tests.c.id).where(reach_tests.c.ended_at.is_(None), reach_tests.c.ends_at <= self._now)
        return tuple(self._db.scalars(late))

    def before(self, at: datetime) -> tuple[str, ...]:
        """Those that began before that time."""
        return tuple(self._db.scalars(select(reach_tests.c.id).where(reach_tests.c.started_at < at)))

    def forget(self, test_id: str) -> None:
        """Take one away."""
        self._db.execute(delete(reach_tests).where(reach_tests.c.id == test_id))

    def _first(self, query: Select[Any]) -> ReachTest | None:
        row = self._db.execute(query).first()
        return ReachTest(**{name: getattr(row, name) for name in _COLUMNS}) if row else None
