"""Delayed messages, and what follows from silence."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
oldest_program = "0004"
"""All of it is beside what there was: the program before runs on, and keeps what is delayed."""


def upgrade() -> None:
    op.add_column("holds", sa.Column("release_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_holds_release_at"), "holds", ["release_at"], unique=False)
    op.add_column("holds", sa.Column("silence", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("holds", "silence")
    op.drop_index(op.f("ix_holds_release_at"), table_name="holds")
    op.drop_column("holds", "release_at")
