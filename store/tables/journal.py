"""Tables of the journal: a line for each message, what of it was digested, who got it, and where it went instead."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table

from store.tables.columns import ADDRESS, ID, KEY, MESSAGE_ID, Time, Words, metadata

journal = Table(
    "journal",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("queue_id", String(32), nullable=False, index=True),
    Column("hold_id", ID, index=True),
    Column("at", Time, nullable=False, index=True),
    Column("client", Words, nullable=False),
    Column("reverse_path", ADDRESS, nullable=False),
    Column("reverse_key", KEY, nullable=False),
    Column("header_from", ADDRESS, nullable=False),
    Column("from_key", KEY, nullable=False),
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("subject", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("disposition", String(16), nullable=False),
    Column("gate", String(16), nullable=False),
    Column("verdict", JSON, nullable=False),
    Column("parts", JSON, nullable=False),  # [{"name", "sha256"}]
    Column("milliseconds", Integer, nullable=False),
    Column("haystack", Words, nullable=False),  # subject, recipients, part names: NFKC, lower case, one a line
    Index("ix_journal_reverse_key", "reverse_key", "id"),  # what somebody sent, the newest first
    Index("ix_journal_from_key", "from_key", "id"),
)

# What a reported original is found by when its Message-ID is gone.
journal_digests = Table(
    "journal_digests",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the content, or of one of its parts
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True, index=True),
)

journal_recipients = Table(
    "journal_recipients",
    metadata,
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("address", ADDRESS, nullable=False),
    Column("key", KEY, nullable=False),
    Column("state", String(16), nullable=False),  # delivered | held | waiting | failed | stopped | expired | unknown
    Column("reply", Words, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_journal_recipients_key", "key", "journal_id"),  # what somebody got, the newest first
)

# Where it went instead, after the sender corrected an address: a row for those few, so that mail that passes pays nothing.
journal_corrected = Table(
    "journal_corrected",
    metadata,
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),  # of journal_recipients
    Column("address", ADDRESS, nullable=False),
    Column("key", KEY, nullable=False),
    Index("ix_journal_corrected_key", "key", "journal_id"),
)
