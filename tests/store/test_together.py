"""Items of one kind that are written together: the same few statements, an answer for each, and one bad item costs itself alone."""

import asyncio
from collections.abc import Sequence

import pytest

from store.engine import Store
from store.errors import StoreDownError
from store.shelves import Shelves

CALLS: list[tuple[str, ...]] = []


@pytest.fixture(autouse=True)
def calls() -> list[tuple[str, ...]]:
    CALLS.clear()
    return CALLS


def mark_all(shelves: Shelves, names: Sequence[str]) -> list[str]:
    """Mark each; "bad" raises only after others were written, so that undoing matters."""
    CALLS.append(tuple(names))
    for name in names:
        if name != "bad":
            shelves.marks.set(name, "1")
    if "bad" in names:
        raise ValueError("bad")
    return [f"{name} is kept" for name in names]


async def kept(store: Store, *names: str) -> list[bool]:
    return await store.read(lambda shelves: [shelves.marks.get(name) is not None for name in names])


async def test_all_that_wait_are_written_by_one_call_and_each_hears_its_own_answer(store: Store) -> None:
    hold_up = asyncio.ensure_future(store.commit(lambda shelves: shelves.marks.set("first", "1")))
    said = await asyncio.gather(*(store.commit_beside(mark_all, f"n{n}") for n in range(50)))
    await hold_up
    assert said == [f"n{n} is kept" for n in range(50)]
    assert sum(map(len, CALLS)) == 50
    assert len(CALLS) < 10


async def test_an_item_that_cannot_be_written_costs_itself_alone(store: Store) -> None:
    names = ["a", "b", "bad", "c", "d"]
    said = await asyncio.gather(*(store.commit_beside(mark_all, name) for name in names), return_exceptions=True)
    assert [str(one) for one in said] == ["a is kept", "b is kept", "bad", "c is kept", "d is kept"]
    assert isinstance(said[2], ValueError)
    assert await kept(store, "a", "b", "bad", "c", "d") == [True, True, False, True, True]


async def test_of_items_for_later_only_the_bad_one_is_forgotten(store: Store) -> None:
    for name in ["a", "bad", "b", "bad", "c"]:
        store.later_each(mark_all, name)
    await store.commit(lambda _: None)
    assert CALLS[0] == ("a", "bad", "b", "bad", "c")
    assert await kept(store, "a", "b", "c") == [True, True, True]
    assert store.forgotten == 2


async def test_items_for_later_are_written_though_more_and_more_come(store: Store) -> None:
    """A steady stream must not put the writing off for ever."""
    name = 0
    while await kept(store, "n0") != [True]:
        store.later_each(mark_all, f"n{name}")
        name += 1
        assert name < 100_000
    assert store.forgotten == 0


async def test_who_waits_hears_that_the_store_is_not_open(store: Store) -> None:
    await store.stop()
    with pytest.raises(StoreDownError):
        await store.commit_beside(mark_all, "a")
