"""What Alembic runs: the migrations over the connection that `store.migrate` opened."""

from datetime import UTC, datetime

from alembic import context
from sqlalchemy import delete, insert

from store.schema import OLDEST_PROGRAM
from store.tables.audit import marks
from store.tables.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # both databases can, and Alembic does not believe it of SQLite
)
with context.begin_transaction():
    context.run_migrations()
    # The newest migration says which programs still run on what it leaves behind (`store.schema`).
    head = context.script.get_revision("head")
    oldest = f"{head.revision} {head.module.oldest_program}"
    connection = context.config.attributes["connection"]
    connection.execute(delete(marks).where(marks.c.name == OLDEST_PROGRAM))
    connection.execute(insert(marks).values(name=OLDEST_PROGRAM, value=oldest, at=datetime.now(UTC)))
