"""All tables in one place, which is why it is long. Times are UTC; JSON columns hold shapes of the rooms above, named beside each.

One file although it is long: whoever looks for a column finds every table in one place, and Alembic compares against it.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

from mail.address import key, split

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Time(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        """Refuse a naive time: it would be somebody's zone. Written as SQLAlchemy does, in a fourth of its time."""
        as_text = dialect.name == "sqlite"

        def process(value: datetime | None) -> datetime | str | None:
            if value is None:
                return None
            if value.tzinfo is None:
                raise ValueError("a time without a zone cannot be stored")
            utc = value if value.tzinfo is UTC else value.astimezone(UTC)
            return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if as_text else utc

        return process

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware again."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from mail: what no database takes (NUL, half a surrogate pair) becomes U+FFFD, so that no subject can stop a mail.

    With a limit it is cut there, when written and when compared: an index row of PostgreSQL holds 2,704 octets.
    """

    impl = Text
    cache_ok = True

    def __init__(self, limit: int | None = None) -> None:
        super().__init__()
        self.limit = limit

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Clean and cut; not as `process_bind_param`, around which SQLAlchemy puts two more calls for each of a dozen columns."""
        limit = self.limit
        return lambda value: None if value is None else clean(value, limit)


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str, limit: int | None = None) -> str:
    """The text as `Words` keeps it."""
    if not text.isascii() or "\0" in text:
        text = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text[:limit]


def as_key(address: str) -> str:
    """`mail.address.key` as the tables keep it: of one that is too long its local part is cut, for a domain may be blocked."""
    made = clean(key(address))
    if len(made) <= KEY_LIMIT:
        return made
    local, domain = split(made)
    return f"{local[: max(1, KEY_LIMIT - 1 - len(domain))]}@{domain}"[:KEY_LIMIT]


def message_id_forms(message_id: str) -> tuple[str, ...]:
    """A Message-ID with and without its angle brackets (RFC 5322 3.6.4), as either may have been stored; () for an empty one."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    return (bare, f"<{bare}>") if bare else ()


ID = String(16)
ADDRESS = Words()
KEY_LIMIT = 320
KEY = Words(KEY_LIMIT)
"""An address to compare by (RFC 5321 4.5.3.1: 64 + 1 + 255 octets)."""
MESSAGE_ID = Words(640)

# A held message, or the remainder of one whose other recipients were delivered.
holds = Table(
    "holds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("group_id", ID, nullable=False, index=True),  # the first of the copies of one send; its own id when alone
    Column("kind", String(16), nullable=False),  # hold | remainder
    Column("state", String(16), nullable=False),  # store.holds.State
    Column("copy_key", String(64), nullable=False, index=True),  # SHA-256 over sender, Message-ID, body
    Column("queue_id", String(32), nullable=False),
    Column("reverse_path", ADDRESS, nullable=False),
    Column("asked", JSON, nullable=False),  # addresses of ours that may answer; [] for the admins
    Column("language", String(8), nullable=False),
    Column("envelope", JSON, nullable=False),  # mail.envelope.Envelope
    Column("verdict", JSON, nullable=False),  # rules.verdict.Verdict.as_json
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("subject", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("alterable", String(32), nullable=False),  # "" or why the content may not be altered: dkim, smime, pgp, …
    Column("received_at", Time, nullable=False),
    Column("asked_at", Time),  # the question was accepted by the notices' next hop
    Column("deadline", Time, index=True),  # empty until asked_at
    Column("reminders", Integer, nullable=False, default=0),
    Column("remind_at", Time, index=True),
    Column("decided_at", Time),
    Column("decided_by", Words),
    Column("decision", JSON(none_as_null=True)),  # gateway.flow.Decision
    Column("frozen", Boolean, nullable=False, default=False),  # evidence of a ticket: never pruned
    Column(
        "meeting", String(64), index=True
    ),  # of a calendar request or cancellation: which meeting (gateway.meetings)
    Column("release_at", Time, index=True),  # HELD, and leaves by itself then; empty: not before somebody answers
    Column("silence", String(16)),  # when nobody answers: return | deputy | send; empty: it is cancelled
    Index("ix_holds_state", "state", "received_at", "id"),  # what is held, the oldest first
)

# Whose hold it is: the keys of the reverse-path and of everyone who may answer.
hold_people = Table(
    "hold_people",
    metadata,
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("key", KEY, primary_key=True, index=True),
)

hold_recipients = Table(
    "hold_recipients",
    metadata,
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("address", ADDRESS, nullable=False),  # as the client gave it
    Column("send_to", ADDRESS, nullable=False),  # corrected by the sender, else the same
    Column("notify", JSON, nullable=False),
    Column("orcpt", Words, nullable=False),
    Column("state", String(16), nullable=False),  # store.holds.Delivery
    Column("next_try", Time),
    Column("attempts", Integer, nullable=False, default=0),
    Column("give_up_at", Time),
    Column("lease_until", Time),
    Column("lease_by", String(64)),
    Column("reply", Words),  # the next hop's own words
    Column("changed_at", Time, nullable=False),
    Index("ix_hold_recipients_due", "state", "next_try"),
)

# The content of a hold: rows of at most 1 MiB, sealed; or, on SQLite above 64 KiB, one row that names a file.
contents = Table(
    "contents",
    metadata,
    Column("hold_id", ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("pieces", Integer, nullable=False),  # how many positions there are
    Column("sealed", LargeBinary),
    Column("file", Words),
)

# The signed links: only the SHA-256 of the token is kept.
links = Table(
    "links",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column(
        "purpose", String(16), nullable=False
    ),  # question | stop | sent | ticket | desk | report | sign-in | staff-sign-in
    Column("object_id", ID, nullable=False, index=True),
    Column("person", ADDRESS, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time),
)

journal = Table(
    "journal",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("queue_id", String(32), nullable=False, index=True),
    Column("hold_id", ID, index=True),
    Column("at", Time, nullable=False, index=True),
    Column("client", Words, nullable=False),
    Column("reverse_path", ADDRESS, nullable=False),
    Column("reverse_key", KEY, nullable=False),
    Column("header_from", ADDRESS, nullable=False),
    Column("from_key", KEY, nullable=False),
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("subject", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("disposition", String(16), nullable=False),
    Column("gate", String(16), nullable=False),
    Column("verdict", JSON, nullable=False),
    Column("parts", JSON, nullable=False),  # [{"name", "sha256"}]
    Column("milliseconds", Integer, nullable=False),
    Column("haystack", Words, nullable=False),  # subject, recipients, part names: NFKC, lower case, one a line
    Index("ix_journal_reverse_key", "reverse_key", "id"),  # what somebody sent, the newest first
    Index("ix_journal_from_key", "from_key", "id"),
)

# What a reported original is found by when its Message-ID is gone.
journal_digests = Table(
    "journal_digests",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the content, or of one of its parts
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True, index=True),
)

journal_recipients = Table(
    "journal_recipients",
    metadata,
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("address", ADDRESS, nullable=False),
    Column("key", KEY, nullable=False),
    Column("state", String(16), nullable=False),  # delivered | held | waiting | failed | stopped | expired | unknown
    Column("reply", Words, nullable=False),
    Column("at", Time, nullable=False),
    Index("ix_journal_recipients_key", "key", "journal_id"),  # what somebody got, the newest first
)

# Where it went instead, after the sender corrected an address: a row for those few, so that mail that passes pays nothing.
journal_corrected = Table(
    "journal_corrected",
    metadata,
    Column("journal_id", ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),  # of journal_recipients
    Column("address", ADDRESS, nullable=False),
    Column("key", KEY, nullable=False),
    Index("ix_journal_corrected_key", "key", "journal_id"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain_id", ForeignKey("domains.id"), nullable=False),
    Column(
        "number", BigInteger, nullable=False, index=True
    ),  # of the key, by which others remember it (store.recent_mail); may occur twice
    Column("local", KEY, nullable=False),  # with the domain: `as_key` of the address
    Column("address", ADDRESS, nullable=False),  # "" where it is written like its key
    Column("name", Words, nullable=False),
    Column("name_number", BigInteger, index=True),  # of `mail.address.name_key`, see store.slip_index; may occur twice
    Column("count", Integer, nullable=False, default=0),
    Column("days", Integer, nullable=False, default=0),  # distinct days with a delivery
    Column("first_sent", Time),
    Column("last_sent", Time),
    Column(
        "vouched", String(16), nullable=False
    ),  # "" | imported | confirmed | answered | delivered | disowned | merged
    Column("answered_at", Time),
    Column("bounced_at", Time),
    Column(
        "seen_day", Integer, nullable=False, index=True
    ),  # days since 1970 when it was last written to, answered, imported
    UniqueConstraint("domain_id", "local"),
)

contact_senders = Table(
    "contact_senders",
    metadata,
    Column("contact_id", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("sender", KEY, primary_key=True),
    Column("count", Integer, nullable=False, default=0),
    Column("last_sent", Time),
    sqlite_with_rowid=False,
)

# What finds a contact by a slip. Two numbers a row and no foreign key: a million contacts make seven million rows,
# and SQLite keeps them in the index itself (PostgreSQL passes over that word).
contact_slips = Table(
    "contact_slips",
    metadata,
    Column("token", BigInteger, primary_key=True, autoincrement=False),  # store.slip_index
    Column("contact_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

domains = Table(
    "domains",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain", KEY, nullable=False, unique=True),
    Column("contacts", Integer, nullable=False, default=0),
    Column("count", Integer, nullable=False, default=0),  # messages
    Column("forms", Text, nullable=True),  # store.local_forms; none: not counted yet
)

domain_slips = Table(
    "domain_slips",
    metadata,
    Column("token", BigInteger, primary_key=True, autoincrement=False),  # store.slip_index
    Column("domain_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

name_tokens = Table(
    "name_tokens",
    metadata,
    Column("token", KEY, primary_key=True),  # a piece of local parts
    Column("contacts", Integer, nullable=False, default=0),
)

# What recipient-unusual learns by: a row for what somebody sent, one for what they got (rules.recent_mail).
recent_mail = Table(
    "recent_mail",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),  # the number of the contact, shortened
    Column("side", String(4), primary_key=True),  # sent | got
    Column("log", Text, nullable=False),  # numbers only, the newest first, bounded
    Column("since", Time, nullable=False, index=True),  # no entry is older
)

# Which names, codes and domains the files to a customer bear: numbers only (rules.mentions), and how often.
customer_names = Table(
    "customer_names",
    metadata,
    Column("customer", KEY, primary_key=True),  # a domain; at a public provider the whole address
    Column("name", BigInteger, primary_key=True, autoincrement=False, index=True),  # 0: the messages themselves
    Column("addressed", Integer, nullable=False, default=0),  # messages that were addressed to it by that name
    Column("spoken", Integer, nullable=False, default=0),  # messages in which it stood
    Column("last_at", Time, nullable=False, index=True),
    sqlite_with_rowid=False,
)

# "This exact file to this domain was confirmed": by number of file and rule, never the plain digest.
confirmed_files = Table(
    "confirmed_files",
    metadata,
    Column("id", ID, primary_key=True),
    Column("print", String(64), nullable=False),  # keyed digest (store.confirmed)
    Column("customer", KEY, nullable=False, index=True),  # a domain; at a public provider the whole address
    Column("sender", KEY, nullable=False),
    Column("by", ADDRESS, nullable=False),
    Column("name", Words(200), nullable=False),  # of the file, for whoever looks through the list
    Column("rule", String(64), nullable=False),
    Column("hold_id", ID, nullable=False, index=True),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
    Column("revoked_at", Time),
    Column("revoked_by", ADDRESS),
    UniqueConstraint("print", "customer", "sender"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("target", KEY, nullable=False, index=True),  # address key, or a domain without @
    Column("lenient", Boolean, nullable=False, default=False),  # held for the desk instead of blocked
    Column("owner", ADDRESS, nullable=False),
    Column("reason", Words, nullable=False),
    Column("ticket_id", ID, nullable=False, index=True),  # "" when set by an admin
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time),
    Column("lifted_at", Time),
    Column("lifted_by", ADDRESS),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(32), nullable=False),  # the name of the notice
    Column("channel", String(32), nullable=False),  # mail, webhook, …; "relay" for a delivery status notification
    Column("recipient", ADDRESS, nullable=False),
    Column("language", String(8), nullable=False),
    Column("facts", JSON, nullable=False),  # what the template needs; never content, never a token
    Column("raw", LargeBinary),  # a message that was composed when it was committed (bounces)
    Column("hold_id", ID, nullable=False, index=True),
    Column("ticket_id", ID, nullable=False, index=True),
    Column("message_id", MESSAGE_ID, nullable=False, index=True),
    Column("state", String(16), nullable=False),  # waiting | sending | sent | failed | withdrawn
    Column("created_at", Time, nullable=False),
    Column("next_try", Time),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Time),
    Column("lease_by", String(64)),
    Column("sent_at", Time),
    Column("reply", Words),
    Index("ix_outbox_due", "state", "next_try"),
)

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

# Who did what in our pages and commands. Written once; each row carries the hash of the one before it (store.audit).
audit = Table(
    "audit",
    metadata,
    Column("id", String(36), primary_key=True),  # UUIDv7
    Column("at", Time, nullable=False, index=True),
    Column("who", ADDRESS, nullable=False),
    Column("act", String(32), nullable=False),
    Column("object", Words(640), nullable=False, index=True),
    Column("details", JSON, nullable=False),
    Column("seq", BigInteger),  # these three are empty until the transaction ends
    Column("sha256", String(64)),  # over prev_sha256 and the canonical JSON of all other columns
    Column("prev_sha256", String(64)),
    Column("keyed", String(32)),  # store.keyed; empty: of before there were any
    Index("ix_audit_seq", "seq", unique=True),
)

# One row a name: schema-wide facts such as "frozen" after a restore.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Words, nullable=False),
    Column("at", Time, nullable=False),
)
