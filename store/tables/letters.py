"""Tables of letters to those whom a mail should not have reached, of their answers, and of who is to be asked again when."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

# Every version of every letter; once written only its state changes.
letters = Table(
    "letters",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", KEY, nullable=False),
    Column("version", Integer, nullable=False),
    Column("again", Integer, nullable=False),  # 0 the first letter, 1 … asked again
    Column("language", String(8), nullable=False),
    Column("internal", Boolean, nullable=False),  # the wording for a mailbox of our own
    Column("facts", JSON, nullable=False),  # what the template was given; never content, never a token
    Column("text", Words, nullable=False),  # as it was shown to whoever sent it, without link and case address
    Column("state", String(16), nullable=False),  # store.letters.LetterState
    Column("made_at", Time, nullable=False),
    Column("made_by", ADDRESS, nullable=False),
    Column("sent_at", Time),
    Column("sent_by", ADDRESS, nullable=False),
    Column("notice_id", ID, nullable=False),  # in the outbox, when it went by mail
    UniqueConstraint("ticket_id", "recipient", "version"),
)

# Whom we ask: one row a wrong recipient from the first letter or call on.
inquiries = Table(
    "inquiries",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("recipient", KEY, primary_key=True),
    Column("state", String(16), nullable=False),  # store.letters.InquiryState
    Column("again", Integer, nullable=False),  # how often was asked again
    Column("first_asked_at", Time),
    Column("next_at", Time, index=True),  # when to ask again; NULL: not any more
    Column("credible", String(8), nullable=False),  # "" nobody said | yes | no
    Column("credible_at", Time),
    Column("credible_by", ADDRESS, nullable=False),
)

# What somebody said, each time; nothing is replaced.
letter_answers = Table(
    "letter_answers",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("recipient", KEY, nullable=False),
    Column("at", Time, nullable=False),
    Column("by", ADDRESS, nullable=False),  # who entered it; "" the recipient, on the page of the link
    Column("way", String(16), nullable=False),  # phone | mail | page | meeting
    Column("read", String(8), nullable=False),  # "" not said | yes | no | unknown
    Column("copied", String(8), nullable=False),
    Column("forwarded", String(8), nullable=False),
    Column("erased", String(8), nullable=False),
    Column("proof", Words, nullable=False),
    Column("words", Words, nullable=False),
)
