"""What measurements over a filled store have in common: each database in turn, copies of rows made by the database, 95 of 100 calls."""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, literal, select, union_all

from store.clock import Clock
from store.engine import Store
from store.seal import Seal
from tests.helpers.postgres import Cluster, find_binaries

Call = Callable[[], Awaitable[object]]
Measure = Callable[[str, str, Path, argparse.Namespace], Coroutine[None, None, bool]]
"""Name and address of a database, a folder for the store, what was asked for; whether all is within its limit."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds."""

    median: float
    p95: float
    """By the clock on the wall."""
    used: float
    """Of our own processor time, in 95 of 100."""

    def __str__(self) -> str:
        return f"median {self.median:7.1f} ms  p95 {self.p95:7.1f} ms  processor p95 {self.used:7.1f} ms"


async def spent(calls: Iterable[Call]) -> Spent:
    """Do each once."""
    waits, used = [], []
    for call in calls:
        began, before = time.perf_counter(), time.process_time()
        await call()
        waits.append(1000 * (time.perf_counter() - began))
        used.append(1000 * (time.process_time() - before))
    waits.sort()
    used.sort()
    place = min(len(waits) - 1, int(0.95 * len(waits)))
    return Spent(waits[len(waits) // 2], waits[place], used[place])


def marks(numbers: Iterable[int]) -> Subquery:
    """A row for each copy of a seed: four hexadecimal digits that its ids bear."""
    return union_all(*(select(literal(f"{number:04x}").label("mark")) for number in numbers)).subquery()


def in_line_id(column: ColumnElement[Any], mark: ColumnElement[Any]) -> ColumnElement[Any]:
    """The mark in the id of a line of the journal, behind its time: copies lie beside their seed."""
    return func.substr(column, 1, 9) + mark + func.substr(column, 14)


@asynccontextmanager
async def opened(url: str, directory: Path) -> AsyncIterator[Store]:
    """The store on a database that is filled."""
    store = Store(url, directory, Seal(None, bytes(32)), Clock())
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


def run(measure: Measure, doc: str | None, **numbers: int) -> int:
    """Measure on each database; the exit status. `numbers`: what may be asked for, beside --url and --directory."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--url", default="")
    parser.add_argument("--directory", type=Path, default=None)
    arguments = parser.parse_args()
    random.seed(7)
    with tempfile.TemporaryDirectory(dir=arguments.directory) as folder:
        Path(folder).chmod(0o755)
        results = [
            asyncio.run(measure(name, url, Path(folder) / "var", arguments))
            for name, url in _databases(arguments.url, Path(folder))
        ]
    return 0 if all(results) else 1


def _databases(given: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Each database in turn."""
    if given:
        yield "given", given
        return
    yield "SQLite", f"sqlite:///{folder}/store.db"
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL is left out: not installed")
        return
    cluster = Cluster(binaries, folder)
    try:
        cluster.start()
        yield "PostgreSQL", cluster.url(cluster.create())
    finally:
        cluster.remove()
