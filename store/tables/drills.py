"""Tables of drills and of the quiz."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

# One row a drill. What it was made of stays as it was, whatever becomes of the scenario's file.
drills = Table(
    "drills",
    metadata,
    Column("id", ID, primary_key=True),
    Column("scenario", String(64), nullable=False),
    Column("title", JSON, nullable=False),  # {"ja", "en"}
    Column("scene", JSON, nullable=False),  # {"ja", "en"}
    Column("absent", JSON, nullable=False),  # [role]: not called, and nothing is theirs
    Column("announced", Boolean, nullable=False),
    Column("started_by", ADDRESS, nullable=False),
    Column("started_at", Time, nullable=False, index=True),
    Column("ends_at", Time, nullable=False),
    Column("state", String(16), nullable=False, index=True),  # running | stopped | over
    Column("ended_at", Time),
    Column("ended_by", ADDRESS),
)

# The mails of a drill, one a player. Only the relay fills in queue_id, and only once: by it a line of the journal is a drill's.
drill_mails = Table(
    "drill_mails",
    metadata,
    Column("drill_id", ForeignKey("drills.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("player", ADDRESS, nullable=False),
    Column("recipient", ADDRESS, nullable=False),
    Column("message_id", Words(640), nullable=False),
    Column("queue_id", String(32), index=True),
    Column("arrived_at", Time),
)

# What is played in at set minutes.
drill_injects = Table(
    "drill_injects",
    metadata,
    Column("drill_id", ForeignKey("drills.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("due", Time, nullable=False),
    Column("state", String(16), nullable=False),  # waiting | played | dropped
    Column("told", JSON, nullable=False),  # [address]: mailboxes of our own
    Column("words", JSON, nullable=False),  # {"ja", "en"}
    Column("at", Time),
)

drill_tickets = Table(
    "drill_tickets",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("drill_id", ForeignKey("drills.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Sums by unit: no person, no time of day.
quiz_answers = Table(
    "quiz_answers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("unit", KEY, primary_key=True),  # team's mailbox or domain
    Column("question", String(64), primary_key=True),  # "" the quiz as a whole: taken, passed
    Column("answered", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
)
