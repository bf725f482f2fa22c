"""Schema: which revision a database has, and which one this program needs; known without Alembic, whose import every start would pay."""

from sqlalchemy import Connection, inspect, text

from store.errors import SchemaError

NEEDED = "0001"
"""The newest revision in `store/migrations/versions`; a test holds the two together."""


def needed() -> str:
    """The newest revision this program knows."""
    return NEEDED


def present(connection: Connection) -> str | None:
    """The revision of a database, where Alembic writes it; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def check(connection: Connection) -> None:
    """Raise `SchemaError` unless the database has the revision this program needs."""
    found, wanted = present(connection), needed()
    if found != wanted:
        raise SchemaError(f"the schema is {found or 'empty'}, this program needs {wanted}: run `sekisho migrate`")
