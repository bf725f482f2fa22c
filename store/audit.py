"""The audit log: who did what in our pages and commands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from store.binding import Binding
from store.ids import new_journal_id
from store.tables import audit


class AuditShelf:
    """The audit log."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now

    def add(self, who: str, act: str, about: str, details: Mapping[str, Any] | None = None) -> None:
        """Write who did what to what."""
        row = {"id": new_journal_id(), "at": self._now, "who": who, "act": act, "object": about}
        self._db.execute(insert(audit), row | {"details": dict(details or {})})

    def newest(self, limit: int = 100) -> tuple[Mapping[str, Any], ...]:
        """The newest entries: at, who, act, object, details."""
        columns = (audit.c.at, audit.c.who, audit.c.act, audit.c.object, audit.c.details)
        query = select(*columns).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        return tuple(dict(row) for row in self._db.execute(query).mappings())

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget entries older than that."""
        old = select(audit.c.id).where(audit.c.at < before).order_by(audit.c.at).limit(limit)
        return self._db.execute(delete(audit).where(audit.c.id.in_(old))).rowcount
