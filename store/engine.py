"""Store: one writer thread that runs all waiting units in one transaction, each in a SAVEPOINT, with one flush.

The only file that knows a database dialect, both of them side by side, and long for that.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from store import audit, changes, outcomes, schema
from store.binding import Binding
from store.clock import Clock
from store.errors import StoreDownError, StoreError, StoreFullError
from store.files import Files, sweep
from store.later import Many, Unit
from store.lists import Lists, PostgresqlLists, SqliteLists
from store.memory import Memory
from store.options import StoreOptions
from store.seal import Seal, make_key, read_key
from store.shelves import Shelves
from store.tables import contents
from store.turn import PATIENCE, Turn
from store.writer import Writer

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.dialects.postgresql import Insert

__all__ = ["Database", "Store", "Unit", "database", "open_store"]

T = TypeVar("T")
Item = TypeVar("Item")
READERS = 4
"""Threads that read beside the writer, each with a connection."""
_ORPHAN_AGE = 3600.0
_PGSQL = ("postgresql+psycopg://", "postgresql://", "postgres://")
# A server that is gone without a word is noticed in seconds, not in the two hours of TCP; what the URL says comes first.
_PG_DEFAULTS: Mapping[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "sekisho",
}
_PG_SESSION = (
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    # A server that answers before it has flushed would break the second law; any stronger setting stays.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
_SQLITE_SESSION = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",  # for other programs at the file; our own processes queue at the lock file
    "PRAGMA cache_size = -32768",
    "PRAGMA journal_size_limit = 67108864",
)


@dataclass(slots=True)
class Database:
    """One database of either kind: how to write, how to read, and what its errors mean."""

    writer: Engine
    reader: Engine
    insert: "Callable[[Any], Insert]"
    lists: Lists
    turn: Turn | None
    """Taken before a transaction that writes; None where the server lets writers in side by side."""
    queue: Callable[[Connection, Sequence[str]], None]
    """Takes names for one transaction that writes; nothing to do where there is only one."""
    large_in_rows: bool
    tag: "_SqliteTag | None"
    """Reads the tag of `store.changes` in microseconds; None where a server must be asked."""
    sickness: Callable[[DBAPIError], type[StoreError]]
    file: Path | None
    """Named in what is said of an error; None for a server."""

    @contextlib.contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that writes. Raises `StoreDownError`, `StoreFullError`."""
        with self._explained(), self.turn or contextlib.nullcontext():
            try:
                with self.writer.begin() as connection:
                    yield connection
            except DBAPIError as error:
                if self.is_lost(error):
                    self.writer.dispose()  # the next transaction connects anew, and finds the server that writes
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads. Raises `StoreDownError`."""
        with self._explained(), self.reader.begin() as connection:
            yield connection

    def explain(self, error: Exception) -> Exception:
        """What a caller of the store may see of an error: ours, or the unit's own."""
        if not isinstance(error, SQLAlchemyError):
            return error
        kind = self.sickness(error) if isinstance(error, DBAPIError) else StoreError
        told = kind(self._words(error).partition("\n")[0])
        told.__cause__ = error
        return told

    def _words(self, error: SQLAlchemyError) -> str:
        orig = getattr(error, "orig", "")
        if getattr(orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            return f"{self.file} is not an SQLite database"
        said = f"{type(error).__name__}: {orig}"
        return f"{self.file}: {said}" if self.file else said

    def is_conflict(self, error: Exception) -> bool:
        """Whether another node was in the way, so that the same unit may succeed a moment later."""
        state = getattr(getattr(error, "orig", None), "sqlstate", "") or ""
        # unique_violation, foreign_key_violation (a domain was forgotten meanwhile), serialization_failure, deadlock_detected
        return state in {"23505", "23503", "40001", "40P01"}

    def is_lost(self, error: Exception) -> bool:
        """Whether the connection is of no use any more: the server is gone, or no longer the one that writes."""
        if not isinstance(error, DBAPIError):
            return False
        state = getattr(error.orig, "sqlstate", "") or ""
        # read_only_sql_transaction, connection exceptions, operator intervention (shut down, starting up)
        return error.connection_invalidated or state == "25006" or state[:2] == "08" or state[:3] == "57P"

    def close(self) -> None:
        """Close every connection."""
        if self.turn:
            self.turn.leave()
        if self.tag:
            self.tag.close()
        self.writer.dispose()
        self.reader.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self.explain(error) from error


def database(url: str) -> Database:
    """Open `sqlite:///path` or `postgresql://…`; no connection is made yet."""
    if url.startswith(_PGSQL):
        return _postgresql(url)
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError("the store is sqlite:///path or postgresql://…")
    return _sqlite(Path(parsed.database))


class Store:
    """The database. `await store.commit(unit)` is durable when it returns."""

    def __init__(self, url: str, directory: Path, seal: Seal, clock: Clock) -> None:
        """`sqlite:///path` or `postgresql://…` (psycopg 3)."""
        self._database = database(url)
        self._directory = directory
        self._seal = seal
        self._clock = clock
        self.memory = Memory(directory / "high-water")
        """What this node has seen of the store (`shelves.high_water`)."""
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._writer = Writer(self._batch, self._database)
        peek = self._database.tag.read if self._database.tag else None
        self._changes = changes.Changes(peek, lambda: self.read(changes.of))

    @property
    def seal(self) -> Seal:
        """Seals content before it queues for a commit: `store.seal.close(content, hold_id)`."""
        return self._seal

    @property
    def forgotten(self) -> int:
        """How many units of `later` were dropped since the start: the store was down for too long, or they failed."""
        return self._writer.forgotten

    async def start(self) -> None:
        """Connect and check the schema's version; raises `SchemaError` or `StoreDownError`."""
        await asyncio.get_running_loop().run_in_executor(self._readers, self._check)
        self._writer.start()

    async def stop(self) -> None:
        """Run what waits (also what came by `later`), then close."""
        await asyncio.to_thread(self._close)

    async def commit(self, unit: Unit[T]) -> T:
        """Run the unit durably. Its own exception comes back to the caller and only its SAVEPOINT is undone.

        Raises `StoreDownError`, `StoreFullError`. Cancelling the caller does not undo a unit that began. After a lost connection
        `StoreDownError` means: not known to be kept.
        """
        return await self._writer.put(unit)

    async def commit_beside(self, many: Many[Item, T], item: Item) -> T:
        """The same for one of many events of a kind: `many` is run once over all that wait, and gives a value for each."""
        return await self._writer.put_beside(many, item)

    def later(self, unit: Unit[object]) -> None:
        """Queue a unit nobody waits for (journal, counters); run with the next batch, at the latest at `stop`.

        When the store is down it is kept (bounded; the oldest is dropped and counted in `forgotten`).
        """
        self._writer.put_later(unit)

    def later_each(self, many: Many[Item, object], item: Item) -> None:
        """The same for an item of which there are many: `many` is run once over all that were queued side by side."""
        self._writer.put_each(many, item)

    async def changes(self) -> str:
        """A tag, another one after every change of contacts and blocks that a judgement may see. Raises `StoreDownError`."""
        return await self._changes.tag()

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads, beside the writer. Raises `StoreDownError`."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    def _check(self) -> None:
        with self._database.reading() as connection:
            schema.check(connection)
            # Read before looking into the folder: a file that is written meanwhile is younger than an orphan.
            named = connection.scalars(select(contents.c.file).where(contents.c.file.is_not(None))).all()
        if not self._database.large_in_rows:
            sweep(self._directory, [str(name) for name in named], self._clock.now().timestamp() - _ORPHAN_AGE)

    def _close(self) -> None:
        self._writer.stop()
        self._readers.shutdown()
        self._database.close()

    def _read(self, unit: Unit[T]) -> T:
        with self._database.reading() as connection:
            files = None if self._database.large_in_rows else Files(self._directory)
            return unit(Shelves(self._binding(connection, files)))

    @contextlib.contextmanager
    def _batch(self) -> Iterator[Binding]:
        files = None if self._database.large_in_rows else Files(self._directory)
        with contextlib.ExitStack() as undo:
            if files:
                undo.callback(files.undo)
            with self._database.alone() as connection:
                binding = self._binding(connection, files)
                yield binding
                changes.note(binding)
                outcomes.write(binding)
                audit.link(binding)
                if files:
                    files.settle()
            undo.pop_all()
        if files:
            files.committed()

    def _binding(self, connection: Connection, files: Files | None) -> Binding:
        return Binding(
            connection,
            self._clock.now(),
            self._seal,
            self._directory,
            self._database.insert,
            self._database.queue,
            self._database.lists,
            self.memory,
            files,
        )


def open_store(options: StoreOptions, clock: Clock) -> Store:
    """The store that the options describe, not yet started; its keys are read now. Raises `KeyFileError`."""
    link_key = options.link_key
    if link_key is None:
        link_key = options.directory / "link.key"
        make_key(link_key)
    seal = Seal(read_key(options.key) if options.key else None, read_key(link_key))
    return Store(options.url, options.directory, seal, clock)


def _plain(other: object) -> object:
    if isinstance(other, Mapping):
        return dict(other)
    raise TypeError(f"{type(other).__name__} cannot be kept as JSON")


# In ASCII only: half a surrogate pair and NUL come back as they went in, on both databases.
_json = json.JSONEncoder(default=_plain, allow_nan=False).encode


# hide_parameters: an error's text goes to the log, and what was to be stored must not.
_COMMON: Mapping[str, Any] = {"hide_parameters": True, "json_serializer": _json}


def _sqlite(path: Path) -> Database:
    def engine(size: int, begin: str, extra: tuple[str, ...] = ()) -> Engine:
        made = create_engine(URL.create("sqlite", database=str(path)), pool_size=size, max_overflow=0, **_COMMON)

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
            for statement in (*_SQLITE_SESSION, *extra):
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
        tag=_SqliteTag(path),
        sickness=_sqlite_sickness,
        file=path,
    )


class _SqliteTag:
    """Reads the tag on a connection of its own, from the event loop: some microseconds, and never a wait for a lock."""

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


def _sqlite_sickness(error: DBAPIError) -> type[StoreError]:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the primary result code
    if code == sqlite3.SQLITE_FULL:
        return StoreFullError
    return (
        StoreError
        if code in {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH}
        else StoreDownError
    )


def _postgresql(url: str) -> Database:
    import psycopg  # noqa: PLC0415 - a tenth of a second at every start, and most stores are SQLite
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - as above
    from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - as above

    # libpq reads the URL itself: host lists, target_session_attrs, services, certificates all pass through.
    prefix = next(p for p in _PGSQL if url.startswith(p))
    address = "postgresql://" + url[len(prefix) :]
    missing: dict[str, Any] = {k: v for k, v in _PG_DEFAULTS.items() if k not in conninfo_to_dict(address)}

    def engine(size: int, *, read_only: bool) -> Engine:
        # pool_pre_ping: a connection that died while idle is replaced before anything runs on it.
        made = create_engine("postgresql+psycopg://", pool_size=size, max_overflow=0, pool_pre_ping=True, **_COMMON)

        @event.listens_for(made, "do_connect")
        def connect(_d: object, _r: object, _a: object, given: dict[str, Any]) -> "psycopg.Connection[Any]":
            connection = psycopg.connect(address, autocommit=True, **(missing | given))
            for statement in _PG_SESSION:
                connection.execute(statement)
            connection.autocommit = False
            connection.read_only = read_only or None
            return connection

        return made

    return Database(
        writer=engine(1, read_only=False),
        reader=engine(READERS, read_only=True),
        insert=insert,
        lists=PostgresqlLists(),
        turn=None,
        queue=_take_names,
        large_in_rows=True,
        tag=None,
        sickness=_postgresql_sickness,
        file=None,
    )


_TAKE = text("SELECT pg_advisory_xact_lock(name) FROM unnest(CAST(:names AS bigint[])) AS name")


def _take_names(connection: Connection, names: Sequence[str]) -> None:
    # In one order everywhere: two nodes that take the same names wait for each other, not both for ever.
    numbers = sorted(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in set(names))
    connection.execute(_TAKE, {"names": numbers})


def _postgresql_sickness(error: DBAPIError) -> type[StoreError]:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == "53100":  # disk_full
        return StoreFullError
    if isinstance(error, IntegrityError):
        return StoreError
    # Classes of SQLSTATE that a wrong statement or value raises; all else is the server's state.
    return StoreError if state[:2] in {"21", "22", "23", "42"} else StoreDownError
