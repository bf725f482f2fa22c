"""Machine reports: what bounces, complaints and receipts said of a line of the journal; claims, kept as long as the line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from store.binding import Binding
from store.tables.reports import machine_reports

MOST = 200
"""Of one line: whoever sends more of them is not written down any further."""
c = machine_reports.c


@dataclass(frozen=True, slots=True)
class MachineSaid:
    """One thing that one notification said of one recipient."""

    journal_id: str
    at: datetime
    kind: str
    """dsn | arf | mdn"""
    address: str
    """The recipient's key; "" where it names none of the message."""
    act: str
    status: str
    words: str
    by_hand: bool
    reporter: str
    sha256: str


_NAMES = tuple(MachineSaid.__slots__)


class MachineReportShelf:
    """What machines said."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection

    def add(self, journal_id: str, said: Iterable[MachineSaid]) -> int:
        """Write down what is new for this line; how much that was. The same notification twice is one."""
        there = {(one.sha256, one.address, one.act) for one in self.of([journal_id])}
        new = [one for one in said if (one.sha256, one.address, one.act) not in there]
        newest = self._db.scalar(select(func.max(c.position)).where(c.journal_id == journal_id))
        first = 0 if newest is None else newest + 1
        rows = [
            {"position": n, **{name: getattr(one, name) for name in _NAMES}}
            for n, one in enumerate(new, first)
            if n < MOST
        ]
        if rows:
            self._db.execute(insert(machine_reports), rows)
        return len(rows)

    def of(self, journal_ids: Sequence[str]) -> tuple[MachineSaid, ...]:
        """What was said of these lines, the oldest first."""
        rows = self._db.execute(
            select(machine_reports).where(c.journal_id.in_(journal_ids)).order_by(c.at, c.journal_id, c.position)
        )
        return tuple(MachineSaid(**{name: row[name] for name in _NAMES}) for row in rows.mappings())
