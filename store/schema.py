"""Schema: which revision a database has, and which one this program needs; known without Alembic, whose import every start would pay."""

from typing import TypeGuard

from sqlalchemy import Connection, inspect, text

from store.contact_renewal import is_current
from store.errors import SchemaError

NEEDED = "0024"
"""The newest revision in `store/migrations/versions`; a test holds the two together."""
OLDEST_PROGRAM = "oldest-program"
"""The mark by which a schema says which programs still run on it."""


def needed() -> str:
    """The newest revision this program knows."""
    return NEEDED


def present(connection: Connection) -> str | None:
    """The revision of a database, where Alembic writes it; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def fits(connection: Connection) -> bool:
    """Whether this program runs on the database: of the revision it needs, or of a newer one that says so itself; with an index of its own."""
    found = present(connection)
    return (found == needed() or (_is_newer(found) and _oldest(connection, found) <= needed())) and is_current(
        connection
    )


def check(connection: Connection) -> None:
    """Raise `SchemaError` unless this program runs on the database."""
    if fits(connection):
        return
    found, wanted = present(connection), needed()
    what = "run a newer program" if _is_newer(found) else "run `sekisho migrate`"
    if found == wanted:
        raise SchemaError("the index of the contacts was made by another version: run `sekisho migrate`")
    raise SchemaError(f"the schema is {found or 'empty'}, this program needs {wanted}: {what}")


def _is_newer(found: str | None) -> TypeGuard[str]:
    return found is not None and found > needed()  # four digits each


def _oldest(connection: Connection, found: str) -> str:
    """What the oldest program needs which still runs on that revision; the migration wrote it."""
    value = connection.scalar(text("SELECT value FROM marks WHERE name = :name"), {"name": OLDEST_PROGRAM})
    revision, _, oldest = str(value).partition(" ")
    return oldest if revision == found and oldest else "unknown"  # which is behind every number
