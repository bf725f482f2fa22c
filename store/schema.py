"""Schema: which revision a database has, and which one this program needs."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from store import migrations
from store.errors import SchemaError


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without any file beside the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def needed() -> str:
    """The newest revision this program knows."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:  # a wheel that was built without its migrations
        raise SchemaError("this installation has no migrations")
    return head


def present(connection: Connection) -> str | None:
    """The revision of a database; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def check(connection: Connection) -> None:
    """Raise `SchemaError` unless the database has the revision this program needs."""
    found, wanted = present(connection), needed()
    if found != wanted:
        raise SchemaError(f"the schema is {found or 'empty'}, this program needs {wanted}: run `sekisho migrate`")
