"""Pruning: what is forgotten when its time is over, in pieces, each a transaction; what was forgotten is a line of the audit log.

What a legal hold or an open ticket needs is never among it (`store.legal_holds`).
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from gateway import metrics, one_by_one
from gateway.kept import MARK, Kept
from response.office import GATEWAY
from store.contacts import TOGETHER
from store.engine import Store
from store.shelves import Shelves

PIECES = 50
"""Of one kind in one round; the rest of a great many waits for the next hour."""
KEPT_COUNTS = timedelta(days=3 * 365)
"""Of what became of questions: numbers only, and next year is compared with this one."""
KEPT_HABITS = timedelta(days=90)


Piece = tuple[str, int, Callable[[Shelves], int]]
"""What, how many there are at most in one piece, and the piece itself: how many it was."""


class Pruning:
    """Forgets."""

    def __init__(self, store: Store, kept: Kept) -> None:
        self._store = store
        self._kept = kept

    async def run(self, now: datetime) -> dict[str, int]:
        """One round; how much of what was forgotten. Raises `StoreError`."""
        gone: dict[str, int] = {}
        for what, piece, unit in self._pieces(now):
            # What cannot be forgotten keeps nothing else that must be.
            gone[what] = await one_by_one.tried(f"prune-{what}", self._forget(piece, unit)) or 0
        gone = {what: number for what, number in gone.items() if number}
        await self._store.commit(lambda shelves: _write_down(shelves, gone))
        metrics.pruned(gone)
        return gone

    async def _forget(self, piece: int, unit: Callable[[Shelves], int]) -> int:
        gone = 0
        for _ in range(PIECES):
            some = await self._store.commit(unit)
            gone += some
            if some < piece:
                break
        return gone

    def _pieces(self, now: datetime) -> Iterator[Piece]:
        kept = self._kept
        yield "content", 100, lambda s: s.ended_holds.erase_contents(_ago(now, kept.content_days))
        yield "held", 100, lambda s: s.ended_holds.prune(_ago(now, kept.hold_days))
        lines = _ago(now, kept.journal_days)
        yield "journal", TOGETHER, lambda s: s.journal.prune(lines, TOGETHER)
        yield "recent-mail", TOGETHER, lambda s: s.recent_mail.prune(lines)
        yield "customer-names", TOGETHER, lambda s: s.customer_names.prune(lines)
        yield "confirmed-files", TOGETHER, lambda s: s.confirmed.prune(lines)
        yield "notices", TOGETHER, lambda s: s.outbox.prune(lines, TOGETHER)
        yield "links", TOGETHER, lambda s: s.links.prune(_ago(now, kept.hold_days), TOGETHER)
        yield "blocks", TOGETHER, lambda s: s.blocks.prune(lines, TOGETHER)
        yield "counts", TOGETHER, lambda s: s.outcomes.prune(_day(now - KEPT_COUNTS))
        yield "habits", TOGETHER, lambda s: s.habits.prune(now - KEPT_HABITS)
        yield "sessions", TOGETHER, lambda s: s.sessions.prune() + s.sign_ins.prune()
        if kept.contact_days:
            yield "contacts", TOGETHER, lambda s: s.contacts.forget_before(_ago(now, kept.contact_days))
        if kept.evidence_days:
            yield "cases", 1, lambda s: _erase_case(s, _ago(now, kept.evidence_days), kept.evidence_days)
        if kept.audit_days:
            yield "audit", TOGETHER, lambda s: s.audit.prune(_ago(now, kept.audit_days))


def _erase_case(shelves: Shelves, before: datetime, days: int) -> int:
    """The oldest case whose time is over; a large one is a transaction of its own."""
    over = shelves.cases.over(before, 1)
    for ticket_id in over:
        records = shelves.cases.erase(ticket_id, GATEWAY, f"kept for {days} days after it was closed")
        shelves.audit.add(GATEWAY, "case-erased", ticket_id, {"records": records, "days": days})
    return len(over)


def _write_down(shelves: Shelves, gone: dict[str, int]) -> None:
    shelves.marks.set(MARK, "")
    # What is forgotten within the hour, every hour, is no act that anybody asks about.
    told = {what: number for what, number in gone.items() if what not in {"sessions", "habits", "links"}}
    if told:
        shelves.audit.add(GATEWAY, "pruned", "store", told)


def _ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _day(at: datetime) -> date:
    return at.date()
