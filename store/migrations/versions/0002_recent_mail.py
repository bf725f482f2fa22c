"""Recent mail: what recipient-unusual learns by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
oldest_program = "0001"
"""The revision that the oldest program needs which still runs on what this one leaves behind."""


def upgrade() -> None:
    op.create_table(
        "recent_mail",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "side", name=op.f("pk_recent_mail")),
    )
    op.create_index(op.f("ix_recent_mail_since"), "recent_mail", ["since"], unique=False)
