"""The table of blocks: addresses and domains to which nothing goes, or nothing that the desk has not seen."""

from sqlalchemy import Boolean, Column, Table

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

blocks = Table(
    "blocks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("target", KEY, nullable=False, index=True),  # address key, or a domain without @
    Column("lenient", Boolean, nullable=False, default=False),  # held for the desk instead of blocked
    Column("owner", ADDRESS, nullable=False),
    Column("reason", Words, nullable=False),
    Column("ticket_id", ID, nullable=False, index=True),  # "" when set by an admin
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time),
    Column("lifted_at", Time),
    Column("lifted_by", ADDRESS),
)
