"""Binding: what every shelf needs: the transaction, its time, and how content is sealed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from store.counted import Counted
from store.files import Files
from store.lists import Lists
from store.memory import Memory
from store.seal import Seal

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert

Inserting = Callable[[Any], "Insert"]
"""INSERT with ON CONFLICT, which both databases spell alike and SQLAlchemy keeps apart."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One transaction."""

    connection: Connection
    now: datetime
    """The time of the transaction: one event, one time."""
    seal: Seal
    directory: Path
    """Where large content lies (SQLite)."""
    insert: Inserting
    queue: "Callable[[Connection, Sequence[str]], None]"
    """Wait until no other transaction is at work under one of these names; held until this one ends."""
    lists: Lists
    """Lists as parameters, which the two databases take in two ways."""
    memory: Memory
    """What this node has seen of the store."""
    files: Files | None = None
    """Takes large content; None where the database itself does."""
    counted: list[Counted] = field(default_factory=list)
    """What `store.outcomes` writes when the transaction ends."""
    _changes: list[None] = field(default_factory=list)
    _acts: list[None] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        """Whether contacts or blocks were changed in a way that the judgement of a message may see."""
        return bool(self._changes)

    def changed(self) -> None:
        """Say so: what was looked up before is no longer good (`Store.changes`). Mere counts need not."""
        if not self._changes:
            self._changes.append(None)

    @property
    def is_audited(self) -> bool:
        """Whether something was written into the audit log."""
        return bool(self._acts)

    def audited(self) -> None:
        """Say so: it is put into its chain when the transaction ends (`store.audit.link`)."""
        if not self._acts:
            self._acts.append(None)
