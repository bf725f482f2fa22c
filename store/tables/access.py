"""Tables of who may open what: signed links, who asked to be signed in, and who is."""

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from store.tables.columns import ADDRESS, ID, KEY, Time, metadata

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

# Who asked to be signed in, for as long as that may be answered. A row for everybody who asks: it tells nothing about who exists.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", ID, primary_key=True),
    Column("browser_sha256", String(64), nullable=False, unique=True),  # of the cookie of the browser that asked
    Column("person", ADDRESS, nullable=False),  # "" while the provider has not said it
    Column("key", KEY, nullable=False, index=True),
    Column("place", String(8), nullable=False),  # web | staff
    Column("way", String(8), nullable=False),  # mail | oidc
    Column("back", LargeBinary, nullable=False),  # where to go then, sealed with the cookie: it may be a link
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
    Column("used_at", Time),
)

# Who is signed in: only the SHA-256 of the cookie is kept.
sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("person", ADDRESS, nullable=False),
    Column("key", KEY, nullable=False, index=True),
    Column("place", String(8), nullable=False),  # web | staff
    Column("way", String(8), nullable=False),  # mail | oidc
    Column("as_staff", Boolean, nullable=False),  # had a role then
    Column("created_at", Time, nullable=False),
    Column("seen_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
)
