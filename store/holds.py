"""Held messages: the states, and every statement over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from store.binding import Binding


class State(StrEnum):
    """Of a hold as a whole."""

    HELD = "held"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RELEASED = "released"


class Delivery(StrEnum):
    """Of one recipient of a hold."""

    HELD = "held"
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    STOPPED = "stopped"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.CANCELLED, State.EXPIRED, State.RELEASED}),
    State.CANCELLED: frozenset({State.HELD}),
    State.EXPIRED: frozenset({State.HELD}),
    State.RELEASED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a hold."""

    position: int
    address: str
    send_to: str
    state: Delivery
    notify: tuple[str, ...] = ()
    orcpt: str = ""
    next_try: datetime | None = None
    attempts: int = 0
    give_up_at: datetime | None = None
    reply: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A held message without its content."""

    id: str
    group_id: str
    kind: str
    state: State
    copy_key: str
    queue_id: str
    reverse_path: str
    asked: tuple[str, ...]
    language: str
    envelope: Mapping[str, Any]
    verdict: Mapping[str, Any]
    message_id: str
    subject: str
    size: int
    sha256: str
    alterable: str
    received_at: datetime
    recipients: tuple[Recipient, ...]
    asked_at: datetime | None = None
    deadline: datetime | None = None
    reminders: int = 0
    remind_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decision: Mapping[str, Any] | None = None
    frozen: bool = False


class HoldShelf:
    """The holds."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, hold: Hold, sealed: bytes) -> None:
        """Keep a hold with its recipients and its sealed content (`store.seal`): row, rows or file."""
        raise NotImplementedError

    def get(self, hold_id: str) -> Hold | None:
        """One hold with its recipients."""
        raise NotImplementedError

    def sealed_content(self, hold_id: str) -> bytes:
        """The sealed content; raises `StoreError` when a piece is missing."""
        raise NotImplementedError

    def group(self, group_id: str) -> tuple[Hold, ...]:
        """All copies of one send, the first first."""
        raise NotImplementedError

    def copies_of(self, copy_key: str, since: datetime) -> tuple[Hold, ...]:
        """Earlier copies of the same send, the first first."""
        raise NotImplementedError

    def move(
        self,
        hold_id: str,
        seen: State,
        to: State,
        *,
        by: str = "",
        decision: Mapping[str, Any] | None = None,
        deadline: datetime | None = None,
    ) -> bool:
        """Compare and set; False when someone else was quicker. Raises ValueError on a transition that does not exist.

        To RELEASED: recipients that are HELD become WAITING, due now. To CANCELLED or EXPIRED: they become STOPPED.
        Back to HELD: those become HELD again, `decided_*` is emptied, the deadline is the one given.
        """
        raise NotImplementedError

    def redirect(self, hold_id: str, position: int, send_to: str) -> None:
        """Correct a recipient before release; the address as given stays."""
        raise NotImplementedError

    def set_recipient(
        self,
        hold_id: str,
        position: int,
        state: Delivery,
        *,
        reply: str = "",
        next_try: datetime | None = None,
        seen: Delivery | None = None,
        lease_by: str = "",
    ) -> bool:
        """Set a recipient's state; with `seen` (and `lease_by`) only when it still is that: False otherwise."""
        raise NotImplementedError

    def claim_due(self, node: str, lease_until: datetime, limit: int = 20) -> tuple[tuple[Hold, tuple[Recipient, ...]], ...]:
        """Take released recipients that are due (WAITING and next_try passed, or SENDING with a lease that ended).

        They become SENDING under this node's lease, attempts + 1. PostgreSQL: FOR UPDATE SKIP LOCKED. Nobody else gets
        them until the lease ends. Recipients of one hold come together.
        """
        raise NotImplementedError

    def question_accepted(self, group_id: str, at: datetime, deadline: datetime, remind_at: datetime) -> None:
        """The question was taken by the notices' next hop: the deadline of every copy runs from here."""
        raise NotImplementedError

    def due_to_expire(self, limit: int = 100) -> tuple[Hold, ...]:
        """HELD and past the deadline."""
        raise NotImplementedError

    def due_to_remind(self, limit: int = 100) -> tuple[Hold, ...]:
        """HELD, first of its group, and past `remind_at`."""
        raise NotImplementedError

    def reminded(self, hold_id: str, seen: int, next_at: datetime | None) -> bool:
        """Count a reminder (compare and set on the count); False when another node did."""
        raise NotImplementedError

    def listing(self, *, states: Sequence[State] = (), person: str = "", limit: int = 1000) -> tuple[Hold, ...]:
        """Holds, newest first: of some states, of one person (asked or reverse-path)."""
        raise NotImplementedError

    def waiting(self, limit: int = 1000) -> tuple[Hold, ...]:
        """Released holds and remainders with recipients not yet in an end state."""
        raise NotImplementedError

    def freeze(self, hold_id: str) -> None:
        """Evidence of a ticket: never pruned."""
        raise NotImplementedError

    def prune(self, before: datetime, limit: int = 100) -> int:
        """Forget the content and rows of holds that ended before that time and are not frozen."""
        raise NotImplementedError

    def counts(self) -> Mapping[str, int]:
        """For metrics: holds by state, recipients waiting (`waiting`), age of the oldest held in seconds (`oldest`)."""
        raise NotImplementedError
