"""The audit log is a chain: nothing in it is changed, taken out, cut off or put in unseen; forgetting and several nodes keep it whole."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, insert, select, update

from store.audit import Checked
from store.engine import Store, database
from store.ids import new_journal_id
from store.keyed import HEAD
from store.shelves import Shelves
from store.tables.audit import audit, marks
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock


def add(act: str, shelves: Shelves) -> None:
    shelves.audit.add("mori@a.example", act, "K7Q29MXD", {"n": (1, 2)})


async def write(store: Store, *acts: str) -> None:
    for act in acts:
        await store.commit(partial(add, act))


async def checked(store: Store) -> Checked:
    return await store.read(lambda shelves: shelves.audit.check())


async def test_an_empty_chain_and_a_written_one_are_whole(store: Store) -> None:
    assert (await checked(store)).broken is None
    await write(store, "send", "cancel", "gate")
    found = await checked(store)
    assert (found.entries, found.broken, found.newest.seq) == (3, None, 3)
    assert len(found.newest.sha256) == 64


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("who", "nobody@a.example"),
        ("act", "send"),
        ("object", "other"),
        ("details", {"n": [1, 3]}),
        ("at", None),
        ("prev_sha256", "0" * 64),
        ("sha256", "0" * 64),
        ("seq", 9),
    ],
)
async def test_a_change_of_any_column_is_found(
    store: Store, store_url: str, clock: TestClock, column: str, value: object
) -> None:
    await write(store, "one", "two", "three")
    given = value if column != "at" else clock.now() - timedelta(seconds=1)
    with database(store_url) as opened, opened.alone() as connection:
        connection.execute(update(audit).where(audit.c.seq == 2).values({column: given}))
    assert (await checked(store)).broken == 2


@pytest.mark.parametrize("seq", [1, 2, 3])
async def test_an_entry_that_was_taken_out_is_missed_also_the_first_and_the_last(
    store: Store, store_url: str, seq: int
) -> None:
    await write(store, "one", "two", "three")
    with database(store_url) as opened, opened.alone() as connection:
        connection.execute(delete(audit).where(audit.c.seq == seq))
    assert (await checked(store)).broken == seq


async def test_all_of_it_taken_away_is_missed(store: Store, store_url: str) -> None:
    await write(store, "one", "two")
    with database(store_url) as opened, opened.alone() as connection:
        connection.execute(delete(audit))
    assert (await checked(store)).broken == 1


async def test_forgetting_the_oldest_leaves_a_chain_that_can_be_checked(
    store: Store, store_url: str, clock: TestClock
) -> None:
    await write(store, "one", "two")
    clock.advance(timedelta(days=2))
    await write(store, "three")
    before = clock.now() - timedelta(days=1)
    assert await store.commit(lambda shelves: shelves.audit.prune(before)) == 2
    assert await store.commit(lambda shelves: shelves.audit.prune(before)) == 0
    found = await checked(store)
    assert (found.entries, found.broken) == (1, None)
    await write(store, "four")
    assert (await checked(store)).broken is None
    with database(store_url) as opened, opened.alone() as connection:  # more than was said to be forgotten
        connection.execute(delete(audit).where(audit.c.seq == 3))
    assert (await checked(store)).broken == 3


async def test_forgetting_stops_at_the_first_that_is_young(store: Store, clock: TestClock) -> None:
    await write(store, "one")
    clock.advance(timedelta(days=2))
    await write(store, "two", "three")
    assert await store.commit(lambda s: s.audit.prune(clock.now() - timedelta(days=1), limit=1)) == 1
    assert [entry["act"] for entry in await store.read(lambda s: s.audit.newest())] == ["three", "two"]


async def test_a_unit_that_is_undone_leaves_no_gap(store: Store) -> None:
    def undone(shelves: Shelves) -> None:
        shelves.audit.add("mori@a.example", "never", "x")
        raise LookupError

    results = await asyncio.gather(
        store.commit(lambda s: s.audit.add("a", "one", "")),
        store.commit(undone),
        store.commit(lambda s: s.audit.add("a", "two", "")),
        return_exceptions=True,
    )
    assert isinstance(results[1], LookupError)
    found = await checked(store)
    assert (found.entries, found.broken) == (2, None)


async def test_two_nodes_that_write_at_once_make_one_chain(store: Store, make_store: MakeStore) -> None:
    other = await make_store()
    await asyncio.gather(
        *(one.commit(lambda s: s.audit.add("a", "act", "x")) for _ in range(40) for one in (store, other))
    )
    found = await checked(other)
    assert (found.entries, found.broken) == (80, None)


async def test_what_a_program_of_the_version_before_wrote_gets_its_place_with_the_next(
    store: Store, store_url: str, clock: TestClock
) -> None:
    await write(store, "one")
    row = {"id": new_journal_id(), "at": clock.now(), "who": "a", "act": "old", "object": "", "details": {}}
    with database(store_url) as opened, opened.alone() as connection:
        connection.execute(insert(audit).values(row))
    assert (await checked(store)).broken is None
    await write(store, "two")
    found = await checked(store)
    assert (found.entries, found.broken) == (3, None)


async def test_the_newest_is_named_so_that_it_can_be_written_down_elsewhere(store: Store, store_url: str) -> None:
    await write(store, "one")
    found = await checked(store)
    with database(store_url) as opened, opened.alone() as connection:
        mark = connection.scalar(select(marks.c.value).where(marks.c.name == HEAD))
    assert mark == f"1 {found.newest.sha256}"
