"""Tables of the store itself: who did what in our pages and commands, and marks about the whole."""

from sqlalchemy import JSON, BigInteger, Column, Index, String, Table

from store.tables.columns import ADDRESS, Time, Words, metadata

# Who did what in our pages and commands. Written once; each row carries the hash of the one before it (store.audit).
audit = Table(
    "audit",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("at", Time, nullable=False, index=True),
    Column("who", ADDRESS, nullable=False),
    Column("act", String(32), nullable=False),
    Column("object", Words(640), nullable=False, index=True),
    Column("details", JSON, nullable=False),
    Column("seq", BigInteger),  # these three are empty until the transaction ends
    Column("sha256", String(64)),  # over prev_sha256 and the canonical JSON of all other columns
    Column("prev_sha256", String(64)),
    Column("keyed", String(32)),  # store.keyed; empty: of before there were any
    Index("ix_audit_seq", "seq", unique=True),
)

# One row a name: schema-wide facts such as "frozen" after a restore.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Words, nullable=False),
    Column("at", Time, nullable=False),
)
