"""Letters to those whom a mail should not have reached, their answers, and who is to be asked again when."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""Tables beside what there was: the program before runs on, and asks nobody again."""


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", time, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("sent_at", time, nullable=True),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_letters_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("ticket_id", "recipient", "version", name=op.f("uq_letters_ticket_id_recipient_version")),
    )
    op.create_table(
        "inquiries",
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("first_asked_at", time, nullable=True),
        sa.Column("next_at", time, nullable=True),
        sa.Column("credible", sa.String(length=8), nullable=False),
        sa.Column("credible_at", time, nullable=True),
        sa.Column("credible_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_inquiries_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "recipient", name=op.f("pk_inquiries")),
    )
    op.create_index(op.f("ix_inquiries_next_at"), "inquiries", ["next_at"], unique=False)
    op.create_table(
        "letter_answers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ticket_id", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.String(length=8), nullable=False) for name in ("read", "copied", "forwarded", "erased")),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_letter_answers_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_answers")),
    )
    op.create_index(op.f("ix_letter_answers_ticket_id"), "letter_answers", ["ticket_id"], unique=False)
