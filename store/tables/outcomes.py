"""Tables of what became of questions, and of habit."""

from sqlalchemy import Column, Integer, String, Table

from store.tables.columns import KEY, Time, metadata

# Counted by day, so that no page reads the journal: no address, no message, only words of closed lists.
outcomes = Table(
    "outcomes",
    metadata,
    Column("day", String(10), primary_key=True),  # in the organisation's zone: 2026-11-29
    Column("rule", String(64), primary_key=True),  # "" for the message as a whole
    Column("people", String(64), primary_key=True),  # the sender's group of [gate.groups]; "" without
    Column("became", String(16), primary_key=True),  # store.outcomes.Became
    Column("speed", Integer, primary_key=True, autoincrement=False),  # store.outcomes.speed_of
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Answers in a row that left everything as it was and came at once; no row for anybody else, and none where nobody asks ([hold.friction]).
habits = Table(
    "habits",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("in_a_row", Integer, nullable=False),
    Column("at", Time, nullable=False, index=True),
    sqlite_with_rowid=False,
)
