"""Store: one writer thread that runs all waiting units in one transaction, each in a SAVEPOINT, with one flush."""

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.engine import make_url

from store import audit, changes, outcomes, postgresql, schema, sqlite
from store.binding import Binding
from store.clock import Clock
from store.database import READERS, Database
from store.files import Files, sweep
from store.later import Many, Unit
from store.memory import Memory
from store.options import StoreOptions
from store.seal import Seal, make_key, read_key
from store.shelves import Shelves
from store.tables.holds import contents
from store.writer import Writer

T = TypeVar("T")
Item = TypeVar("Item")
_ORPHAN_AGE = 3600.0


def database(url: str) -> Database:
    """Open `sqlite:///path` or `postgresql://…`; no connection is made yet."""
    if url.startswith(postgresql.SCHEMES):
        return postgresql.opened(url)
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError("the store is sqlite:///path or postgresql://…")
    return sqlite.opened(Path(parsed.database))


class Store:
    """The database. `await store.commit(unit)` is durable when it returns."""

    def __init__(self, url: str, directory: Path, seal: Seal, clock: Clock) -> None:
        """`sqlite:///path` or `postgresql://…`."""
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
