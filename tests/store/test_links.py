"""A link opens one object for one person and one purpose, until its end."""

from datetime import timedelta

import pytest

from store.engine import Store
from store.links import Link
from store.tables.access import links
from tests.helpers.clock import TestClock
from tests.helpers.samples import SENDER

HOUR = timedelta(hours=1)


async def make(store: Store, **other: object) -> str:
    return await store.commit(lambda shelves: shelves.links.make("K7Q29MXD", SENDER, "question", **other))  # type: ignore[arg-type]


async def follow(store: Store, token: str, purpose: str = "question") -> Link | None:
    return await store.read(lambda shelves: shelves.links.follow(token, purpose))


async def test_a_link_opens_what_it_was_made_for(store: Store) -> None:
    token = await make(store)
    assert await follow(store, token) == Link("question", "K7Q29MXD", SENDER)


async def test_a_link_made_again_is_the_same(store: Store) -> None:
    assert await make(store) == await make(store)


async def test_an_unknown_a_mangled_or_a_foreign_link_opens_nothing(store: Store) -> None:
    token = await make(store)
    for wrong in (
        "",
        token[:-1],
        token + "A",
        token.swapcase(),
        "\ud800",
        "é",
        store.seal.token("K7Q29MXD", "x", "question"),
    ):
        assert await follow(store, wrong) is None
    assert await follow(store, token, "stop") is None


async def test_the_store_keeps_no_token(store: Store) -> None:
    token = await make(store)
    row = await store.read(lambda shelves: shelves.links._db.execute(links.select()).one())
    assert token not in map(str, row)
    assert row.token_sha256 == store.seal.fingerprint(token)


async def test_a_link_ends_at_its_time(store: Store, clock: TestClock) -> None:
    token = await make(store, expires_at=clock.now() + HOUR)
    assert await follow(store, token)
    clock.advance(HOUR)
    assert await follow(store, token) is None


@pytest.mark.parametrize("again", [None, timedelta(hours=5)])
async def test_every_link_to_an_object_ends_and_making_it_again_keeps_that(
    store: Store, clock: TestClock, again: timedelta | None
) -> None:
    token = await make(store)
    await store.commit(lambda shelves: shelves.links.expire("K7Q29MXD", "question", clock.now() + HOUR))
    await make(store, expires_at=again and clock.now() + again)
    clock.advance(HOUR)
    assert bool(await follow(store, token)) == bool(again)


async def test_a_hold_that_came_back_has_its_links_again(store: Store, clock: TestClock) -> None:
    token = await make(store)
    await store.commit(lambda shelves: shelves.links.expire("K7Q29MXD", "question", clock.now()))
    await store.commit(lambda shelves: shelves.links.expire("K7Q29MXD", "question", None))
    assert await follow(store, token)


async def test_links_that_ended_are_forgotten(store: Store, clock: TestClock) -> None:
    ended = await make(store, expires_at=clock.now())
    endless = await store.commit(lambda shelves: shelves.links.make("OTHER", SENDER, "question"))
    clock.advance(HOUR)
    assert await store.commit(lambda shelves: shelves.links.prune(clock.now())) == 1
    assert await follow(store, ended) is None
    assert await follow(store, endless)
