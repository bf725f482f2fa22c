"""The tables of digests and of messages that were sent again: which notice lists which holds, and which holds belong together."""

from sqlalchemy import Column, ForeignKey, String, Table

from store.tables.columns import ID, KEY, Time, metadata

# A notice that lists several holds; the notice itself stands in the outbox.
digests = Table(
    "digests",
    metadata,
    Column("notice_id", ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), nullable=False),  # as outbox.kind
    Column("person", KEY, nullable=False, index=True),  # who gets it
    Column("sender", KEY, nullable=False),  # whose messages they are; "" for those of anybody
    Column("made_at", Time, nullable=False),
)

# What it lists.
digest_holds = Table(
    "digest_holds",
    metadata,
    Column("notice_id", ForeignKey("digests.notice_id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", ID, primary_key=True, index=True),  # holds.group_id
)

# A message that was sent again while a similar one was held (gateway.again).
sent_again = Table(
    "sent_again",
    metadata,
    Column("group_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),  # of the later one
    Column("first_id", ID, nullable=False, index=True),  # group_id of the first of them
)
