"""SQLite: how its file is opened, who may write to it, and what its errors mean."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store import changes
from store.database import ENGINE, READERS, Database, plainly
from store.errors import StoreDownError, StoreError, StoreFullError
from store.lists import SqliteLists
from store.turn import PATIENCE, Turn

_SESSION = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",  # for other programs at the file; our own processes queue at the lock file
    "PRAGMA cache_size = -32768",
    "PRAGMA journal_size_limit = 67108864",
)


def opened(path: Path) -> Database:
    """The database in a file; no connection is made yet."""

    def engine(size: int, begin: str, extra: tuple[str, ...] = ()) -> Engine:
        made = create_engine(URL.create("sqlite", database=str(path)), pool_size=size, max_overflow=0, **ENGINE)

        @event.listens_for(made, "do_connect")
        def create(*_: object) -> None:
            # Not readable by others. Never on a file that exists: closing it would drop the locks SQLite holds on it.
            with contextlib.suppress(OSError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

        @event.listens_for(made, "connect")
        def prepare(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = (
                None  # we say BEGIN ourselves: sqlite3 would say it too late, and not IMMEDIATE
            )
            for statement in (*_SESSION, *extra):
                connection.execute(statement)

        @event.listens_for(made, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return made

    return Database(
        writer=engine(1, "BEGIN IMMEDIATE"),
        reader=engine(READERS, "BEGIN", ("PRAGMA query_only = ON",)),
        # Both have the same ON CONFLICT, in classes without a common one.
        insert=cast("Any", sqlite.insert),
        lists=SqliteLists(),
        turn=Turn(path.with_name(path.name + "-turn"), PATIENCE),
        queue=lambda _connection, _names: None,
        large_in_rows=False,
        tag=_Tag(path),
        sickness=_sickness,
        says=_says(path),
    )


class _Tag:
    """Reads the mark on a connection of its own, from the event loop: some microseconds, and never a wait for a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def read(self) -> str:
        """Raises `StoreDownError` where it cannot be had at once."""
        try:
            if self._connection is None:
                address = f"{self._path.absolute().as_uri()}?mode=rw"  # never makes the file
                self._connection = sqlite3.connect(
                    address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
                )
            found = self._connection.execute("SELECT value FROM marks WHERE name = ?", (changes.MARK,)).fetchone()
        except sqlite3.Error as error:
            self.close()
            raise StoreDownError(type(error).__name__) from error
        return str(found[0]) if found else ""

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _sickness(error: DBAPIError) -> type[StoreError]:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the primary result code
    if code == sqlite3.SQLITE_FULL:
        return StoreFullError
    return (
        StoreError
        if code in {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH}
        else StoreDownError
    )


def _says(path: Path) -> Callable[[SQLAlchemyError], str]:
    """The file is named: it is what somebody must look at."""

    def says(error: SQLAlchemyError) -> str:
        if getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            return f"{path} is not an SQLite database"
        return f"{path}: {plainly(error)}"

    return says
