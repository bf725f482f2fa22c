"""Drills: what was played, with whom and when; and the sums of the quiz."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""Tables beside what there was: the program before runs on, and takes the mail of a drill for any other."""


def upgrade() -> None:
    op.create_table(
        "drills",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("scenario", sa.String(length=64), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("scene", sa.JSON(), nullable=False),
        sa.Column("absent", sa.JSON(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
    )
    op.create_index(op.f("ix_drills_started_at"), "drills", ["started_at"], unique=False)
    op.create_index(op.f("ix_drills_state"), "drills", ["state"], unique=False)
    op.create_table(
        "drill_mails",
        sa.Column("drill_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("player", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.String(length=32), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_drill_mails_drill_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("drill_id", "position", name=op.f("pk_drill_mails")),
    )
    op.create_index(op.f("ix_drill_mails_queue_id"), "drill_mails", ["queue_id"], unique=False)
    op.create_table(
        "drill_injects",
        sa.Column("drill_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["drill_id"], ["drills.id"], name=op.f("fk_drill_injects_drill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("drill_id", "position", name=op.f("pk_drill_injects")),
    )
    op.create_table(
        "drill_tickets",
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("drill_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_drill_tickets_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["drill_id"], ["drills.id"], name=op.f("fk_drill_tickets_drill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_drill_tickets")),
    )
    op.create_index(op.f("ix_drill_tickets_drill_id"), "drill_tickets", ["drill_id"], unique=False)
    op.create_table(
        "quiz_answers",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "unit", "question", name=op.f("pk_quiz_answers")),
    )
