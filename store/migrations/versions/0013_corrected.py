"""Where a message went instead, after its sender corrected an address; found there by that address, too."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""A table beside what there was: the program before runs on, and its corrections stand in the journal under the address as given."""


def upgrade() -> None:
    op.create_table(
        "journal_corrected",
        sa.Column("journal_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_journal_corrected_journal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("journal_id", "position", name=op.f("pk_journal_corrected")),
    )
    op.create_index(op.f("ix_journal_corrected_key"), "journal_corrected", ["key", "journal_id"], unique=False)
