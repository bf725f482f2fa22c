"""What the next version of the program does to a database: one migration more than there are."""

from pathlib import Path

from alembic import command

from store import migrate, migrations, schema
from store.engine import database

REVISION = "9000"
"""Behind all that there will be."""
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{down}"
branch_labels = depends_on = None
oldest_program = "{oldest}"


def upgrade() -> None:
    op.add_column("holds", sa.Column("mood", sa.Text()))
    op.create_table("moods", sa.Column("mood", sa.Text(), primary_key=True))
"""


def upgrade_further(url: str, folder: Path, *, oldest_program: str) -> None:
    """Add a column and a table, and say which programs still run on that."""
    (folder / f"{REVISION}_next.py").write_text(NEXT.format(next=REVISION, down=schema.needed(), oldest=oldest_program))
    with database(url) as opened, opened.alone() as connection:
        config = migrate.configuration(connection)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{Path(migrations.__file__).parent / 'versions'}\n{folder}")
        command.upgrade(config, "head")
