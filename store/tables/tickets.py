"""Tables of cases: the ticket, the recipients of its message, its steps and its evidence."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from store.tables.columns import ADDRESS, ID, KEY, MESSAGE_ID, Time, Words, metadata

tickets = Table(
    "tickets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # real | drill
    Column("state", String(16), nullable=False, index=True),  # store.tickets.State
    Column("severity", Integer, nullable=False, default=0),
    Column("channel", String(16), nullable=False),  # mail | page | link | command | api | phone
    Column("reporter", ADDRESS, nullable=False),
    Column("reporter_class", String(24), nullable=False),
    Column("certain", Boolean, nullable=False),
    Column("words", Words, nullable=False),  # what the reporter wrote, unchanged
    Column("match_method", String(24), nullable=False),
    Column("candidates", JSON, nullable=False),  # [{"journal_id", "confidence", "why"}]
    Column("journal_id", String(36), index=True),
    Column("hold_id", ID, index=True),
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("sender", ADDRESS, nullable=False),
    Column("subject", Words, nullable=False),
    Column("exposure", JSON, nullable=False),
    Column("manual_version", String(64), nullable=False),
    Column("manual_name", String(64), nullable=False),
    # The seven times (decisions of the desk count from these).
    Column("sent_at", Time),
    Column("first_known_at", Time, nullable=False),
    Column("reported_at", Time, nullable=False),
    Column("opened_at", Time, nullable=False),
    Column("superior_told_at", Time),
    Column("contained_at", Time),
    Column("confirmed_at", Time),
    Column("closed_at", Time),
    Column("outcome", Words),
    # One open ticket a message: kind and Message-ID while it is open, else empty (empty ones never collide).
    Column("joined_by", Words(700), unique=True),
    Column("evidence_sha256", String(64), nullable=False, default=""),  # of its newest record
    Column("erased_at", Time),  # its time was over: counts and times are left
)

ticket_recipients = Table(
    "ticket_recipients",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("address", KEY, primary_key=True),
    Column("wrong", String(8), nullable=False),  # yes | no | unknown
    Column("intended", ADDRESS, nullable=False),
    Column("delivery", String(16), nullable=False),
    Column("reply", Words, nullable=False),
    Column("contained", Words, nullable=False),  # what was done about it, for people
    Column("at", Time, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(16), primary_key=True),  # "1.1"
    Column("position", Integer, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("title", JSON, nullable=False),  # {"ja", "en"}
    Column("role", String(64), nullable=False),
    Column("owner", ADDRESS, nullable=False),
    Column("clock", String(4), nullable=False),  # K known | R reported | O opened | "" none
    Column("due", Time, index=True),
    Column("due_words", JSON, nullable=False),
    Column("outward", Boolean, nullable=False, default=False),  # writes to the outside: gated by "tell your superior"
    Column("gate", Boolean, nullable=False, default=False),  # is that gate
    Column("state", String(16), nullable=False),  # as `store.tickets.Step.state`
    Column("done_at", Time),
    Column("done_by", ADDRESS),
    Column("note", Words, nullable=False),
)

# Immutable: a row is written once; each carries the hash of the one before it.
evidence = Table(
    "evidence",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="RESTRICT"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("actor", ADDRESS, nullable=False),
    Column(
        "event", String(32), nullable=False
    ),  # collected | reported | step | told | contained | decided | exported …
    Column("object", String(64), nullable=False),  # what it is about: journal, verdict, decision, report, step 1.1 …
    Column("body", JSON, nullable=False),
    Column("blob", LargeBinary),  # the reported original, sealed like held content
    Column("sha256", String(64), nullable=False),  # over prev_sha256 and the canonical JSON of all other columns
    Column("prev_sha256", String(64), nullable=False),
    Column("keyed", String(32)),  # store.keyed; empty: of before there were any
)
