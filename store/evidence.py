"""Evidence: what was frozen, and what was done about a case; each row carries the hash of the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.binding import Binding


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable record of a case."""

    seq: int
    at: datetime
    actor: str
    event: str
    object: str
    body: Mapping[str, Any]
    sha256: str
    prev_sha256: str
    has_blob: bool = False


class EvidenceShelf:
    """The evidence."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, ticket_id: str, actor: str, event: str, about: str, body: Mapping[str, Any], blob: bytes | None = None) -> Entry:
        """Append a record; `blob` (plain octets, for example the reported original) is sealed."""
        raise NotImplementedError

    def of(self, ticket_id: str) -> tuple[Entry, ...]:
        """All records of a case in order."""
        raise NotImplementedError

    def blob(self, ticket_id: str, seq: int) -> bytes:
        """The octets of one record."""
        raise NotImplementedError

    def broken(self, ticket_id: str) -> int | None:
        """The first record whose hash does not fit; None when the chain is whole."""
        raise NotImplementedError
