"""How the contacts of a domain write their local parts; counted by the program (`store.contact_renewal`)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
oldest_program = "0004"
"""The program before keeps the contacts under other numbers."""


def upgrade() -> None:
    op.add_column("domains", sa.Column("forms", sa.Text(), nullable=True))
