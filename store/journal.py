"""The journal: a line per message: envelope, verdict, times, the next hop's answer; no content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.binding import Binding


@dataclass(frozen=True, slots=True)
class Line:
    """One message."""

    id: str
    queue_id: str
    hold_id: str
    at: datetime
    client: str
    reverse_path: str
    header_from: str
    message_id: str
    subject: str
    size: int
    sha256: str
    disposition: str
    gate: str
    verdict: Mapping[str, Any]
    parts: tuple[Mapping[str, str], ...]
    """[{"name", "sha256"}]"""
    milliseconds: int
    recipients: tuple["RecipientLine", ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One recipient of it, with the next hop's own words."""

    address: str
    state: str
    reply: str
    at: datetime


class JournalShelf:
    """The journal."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, line: Line) -> None:
        """Write a line with its recipients."""
        raise NotImplementedError

    def set_recipient(self, hold_id: str, address: str, state: str, reply: str) -> None:
        """What became of a recipient of a held message."""
        raise NotImplementedError

    def get(self, journal_id: str) -> Line | None:
        """One line."""
        raise NotImplementedError

    def by_queue_id(self, queue_id: str) -> Line | None:
        """The line of one SMTP transaction."""
        raise NotImplementedError

    def by_hold(self, hold_id: str) -> Line | None:
        """The line of a held message."""
        raise NotImplementedError

    def by_message_id(self, message_id: str) -> tuple[Line, ...]:
        """Every copy of one message, newest first; the id without or with angle brackets."""
        raise NotImplementedError

    def search(
        self,
        *,
        words: str = "",
        recipient: str = "",
        sender: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        digests: Sequence[str] = (),
        limit: int = 20,
    ) -> tuple[Line, ...]:
        """Lines where every given condition holds, newest first. `words`: in subject, recipients or part names."""
        raise NotImplementedError

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget lines older than that."""
        raise NotImplementedError
