"""Migrate: bring a database to the schema this program needs; safe to run twice and from several machines at once."""

from alembic import command

from store.engine import database
from store.schema import configuration, needed, present


def upgrade(url: str) -> None:
    """Bring the database to the newest revision, in one transaction. Raises `StoreDownError`, `StoreFullError`."""
    with database(url) as opened, opened.alone() as connection:
        command.upgrade(configuration(connection), "head")


def current(url: str) -> str | None:
    """The revision of the database; None when it is empty. Raises `StoreDownError`."""
    with database(url) as opened, opened.reading() as connection:
        return present(connection)


def is_current(url: str) -> bool:
    """Whether the database has the revision this program needs. Raises `StoreDownError`."""
    return current(url) == needed()
