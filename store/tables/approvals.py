"""The tables of approvals: each time somebody else's yes was asked for, and what each of those who were asked said."""

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Integer, String, Table

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

# Each time a sender asked for it: one row a round, of which at most the last one of a send is open.
approval_rounds = Table(
    "approval_rounds",
    metadata,
    Column("group_id", ID, primary_key=True),  # holds.group_id
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("asked_by", ADDRESS, nullable=False),
    Column("asked_at", Time, nullable=False),
    Column("why", Words, nullable=False),  # in the sender's words
    Column("choices", JSON, nullable=False),  # risk id → choice, as gateway.decision.Decision
    Column("seen", String(64), nullable=False),  # digest of what was asked about (gateway.decision.seen_as)
    Column("requirements", JSON, nullable=False),  # store.approvals.Requirement
    Column("state", String(16), nullable=False, index=True),  # store.approvals.RoundState
    Column("ended_at", Time),
    Column("ended_by", ADDRESS),
)

# Who was asked in a round, and what they said.
approvals = Table(
    "approvals",
    metadata,
    Column("group_id", ID, primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("person", KEY, primary_key=True),
    Column("address", ADDRESS, nullable=False),
    Column("said", String(16), nullable=False),  # "" | approved | sent-back
    Column("comment", Words, nullable=False),
    Column("asked_at", Time, nullable=False),
    Column("at", Time),
    ForeignKeyConstraint(
        ["group_id", "round"], ["approval_rounds.group_id", "approval_rounds.round"], ondelete="CASCADE"
    ),
)
