"""What Alembic runs: the migrations over the connection that `store.migrate` opened."""

from alembic import context

from store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # both databases can, and Alembic does not believe it of SQLite
)
with context.begin_transaction():
    context.run_migrations()
