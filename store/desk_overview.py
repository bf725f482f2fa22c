"""What the desk asks of all its cases at once: whose deliveries moved on, and the times of closed and open ones for statistics."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from store.binding import Binding
from store.journal import Line
from store.mailboxes import is_of
from store.storable import as_key, message_id_forms
from store.tables.facts import ticket_deadlines
from store.tables.holds import hold_recipients, holds
from store.tables.journal import journal, journal_recipients
from store.tables.letters import inquiries, letters
from store.tables.tickets import steps, ticket_recipients, tickets
from store.tickets import ENDED


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """One case without a name."""

    id: str
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


_REAL = tickets.c.kind != "drill"
_TIMES = tuple(tickets.c[name] for name in CaseTimes.__dataclass_fields__)


class DeskOverviewShelf:
    """Questions over all cases."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

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

    def owned_by(self, address: str, among: Collection[str] = ()) -> frozenset[str]:
        """Cases of which somebody owns a step; `among`: of these alone."""
        theirs = select(steps.c.ticket_id).where(is_of(steps.c.owner, as_key(address))).distinct()
        return frozenset(self._db.scalars(theirs.where(steps.c.ticket_id.in_([*among])) if among else theirs))

    def overdue_steps(self) -> Mapping[str, int]:
        """How many steps are past their time, by case; of open real ones."""
        late = (steps.c.state == "todo", steps.c.due < self._now, tickets.c.state.not_in(ENDED), _REAL)
        counted = select(steps.c.ticket_id, func.count()).join(tickets, tickets.c.id == steps.c.ticket_id)
        return dict(self._db.execute(counted.where(*late).group_by(steps.c.ticket_id)).all())

    def cases_of(self, lines: Iterable[Line]) -> Mapping[str, frozenset[str]]:
        """Line of the journal → the cases of its message, closed ones, too; without those that have none."""
        lines = tuple(lines)
        forms = [form for one in lines for form in message_id_forms(one.message_id)]
        c = tickets.c
        holds_of = [one.hold_id for one in lines if one.hold_id]
        which = or_(c.journal_id.in_([one.id for one in lines]), c.message_id.in_(forms), c.hold_id.in_(holds_of))
        rows = self._db.execute(select(c.id, c.journal_id, c.message_id, c.hold_id).where(which)).all()

        def concerns(row: Row[*tuple[Any, ...]], line: Line) -> bool:
            same = row.message_id in message_id_forms(line.message_id)
            return same or row.journal_id == line.id or bool(line.hold_id and row.hold_id == line.hold_id)

        found = {line.id: frozenset(row.id for row in rows if concerns(row, line)) for line in lines}
        return {line: cases for line, cases in found.items() if cases}

    def letters(self) -> Mapping[str, int]:
        """Of real cases: letters that were `sent` first and `asked-again`, recipients who `answered` or `refused`, and open ones whose answer is `overdue`."""
        of, asked = letters.c, inquiries.c
        written = select(of.again, func.count()).join(tickets, tickets.c.id == of.ticket_id)
        gone: dict[int, int] = dict(
            self._db.execute(written.where(of.state != "draft", _REAL).group_by(of.again)).all()
        )
        states = select(asked.state, func.count()).join(tickets, tickets.c.id == asked.ticket_id)
        by_state: dict[str, int] = dict(self._db.execute(states.where(_REAL).group_by(asked.state)).all())
        waits = or_(asked.state == "silent", asked.next_at < self._now)
        late = select(func.count()).select_from(inquiries).join(tickets, tickets.c.id == asked.ticket_id)
        return {
            "sent": gone.get(0, 0),
            "asked-again": sum(number for again, number in gone.items() if again),
            "answered": by_state.get("answered", 0),
            "refused": by_state.get("refused", 0),
            "overdue": self._db.scalar(late.where(_REAL, waits, tickets.c.state.not_in(ENDED))) or 0,
        }

    def deadlines(self) -> Mapping[tuple[str, str], int]:
        """Legal deadlines of real cases by kind (hard, soft) and what became of them; what is not owed is none."""
        d = ticket_deadlines.c
        which = (_REAL, or_(d.owed, d.state != "running"))
        counted = select(d.kind, d.state, func.count()).join(tickets, tickets.c.id == d.ticket_id).where(*which)
        rows = self._db.execute(counted.group_by(d.kind, d.state))
        return {(kind, state): number for kind, state, number in rows}

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
