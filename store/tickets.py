"""Tickets, their recipients and steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from store.binding import Binding


class State(StrEnum):
    """Of a ticket."""

    OPEN = "open"
    CONTAINED = "contained"
    ASSESSED = "assessed"
    REPORTED = "reported"
    CLOSED = "closed"
    NOT_A_LEAK = "not-a-leak"
    DUPLICATE = "duplicate"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.CONTAINED, State.ASSESSED, State.CLOSED, State.NOT_A_LEAK, State.DUPLICATE}),
    State.CONTAINED: frozenset({State.ASSESSED, State.CLOSED, State.NOT_A_LEAK, State.DUPLICATE}),
    State.ASSESSED: frozenset({State.REPORTED, State.CLOSED, State.NOT_A_LEAK}),
    State.REPORTED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN}),
    State.NOT_A_LEAK: frozenset({State.OPEN}),
    State.DUPLICATE: frozenset({State.OPEN}),
}


@dataclass(frozen=True, slots=True)
class TicketRecipient:
    """One recipient of the reported message."""

    address: str
    wrong: str
    """yes | no | unknown"""
    intended: str
    delivery: str
    reply: str
    contained: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the manual, as it was when the ticket was opened."""

    step: str
    position: int
    phase: str
    title: Mapping[str, str]
    role: str
    owner: str
    clock: str
    due: datetime | None
    due_words: Mapping[str, str]
    outward: bool = False
    gate: bool = False
    state: str = "todo"
    done_at: datetime | None = None
    done_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A case."""

    id: str
    kind: str
    state: State
    severity: int
    channel: str
    reporter: str
    reporter_class: str
    certain: bool
    words: str
    match_method: str
    candidates: tuple[Mapping[str, Any], ...]
    journal_id: str
    hold_id: str
    message_id: str
    sender: str
    subject: str
    exposure: Mapping[str, Any]
    manual_version: str
    manual_name: str
    sent_at: datetime | None
    first_known_at: datetime
    reported_at: datetime
    opened_at: datetime
    superior_told_at: datetime | None = None
    contained_at: datetime | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    recipients: tuple[TicketRecipient, ...] = ()
    steps: tuple[Step, ...] = ()


class TicketShelf:
    """The tickets."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, ticket: Ticket) -> None:
        """Open a ticket with its recipients and steps."""
        raise NotImplementedError

    def get(self, ticket_id: str) -> Ticket | None:
        """One ticket with recipients and steps in the manual's order."""
        raise NotImplementedError

    def open_for(self, *, message_id: str = "", hold_id: str = "", kind: str = "real") -> Ticket | None:
        """The ticket that a second report of the same message joins: not closed."""
        raise NotImplementedError

    def listing(self, *, states: Sequence[State] = (), limit: int = 200) -> tuple[Ticket, ...]:
        """Tickets with their steps, the one with the nearest due step first."""
        raise NotImplementedError

    def move(self, ticket_id: str, seen: State, to: State, outcome: str = "") -> bool:
        """Compare and set; False when someone else was quicker."""
        raise NotImplementedError

    def finish_step(self, ticket_id: str, step: str, *, state: str, by: str, note: str) -> bool:
        """todo → done or not-needed; False when it was finished already."""
        raise NotImplementedError

    def reopen_step(self, ticket_id: str, step: str) -> bool:
        """Back to todo; the timeline keeps both."""
        raise NotImplementedError

    def set_times(self, ticket_id: str, **times: datetime) -> None:
        """Set some of the seven times by column name."""
        raise NotImplementedError

    def known_earlier(self, ticket_id: str, at: datetime) -> bool:
        """A second report knew of it before: keep the earliest first-known time; whether it changed."""
        raise NotImplementedError

    def set_recipient(self, ticket_id: str, recipient: TicketRecipient) -> None:
        """Add or replace what is known of one recipient."""
        raise NotImplementedError

    def set_match(self, ticket_id: str, *, journal_id: str, hold_id: str, message_id: str, method: str) -> None:
        """A person chose among the candidates."""
        raise NotImplementedError

    def counts(self) -> Mapping[str, int]:
        """For metrics: tickets by state, `overdue` steps of open ones."""
        raise NotImplementedError
