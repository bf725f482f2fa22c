"""The table of legal holds: what must not be forgotten, whatever the settings say."""

from sqlalchemy import Column, String, Table

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(8), nullable=False),  # ticket | person
    Column("target", KEY, nullable=False, index=True),  # the id of a ticket, or the key of an address
    Column("owner", ADDRESS, nullable=False),  # who placed it, and is asked about it
    Column("reason", Words, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("ended_at", Time),
    Column("ended_by", ADDRESS),
    Column("ended_why", Words),
)
