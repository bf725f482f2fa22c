"""A database of either kind: its transactions, and what its errors mean. What differs is made by `store.sqlite` and `store.postgresql`."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store.binding import Inserting
from store.errors import StoreError
from store.lists import Lists
from store.turn import Turn

READERS = 4
"""Threads that read beside the writer, each with a connection."""


class Tag(Protocol):
    """Reads the tag of `store.changes` in microseconds."""

    def read(self) -> str:
        """Raises `StoreDownError` where it cannot be had at once."""

    def close(self) -> None:
        """Give its connection back."""


@dataclass(slots=True)
class Database:
    """One database of either kind: how to write, how to read, and what its errors mean."""

    writer: Engine
    reader: Engine
    insert: Inserting
    lists: Lists
    turn: Turn | None
    """Taken before a transaction that writes; None where the server lets writers in side by side."""
    queue: Callable[[Connection, Sequence[str]], None]
    """Takes names for one transaction that writes; nothing to do where there is only one."""
    large_in_rows: bool
    tag: Tag | None
    """None where a server must be asked."""
    sickness: Callable[[DBAPIError], type[StoreError]]
    says: Callable[[SQLAlchemyError], str]
    """What is said of an error, in a line or more."""

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
        told = kind(self.says(error).partition("\n")[0])
        told.__cause__ = error
        return told

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


def plainly(error: SQLAlchemyError) -> str:
    """The kind of an error, and what the database said."""
    return f"{type(error).__name__}: {getattr(error, 'orig', '')}"


def _plain(other: object) -> object:
    if isinstance(other, Mapping):
        return dict(other)
    raise TypeError(f"{type(other).__name__} cannot be kept as JSON")


# In ASCII only: half a surrogate pair and NUL come back as they went in, on both databases.
_json = json.JSONEncoder(default=_plain, allow_nan=False).encode


# hide_parameters: an error's text goes to the log, and what was to be stored must not.
ENGINE: Mapping[str, Any] = {"hide_parameters": True, "json_serializer": _json}
