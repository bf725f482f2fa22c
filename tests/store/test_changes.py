"""The tag of contacts and blocks: another one after every change that a judgement may see, in every process."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from store.blocks import BlockRow
from store.changes import Changes
from store.contact_counts import Delivered
from store.contacts import Imported
from store.engine import Store
from store.errors import StoreDownError
from store.ids import new_id
from store.shelves import Shelves
from tests.conftest import MakeStore
from tests.helpers.clock import START

WHO, SENDER = "tanaka@customer.example", "ono@tachibana.example"


def delivered(shelves: Shelves, at: datetime = START) -> None:
    shelves.contacts.delivered([Delivered(SENDER, [WHO], at)])


def blocked(shelves: Shelves) -> None:
    shelves.blocks.add(BlockRow(new_id(), WHO, False, SENDER, "wrong", "", shelves.now))


CHANGES: dict[str, Callable[[Shelves], Any]] = {
    "imported": lambda s: s.contacts.import_rows([Imported(WHO)]),
    "new by delivery": delivered,
    "confirmed": lambda s: s.contacts.confirmed(SENDER, WHO),
    "answered": lambda s: s.contacts.answered(WHO),
    "blocked": blocked,
    "lifted": lambda s: s.blocks.lift("x", SENDER),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_gives_another_tag_to_every_process(
    store: Store, make_store: MakeStore, store_url: str, change: Callable[[Shelves], Any]
) -> None:
    other = await make_store(store_url)
    before = await other.changes()
    assert await other.changes() == before
    await store.commit(change)
    assert await other.changes() != before
    assert await other.changes() == await store.changes()


async def test_counting_a_known_contact_changes_nothing_until_it_is_vouched_for(store: Store) -> None:
    await store.commit(delivered)
    tag = await store.changes()
    await store.commit(lambda s: delivered(s, START + timedelta(hours=1)))
    assert await store.changes() == tag
    await store.commit(lambda s: delivered(s, START + timedelta(days=1)))  # the third, on a second day
    assert await store.changes() != tag


NOTHING_NEW: dict[str, Callable[[Shelves], Any]] = {
    "an answer more": lambda s: s.contacts.answered(WHO),
    "confirmed again": lambda s: s.contacts.confirmed(SENDER, WHO),
    "a stranger bounced": lambda s: s.contacts.bounced("nobody@customer.example"),
    "a stranger was the wrong one": lambda s: s.contacts.disown("nobody@customer.example"),
}


@pytest.mark.parametrize("event", NOTHING_NEW.values(), ids=NOTHING_NEW)
async def test_what_changes_no_judgement_empties_no_cache(store: Store, event: Callable[[Shelves], Any]) -> None:
    await store.commit(lambda s: s.contacts.import_rows([Imported(WHO)]))
    tag = await store.changes()
    await store.commit(event)
    assert await store.changes() == tag


@pytest.mark.parametrize("event", ["bounced", "disown"])
async def test_a_known_contact_that_no_longer_vouches_is_a_change(store: Store, event: str) -> None:
    await store.commit(lambda s: s.contacts.import_rows([Imported(WHO)]))
    tag = await store.changes()
    await store.commit(lambda s: getattr(s.contacts, event)(WHO))
    assert await store.changes() != tag


@pytest.mark.parametrize("event", ["answered", "confirmed"])
async def test_who_begins_to_vouch_is_a_change(store: Store, event: str) -> None:
    await store.commit(delivered)
    tag = await store.changes()
    await store.commit(lambda s: s.contacts.answered(WHO) if event == "answered" else s.contacts.confirmed(SENDER, WHO))
    assert await store.changes() != tag


async def test_a_unit_that_is_undone_may_change_the_tag_but_nothing_else_does(store: Store) -> None:
    tag = await store.changes()
    await store.commit(lambda shelves: shelves.marks.set("other", "1"))
    assert await store.changes() == tag


async def test_who_asks_while_a_read_runs_shares_the_next_one() -> None:
    reads, runs, go_on = 0, asyncio.Event(), asyncio.Event()

    async def read() -> str:
        nonlocal reads
        reads += 1
        number = reads
        runs.set()
        await go_on.wait()
        return str(number)

    changes = Changes(None, read)
    first = asyncio.create_task(changes.tag())
    await runs.wait()
    others = [asyncio.create_task(changes.tag()) for _ in range(20)]
    await asyncio.sleep(0)
    go_on.set()
    assert await first == "1"
    # What began before they asked may be older than a change they must see.
    assert {await each for each in others} == {"2"}
    assert reads == 2


async def test_a_tag_that_cannot_be_had_at_once_is_read() -> None:
    def peek() -> str:
        raise StoreDownError("busy")

    async def read() -> str:
        return "read"

    assert await Changes(peek, read).tag() == "read"
