"""Tickets: what a case of the leak response is, with its recipients and steps, and the states that it goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    """todo | done | not-needed"""
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
    erased_at: datetime | None = None
    outcome: str = ""
    recipients: tuple[TicketRecipient, ...] = ()
    steps: tuple[Step, ...] = ()


ENDED = frozenset({State.CLOSED, State.NOT_A_LEAK, State.DUPLICATE})
TIMES = frozenset(
    {
        "sent_at",
        "first_known_at",
        "reported_at",
        "opened_at",
        "superior_told_at",
        "contained_at",
        "confirmed_at",
        "closed_at",
    }
)
