"""The table of notices: what people are told, and how far it got."""

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, String, Table

from store.tables.columns import ADDRESS, ID, MESSAGE_ID, Time, Words, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(32), nullable=False),  # the name of the notice
    Column("channel", String(32), nullable=False),  # mail, webhook, …; "relay" for a delivery status notification
    Column("recipient", ADDRESS, nullable=False),
    Column("language", String(8), nullable=False),
    Column("facts", JSON, nullable=False),  # what the template needs; never content, never a token
    Column("raw", LargeBinary),  # a message that was composed when it was committed (bounces)
    Column("hold_id", ID, nullable=False, index=True),
    Column("ticket_id", ID, nullable=False, index=True),
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("state", String(16), nullable=False),  # waiting | sending | sent | failed | withdrawn
    Column("created_at", Time, nullable=False),
    Column("next_try", Time),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Time),
    Column("lease_by", String(64)),
    Column("sent_at", Time),
    Column("reply", Words),
    Index("ix_outbox_due", "state", "next_try"),
)
