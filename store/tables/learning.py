"""Tables of the manual's versions and of what was learnt from a case."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Table

from store.tables.columns import ADDRESS, ID, Time, Words, metadata

# Each version of a manual that a ticket was opened with: an old ticket is shown by its own.
manuals = Table(
    "manuals",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("document", JSON, nullable=False),  # response.manual.Manual.document
    Column("kept_at", Time, nullable=False),
)

# Why it happened: one row a case, the latest word of it.
causes = Table(
    "causes",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("cause", String(24), nullable=False),  # store.learning.CAUSES
    Column("words", Words, nullable=False),
    Column("by", ADDRESS, nullable=False),
    Column("at", Time, nullable=False),
)

# What is done so that it does not happen again: by people, or a change of a rule that an admin applies.
measures = Table(
    "measures",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("words", Words, nullable=False),
    Column("owner", ADDRESS, nullable=False),
    Column("due", Time, nullable=False, index=True),
    Column("test", Words, nullable=False),  # how it will be seen whether it helps
    Column("change", JSON, nullable=False),  # store.measures.Change; {} for what people do
    Column("state", String(16), nullable=False, index=True),  # store.measures.MeasureState
    Column("proposed_by", ADDRESS, nullable=False),
    Column("proposed_at", Time, nullable=False),
    Column("applied_by", ADDRESS),
    Column("applied_at", Time),
    Column("ended_by", ADDRESS),
    Column("ended_at", Time),
    Column("effect", Words, nullable=False),  # what was seen of it, in people's words
    Column("in_force", Boolean, nullable=False, default=False, index=True),  # read by judging
    Column("reminded_at", Time),  # when its owner heard that its date has passed
)

# Cases that belong together: one row for both.
linked_tickets = Table(
    "linked_tickets",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("why", String(24), nullable=False),  # same-address | same-domain | by-hand
    Column("by", ADDRESS, nullable=False),
    Column("at", Time, nullable=False),
)
