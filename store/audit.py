"""The audit log: who did what in our pages and commands."""

from collections.abc import Mapping
from typing import Any

from store.binding import Binding


class AuditShelf:
    """The audit log."""

    def __init__(self, binding: Binding) -> None:
        raise NotImplementedError

    def add(self, who: str, act: str, about: str, details: Mapping[str, Any] | None = None) -> None:
        """Write who did what to what."""
        raise NotImplementedError

    def newest(self, limit: int = 100) -> tuple[Mapping[str, Any], ...]:
        """The newest entries: at, who, act, object, details."""
        raise NotImplementedError
