"""The shelf of tickets: keeps them, finds them, and writes down what becomes of each and of its steps."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from store.binding import Binding
from store.storable import message_id_forms
from store.tables.tickets import steps, ticket_recipients, tickets
from store.ticket_rows import joined_by, read, recipient_row, row_of, step_row
from store.tickets import ENDED, TIMES, TRANSITIONS, State, Ticket, TicketRecipient


class TicketShelf:
    """The tickets."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._insert = binding.insert

    def add(self, ticket: Ticket) -> None:
        """Open a ticket with its recipients and steps.

        Raises `StoreError` when a ticket of the kind is open for the Message-ID: see `open_for`. (Two nodes at once: the unit of
        the slower one runs again by itself and finds the other's ticket.)
        """
        self._db.execute(insert(tickets), row_of(ticket))
        for recipient in ticket.recipients:
            self.set_recipient(ticket.id, recipient)
        if ticket.steps:
            self._db.execute(insert(steps), [step_row(ticket.id, step) for step in ticket.steps])

    def get(self, ticket_id: str) -> Ticket | None:
        """One ticket with recipients and steps in the manual's order."""
        return next(iter(read(self._db, select(tickets).where(tickets.c.id == ticket_id))), None)

    def open_for(self, *, message_id: str = "", hold_id: str = "", kind: str = "real") -> Ticket | None:
        """The ticket that a second report of the same message joins: not closed."""
        of_kind = and_(tickets.c.kind == kind, tickets.c.state.not_in(ENDED))
        for same in (
            tickets.c.message_id.in_(message_id_forms(message_id)) if message_id else None,
            tickets.c.hold_id == hold_id if hold_id else None,
        ):
            if same is not None:
                found = read(
                    self._db, select(tickets).where(of_kind, same).order_by(tickets.c.opened_at, tickets.c.id).limit(1)
                )
                if found:
                    return found[0]
        return None

    def opened_since(self, since: datetime, *, reporter: str | None = None, limit: int = 50) -> tuple[Ticket, ...]:
        """Tickets that were opened since then (for a report of one reporter), the newest first."""
        query = select(tickets).where(tickets.c.opened_at >= since)
        if reporter is not None:
            query = query.where(tickets.c.reporter == reporter)
        return read(self._db, query.order_by(tickets.c.opened_at.desc(), tickets.c.id).limit(limit))

    def unmatched_of(self, reporter: str, since: datetime, limit: int = 10) -> tuple[str, ...]:
        """The numbers of real tickets that are open without a message, of what a reporter opened since then, the newest first."""
        theirs = select(tickets.c.id).where(tickets.c.reporter == reporter, tickets.c.opened_at >= since)
        still = theirs.where(tickets.c.kind == "real", tickets.c.journal_id.is_(None), tickets.c.state.not_in(ENDED))
        return tuple(self._db.scalars(still.order_by(tickets.c.opened_at.desc(), tickets.c.id).limit(limit)))

    def unmatched_since(
        self, since: datetime, *, channels: Sequence[str] = (), classes: Sequence[str] = (), limit: int
    ) -> tuple[str, ...]:
        """The numbers of real tickets that are open without a message, by how they came or by what their reporters are, the newest first."""
        c = tickets.c
        open_still = select(c.id).where(
            c.opened_at >= since, c.kind == "real", c.journal_id.is_(None), c.state.not_in(ENDED)
        )
        of_them = open_still.where(or_(c.channel.in_(channels), c.reporter_class.in_(classes)))
        return tuple(self._db.scalars(of_them.order_by(c.opened_at.desc(), c.id).limit(limit)))

    def drills(self, ticket_ids: Collection[str]) -> frozenset[str]:
        """Which of some tickets are drills."""
        which = select(tickets.c.id).where(tickets.c.id.in_([*ticket_ids]), tickets.c.kind == "drill")
        return frozenset(self._db.scalars(which)) if ticket_ids else frozenset()

    def ids(self) -> tuple[str, ...]:
        """Every ticket there is, oldest first."""
        return tuple(self._db.scalars(select(tickets.c.id).order_by(tickets.c.opened_at, tickets.c.id)))

    def listing(self, *, states: Sequence[State] = (), limit: int = 200) -> tuple[Ticket, ...]:
        """Tickets with their steps, the one with the nearest due step first."""
        todo = select(func.min(steps.c.due)).where(steps.c.ticket_id == tickets.c.id, steps.c.state == "todo")
        nearest = todo.scalar_subquery().asc().nulls_last()
        query = select(tickets).order_by(nearest, tickets.c.opened_at, tickets.c.id).limit(limit)
        return read(self._db, query.where(tickets.c.state.in_(states)) if states else query)

    def move(self, ticket_id: str, seen: State, to: State, outcome: str = "") -> bool:
        """Compare and set; False when someone else was quicker. Raises ValueError on a transition that does not exist.

        To an end, `closed_at` is now and `outcome` is kept; back to OPEN both are emptied.
        """
        if to not in TRANSITIONS[seen]:
            raise ValueError(f"a ticket cannot go from {seen} to {to}")
        values: dict[str, Any] = {"state": to}
        if to in ENDED:
            values |= {"closed_at": self._now, "outcome": outcome or None, "joined_by": None}
        elif seen in ENDED:
            values |= {"closed_at": None, "outcome": None, "joined_by": self._free_joined_by(ticket_id)}
        elif outcome:
            values["outcome"] = outcome
        moved = update(tickets).where(tickets.c.id == ticket_id, tickets.c.state == seen).values(values)
        return self._db.execute(moved).rowcount == 1

    def finish_step(self, ticket_id: str, step: str, *, state: str, by: str, note: str) -> bool:
        """Todo → done or not-needed; False when it was finished already."""
        if state not in {"done", "not-needed"}:
            raise ValueError(f"a step ends as done or not-needed, not as {state}")
        finished = update(steps).where(*_step(ticket_id, step), steps.c.state == "todo")
        return self._db.execute(finished.values(state=state, done_at=self._now, done_by=by, note=note)).rowcount == 1

    def reopen_step(self, ticket_id: str, step: str) -> bool:
        """Back to todo; the timeline keeps both."""
        reopened = update(steps).where(*_step(ticket_id, step), steps.c.state != "todo")
        return self._db.execute(reopened.values(state="todo", done_at=None, done_by=None)).rowcount == 1

    def set_due(self, ticket_id: str, step: str, due: datetime) -> None:
        """The clock of a step begins at another time: it is due then."""
        self._db.execute(update(steps).where(*_step(ticket_id, step)).values(due=due))

    def set_times(self, ticket_id: str, **times: datetime) -> None:
        """Set some of the times by column name. Raises ValueError on any other column."""
        unknown = times.keys() - TIMES
        if unknown:
            raise ValueError(f"not a time of a ticket: {', '.join(sorted(unknown))}")
        if times:
            self._db.execute(update(tickets).where(tickets.c.id == ticket_id).values(**times))

    def known_earlier(self, ticket_id: str, at: datetime) -> bool:
        """A second report knew of it before: keep the earliest first-known time; whether it changed."""
        earlier = update(tickets).where(tickets.c.id == ticket_id, tickets.c.first_known_at > at)
        return self._db.execute(earlier.values(first_known_at=at)).rowcount == 1

    def set_recipient(self, ticket_id: str, recipient: TicketRecipient) -> None:
        """Add or replace what is known of one recipient."""
        row = recipient_row(recipient) | {"at": recipient.at or self._now}
        new = self._insert(ticket_recipients).values(ticket_id=ticket_id, **row)
        self._db.execute(new.on_conflict_do_update(index_elements=["ticket_id", "address"], set_=row))

    def set_match(
        self,
        ticket_id: str,
        *,
        journal_id: str,
        hold_id: str,
        message_id: str,
        method: str,
        sender: str,
        subject: str,
        exposure: Mapping[str, Any],
        severity: int,
        sent_at: datetime | None,
    ) -> None:
        """A person chose among the candidates: what is known of the message now is known of the ticket."""
        values = {
            "journal_id": journal_id or None,
            "hold_id": hold_id or None,
            "message_id": message_id,
            "match_method": method,
            "sender": sender,
            "subject": subject,
            "exposure": dict(exposure),
            "severity": severity,
            "sent_at": sent_at,
        }
        self._db.execute(update(tickets).where(tickets.c.id == ticket_id).values(values))
        open_still = update(tickets).where(tickets.c.id == ticket_id, tickets.c.state.not_in(ENDED))
        self._db.execute(open_still.values(joined_by=self._free_joined_by(ticket_id)))

    def set_kind(self, ticket_id: str, kind: str) -> bool:
        """Real or drill, as the message says that was found; False where it was that."""
        other = update(tickets).where(tickets.c.id == ticket_id, tickets.c.kind != kind)
        return self._db.execute(other.values(kind=kind, joined_by=None)).rowcount == 1

    def counts(self) -> Mapping[str, int]:
        """For metrics: tickets by state, `overdue` steps of open ones; no drill."""
        real = tickets.c.kind != "drill"
        by_state = select(tickets.c.state, func.count()).where(real).group_by(tickets.c.state)
        found: dict[str, int] = dict.fromkeys(State, 0)
        found |= dict(self._db.execute(by_state).all())
        late = and_(steps.c.state == "todo", steps.c.due < self._now, tickets.c.state.not_in(ENDED), real)
        overdue = select(func.count()).select_from(steps).join(tickets, tickets.c.id == steps.c.ticket_id).where(late)
        return found | {"overdue": self._db.scalar(overdue) or 0}

    def _free_joined_by(self, ticket_id: str) -> str | None:
        """What others join this ticket by; None while another one is open for the same message."""
        ticket = self._db.execute(
            select(tickets.c.kind, tickets.c.message_id).where(tickets.c.id == ticket_id)
        ).one_or_none()
        wanted = joined_by(ticket.kind, ticket.message_id) if ticket else None
        other = select(tickets.c.id).where(tickets.c.joined_by == wanted, tickets.c.id != ticket_id)
        return None if self._db.scalar(other) else wanted


def _step(ticket_id: str, step: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return steps.c.ticket_id == ticket_id, steps.c.step == step
