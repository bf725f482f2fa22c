"""Tables of contacts: whom the house writes to, which of its people do, and what finds them by a slip."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from store.tables.columns import ADDRESS, KEY, Time, Words, metadata

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
