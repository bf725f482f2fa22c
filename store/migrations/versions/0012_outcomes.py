"""What became of questions, counted by day; what is held, and whose mail the journal has, in the order in which pages show it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""All of it is beside what there was: the program before runs on, and what it asks is not counted."""


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("people", sa.String(length=64), nullable=False),
        sa.Column("became", sa.String(length=16), nullable=False),
        sa.Column("speed", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "rule", "people", "became", "speed", name=op.f("pk_outcomes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "habits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_habits")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_habits_at"), "habits", ["at"], unique=False)
    for name, table, columns in (
        ("ix_holds_state", "holds", ["state", "received_at", "id"]),
        ("ix_journal_from_key", "journal", ["from_key", "id"]),
        ("ix_journal_recipients_key", "journal_recipients", ["key", "journal_id"]),
    ):
        op.drop_index(op.f(name), table)
        op.create_index(op.f(name), table, columns, unique=False)
