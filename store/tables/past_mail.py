"""Tables of what earlier mail tells the rules: who wrote to whom, which names a customer's files bear, which files were confirmed."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, UniqueConstraint

from store.tables.columns import ADDRESS, ID, KEY, Time, Words, metadata

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
