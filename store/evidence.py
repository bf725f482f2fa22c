"""Evidence: what was frozen, and what was done about a case; each row carries the hash of the one before it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from store.binding import Binding
from store.chain import as_kept, digest
from store.errors import StoreError
from store.keyed import Keys
from store.marks import MarkShelf
from store.seal import Seal
from store.storable import clean
from store.tables.tickets import evidence, tickets

_DIGEST = hashlib.sha256().digest_size
ERASED: Mapping[str, Any] = {"erased": True}
"""The body of a record whose time of keeping is over: its digest stays, and a later record says until which it was erased."""


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
    is_keyed: bool = True
    """False: of before records carried a keyed digest (`store.keyed`)."""


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
        self._marks = MarkShelf(binding)

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
        row |= {"object": clean(about), "body": as_kept(body), "prev_sha256": prev}
        own = _digest(row, enclosed.sha256 if enclosed else None)
        row |= {"sha256": own, "keyed": Keys(self._seal).keyed(ticket_id, own)}
        self._db.execute(insert(evidence), row | {"blob": enclosed.row() if enclosed else None})
        self._db.execute(update(tickets).where(tickets.c.id == ticket_id).values(evidence_sha256=row["sha256"]))
        return _entry(row, has_blob=enclosed is not None)

    def of(self, ticket_id: str) -> tuple[Entry, ...]:
        """All records of a case in order."""
        rows = self._rows(ticket_id)
        return tuple(_entry(row._asdict(), has_blob=row.blob is not None) for row in rows)

    def of_events(self, ticket_id: str, *events: str) -> tuple[Entry, ...]:
        """The records of these events in order, as far as they say something still; without reading what is enclosed."""
        plain = [column for column in evidence.c if column.name != "blob"]
        those = (evidence.c.ticket_id == ticket_id, evidence.c.event.in_(events))
        query = select(*plain, evidence.c.blob.is_not(None).label("has_blob")).where(*those).order_by(evidence.c.seq)
        rows = (row._asdict() for row in self._db.execute(query))
        return tuple(_entry(row, has_blob=row["has_blob"]) for row in rows if row["body"] != ERASED)

    def first(self, ticket_id: str, event: str) -> Mapping[str, Any]:
        """What the first record of that event says; {} without one, or where it was erased."""
        those = select(evidence.c.body).where(evidence.c.ticket_id == ticket_id, evidence.c.event == event)
        return self._db.scalar(those.order_by(evidence.c.seq).limit(1)) or {}

    def has(self, ticket_id: str, seq: int) -> bool:
        """Whether a case has a record of that number."""
        return bool(
            self._db.scalar(select(evidence.c.seq).where(evidence.c.ticket_id == ticket_id, evidence.c.seq == seq))
        )

    def count(self, ticket_id: str, event: str) -> int:
        """How many records of a case are of that event."""
        those = select(func.count()).where(evidence.c.ticket_id == ticket_id, evidence.c.event == event)
        return self._db.scalar(those) or 0

    def is_more(self, ticket_id: str, event: str, than: int) -> bool:
        """Whether more records of a case than so many are of that event; as quick for a million."""
        those = select(evidence.c.seq).where(evidence.c.ticket_id == ticket_id, evidence.c.event == event)
        return self._db.scalar(those.order_by(evidence.c.seq).offset(than).limit(1)) is not None

    def blob(self, ticket_id: str, seq: int) -> bytes:
        """The octets of one record. Raises `StoreError`: none there, or damaged."""
        sealed = self._db.scalar(
            select(evidence.c.blob).where(evidence.c.ticket_id == ticket_id, evidence.c.seq == seq)
        )
        if sealed is None:
            raise StoreError(f"{ticket_id}: record {seq} has no file")
        if len(sealed) <= _DIGEST:
            raise StoreError(f"{ticket_id}: the file of record {seq} was erased, its time of keeping is over")
        return self._open(Enclosure.kept(bytes(sealed)))

    def erase(self, ticket_id: str, actor: str, why: str) -> int:
        """Erase what the records of a case say and enclose; digests stay, and a last record says so. How many were erased.

        The chain can be checked as before: of an erased record its digest is what the next one carries.
        """
        rows = [row for row in self._rows(ticket_id) if row.body != ERASED]
        for row in rows:
            of = (evidence.c.ticket_id == ticket_id, evidence.c.seq == row.seq)
            blob = None if row.blob is None else bytes(row.blob)[:_DIGEST]
            self._db.execute(update(evidence).where(*of).values(body=ERASED, blob=blob, actor=""))
        if rows:
            body = {"records": len(rows), "until": rows[-1].seq, "sha256": rows[-1].sha256, "why": why}
            self.add(ticket_id, actor, "erased", "evidence", body)
        return len(rows)

    def broken(self, ticket_id: str) -> int | None:
        """The first record whose hash does not fit, with or without the key, or that is missing; None when the chain is whole."""
        prev, keys = "", Keys.of(self._marks, self._seal)
        rows = self._rows(ticket_id)
        erased = max((row.body["until"] for row in rows if row.event == "erased" and row.body != ERASED), default=0)
        for expected, row in enumerate(rows, start=1):
            said = row.seq <= erased and row.body == ERASED
            fits = row.seq == expected and row.prev_sha256 == prev and (said or self._hash_again(row) == row.sha256)
            if not fits or not keys.fits(row, ticket_id):
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


def _digest(row: Mapping[str, Any], enclosed: str | None) -> str:
    """Of a record; `enclosed`: the digest of its plain octets."""
    kept = {name: row[name] for name in ("ticket_id", "seq", "actor", "event", "object", "body", "prev_sha256")}
    return digest({**kept, "at": row["at"], "blob": enclosed})


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
        is_keyed=row["keyed"] is not None,
    )
