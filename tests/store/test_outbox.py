"""A notice commits with its event, is taken by one node, and ends once."""

import asyncio
from datetime import timedelta

import pytest

from store.engine import Store
from store.outbox import Notice
from store.shelves import Shelves
from store.tables.outbox import outbox
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.helpers.samples import notice, ticket

MINUTE = timedelta(minutes=1)


async def queue(store: Store, *notices: Notice) -> None:
    def unit(shelves: Shelves) -> None:
        for each in notices:
            shelves.outbox.add(each)

    await store.commit(unit)


async def claim(store: Store, node: str, clock: TestClock, limit: int = 20) -> list[str]:
    claimed = await store.commit(lambda shelves: shelves.outbox.claim_due(node, clock.now() + MINUTE, limit))
    return [each.id for each in claimed]


async def get(store: Store, notice_id: str) -> Notice:
    found = await store.read(lambda shelves: shelves.outbox.get(notice_id))
    assert found
    return found


async def test_a_notice_comes_back_as_it_was_queued(store: Store, clock: TestClock) -> None:
    told = notice(
        raw=b"From: a\r\n\r\nb\x00\xff", message_id="<1@tachibana.example>", hold_id="K7Q29MXD", ticket_id="T"
    )
    await queue(store, told)
    found = await get(store, told.id)
    assert (found.raw, found.facts, found.message_id) == (told.raw, told.facts, told.message_id)
    assert (found.state, found.created_at, found.attempts) == ("waiting", clock.now(), 0)


async def test_a_composed_message_lies_sealed(store_url: str, make_store: MakeStore) -> None:
    store = await make_store(store_url, key=bytes(32))
    told = notice(raw=b"returned words" * 9)
    await queue(store, told)
    kept = await store.read(lambda shelves: shelves.outbox._db.execute(outbox.select()).one())
    assert b"returned" not in bytes(kept.raw)
    assert (await get(store, told.id)).raw == told.raw


async def test_a_notice_is_sent_once(store: Store, clock: TestClock) -> None:
    told = notice()
    await queue(store, told)
    assert await claim(store, "a", clock) == [told.id]
    assert await claim(store, "b", clock) == []
    assert not await store.commit(lambda shelves: shelves.outbox.sent("b", {told.id: "250 Ok"}))
    assert await store.commit(lambda shelves: shelves.outbox.sent("a", {told.id: "250 Ok"}))
    assert not await store.commit(lambda shelves: shelves.outbox.sent("a", {told.id: "250 Ok"}))
    found = await get(store, told.id)
    assert (found.state, found.reply, found.sent_at, found.attempts) == ("sent", "250 Ok", clock.now(), 1)


async def test_a_lease_that_ended_is_taken_over_and_the_late_one_is_told(store: Store, clock: TestClock) -> None:
    told = notice()
    await queue(store, told)
    await claim(store, "a", clock)
    clock.advance(MINUTE)
    assert await claim(store, "b", clock) == [told.id]
    assert not await store.commit(lambda shelves: shelves.outbox.sent("a", {told.id: "250 Ok"}))
    assert (await get(store, told.id)).attempts == 2


async def test_what_could_not_be_sent_is_due_again_later(store: Store, clock: TestClock) -> None:
    told = notice()
    await queue(store, told)
    await claim(store, "a", clock)
    again = clock.now() + MINUTE
    assert await store.commit(lambda shelves: shelves.outbox.again(told.id, "a", "451 later", again))
    assert await claim(store, "a", clock) == []
    clock.advance(MINUTE)
    assert await claim(store, "a", clock) == [told.id]


async def test_what_failed_is_tried_again_only_when_asked(store: Store, clock: TestClock) -> None:
    told = notice()
    await queue(store, told)
    assert not await store.commit(lambda shelves: shelves.outbox.retry(told.id))
    await claim(store, "a", clock)
    assert await store.commit(lambda shelves: shelves.outbox.failed(told.id, "a", "550 no"))
    clock.advance(100 * MINUTE)
    assert await claim(store, "a", clock) == []
    assert await store.commit(lambda shelves: shelves.outbox.retry(told.id))
    assert await claim(store, "a", clock) == [told.id]


async def test_a_reminder_is_withdrawn_before_it_leaves(store: Store, clock: TestClock) -> None:
    reminder, other = notice(kind="reminder", hold_id="H"), notice(kind="question", hold_id="H")
    await queue(store, reminder, other, notice(kind="reminder", hold_id="X"))
    assert await store.commit(lambda shelves: shelves.outbox.withdraw("H", ("reminder",))) == 1
    assert reminder.id not in await claim(store, "a", clock)
    assert (await get(store, reminder.id)).state == "withdrawn"


@pytest.mark.parametrize("asked", ["<1@tachibana.example>", "1@tachibana.example", " <1@tachibana.example> "])
@pytest.mark.parametrize("stored", ["<1@tachibana.example>", "1@tachibana.example"])
async def test_our_own_notice_is_known_by_its_message_id(store: Store, asked: str, stored: str) -> None:
    told = notice(message_id=stored)
    await queue(store, told, notice(message_id=""))
    found = await store.read(lambda shelves: shelves.outbox.is_ours(asked))
    assert found
    assert found.id == told.id


@pytest.mark.parametrize("asked", ["", "<>", "<2@tachibana.example>"])
async def test_no_other_message_is_ours(store: Store, asked: str) -> None:
    await queue(store, notice(message_id=""), notice(message_id="<1@tachibana.example>"))
    assert await store.read(lambda shelves: shelves.outbox.is_ours(asked)) is None


async def test_what_was_said_is_listed_oldest_first(store: Store, clock: TestClock) -> None:
    first, second = notice(hold_id="H", ticket_id="T"), notice(hold_id="H", ticket_id="T")
    await queue(store, first)
    clock.advance(MINUTE)
    await queue(store, second, notice())
    for told in (
        await store.read(lambda shelves: shelves.outbox.of_hold("H")),
        await store.read(lambda shelves: shelves.outbox.of_ticket("T")),
    ):
        assert [each.id for each in told] == [first.id, second.id]


async def test_notices_are_counted_by_state(store: Store, clock: TestClock) -> None:
    await queue(store, notice(), notice(), notice())
    [one, two] = await claim(store, "a", clock, limit=2)
    await store.commit(lambda shelves: (shelves.outbox.sent("a", {one: ""}), shelves.outbox.failed(two, "a", "")))
    counts = await store.read(lambda shelves: shelves.outbox.counts())
    assert counts == {"waiting": 1, "sending": 0, "sent": 1, "failed": 1, "withdrawn": 0}


async def test_only_what_is_done_with_and_of_no_case_is_forgotten(store: Store, clock: TestClock) -> None:
    case = ticket()
    await store.commit(lambda shelves: shelves.tickets.add(case))
    done, of_case, open_still = notice(), notice(ticket_id=case.id), notice()
    await queue(store, done, of_case)
    assert set(await claim(store, "a", clock)) == {done.id, of_case.id}
    await store.commit(lambda shelves: [shelves.outbox.sent("a", {each.id: ""}) for each in (done, of_case)])
    await queue(store, open_still)
    assert await store.commit(lambda shelves: shelves.outbox.prune(clock.now() + MINUTE)) == 1
    assert await store.read(lambda shelves: shelves.outbox.get(done.id)) is None
    for each in (of_case, open_still):
        await get(store, each.id)


async def test_two_stores_never_claim_the_same_notice(store_url: str, make_store: MakeStore, clock: TestClock) -> None:
    one, two = await make_store(store_url), await make_store(store_url)
    told = [notice() for _ in range(60)]
    await queue(one, *told)
    claims = await asyncio.gather(
        *(claim(s, n, clock, limit=2) for _ in range(30) for s, n in ((one, "a"), (two, "b")))
    )
    taken = [each for claimed in claims for each in claimed]
    assert sorted(taken) == sorted(each.id for each in told)
