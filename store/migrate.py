"""Migrate: bring a database to the schema this program needs; safe to run twice and from several machines at once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store import migrations
from store.contact_index import CONTACTS
from store.contact_renewal import renew
from store.engine import database
from store.schema import check, fits, needed, present

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection


def configuration(connection: "Connection | None" = None) -> "Config":
    """Alembic's configuration, without any file beside the package."""
    from alembic.config import Config  # noqa: PLC0415 - costs more than the start of all else, and is needed once

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> None:
    """Bring the database to the newest revision this program knows, in one transaction; one that is newer and fits stays as it is.

    The index of the contacts is made anew where another version made it (a million in half a minute).

    Raises `SchemaError`, `StoreDownError`, `StoreFullError`.
    """
    from alembic import command  # noqa: PLC0415 - as above

    with database(url) as opened, opened.alone() as connection:
        found = present(connection)
        if found is not None and found > needed():
            check(connection)
            return
        opened.queue(connection, CONTACTS)  # of a node that adds some meanwhile all would not be counted
        command.upgrade(configuration(connection), "head")
        renew(connection, opened.lists, datetime.now(UTC))


def current(url: str) -> str | None:
    """The revision of the database; None when it is empty. Raises `StoreDownError`."""
    with database(url) as opened, opened.reading() as connection:
        return present(connection)


def is_current(url: str) -> bool:
    """Whether this program runs on the database. Raises `StoreDownError`."""
    with database(url) as opened, opened.reading() as connection:
        return fits(connection)
