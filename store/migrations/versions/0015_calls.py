"""Who was called to a case, who took it, and who may know of it; tests of the contact tree."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""Tables beside what there was: the program before runs on; it calls without writing here, and nobody further is called of its cases."""


def upgrade() -> None:
    _calls()
    op.create_table(
        "reach_tests",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("running", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_tests")),
        sa.UniqueConstraint("running", name=op.f("uq_reach_tests_running")),
    )
    op.create_index(op.f("ix_reach_tests_started_at"), "reach_tests", ["started_at"], unique=False)
    op.create_table(
        "watchers",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("removed_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_watchers_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watchers")),
    )
    op.create_index(op.f("ix_watchers_ticket_id"), "watchers", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_watchers_key"), "watchers", ["key"], unique=False)


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("about_id", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("line", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("instead_of", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("about_id", "key", name=op.f("pk_calls")),
    )
    op.create_table(
        "call_rounds",
        sa.Column("about_id", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=8), nullable=False),
        sa.Column("occasion", sa.String(length=8), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("about_id", "line", name=op.f("pk_call_rounds")),
    )
    op.create_index(op.f("ix_call_rounds_next_at"), "call_rounds", ["next_at"], unique=False)
