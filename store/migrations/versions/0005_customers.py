"""Names of customers, confirmed files, and which meeting a held message is about."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
oldest_program = "0004"
"""All of it is beside what there was: the program before runs on."""


def upgrade() -> None:
    op.add_column("holds", sa.Column("meeting", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_holds_meeting"), "holds", ["meeting"], unique=False)
    op.create_table(
        "customer_names",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("name", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("addressed", sa.Integer(), nullable=False),
        sa.Column("spoken", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer", "name", name=op.f("pk_customer_names")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_customer_names_name"), "customer_names", ["name"], unique=False)
    op.create_index(op.f("ix_customer_names_last_at"), "customer_names", ["last_at"], unique=False)
    op.create_table(
        "confirmed_files",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("hold_id", sa.String(length=16), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmed_files")),
        sa.UniqueConstraint("print", "customer", "sender", name=op.f("uq_confirmed_files_print_customer_sender")),
    )
    op.create_index(op.f("ix_confirmed_files_customer"), "confirmed_files", ["customer"], unique=False)
    op.create_index(op.f("ix_confirmed_files_hold_id"), "confirmed_files", ["hold_id"], unique=False)
    op.create_index(op.f("ix_confirmed_files_expires_at"), "confirmed_files", ["expires_at"], unique=False)
