"""The outbox: notices that were decided and are not yet sent. A notice commits with the event it tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.binding import Binding


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one person over one channel."""

    id: str
    kind: str
    channel: str
    recipient: str
    language: str
    facts: Mapping[str, Any]
    hold_id: str = ""
    ticket_id: str = ""
    message_id: str = ""
    raw: bytes | None = None
    state: str = "waiting"
    created_at: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = None
    reply: str = ""


class OutboxShelf:
    """The outbox."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, notice: Notice) -> None:
        """Queue a notice, due now."""
        raise NotImplementedError

    def claim_due(self, node: str, lease_until: datetime, limit: int = 20) -> tuple[Notice, ...]:
        """Take notices that are due, or whose lease ended; like `HoldShelf.claim_due`."""
        raise NotImplementedError

    def sent(self, notice_id: str, node: str, reply: str) -> bool:
        """The next hop or channel took it; False when the lease was lost."""
        raise NotImplementedError

    def again(self, notice_id: str, node: str, reply: str, next_try: datetime) -> bool:
        """It could not be sent now."""
        raise NotImplementedError

    def failed(self, notice_id: str, node: str, reply: str) -> bool:
        """It can never be sent."""
        raise NotImplementedError

    def withdraw(self, hold_id: str, kinds: tuple[str, ...]) -> int:
        """Notices of a hold that no longer matter (a reminder after the answer)."""
        raise NotImplementedError

    def retry(self, notice_id: str) -> bool:
        """An operator wants a failed one tried again."""
        raise NotImplementedError

    def is_ours(self, message_id: str) -> Notice | None:
        """Our own notice by its Message-ID: how a relay knows its own mail (RFC 3834), not by a header anyone can forge."""
        raise NotImplementedError

    def of_hold(self, hold_id: str) -> tuple[Notice, ...]:
        """What was said about a hold, oldest first."""
        raise NotImplementedError

    def of_ticket(self, ticket_id: str) -> tuple[Notice, ...]:
        """What was said about a ticket, oldest first."""
        raise NotImplementedError

    def counts(self) -> Mapping[str, int]:
        """For metrics: notices by state."""
        raise NotImplementedError
