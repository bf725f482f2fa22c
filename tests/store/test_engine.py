"""One writer, one flush: what every caller of the store relies on."""

import asyncio
import signal
import sqlite3
import threading
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
import uvloop

from store.clock import Clock
from store.engine import Store, database, open_store
from store.errors import KeyFileError, StoreDownError, StoreError, StoreFullError
from store.later import LATER
from store.options import StoreOptions
from store.seal import Seal, make_key
from store.shelves import Shelves
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.postgres import Cluster
from tests.helpers.samples import hold


async def marked(store: Store, name: str) -> str | None:
    return await store.read(lambda shelves: shelves.marks.get(name))


async def test_a_unit_brings_back_its_value(store: Store) -> None:
    assert await store.commit(lambda shelves: shelves.contacts.size()) == 0


async def test_a_unit_that_fails_undoes_only_itself(store: Store) -> None:
    def spoiled(shelves: Shelves) -> None:
        shelves.marks.set("spoiled", "1")
        raise KeyError("mine")

    def good(shelves: Shelves) -> None:
        shelves.marks.set(f"good{len(names)}", "1")
        names.append(f"good{len(names)}")

    names: list[str] = []
    first, failed, *_ = await asyncio.gather(
        store.commit(good), store.commit(spoiled), store.commit(good), store.commit(good), return_exceptions=True
    )
    assert first is None
    assert isinstance(failed, KeyError)
    assert await marked(store, "spoiled") is None
    assert [await marked(store, name) for name in names] == ["1", "1", "1"]


async def test_all_that_wait_go_in_one_transaction(store: Store) -> None:
    first_runs, go_on = threading.Event(), threading.Event()

    def first(_: Shelves) -> None:
        first_runs.set()
        go_on.wait()

    beginning = asyncio.ensure_future(store.commit(first))
    await asyncio.to_thread(first_runs.wait)
    seen: list[object] = []
    unit = lambda shelves: seen.append(shelves.marks._db.get_transaction())  # noqa: E731 - one line, used once
    waiting = [asyncio.ensure_future(store.commit(unit)) for _ in range(20)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(beginning, *waiting)
    assert len(seen) == 20
    assert all(transaction is seen[0] for transaction in seen)


async def test_a_violated_rule_of_the_database_is_a_store_error_without_values(store: Store) -> None:
    kept = hold(subject="secret words")
    sealed = store.seal.close(b"content", kept.id)
    await store.commit(lambda shelves: shelves.holds.add(kept, sealed))
    with pytest.raises(StoreError) as caught:
        await store.commit(lambda shelves: shelves.holds.add(kept, sealed))
    assert type(caught.value) is StoreError
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.__cause__)


async def test_time_stands_still_in_a_unit(store: Store, clock: TestClock) -> None:
    def twice(shelves: Shelves) -> tuple[datetime, datetime]:
        before = shelves.now
        clock.advance(timedelta(hours=1))
        return before, shelves.now

    before, after = await store.commit(twice)
    assert before == after == clock.now() - timedelta(hours=1)


async def test_cancelling_the_caller_does_not_undo_a_unit_that_began(store: Store) -> None:
    runs, go_on = threading.Event(), threading.Event()

    def slow(shelves: Shelves) -> None:
        runs.set()
        go_on.wait()
        shelves.marks.set("slow", "kept")

    caller = asyncio.ensure_future(store.commit(slow))
    await asyncio.to_thread(runs.wait)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await store.commit(lambda _: None)
    assert await marked(store, "slow") == "kept"


async def test_a_unit_whose_caller_went_before_it_began_does_nothing(store: Store) -> None:
    runs, go_on = threading.Event(), threading.Event()

    def first(_: Shelves) -> None:
        runs.set()
        go_on.wait()

    blocking = asyncio.ensure_future(store.commit(first))
    await asyncio.to_thread(runs.wait)
    caller = asyncio.ensure_future(store.commit(lambda shelves: shelves.marks.set("late", "1")))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    go_on.set()
    await blocking
    await store.commit(lambda _: None)
    assert await marked(store, "late") is None


async def test_what_came_later_is_there_with_the_next_commit_in_its_order(store: Store) -> None:
    for name in "abcde":
        store.later(partial(_append, name=name))
    assert await store.commit(lambda shelves: shelves.marks.get("order")) == "abcde"


def _append(shelves: Shelves, name: str) -> None:
    shelves.marks.set("order", (shelves.marks.get("order") or "") + name)


async def test_what_came_later_is_run_at_the_stop(store_url: str, make_store: MakeStore) -> None:
    one, two = await make_store(store_url), await make_store(store_url)
    one.later(lambda shelves: shelves.marks.set("last", "1"))
    await one.stop()
    assert await marked(two, "last") == "1"
    assert one.forgotten == 0


async def test_what_came_later_is_run_without_any_commit(store: Store) -> None:
    done = threading.Event()
    store.later(lambda _: done.set())
    assert await asyncio.to_thread(done.wait, 10)


async def test_a_later_unit_that_fails_is_counted_and_harms_nobody(store: Store) -> None:
    store.later(lambda _: 1 // 0)
    store.later(lambda shelves: shelves.marks.set("next", "1"))
    await store.commit(lambda _: None)
    assert store.forgotten == 1
    assert await marked(store, "next") == "1"


async def test_more_than_can_be_kept_for_later_forgets_the_oldest(tmp_path: Path, clock: TestClock) -> None:
    store = Store(f"sqlite:///{tmp_path}/never.db", tmp_path, Seal(None, b"l" * 32), clock)
    for _ in range(LATER + 3):
        store.later(lambda _: None)
    assert store.forgotten == 3
    await store.stop()


async def test_a_store_that_is_not_open_says_so(store: Store) -> None:
    await store.stop()
    with pytest.raises(StoreDownError):
        await store.commit(lambda _: None)


async def test_reading_sees_what_was_committed_and_changes_nothing(store: Store) -> None:
    await store.commit(lambda shelves: shelves.marks.set("name", "old"))
    with pytest.raises(StoreError):
        await store.read(lambda shelves: shelves.marks.set("name", "new"))
    assert await marked(store, "name") == "old"


async def test_reading_goes_on_while_a_unit_writes(store: Store) -> None:
    runs, go_on = threading.Event(), threading.Event()

    def slow(shelves: Shelves) -> None:
        shelves.marks.set("slow", "1")
        runs.set()
        go_on.wait()

    writing = asyncio.ensure_future(store.commit(slow))
    await asyncio.to_thread(runs.wait)
    assert await marked(store, "slow") is None
    go_on.set()
    await writing
    assert await marked(store, "slow") == "1"


def test_it_works_on_uvloop(sqlite_url: str, tmp_path: Path) -> None:
    async def use() -> str | None:
        store = Store(sqlite_url, tmp_path, Seal(None, b"l" * 32), Clock())
        await store.start()
        await store.commit(lambda shelves: shelves.marks.set("loop", "uvloop"))
        found = await marked(store, "loop")
        await store.stop()
        return found

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(use()) == "uvloop"


async def test_a_full_disk_is_told_and_over_when_there_is_room(sqlite_url: str, make_store: MakeStore) -> None:
    store = await make_store(sqlite_url)

    def limit(pages: int) -> None:
        with store._database.writer.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def grow(shelves: Shelves) -> None:
        shelves.marks.set("big", "x" * 1_000_000)

    await store.commit(lambda _: None)
    await asyncio.to_thread(limit, 1)
    with pytest.raises(StoreFullError):
        await store.commit(grow)
    await asyncio.to_thread(limit, 1_000_000)
    await store.commit(grow)
    assert len(await marked(store, "big") or "") == 1_000_000


async def test_a_full_disk_of_the_server_is_told(postgresql_url: str, make_store: MakeStore) -> None:
    store = await make_store(postgresql_url)
    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        admin.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
        )
        admin.execute("CREATE TRIGGER full_disk BEFORE INSERT ON marks EXECUTE FUNCTION full_disk()")
        with pytest.raises(StoreFullError):
            await store.commit(lambda shelves: shelves.marks.set("a", "1"))
        admin.execute("DROP TRIGGER full_disk ON marks")
    await store.commit(lambda shelves: shelves.marks.set("a", "2"))
    assert await marked(store, "a") == "2"


async def test_a_file_without_room_is_a_full_store(
    sqlite_url: str, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = await make_store(sqlite_url)
    kept = hold()

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_room)
        with pytest.raises(StoreFullError):
            await store.commit(lambda shelves: shelves.holds.add(kept, bytes(100_000)))
    assert not list((tmp_path / "var").glob("*hold-*"))
    assert await store.read(lambda shelves: shelves.holds.get(kept.id)) is None
    await store.commit(lambda shelves: shelves.holds.add(kept, bytes(100_000)))
    assert await store.read(lambda shelves: shelves.holds.sealed_content(kept.id)) == bytes(100_000)


async def test_a_locked_database_is_down_and_recovers(sqlite_url: str, make_store: MakeStore) -> None:
    store = await make_store(sqlite_url)
    with store._database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreDownError):
        await store.commit(lambda shelves: shelves.marks.set("a", "1"))
    other.execute("ROLLBACK")
    other.close()
    await store.commit(lambda shelves: shelves.marks.set("a", "1"))
    assert await marked(store, "a") == "1"


async def test_a_server_that_goes_and_comes_back(cluster: Cluster, postgresql_url: str, make_store: MakeStore) -> None:
    store = await make_store(postgresql_url)
    await store.commit(lambda shelves: shelves.marks.set("before", "1"))
    assert await marked(store, "before") == "1"
    cluster.stop()
    try:
        with pytest.raises(StoreDownError):
            await store.commit(lambda shelves: shelves.marks.set("during", "1"))
        with pytest.raises(StoreDownError):
            await marked(store, "before")
        store.later(lambda shelves: shelves.marks.set("later", "kept"))
        with pytest.raises(StoreDownError):
            await store.commit(lambda _: None)
    finally:
        cluster.start()
    await store.commit(lambda shelves: shelves.marks.set("after", "1"))
    assert [await marked(store, name) for name in ("before", "during", "later", "after")] == ["1", None, "kept", "1"]
    assert store.forgotten == 0


async def test_a_restart_while_idle_goes_unnoticed(
    cluster: Cluster, postgresql_url: str, make_store: MakeStore
) -> None:
    store = await make_store(postgresql_url)
    await store.commit(lambda shelves: shelves.marks.set("before", "1"))
    cluster.stop()
    cluster.start()
    await store.commit(lambda shelves: shelves.marks.set("after", "1"))
    assert await marked(store, "after") == "1"


async def test_a_server_that_dies_in_the_middle_keeps_nothing_of_the_batch(
    cluster: Cluster, postgresql_url: str, make_store: MakeStore
) -> None:
    store = await make_store(postgresql_url)

    def dying(shelves: Shelves) -> None:
        shelves.marks.set("half", "1")
        cluster.stop(signal.SIGQUIT)
        shelves.marks.set("other half", "1")

    try:
        with pytest.raises(StoreDownError):
            await store.commit(dying)
    finally:
        cluster.start()
    await store.commit(lambda shelves: shelves.marks.set("after", "1"))
    assert await marked(store, "half") is None


async def test_a_server_that_only_reads_is_left_for_one_that_writes(postgresql_url: str, make_store: MakeStore) -> None:
    store = await make_store(postgresql_url)
    name = postgresql_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(StoreDownError):
        await store.commit(lambda shelves: shelves.marks.set("a", "1"))
    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        admin.execute("SET default_transaction_read_only = off")
        admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await store.commit(lambda shelves: shelves.marks.set("a", "1"))
    assert await marked(store, "a") == "1"


async def test_a_list_of_hosts_and_what_it_must_be_pass_through(postgresql_url: str, make_store: MakeStore) -> None:
    several = postgresql_url.replace("host=", "host=/nowhere,") + "&target_session_attrs=read-write&connect_timeout=2"
    store = await make_store(several)
    await store.commit(lambda shelves: shelves.marks.set("a", "1"))
    assert await marked(store, "a") == "1"


async def test_a_server_that_answers_before_it_flushes_is_told_not_to(
    postgresql_url: str, make_store: MakeStore
) -> None:
    store = await make_store(postgresql_url + "&options=-csynchronous_commit%3Doff")
    setting = await store.commit(lambda shelves: shelves.marks._db.exec_driver_sql("SHOW synchronous_commit").scalar())
    assert setting == "on"


async def test_sqlite_flushes_every_commit_and_minds_foreign_keys(sqlite_url: str, make_store: MakeStore) -> None:
    store = await make_store(sqlite_url)

    def ask(shelves: Shelves) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [shelves.marks._db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await store.commit(ask) == ["wal", 2, 1]


async def test_two_nodes_with_the_same_idea_are_one_after_the_other(postgresql_url: str, make_store: MakeStore) -> None:
    one, two = await make_store(postgresql_url), await make_store(postgresql_url)
    number = hold().id
    first_added, go_on = threading.Event(), threading.Event()
    tries: list[str] = []

    def add(shelves: Shelves, *, slowly: bool) -> str:
        tries.append("slow" if slowly else "quick")
        if shelves.holds.get(number):
            return "there"
        shelves.holds.add(hold(id=number), b"sealed")
        if slowly:
            first_added.set()
            go_on.wait()
        return "added"

    slow = asyncio.ensure_future(one.commit(lambda shelves: add(shelves, slowly=True)))
    await asyncio.to_thread(first_added.wait)
    quick = asyncio.ensure_future(two.commit(lambda shelves: add(shelves, slowly=False)))
    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        while not admin.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():  # noqa: ASYNC110 - the server's event
            await asyncio.sleep(0)
    go_on.set()
    assert [await slow, await quick] == ["added", "there"]
    assert tries == ["slow", "quick", "quick"]


async def test_options_open_a_store_with_its_keys(sqlite_url: str, tmp_path: Path, clock: TestClock) -> None:
    make_key(tmp_path / "content.key")
    options = StoreOptions(url=sqlite_url, directory=tmp_path / "var", key=tmp_path / "content.key")
    one, two = open_store(options, clock), open_store(options, clock)
    assert one.seal.encrypted
    assert (tmp_path / "var" / "link.key").stat().st_mode & 0o777 == 0o600
    assert one.seal.token("a", "b", "c") == two.seal.token("a", "b", "c")
    await one.stop()
    await two.stop()


def test_a_key_that_is_configured_and_absent_is_an_error(sqlite_url: str, tmp_path: Path, clock: TestClock) -> None:
    with pytest.raises(KeyFileError, match=r"absent\.key"):
        open_store(StoreOptions(url=sqlite_url, directory=tmp_path, key=tmp_path / "absent.key"), clock)


def test_an_unknown_error_of_a_unit_stays_what_it_is(sqlite_url: str) -> None:
    with database(sqlite_url) as opened:
        error = ValueError("its own")
        assert opened.explain(error) is error
        assert not opened.is_lost(error)
        assert not opened.is_conflict(error)
