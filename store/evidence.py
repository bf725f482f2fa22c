"""Evidence: what was frozen, and what was done about a case; each row carries the hash of the one before it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from store.binding import Binding
from store.errors import StoreError
from store.seal import Seal
from store.tables import clean, evidence, tickets

_DIGEST = hashlib.sha256().digest_size


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


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Octets for a record, sealed before it queues for its commit."""

    sha256: str
    """Of the plain octets; what they are sealed for."""
    sealed: bytes

    @classmethod
    def of(cls, octets: bytes, seal: Seal) -> "Enclosure":
        """Seal octets; a moment for large ones: not in the loop."""
        digest = hashlib.sha256(octets).hexdigest()
        return cls(digest, seal.close(octets, digest))

    @classmethod
    def kept(cls, row: bytes) -> "Enclosure":
        """As it lies in a row: digest, sealed octets."""
        return cls(row[:_DIGEST].hex(), row[_DIGEST:])

    def row(self) -> bytes:
        """The inverse."""
        return bytes.fromhex(self.sha256) + self.sealed


class EvidenceShelf:
    """The evidence."""

    def __init__(self, binding: Binding) -> None:
        self._db = binding.connection
        self._now = binding.now
        self._seal = binding.seal

    def add(
        self,
        ticket_id: str,
        actor: str,
        event: str,
        about: str,
        body: Mapping[str, Any],
        enclosed: Enclosure | None = None,
    ) -> Entry:
        """Append a record, with an enclosure (for example the reported original). Raises `StoreError`: no such ticket."""
        # The ticket's row is locked: two nodes append one after the other.
        head = select(tickets.c.evidence_sha256).where(tickets.c.id == ticket_id).with_for_update()
        prev = self._db.scalar(head)
        if prev is None:
            raise StoreError(f"{ticket_id}: no such ticket")
        newest = (
            select(evidence.c.seq).where(evidence.c.ticket_id == ticket_id).order_by(evidence.c.seq.desc()).limit(1)
        )
        seq = (self._db.scalar(newest) or 0) + 1
        row = {
            "ticket_id": ticket_id,
            "seq": seq,
            "at": self._now.astimezone(UTC),
            "actor": clean(actor),
            "event": event,
        }
        row |= {"object": clean(about), "body": _as_kept(body), "prev_sha256": prev}
        row["sha256"] = _digest(row, enclosed.sha256 if enclosed else None)
        self._db.execute(insert(evidence), row | {"blob": enclosed.row() if enclosed else None})
        self._db.execute(update(tickets).where(tickets.c.id == ticket_id).values(evidence_sha256=row["sha256"]))
        return _entry(row, has_blob=enclosed is not None)

    def of(self, ticket_id: str) -> tuple[Entry, ...]:
        """All records of a case in order."""
        rows = self._rows(ticket_id)
        return tuple(_entry(row._asdict(), has_blob=row.blob is not None) for row in rows)

    def count(self, ticket_id: str, event: str) -> int:
        """How many records of a case are of that event."""
        those = select(func.count()).where(evidence.c.ticket_id == ticket_id, evidence.c.event == event)
        return self._db.scalar(those) or 0

    def blob(self, ticket_id: str, seq: int) -> bytes:
        """The octets of one record. Raises `StoreError`: none there, or damaged."""
        sealed = self._db.scalar(
            select(evidence.c.blob).where(evidence.c.ticket_id == ticket_id, evidence.c.seq == seq)
        )
        if sealed is None:
            raise StoreError(f"{ticket_id}: record {seq} has no file")
        return self._open(Enclosure.kept(bytes(sealed)))

    def broken(self, ticket_id: str) -> int | None:
        """The first record whose hash does not fit, or that is missing; None when the chain is whole."""
        prev = ""
        rows = self._rows(ticket_id)
        for expected, row in enumerate(rows, start=1):
            fits = row.seq == expected and row.prev_sha256 == prev and self._hash_again(row) == row.sha256
            if not fits:
                return expected
            prev = row.sha256
        # The ticket knows the newest record: the last ones cannot go unseen either.
        newest = self._db.scalar(select(tickets.c.evidence_sha256).where(tickets.c.id == ticket_id)) or ""
        return None if newest == prev else len(rows) + 1

    def _rows(self, ticket_id: str) -> list[Row[Any]]:
        query = select(evidence).where(evidence.c.ticket_id == ticket_id).order_by(evidence.c.seq)
        return list(self._db.execute(query).all())

    def _open(self, enclosed: Enclosure) -> bytes:
        return self._seal.open(enclosed.sealed, enclosed.sha256)

    def _hash_again(self, row: Row[Any]) -> str:
        try:
            octets = None if row.blob is None else self._open(Enclosure.kept(bytes(row.blob)))
        except StoreError:
            return ""
        # The plain octets, so that the chain outlives a change of the key they are sealed with.
        return _digest(row._asdict(), None if octets is None else hashlib.sha256(octets).hexdigest())


def _as_kept(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it comes back from the database: lists for tuples, text for keys."""
    kept: dict[str, Any] = json.loads(json.dumps(dict(body), default=dict, allow_nan=False))
    return kept


def _canonical(value: object) -> str:
    """One text for one value, whichever database it lay in."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(row: Mapping[str, Any], enclosed: str | None) -> str:
    """Of a record; `enclosed`: the digest of its plain octets."""
    kept = {name: row[name] for name in ("ticket_id", "seq", "actor", "event", "object", "body", "prev_sha256")}
    kept["at"] = row["at"].isoformat(timespec="microseconds")
    kept["blob"] = enclosed
    return hashlib.sha256(_canonical(kept).encode()).hexdigest()


def _entry(row: Mapping[str, Any], *, has_blob: bool) -> Entry:
    return Entry(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        event=row["event"],
        object=row["object"],
        body=row["body"],
        sha256=row["sha256"],
        prev_sha256=row["prev_sha256"],
        has_blob=has_blob,
    )
