"""Tables of outside trackers: how far each got with each ticket, and how each of them is."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from store.tables.columns import ID, Time, Words, metadata

NAME = String(64)
"""Of a tracker in the settings."""

# The ticket is the truth, this is only how far somebody else was told of it: counts, times, words of closed lists.
mirrors = Table(
    "mirrors",
    metadata,
    Column("ticket_id", ID, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("tracker", NAME, primary_key=True),
    Column("state", String(16), nullable=False),  # waiting | ok | mismatch | failed
    Column("reference", Words, nullable=False),  # what the tracker calls it; "" while it is not known there
    Column("url", Words, nullable=False),
    Column("head", String(64), nullable=False),  # the ticket's newest evidence when its facts were last compared
    Column("sent", JSON(none_as_null=True)),  # the facts as the tracker has them: response.case_facts
    Column("version", Integer, nullable=False),  # how often it was written there
    Column("fields", JSON, nullable=False),  # facts that did not come back as they were written
    Column("problem", Words, nullable=False),  # why it is not there, in a few words of ours
    Column("told", Words, nullable=False),  # what the admins were told of last
    Column("attempts", Integer, nullable=False),
    Column("next_try", Time),
    Column("lease_until", Time),
    Column("lease_by", String(64)),
    Column("read_at", Time),  # when it was last read back
    Index("ix_mirrors_due", "tracker", "next_try"),
)

trackers = Table(
    "trackers",
    metadata,
    Column("name", NAME, primary_key=True),
    Column("reached_at", Time),
    Column("down_since", Time),
    Column("told_at", Time),  # the admins, of this time that it is down
    Column("gone", Words, nullable=False),  # the digest of the address that said it is gone (410); "" otherwise
)
