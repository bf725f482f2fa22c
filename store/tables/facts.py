"""Tables of what is known of a case: facts that people corrected, deadlines by law, decisions."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table

from store.tables.columns import ADDRESS, Time, Words, metadata

# Append-only: the last row of a name is what is known; the ones before stay.
ticket_facts = Table(
    "ticket_facts",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("name", String(32), nullable=False),  # response.fact_names
    Column("value", JSON(none_as_null=False), nullable=False),  # null: looked at, and unknown
    Column("by", ADDRESS, nullable=False),
    Column("at", Time, nullable=False),
    Column("why", Words, nullable=False),  # why it is so, in a person's words
    Column("proof", Integer),  # number of the evidence that proves it
)

# What a law asks, as it was counted last; each counting that changed something is a record of the evidence.
ticket_deadlines = Table(
    "ticket_deadlines",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("rule", String(32), primary_key=True),  # JP-FINAL
    Column("step", String(32), primary_key=True),  # final
    Column("due", Time),
    Column("kind", String(8), nullable=False),  # hard | soft
    Column("owed", Boolean, nullable=False),
    Column("details", JSON, nullable=False),  # to, basis, reason, source, zone, rule_version
    Column("counted_at", Time, nullable=False),
    Column("state", String(8), nullable=False),  # running | met | late | void
    Column("ended_at", Time),  # when it was met, or void
    Column("ended_by", ADDRESS, nullable=False),
    Column("how", Words, nullable=False),  # how it was met, or why it is void
    Column("late_reason", Words, nullable=False),
    Column("reminded", Integer),  # seconds before it of the last reminder
    Index("ix_ticket_deadlines_due", "state", "due"),
)

# What was decided about a case, with the facts as they were when it was signed.
ticket_decisions = Table(
    "ticket_decisions",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("question", String(16), nullable=False),  # leak | authority | persons | publish
    Column("answer", Boolean, nullable=False),
    Column("reason", Words, nullable=False),
    Column("facts", JSON, nullable=False),  # as they were shown when it was first signed
    Column("digest", String(64), nullable=False),  # SHA-256 over them
    Column("by", ADDRESS, nullable=False),  # who signed first
    Column("at", Time, nullable=False),
    Column("second_by", ADDRESS, nullable=False),  # who signed second; "" nobody yet
    Column("second_at", Time),
    Column("state", String(16), nullable=False),  # proposed | signed | withdrawn | replaced
)
