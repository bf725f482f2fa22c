"""Writer: runs all waiting units in one transaction, each in a SAVEPOINT, with one flush, and answers each.

Where another node is in the way of a unit, what ran before it is committed first, so that nobody waits for its locks any more.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar, cast

import structlog
from sqlalchemy.exc import DBAPIError

from store.binding import Binding
from store.errors import StoreDownError, StoreError
from store.later import LATER, Later, Many, Together, Unit
from store.shelves import Shelves

T = TypeVar("T")
Item = TypeVar("Item")

BATCH = 500
"""Units in one transaction at most."""
TRIES = 5
"""For a unit in whose way another node was."""

_log = structlog.get_logger(__name__)


class Outcome:
    """What came of a unit. As a context manager it takes the exception in, to hand it to the one who waits."""

    def __init__(self, value: Any = None) -> None:
        self.value = value
        self.error: Exception | None = None

    def __enter__(self) -> None:
        self.error = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None


@dataclass(eq=False, slots=True)
class _Waiting(Generic[T]):
    """A unit and, if somebody waits for it, whom to tell."""

    unit: Unit[T]
    loop: asyncio.AbstractEventLoop | None = None
    future: "asyncio.Future[T] | None" = None


_Job = tuple[Unit[Any], list[_Waiting[Any]]]
"""A unit and who waits for each of its items."""


class _InTheWayError(Exception):
    """Another node is in the way of a unit, and may be waiting for what this transaction holds."""


class Judge(Protocol):
    """What the engine knows of its database's errors."""

    def explain(self, error: Exception, /) -> Exception:
        """A store's error of a database's; any other as it is."""

    def is_conflict(self, error: Exception, /) -> bool:
        """Whether the same unit may succeed a moment later."""

    def is_lost(self, error: Exception, /) -> bool:
        """Whether the connection is of no use any more."""


class Writer:
    """The writer thread and what waits for it."""

    def __init__(
        self,
        batch: Callable[[], AbstractContextManager[Binding]],
        judge: "Judge",
    ) -> None:
        """`batch` opens the transaction; `judge` knows the database's errors."""
        self.forgotten = 0
        self._open_batch = batch
        self._judge = judge
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting[Any]] = deque()
        self._later = Later()
        self._running = False
        self._thread = threading.Thread(target=self._run, name="store-write", daemon=True)

    def start(self) -> None:
        """Begin to run units."""
        self._running = True
        self._thread.start()

    def stop(self) -> None:
        """Run what waits, then end; what cannot be run now is forgotten."""
        with self._changed:
            was_running, self._running = self._running, False
            self._changed.notify()
        if was_running:
            self._thread.join()

    async def put(self, unit: Unit[T]) -> T:
        """Run the unit; its value or its exception when it is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._changed:
            if not self._running:
                raise StoreDownError("the store is not open")
            self._waiting.append(_Waiting(unit, loop, future))
            self._changed.notify()
        return await future

    async def put_beside(self, many: Many[Item, T], item: Item) -> T:
        """Run `many` over the item and those that wait beside it; its value when it is durable."""
        return await self.put(cast("Unit[T]", Together(many, (item,))))

    def put_later(self, unit: Unit[object]) -> None:
        """Queue a unit nobody waits for."""
        self._put_later(unit, alone=True)

    def put_each(self, many: Many[Item, object], item: Item) -> None:
        """Queue an item nobody waits for; `many` takes it together with those beside it."""
        self._put_later(many, item)

    def _put_later(self, kind: Unit[object] | Many[Any, Any], item: Any = None, *, alone: bool = False) -> None:
        with self._changed:
            if self._later.put(kind, item, alone=alone):
                self._changed.notify()
            self.forgotten += self._later.trim()

    def _run(self) -> None:
        while batch := self._take():
            jobs = _side_by_side(batch)
            while jobs:
                jobs = self._transaction(jobs)

    def _transaction(self, jobs: list[_Job]) -> list[_Job]:
        """Run them in one; what is left for another one."""
        outcome = Outcome()
        answers: list[tuple[_Waiting[Any], Outcome]] = []
        done = 0
        with outcome, self._open_batch() as binding:
            for unit, waiting in jobs:
                try:
                    answers += zip(waiting, self._alone(binding, unit, first=not done), strict=True)
                except _InTheWayError:
                    break
                done += 1
        if outcome.error:
            self._failed(jobs, outcome.error)
            return []
        self._answer(answers)
        return jobs[done:]

    def _take(self) -> list[_Waiting[Any]]:
        """The next batch, what nobody waits for first; empty when all is done and the store stops."""
        with self._changed:
            while self._running and not self._waiting:
                rest = self._later.wait()
                if rest == 0:
                    break
                self._changed.wait(rest)
            waiting = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
            return [*(_Waiting(unit) for unit in self._later.take(BATCH)), *waiting]

    def _alone(self, binding: Binding, unit: Unit[Any], *, first: bool) -> list[Outcome]:
        """Run one unit in its SAVEPOINT. One outcome for each of its items.

        Raises `_InTheWayError` where another node was: the `first` one of a transaction holds nothing that one can be waiting for, and is
        tried again. An item that cannot be written costs itself alone: the others are tried without it.
        """
        outcome = self._attempt(binding, unit)
        for _ in range(1, TRIES):
            if not (outcome.error and self._judge.is_conflict(outcome.error)):
                break
            if not first:
                raise _InTheWayError
            outcome = self._attempt(binding, unit)
        if isinstance(unit, Together):
            if outcome.error is None:
                return [Outcome(value) for value in outcome.value or [None] * len(unit.items)]
            if halves := unit.halves():
                return [each for half in halves for each in self._alone(binding, half, first=first)]
        if outcome.error:
            outcome.error = self._judge.explain(outcome.error)
        return [outcome]

    def _lost(self, error: Exception) -> None:
        self.forgotten += 1
        _log.warning("store_later_failed", error=type(error).__name__)

    def _attempt(self, binding: Binding, unit: Unit[Any]) -> Outcome:
        outcome = Outcome()
        mark = binding.files.mark() if binding.files else (0, 0)
        counted = len(binding.counted)
        say = binding.connection.exec_driver_sql
        say("SAVEPOINT unit")  # by its words: SQLAlchemy's own compiles each of them anew
        with outcome:
            outcome.value = unit(Shelves(binding))
            say("RELEASE SAVEPOINT unit")
        if outcome.error:
            # A database that lost the transaction itself (dead server, full disk) ends the batch, for the first reason.
            if binding.connection.invalidated or self._judge.is_lost(outcome.error):
                raise outcome.error
            try:
                say("ROLLBACK TO SAVEPOINT unit")
                say("RELEASE SAVEPOINT unit")
            except DBAPIError:
                raise outcome.error from None
            del binding.counted[counted:]
            if binding.files:
                binding.files.undo(mark)
        return outcome

    def _failed(self, jobs: list[_Job], error: Exception) -> None:
        """Nothing of the transaction was kept: tell who waits, keep the rest for the next time."""
        batch = list(dict.fromkeys(waiting for _, theirs in jobs for waiting in theirs))
        error = self._judge.explain(error)
        if not isinstance(error, StoreError):
            error = StoreDownError(type(error).__name__)
        _log.warning("store_failed", error=type(error).__name__, units=len(batch))
        with self._changed:
            self._later.put_back([w.unit for w in batch if w.future is None])
            self.forgotten += self._later.trim(LATER if self._running else 0)
        outcome = Outcome()
        outcome.error = error
        self._answer([(w, outcome) for w in batch if w.future is not None])

    def _answer(self, pairs: list[tuple[_Waiting[Any], Outcome]]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting[Any], Outcome]]] = {}
        for waiting, outcome in pairs:
            if waiting.loop:
                by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
            elif outcome.error:
                self._lost(outcome.error)
        for loop, theirs in by_loop.items():
            try:
                loop.call_soon_threadsafe(_resolve, theirs)
            except RuntimeError:  # that loop is closed: nobody is there to hear
                continue


def _side_by_side(batch: list[_Waiting[Any]]) -> list[_Job]:
    """Units and who waits for each of their items; items of one kind are put into one unit."""
    jobs: list[_Job] = []
    same: dict[Any, tuple[list[Any], list[_Waiting[Any]]]] = {}
    for waiting in batch:
        unit = waiting.unit
        if waiting.future is not None and waiting.future.cancelled():
            continue  # whoever was cancelled before the unit began gets nothing done
        if not isinstance(unit, Together):
            jobs.append((unit, [waiting]))
        elif waiting.future is None:
            jobs.append((unit, [waiting] * len(unit.items)))
        else:
            items, theirs = same.setdefault(unit.many, ([], []))
            items += unit.items
            theirs.append(waiting)
    return jobs + [(Together(many, tuple(items)), theirs) for many, (items, theirs) in same.items()]


def _resolve(pairs: list[tuple[_Waiting[Any], Outcome]]) -> None:
    for waiting, outcome in pairs:
        future = waiting.future
        if future is None or future.done():
            continue
        if outcome.error is None:
            future.set_result(outcome.value)
        elif isinstance(outcome.error, StoreError):
            # Its own copy for each: a traceback grows in every task that raises it.
            told = type(outcome.error)(*outcome.error.args)
            told.__cause__ = outcome.error.__cause__
            future.set_exception(told)
        else:
            future.set_exception(outcome.error)
