"""Machine reports: what bounces, complaints and receipts said of a line of the journal; claims, kept as long as the line.

There is room for so many of a line. One source takes but a part of it, and whoever comes when there is none left takes the place of a
source that has more: two hundred forged ones leave room for one that is genuine.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from store.binding import Binding
from store.tables.reports import machine_reports

MOST = 200
"""Of one line."""
EACH = 20
"""Of one line from one source."""
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
    source: str = ""
    """Where it came from, by what its writer cannot choose (`response.machine_mail.source_of`)."""


_NAMES = tuple(MachineSaid.__dataclass_fields__)


class MachineReportShelf:
    """What machines said."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection

    def add(self, journal_id: str, said: Iterable[MachineSaid]) -> int:
        """Write down what is new for this line and finds a place; how much that was. The same notification twice is one."""
        rows = self._db.execute(select(machine_reports).where(c.journal_id == journal_id).order_by(c.position)).all()
        there = {(row.sha256, row.address, row.act) for row in rows}
        places: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            places[row.source or ""].append(row.position)
        new: list[dict[str, Any]] = []
        gone: list[int] = []
        position = rows[-1].position + 1 if rows else 0
        for one in said:
            known, mine = (one.sha256, one.address, one.act), places[one.source]
            if known in there or len(mine) >= EACH:
                continue
            if len(rows) + len(new) - len(gone) >= MOST:
                largest = max(places.values(), key=lambda taken: (len(taken), taken[-1:]))
                if len(largest) <= len(mine):
                    continue
                gone.append(largest.pop())
            there.add(known)
            mine.append(position)
            new.append({"position": position, **{name: getattr(one, name) for name in _NAMES}})
            position += 1
        if gone:
            self._db.execute(delete(machine_reports).where(c.journal_id == journal_id, c.position.in_(gone)))
        if new:
            self._db.execute(insert(machine_reports), new)
        return len(new)

    def of(self, journal_ids: Sequence[str]) -> tuple[MachineSaid, ...]:
        """What was said of these lines, the oldest first."""
        rows = self._db.execute(
            select(machine_reports).where(c.journal_id.in_(journal_ids)).order_by(c.at, c.journal_id, c.position)
        )
        kept = ({name: row[name] for name in _NAMES} for row in rows.mappings())
        return tuple(MachineSaid(**one | {"source": one["source"] or ""}) for one in kept)
