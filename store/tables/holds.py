"""Tables of held messages: what is held, whose it is, who is to get it, and its sealed content."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from store.tables.columns import ADDRESS, ID, KEY, MESSAGE_ID, Time, Words, metadata

# A held message, or the remainder of one whose other recipients were delivered.
holds = Table(
    "holds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("group_id", ID, nullable=False, index=True),  # the first of the copies of one send; its own id when alone
    Column("kind", String(16), nullable=False),  # hold | remainder
    Column("state", String(16), nullable=False),  # store.holds.State
    Column("copy_key", String(64), nullable=False, index=True),  # SHA-256 over sender, Message-ID, body
    Column("queue_id", String(32), nullable=False),
    Column("reverse_path", ADDRESS, nullable=False),
    Column("asked", JSON, nullable=False),  # addresses of ours that may answer; [] for the admins
    Column("language", String(8), nullable=False),
    Column("envelope", JSON, nullable=False),  # mail.envelope.Envelope
    Column("verdict", JSON, nullable=False),  # rules.verdict.Verdict.as_json
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("subject", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("alterable", String(32), nullable=False),  # "" or why the content may not be altered: dkim, smime, pgp, …
    Column("received_at", Time, nullable=False),
    Column("asked_at", Time),  # the question was accepted by the notices' next hop
    Column("deadline", Time, index=True),  # empty until asked_at
    Column("reminders", Integer, nullable=False, default=0),
    Column("remind_at", Time, index=True),
    Column("decided_at", Time),
    Column("decided_by", Words),
    Column("decision", JSON(none_as_null=True)),  # gateway.flow.Decision
    Column("frozen", Boolean, nullable=False, default=False),  # evidence of a ticket: never pruned
    Column(
        "meeting", String(64), index=True
    ),  # of a calendar request or cancellation: which meeting (gateway.meetings)
    Column("release_at", Time, index=True),  # HELD, and leaves by itself then; empty: not before somebody answers
    Column("silence", String(16)),  # when nobody answers: return | deputy | send; empty: it is cancelled
    Index("ix_holds_state", "state", "received_at", "id"),  # what is held, the oldest first
)

# Whose hold it is: the keys of the reverse-path and of everyone who may answer.
hold_people = Table(
    "hold_people",
    metadata,
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("key", KEY, primary_key=True, index=True),
)

hold_recipients = Table(
    "hold_recipients",
    metadata,
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("address", ADDRESS, nullable=False),  # as the client gave it
    Column("send_to", ADDRESS, nullable=False),  # corrected by the sender, else the same
    Column("notify", JSON, nullable=False),
    Column("orcpt", Words, nullable=False),
    Column("state", String(16), nullable=False),  # store.holds.Delivery
    Column("next_try", Time),
    Column("attempts", Integer, nullable=False, default=0),
    Column("give_up_at", Time),
    Column("lease_until", Time),
    Column("lease_by", String(64)),
    Column("reply", Words),  # the next hop's own words
    Column("changed_at", Time, nullable=False),
    Index("ix_hold_recipients_due", "state", "next_try"),
)

# The content of a hold: rows of at most 1 MiB, sealed; or, on SQLite above 64 KiB, one row that names a file.
contents = Table(
    "contents",
    metadata,
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("pieces", Integer, nullable=False),  # how many positions there are
    Column("sealed", LargeBinary),
    Column("file", Words),
)
