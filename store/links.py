"""Signed links: which object a token opens, for whom, and until when. Only the SHA-256 of the token is kept."""

from dataclasses import dataclass
from datetime import datetime

from store.binding import Binding


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens."""

    purpose: str
    object_id: str
    person: str
    expires_at: datetime | None = None


class LinkShelf:
    """The links."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def make(self, object_id: str, person: str, purpose: str, expires_at: datetime | None = None) -> str:
        """The token for these three, made (again) and known to the store from now on. Idempotent."""
        raise NotImplementedError

    def follow(self, token: str, purpose: str) -> Link | None:
        """What the token opens for that purpose; None when unknown, mangled, foreign or expired."""
        raise NotImplementedError

    def expire(self, object_id: str, purpose: str, at: datetime) -> None:
        """Every link to the object ends then."""
        raise NotImplementedError
