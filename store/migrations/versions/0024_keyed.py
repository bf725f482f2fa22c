"""A digest with a key beside every record of the chains; where a notification came from."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""Columns beside what there was: the program before runs on, and its records have no key."""


def upgrade() -> None:
    for table in ("evidence", "audit"):
        op.add_column(table, sa.Column("keyed", sa.String(32), nullable=True))
    op.add_column("machine_reports", sa.Column("source", sa.Text(), nullable=True))
