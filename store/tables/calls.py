"""Tables of who was called, who took it, and who may know of a case."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

# One row for a person and an occasion: nobody is called twice to the same.
calls = Table(
    "calls",
    metadata,
    Column("about_id", ID, primary_key=True),  # a ticket, or a test of the contact tree
    Column("key", KEY, primary_key=True),
    Column("position", Integer, nullable=False),  # in the order in which they were called
    Column("person", ADDRESS, nullable=False),
    Column("line", String(8), nullable=False),  # superior | desk | both | test
    Column("role", String(32), nullable=False),
    Column("level", Integer, nullable=False),  # 0 at once; from 1 on because nobody had taken it
    Column("instead_of", ADDRESS, nullable=False),  # whose silence it was; "" without
    Column("second", ADDRESS, nullable=False),  # the second mailbox that was written to, too; "" none
    Column("called_at", Time, nullable=False),
    Column("acknowledged_at", Time),
    Column("passed_on_at", Time),  # "I cannot take it now"
)

# How far the calls of an occasion have gone, and when they go on.
call_rounds = Table(
    "call_rounds",
    metadata,
    Column("about_id", ID, primary_key=True),
    Column("line", String(8), primary_key=True),  # superior | desk | test
    Column("occasion", String(8), nullable=False),  # real | drill | test
    Column("level", Integer, nullable=False),
    Column("next_at", Time, index=True),  # empty: taken, or there is nobody further
)

reach_tests = Table(
    "reach_tests",
    metadata,
    Column("id", ID, primary_key=True),
    Column("started_at", Time, nullable=False, index=True),
    Column("started_by", ADDRESS, nullable=False),
    Column("ends_at", Time, nullable=False),
    Column("ended_at", Time),
    # One at a time, over all nodes: "running", and empty once it has ended.
    Column("running", String(8)),
    UniqueConstraint("running"),
)

# Who may open a case beside those whose office it is. A row that ended stays: who could read what, and why.
watchers = Table(
    "watchers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person", ADDRESS, nullable=False),
    Column("key", KEY, nullable=False, index=True),
    Column("reason", Words, nullable=False),
    Column("added_at", Time, nullable=False),
    Column("added_by", ADDRESS, nullable=False),
    Column("removed_at", Time),
    Column("removed_by", ADDRESS),
    Column("removed_why", Words),
)
