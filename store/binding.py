"""Binding: what every shelf needs: the transaction, its time, and how content is sealed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from store.seal import Seal


@dataclass(frozen=True, slots=True)
class Binding:
    """One transaction."""

    connection: Connection
    now: datetime
    """The time of the transaction: one event, one time."""
    seal: Seal
    directory: Path
    """Where large content lies (SQLite)."""
