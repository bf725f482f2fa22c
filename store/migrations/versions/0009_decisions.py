"""What was done to one message is found in the audit log without reading all of it."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
oldest_program = "0005"
"""An index more: the programs before run on."""


def upgrade() -> None:
    op.create_index(op.f("ix_audit_object"), "audit", ["object"], unique=False)
