"""A store that came back from a backup is known as such by every node that has seen more, and by none that has not is it taken for one."""

import asyncio
import os
import shutil
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.engine import Store
from store.high_water import EVERY, STOOD_STILL
from store.memory import Memory
from store.shelves import Shelves
from tests.conftest import MakeStore
from tests.helpers.clock import START, TestClock
from tests.helpers.postfix import wait_for
from tests.helpers.samples import hold

LONG = STOOD_STILL + timedelta(days=1)


@pytest.fixture(autouse=True)
def var(tmp_path: Path) -> None:
    """The folder of the first node."""
    folder(tmp_path, "var")


async def look(store: Store) -> str:
    """One round of a node; why the store is frozen, "" when it is not."""
    _, seen = await store.commit(lambda shelves: shelves.high_water.look())
    if seen:
        store.memory.keep(seen)
    return await reason(store)


async def reason(store: Store) -> str:
    frozen = await store.read(lambda shelves: shelves.high_water.frozen())
    return frozen.reason if frozen else ""


async def mark_of(store: Store) -> str:
    return await store.read(lambda shelves: shelves.marks.get("high-water")) or ""


async def put_back(store: Store, mark: str) -> None:
    """What a restore does to the mark."""

    def unit(shelves: Shelves) -> None:
        shelves.marks.set("high-water", mark)
        shelves.marks.clear("frozen")

    await store.commit(unit)


async def test_a_new_store_is_not_frozen_and_its_mark_moves_on(store: Store, clock: TestClock) -> None:
    assert await look(store) == ""
    first = await mark_of(store)
    clock.advance(EVERY)
    assert await look(store) == ""
    assert await mark_of(store) > first


async def test_a_store_older_than_what_a_node_has_seen_is_frozen_until_an_operator_says_so(
    store: Store, clock: TestClock
) -> None:
    await look(store)
    backup = await mark_of(store)
    clock.advance(EVERY)
    await look(store)
    await put_back(store, backup)
    assert await reason(store) == "restored"  # at once, not only after the next look
    assert await look(store) == "restored"
    clock.advance(LONG)
    assert await look(store) == "restored"
    await store.commit(lambda shelves: shelves.high_water.resume())
    assert await look(store) == ""


async def test_what_left_since_the_last_look_is_enough_to_know_a_backup_by(store: Store, clock: TestClock) -> None:
    await look(store)
    backup = await mark_of(store)
    clock.advance(timedelta(milliseconds=5))
    store.memory.keep(await store.commit(lambda shelves: shelves.high_water.move_on()))
    await put_back(store, backup)
    assert await reason(store) == "restored"


async def test_a_kill_between_the_commit_and_the_file_freezes_nothing(
    store: Store, make_store: MakeStore, store_url: str, clock: TestClock
) -> None:
    await look(store)
    clock.advance(EVERY)
    await store.commit(lambda shelves: shelves.high_water.look())
    clock.advance(LONG)
    assert await look(await make_store(store_url)) == ""


async def test_a_new_node_of_a_living_store_works_at_once(
    store: Store, make_store: MakeStore, store_url: str, tmp_path: Path
) -> None:
    await look(store)
    assert await look(await make_store(store_url, directory=folder(tmp_path, "new"))) == ""


async def test_a_store_that_stood_still_and_that_nobody_here_has_seen_waits_for_one_who_has(
    store: Store, make_store: MakeStore, store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    await look(store)
    clock.advance(LONG)
    new = await make_store(store_url, directory=folder(tmp_path, "new"))
    assert await look(new) == "unknown"
    clock.advance(EVERY)
    assert await look(new) == "unknown"
    assert await look(store) == ""
    assert await look(new) == ""


async def test_a_file_that_came_out_of_the_same_backup_vouches_for_nothing(
    store: Store, make_store: MakeStore, store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    await look(store)
    put = await make_store(store_url, directory=copied(tmp_path))
    assert await reason(put) == "unknown"
    clock.advance(3 * EVERY)
    assert await look(put) == "unknown"
    await put.commit(lambda shelves: shelves.high_water.resume())
    assert await look(await make_store(store_url, directory=copied(tmp_path))) == ""


async def test_a_node_that_was_copied_from_a_living_one_waits_until_that_one_gives_a_sign(
    store: Store, make_store: MakeStore, store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    await look(store)
    twin = await make_store(store_url, directory=copied(tmp_path))
    assert await look(twin) == "unknown"
    clock.advance(EVERY)
    assert await look(store) == ""
    assert await look(twin) == ""
    assert twin.memory.node != store.memory.node


def test_a_file_is_no_copy_because_it_has_another_owner(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "high-water")
    memory.keep(START)
    os.chown(tmp_path / "high-water", os.geteuid(), os.getegid())
    again = Memory(tmp_path / "high-water")
    assert (again.node, again.seen, again.copied) == (memory.node, START, False)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"node": "a"}', '{"node": "a", "written": "x", "seen": "y"}'])
def test_a_file_that_cannot_be_read_is_no_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "high-water").write_text(text)
    memory = Memory(tmp_path / "high-water")
    assert (memory.node, memory.seen, memory.copied) == ("", None, False)


def test_a_file_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    Memory(tmp_path / "nowhere" / "high-water").keep(START)


async def test_a_clock_that_goes_back_does_not_make_the_store_older(store: Store, clock: TestClock) -> None:
    await look(store)
    before = await mark_of(store)
    clock.set_wall(START - timedelta(days=1))
    assert await look(store) == ""
    await store.commit(lambda shelves: shelves.high_water.move_on())
    assert await mark_of(store) > before


async def test_deadlines_move_by_how_long_the_store_stood_still(store: Store, clock: TestClock) -> None:
    deadline = START + timedelta(hours=8)
    held, undated = hold(deadline=deadline, remind_at=START + timedelta(hours=1)), hold()

    def unit(shelves: Shelves) -> None:
        for one in (held, undated):
            shelves.holds.add(one, b"sealed")
        shelves.high_water.freeze()

    await store.commit(unit)
    clock.advance(timedelta(hours=30))
    stood = await store.commit(lambda shelves: shelves.high_water.resume())
    assert stood == timedelta(hours=30)
    await store.commit(lambda shelves: shelves.questions.postpone(stood))
    found = await store.read(lambda shelves: [shelves.holds.get(one.id) for one in (held, undated)])
    assert [one.deadline for one in found if one] == [deadline + timedelta(hours=30), None]
    assert [one.remind_at for one in found if one] == [START + timedelta(hours=31), None]


async def test_a_store_that_works_cannot_be_resumed(store: Store) -> None:
    await look(store)
    assert await store.commit(lambda shelves: shelves.high_water.resume()) is None


def folder(above: Path, name: str) -> Path:
    (above / name).mkdir(exist_ok=True)
    return above / name


def copied(above: Path) -> Path:
    """The folder as it comes out of a backup."""
    shutil.rmtree(above / "back", ignore_errors=True)
    shutil.copytree(above / "var", above / "back")
    return above / "back"


async def test_two_nodes_that_move_on_at_once_never_put_the_mark_back(
    postgresql_url: str, make_store: MakeStore, clock: TestClock
) -> None:
    one, two = await make_store(postgresql_url), await make_store(postgresql_url)
    await one.commit(lambda shelves: shelves.high_water.move_on())
    begun, go_on = threading.Event(), threading.Event()

    def early(shelves: Shelves) -> datetime:
        begun.set()
        go_on.wait(20)  # its clock was read before
        return shelves.high_water.move_on()

    slow = asyncio.ensure_future(two.commit(early))
    await asyncio.to_thread(begun.wait, 20)
    clock.advance(timedelta(seconds=5))

    def late(shelves: Shelves) -> datetime:
        at = shelves.high_water.move_on()
        go_on.set()  # the other one now wants to move it, too, while this one has not committed
        db = shelves.contacts._db
        wait_for(lambda: slow.done() or db.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())
        return at

    newest = await one.commit(late)
    assert await slow > newest
    one.memory.keep(newest)
    assert await reason(one) == ""
