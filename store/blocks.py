"""Blocked addresses and domains: owner, reason, expiry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, delete, insert, or_, select, update

from mail.address import split
from store.binding import Binding
from store.storable import as_key
from store.tables.blocks import blocks
from store.tables.tickets import tickets


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
        self._db = binding.connection
        self._now = binding.now
        self._changed = binding.changed

    def add(self, block: BlockRow) -> None:
        """Block an address (its key) or a domain (its key)."""
        self._changed()
        row = {name: getattr(block, name) for name in _COLUMNS}
        self._db.execute(insert(blocks), row | {"lifted_by": block.lifted_by or None})

    def of(self, address: str) -> BlockRow | None:
        """The block in force for an address (itself, or its domain); the strict before the lenient."""
        key = as_key(address)
        row = self._db.execute(_OF, {"address": key, "domain": split(key)[1], "now": self._now}).one_or_none()
        return _block(row) if row else None

    def at(self, target: str) -> BlockRow | None:
        """The block in force of exactly that address or domain (its key), the strict before the lenient."""
        found = self._many(and_(blocks.c.target == target, self._in_force()))
        return min(found, key=lambda row: row.lenient, default=None)

    def of_ticket(self, ticket_id: str) -> tuple[BlockRow, ...]:
        """The blocks a case made."""
        return self._many(blocks.c.ticket_id == ticket_id)

    def in_force(self) -> tuple[BlockRow, ...]:
        """All of them, newest first."""
        return self._many(self._in_force())

    def lift(self, block_id: str, by: str) -> bool:
        """End a block now; False when it had ended."""
        self._changed()
        lifted = update(blocks).where(blocks.c.id == block_id, self._in_force())
        return self._db.execute(lifted.values(lifted_at=self._now, lifted_by=by)).rowcount == 1

    def prolong(self, block_id: str, until: datetime) -> bool:
        """Let a block in force end later; False when it had ended, or ends later or never anyhow."""
        self._changed()
        sooner = update(blocks).where(blocks.c.id == block_id, self._in_force(), blocks.c.expires_at < until)
        return self._db.execute(sooner.values(expires_at=until)).rowcount == 1

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Forget blocks that ended before that time: of a case with the case, which shows what it blocked."""
        ended = or_(blocks.c.lifted_at < before, blocks.c.expires_at < before)
        shown = select(tickets.c.id).where(tickets.c.id == blocks.c.ticket_id, tickets.c.erased_at.is_(None))
        old = select(blocks.c.id).where(ended, ~shown.exists()).limit(limit)
        return self._db.execute(delete(blocks).where(blocks.c.id.in_(old))).rowcount

    def _in_force(self) -> ColumnElement[bool]:
        return _in_force_at(self._now)

    def _many(self, which: ColumnElement[bool]) -> tuple[BlockRow, ...]:
        query = select(blocks).where(which).order_by(blocks.c.created_at.desc(), blocks.c.id)
        return tuple(_block(row) for row in self._db.execute(query))


def _in_force_at(now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    return and_(blocks.c.lifted_at.is_(None), or_(blocks.c.expires_at.is_(None), blocks.c.expires_at > now))


# Built once: it is asked for every recipient of every message.
_OF = (
    select(blocks)
    .where(
        blocks.c.target.in_([bindparam("address"), bindparam("domain")]),
        _in_force_at(bindparam("now", type_=blocks.c.expires_at.type)),
    )
    .order_by(blocks.c.lenient, blocks.c.created_at.desc(), blocks.c.id)
    .limit(1)
)
_COLUMNS = tuple(c.name for c in blocks.columns if c.name != "lifted_by")


def _block(row: Row[Any]) -> BlockRow:
    return BlockRow(**{name: getattr(row, name) for name in _COLUMNS}, lifted_by=row.lifted_by or "")
