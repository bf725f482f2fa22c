"""Blocked addresses and domains: owner, reason, expiry."""

from dataclasses import dataclass
from datetime import datetime

from store.binding import Binding


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One block."""

    id: str
    target: str
    lenient: bool
    owner: str
    reason: str
    ticket_id: str
    created_at: datetime
    expires_at: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str = ""


class BlockShelf:
    """The blocks."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, block: BlockRow) -> None:
        """Block an address (its key) or a domain (its key)."""
        raise NotImplementedError

    def of(self, address: str) -> BlockRow | None:
        """The block in force for an address (itself, or its domain); the strict before the lenient."""
        raise NotImplementedError

    def of_ticket(self, ticket_id: str) -> tuple[BlockRow, ...]:
        """The blocks a case made."""
        raise NotImplementedError

    def in_force(self) -> tuple[BlockRow, ...]:
        """All of them, newest first."""
        raise NotImplementedError

    def lift(self, block_id: str, by: str) -> bool:
        """End a block now; False when it had ended."""
        raise NotImplementedError
