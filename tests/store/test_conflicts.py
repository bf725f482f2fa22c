"""Nodes in each other's way: whoever the server ends for it comes through all the same, and nothing is told to have failed."""

import asyncio
import threading
from functools import partial

from store.engine import Store
from store.shelves import Shelves
from tests.conftest import MakeStore


def write(shelves: Shelves, name: str) -> None:
    shelves.marks.set(name, "1")


async def in_one_batch(store: Store, *names: str, meet: threading.Barrier) -> list[object]:
    """Write these marks, each as a unit, in this order and in one transaction, which meets the other one after the first."""
    runs, go_on = threading.Event(), threading.Event()
    first_time = iter([True])

    def wait(_: Shelves) -> None:
        runs.set()
        go_on.wait()

    def write_and_meet(shelves: Shelves, name: str) -> None:
        write(shelves, name)
        if name == names[0] and next(first_time, False):
            meet.wait(20)

    before = asyncio.ensure_future(store.commit(wait))
    await asyncio.to_thread(runs.wait)
    writing = [asyncio.ensure_future(store.commit(partial(write_and_meet, name=name))) for name in names]
    await asyncio.sleep(0)  # all of them are in the queue now
    go_on.set()
    return await asyncio.gather(before, *writing, return_exceptions=True)


async def test_of_two_nodes_that_wait_for_each_other_both_write_all_they_had(
    postgresql_url: str, make_store: MakeStore
) -> None:
    one, two = await make_store(postgresql_url), await make_store(postgresql_url)
    for name in ("a", "b"):
        await one.commit(partial(write, name=name))
    meet = threading.Barrier(2)
    told = await asyncio.gather(in_one_batch(one, "a", "b", meet=meet), in_one_batch(two, "b", "a", meet=meet))
    assert [*told[0], *told[1]] == [None] * 6
    assert await one.read(lambda shelves: [shelves.marks.get(name) for name in ("a", "b")]) == ["1", "1"]
