"""Notices that list several holds, and which held messages were sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""All of it is beside what there was: the program before runs on."""


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("notice_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["outbox.id"], name=op.f("fk_digests_notice_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_digests")),
    )
    op.create_index(op.f("ix_digests_person"), "digests", ["person"], unique=False)
    op.create_table(
        "digest_holds",
        sa.Column("notice_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["digests.notice_id"], name=op.f("fk_digest_holds_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "group_id", name=op.f("pk_digest_holds")),
    )
    op.create_index(op.f("ix_digest_holds_group_id"), "digest_holds", ["group_id"], unique=False)
    op.create_table(
        "sent_again",
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("first_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["holds.id"], name=op.f("fk_sent_again_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_sent_again")),
    )
    op.create_index(op.f("ix_sent_again_first_id"), "sent_again", ["first_id"], unique=False)
