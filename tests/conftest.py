"""What every test may ask for: a clock that is moved by hand, and a store on each database."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Protocol
from zlib import crc32

import pytest
from hypothesis import settings

from store import migrate
from store.clock import Clock
from store.engine import Store
from store.seal import Seal
from tests.helpers import memory_disk
from tests.helpers.clock import TestClock
from tests.helpers.postgres import Cluster, find_binaries

DATABASES = ("sqlite", "postgresql")
IN_CI = bool(os.environ.get("CI"))

memory_disk.keep_folders_there()
# Hypothesis without a clock: how long an example takes says more of the machine than of the code.
settings.register_profile("unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("unhurried")


class MakeStore(Protocol):
    """Opens one more store on the test's database: what a second process would have."""

    def __call__(
        self, url: str = "", *, clock: Clock | None = None, key: bytes | None = None, directory: Path | None = None
    ) -> Awaitable[Store]: ...


ALTERNATING = ("tests/web/", "tests/flows/", "tests/response/", "tests/notifier/", "tests/faults/")
"""Rooms above the store, whose tests take one of the databases each: about half of a room's tests run on either."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--both-databases`: every test on both, as `make soak` does."""
    parser.addoption("--both-databases", action="store_true", help="run the tests of every room on each database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out one of the two databases where a test of these rooms does not ask for both (`@pytest.mark.both_databases`)."""
    if config.getoption("--both-databases"):
        return
    left = [item for item in items if _on_the_other_database(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        out = set(map(id, left))
        items[:] = [item for item in items if id(item) not in out]


def _on_the_other_database(item: pytest.Item) -> bool:
    """Whether this test's turn is the other database: by its name without the database, the same in every process."""
    database = getattr(item, "callspec", None) and item.callspec.params.get("store_url")  # type: ignore[attr-defined]
    if not database or not item.nodeid.startswith(ALTERNATING) or item.get_closest_marker("both_databases"):
        return False
    name = item.nodeid.replace(f"[{database}", "[")
    return bool(database != DATABASES[crc32(name.encode()) % len(DATABASES)])


def pytest_make_parametrize_id(val: object) -> str | None:
    """Octets that were made for a test (an archive carries the time) are no name: every process must find the same tests."""
    return "octets" if isinstance(val, bytes | bytearray) and len(val) > 20 else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - pytest's signature
    call: pytest.CallInfo[None],  # noqa: ARG001
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped is a test that nobody ran: it fails, with its reason."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not take: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,  # noqa: ARG001 - pytest's signature
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not take: {report.longrepr}"
    return report


@pytest.fixture
def clock() -> TestClock:
    """Stands still until it is moved."""
    return TestClock()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test process alone."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: install Debian's package postgresql")
    server = Cluster(binaries)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster) -> str:
    """The name of a migrated database to copy."""
    name = cluster.create()
    migrate.upgrade(cluster.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "sekisho.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(cluster: Cluster, postgresql_template: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = cluster.create(postgresql_template)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def make_store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock
) -> AsyncIterator[Callable[..., Awaitable[Store]]]:
    """Opens started stores, by default all on the database of `store_url`; stops them after the test."""
    opened: list[Store] = []
    link_key = secrets.token_bytes(32)

    async def make(
        url: str = "", *, clock: Clock = clock, key: bytes | None = None, directory: Path | None = None
    ) -> Store:
        where = url or request.getfixturevalue("store_url")
        made = Store(where, directory or tmp_path / "var", Seal(key, link_key), clock)
        opened.append(made)
        await made.start()
        return made

    yield make
    for store in opened:
        await store.stop()


@pytest.fixture
async def store(store_url: str, make_store: MakeStore) -> Store:
    """A started store, on each database in turn; its clock is `clock`."""
    return await make_store(store_url)
