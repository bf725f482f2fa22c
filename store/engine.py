"""Store: one writer thread that runs all waiting units in one transaction, each in a SAVEPOINT, with one flush.

The only file that knows a database dialect.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store.clock import Clock
from store.seal import Seal
from store.shelves import Shelves

T = TypeVar("T")
Unit = Callable[[Shelves], T]
"""One event: a function over the shelves, run in one transaction; synchronous, no other I/O."""


class Store:
    """The database. `await store.commit(unit)` is durable when it returns."""

    def __init__(self, url: str, directory: Path, seal: Seal, clock: Clock) -> None:
        """`sqlite:///path` or `postgresql://…` (psycopg 3)."""
        raise NotImplementedError

    async def start(self) -> None:
        """Connect and check the schema's version; raises `SchemaError` or `StoreDownError`."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Run what waits (also what came by `later`), then close."""
        raise NotImplementedError

    async def commit(self, unit: Unit[T]) -> T:
        """Run the unit durably. Its own exception comes back to the caller and only its SAVEPOINT is undone.

        Raises `StoreDownError`, `StoreFullError`. Cancelling the caller does not undo a unit that began.
        """
        raise NotImplementedError

    def later(self, unit: Unit[object]) -> None:
        """Queue a unit nobody waits for (journal, counters); run with the next batch, at the latest at `stop`.

        When the store is down it is kept (bounded; the oldest is dropped and counted in `forgotten`).
        """
        raise NotImplementedError

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads, beside the writer. Raises `StoreDownError`."""
        raise NotImplementedError
