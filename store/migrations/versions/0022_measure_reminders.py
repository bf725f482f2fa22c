"""When it was said that the date of a measure has passed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""A column beside what there was: the program before runs on, and tells of no such date."""


def upgrade() -> None:
    op.add_column("measures", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
