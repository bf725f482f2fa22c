"""Tables of what machines say of messages that left, and of the names their senders gave them."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from store.tables.columns import ADDRESS, KEY, Time, Words, metadata

# A bounce, a complaint or a receipt of a message: a claim of whoever sent it. It lives as long as the line; a ticket keeps its own record.
machine_reports = Table(
    "machine_reports",
    metadata,
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", Time, nullable=False),
    Column("kind", String(8), nullable=False),  # mail.machine_report.Kind
    Column("address", KEY, nullable=False),  # of the recipient it is about; "" where it names none of the message
    Column("act", String(24), nullable=False),  # mail.machine_report.Said.act
    Column("status", String(12), nullable=False),  # RFC 3463
    Column("words", Words, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("reporter", ADDRESS, nullable=False),  # who sent it, as its header says
    Column("sha256", String(64), nullable=False),  # of the whole notification
    Column("source", Words(80)),  # response.machine_mail.source_of; empty: of before it was kept
)

# ENVID of RFC 3461 4.4, where the client gave one: a bounce names the message by it.
journal_envids = Table(
    "journal_envids",
    metadata,
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("envid", Words(100), nullable=False, index=True),
)
