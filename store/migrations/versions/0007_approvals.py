"""Approvals: each time somebody else's yes was asked for, and what each of those who were asked said."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""All of it is beside what there was: the program before runs on, and lets no sender say yes to what wants an approval."""


def upgrade() -> None:
    op.create_table(
        "approval_rounds",
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("group_id", "round", name=op.f("pk_approval_rounds")),
    )
    op.create_index(op.f("ix_approval_rounds_state"), "approval_rounds", ["state"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("said", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id", "round"],
            ["approval_rounds.group_id", "approval_rounds.round"],
            name=op.f("fk_approvals_group_id_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "round", "person", name=op.f("pk_approvals")),
    )
