"""Contacts under short ids, with an index a third of the size; the index itself is made by the program (`store.contact_renewal`)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
oldest_program = "0003"
"""The program before asks for columns that are no longer there."""

_OLD = ("contact_senders", "contacts", "domain_slips", "contact_slips", "domains")
_LOCAL = (
    "CASE WHEN c.domain = '' THEN rtrim(c.key, '@') ELSE substr(c.key, 1, length(c.key) - length(c.domain) - 1) END"
)
_KEPT = ("contact_senders", "contacts", "domains")


def upgrade() -> None:
    for name in _KEPT:
        op.execute(f"CREATE TABLE old_{name} AS SELECT * FROM {name}")
    for name in _OLD:
        op.drop_table(name)
    _domains()
    _contacts()
    _senders()
    _copy()
    for name in _KEPT:
        op.drop_table(f"old_{name}")


def _domains() -> None:
    op.create_table(
        "domains",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domains")),
        sa.UniqueConstraint("domain", name=op.f("uq_domains_domain")),
    )
    op.create_table(
        "domain_slips",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("token", "domain_id", name=op.f("pk_domain_slips")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_slips",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("token", "contact_id", name=op.f("pk_contact_slips")),
        sqlite_with_rowid=False,
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_number", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("first_sent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sent", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vouched", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_contacts_domain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("domain_id", "local", name=op.f("uq_contacts_domain_id_local")),
    )
    op.create_index(op.f("ix_contacts_number"), "contacts", ["number"], unique=False)
    op.create_index(op.f("ix_contacts_name_number"), "contacts", ["name_number"], unique=False)
    op.create_index(op.f("ix_contacts_seen_day"), "contacts", ["seen_day"], unique=False)


def _senders() -> None:
    op.create_table(
        "contact_senders",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_sent", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_senders_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "sender", name=op.f("pk_contact_senders")),
        sqlite_with_rowid=False,
    )


def _copy() -> None:
    """Every contact goes on; one that nobody wrote to for long counts as seen today, so that nothing is forgotten by an upgrade."""
    today = (
        "strftime('%s', 'now') / 86400"
        if op.get_bind().dialect.name == "sqlite"
        else "CURRENT_DATE - DATE '1970-01-01'"
    )
    op.execute(
        "INSERT INTO domains (domain, contacts, count) SELECT domain, contacts, count FROM old_domains ORDER BY domain"
    )
    op.execute(
        "INSERT INTO contacts (domain_id, number, local, address, name, count, days, first_sent, last_sent, vouched, answered_at, bounced_at, seen_day)"
        f" SELECT d.id, c.number, {_LOCAL}, CASE WHEN c.address = c.key THEN '' ELSE c.address END, c.name, c.count,"
        f" c.days, c.first_sent, c.last_sent, c.vouched, c.answered_at, c.bounced_at, {today}"
        " FROM old_contacts AS c JOIN domains AS d ON d.domain = c.domain ORDER BY d.id, c.key"
    )
    op.execute(
        "INSERT INTO contact_senders (contact_id, sender, count, last_sent)"
        " SELECT n.id, s.sender, s.count, s.last_sent FROM old_contact_senders AS s JOIN old_contacts AS c ON c.key = s.key"
        " JOIN domains AS d ON d.domain = c.domain"
        f" JOIN contacts AS n ON n.domain_id = d.id AND n.local = {_LOCAL}"
    )
