"""Ended holds: those whose time of keeping is over are forgotten, or their content alone; never what somebody keeps (`store.legal_holds`)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select

from store.binding import Binding
from store.contents import Contents
from store.hold_rows import underway
from store.holds import State
from store.legal_holds import keeps_hold
from store.tables.access import links
from store.tables.approvals import approval_rounds
from store.tables.holds import contents, holds


class EndedHoldShelf:
    """The holds that ended."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._contents = Contents(binding)

    def prune(self, before: datetime, limit: int = 100) -> int:
        """Forget the content and rows of those that ended before that time, of at most so many; how many it was."""
        gone = self._some(_over(before), limit)
        self._contents.forget(gone)
        self._db.execute(delete(links).where(links.c.object_id.in_(gone)))
        self._db.execute(delete(approval_rounds).where(approval_rounds.c.group_id.in_(gone)))
        self._db.execute(delete(holds).where(holds.c.id.in_(gone)))
        return len(gone)

    def erase_contents(self, before: datetime, limit: int = 100) -> int:
        """Erase the content of those that ended before that time, of at most so many; who, when and how it was decided stays."""
        kept = select(contents.c.hold_id).where(contents.c.hold_id == holds.c.id).exists()
        gone = self._some(and_(_over(before), kept), limit)
        self._contents.erase(gone)
        return len(gone)

    def _some(self, which: ColumnElement[bool], limit: int) -> Sequence[str]:
        """The oldest first."""
        return self._db.scalars(select(holds.c.id).where(which).order_by(holds.c.received_at).limit(limit)).all()


def _over(before: datetime) -> ColumnElement[bool]:
    """Of a row of `holds`: it ended before that time, nothing of it is under way, and nobody keeps it."""
    ended = func.coalesce(holds.c.decided_at, holds.c.received_at) < before
    return and_(holds.c.state != State.HELD, ended, ~keeps_hold(), ~underway())
