"""Versions of the manual with their text; causes, measures and their effect; cases that belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""All of it is beside what there was: the program before runs on, judges without the measures and shows old tickets by the manual of now."""


def _of_ticket(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["tickets.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "manuals",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("kept_at", time, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_manuals")),
    )
    op.create_table(
        "causes",
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", time, nullable=False),
        _of_ticket("causes", "ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_causes")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due", time, nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", time, nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=True),
        sa.Column("applied_at", time, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", time, nullable=True),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        _of_ticket("measures", "ticket_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    for column in ("ticket_id", "due", "state", "in_force"):
        op.create_index(op.f(f"ix_measures_{column}"), "measures", [column], unique=False)
    op.create_table(
        "linked_tickets",
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("other_id", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", time, nullable=False),
        _of_ticket("linked_tickets", "ticket_id"),
        _of_ticket("linked_tickets", "other_id"),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name=op.f("pk_linked_tickets")),
    )
    op.create_index(op.f("ix_linked_tickets_other_id"), "linked_tickets", ["other_id"], unique=False)
