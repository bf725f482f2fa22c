"""What the desk asks of all its cases at once: whose deliveries moved on, and the times of closed and open ones for statistics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from store.binding import Binding
from store.tables.facts import ticket_deadlines
from store.tables.holds import hold_recipients, holds
from store.tables.journal import journal, journal_recipients
from store.tables.tickets import ticket_recipients, tickets
from store.tickets import ENDED


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """One case without a name."""

    kind: str
    """real | drill"""
    channel: str
    reporter_class: str
    state: str
    sent_at: datetime | None
    first_known_at: datetime
    reported_at: datetime
    opened_at: datetime
    superior_told_at: datetime | None
    contained_at: datetime | None
    closed_at: datetime | None


_TIMES = tuple(tickets.c[name] for name in CaseTimes.__dataclass_fields__)


class DeskOverviewShelf:
    """Questions over all cases."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection

    def moved(self, limit: int = 100) -> tuple[str, ...]:
        """Open cases of which a recipient stands otherwise in the journal or in a hold, since later than the case says; the newest first."""
        where = or_(_held(holds.c.id == tickets.c.hold_id), _held(holds.c.message_id == tickets.c.message_id))
        lines = or_(_kept(journal.c.id == tickets.c.journal_id), _kept(journal.c.message_id == tickets.c.message_id))
        concerned = select(tickets.c.id, tickets.c.opened_at).join(ticket_recipients).distinct()
        found = concerned.where(tickets.c.state.not_in(ENDED), tickets.c.journal_id.is_not(None), or_(where, lines))
        return tuple(row.id for row in self._db.execute(found.order_by(tickets.c.opened_at.desc()).limit(limit)))

    def uncounted(self, since: datetime, limit: int = 50) -> tuple[str, ...]:
        """Open cases whose deadlines nobody has counted: a program of the version before opened them."""
        counted = select(ticket_deadlines.c.ticket_id)
        which = (tickets.c.state.not_in(ENDED), tickets.c.opened_at >= since, tickets.c.id.not_in(counted))
        return self._ids(select(tickets.c.id).where(*which).order_by(tickets.c.opened_at).limit(limit))

    def times(self, since: datetime, limit: int = 20_000) -> tuple[CaseTimes, ...]:
        """Times of the cases that were opened since then, the newest first; doubles of another are not counted."""
        which = (tickets.c.opened_at >= since, tickets.c.state != "duplicate")
        rows = self._db.execute(select(*_TIMES).where(*which).order_by(tickets.c.opened_at.desc()).limit(limit))
        return tuple(CaseTimes(*row) for row in rows)

    def _ids(self, query: Select[tuple[str]]) -> tuple[str, ...]:
        return tuple(self._db.scalars(query))


def _held(same: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a hold of the message knows something later of a recipient (correlated with `ticket_recipients`)."""
    r, t = hold_recipients.c, ticket_recipients.c
    later = and_(r.send_to == t.address, r.state != t.delivery, r.changed_at > t.at)
    return (
        select(1)
        .select_from(hold_recipients.join(holds))
        .where(same, later)
        .correlate(tickets, ticket_recipients)
        .exists()
    )


def _kept(same: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a line of the journal does."""
    r, t = journal_recipients.c, ticket_recipients.c
    later = and_(r.address == t.address, r.state != t.delivery, r.at > t.at)
    return (
        select(1)
        .select_from(journal_recipients.join(journal))
        .where(same, later)
        .correlate(tickets, ticket_recipients)
        .exists()
    )
