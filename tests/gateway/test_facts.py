"""Facts are looked up once, and anew as soon as contacts or blocks change anywhere."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from gateway.facts import FRESH, TOGETHER, FactsGatherer
from gateway.learning import learn_from
from mail.envelope import Client, Envelope, ForwardPath
from mail.message import Message
from notifier.options import Organisation
from rules import recipient_blocked
from rules.base import Mail
from rules.recent_mail import RecentMail, decode, topic
from rules.recipient_unusual import OFTEN
from store.blocks import BlockRow
from store.contact_counts import Delivered
from store.engine import Store
from store.ids import new_id
from store.shelves import Shelves
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock

WHO, OTHER, SENDER = "tanaka@customer.example", "sato@partner.example", "ono@tachibana.example"
ORGANISATION = Organisation(name="橘", domains=("tachibana.example",))


def envelope(*recipients: str) -> Envelope:
    paths = tuple(ForwardPath(r) for r in recipients)
    return Envelope("q1", SENDER, paths, Client("127.0.0.1"), datetime(2026, 4, 1, tzinfo=UTC))


def deliver(shelves: Shelves) -> None:
    shelves.contacts.delivered([Delivered(SENDER, [WHO], shelves.now)])


async def test_a_block_made_by_another_process_is_known_at_once(
    store: Store, make_store: MakeStore, store_url: str, clock: TestClock
) -> None:
    desk = await make_store(store_url)
    facts = FactsGatherer(store, ORGANISATION, clock)
    assert (await facts.gather(envelope(WHO, OTHER))).of(WHO).block is None
    await desk.commit(lambda s: s.blocks.add(BlockRow(new_id(), WHO, False, SENDER, "wrong", "", s.now)))
    found = await facts.gather(envelope(WHO, OTHER))
    assert found.of(WHO).block
    assert found.of(OTHER).block is None


@pytest.mark.parametrize("hours", [1, 16, 23])
async def test_a_block_of_a_day_holds_for_all_its_hours_and_ends_on_a_day_of_the_house(
    store: Store, clock: TestClock, hours: int
) -> None:
    clock.advance(timedelta(hours=23))  # 2 April, 08:30 in Tokyo, where in UTC it is still the first
    ends = clock.now() + timedelta(hours=24)
    row = BlockRow(new_id(), WHO, True, SENDER, "wrong", "", clock.now(), expires_at=ends)
    await store.commit(lambda s: s.blocks.add(row))
    clock.advance(timedelta(hours=hours))
    facts = await FactsGatherer(store, ORGANISATION, clock).gather(envelope(WHO))
    block = facts.of(WHO).block
    assert block is not None
    assert block.until == date(2026, 4, 3)
    assert len(list(recipient_blocked.check(Mail(envelope(WHO), Message(())), facts, recipient_blocked.Options()))) == 1


async def test_whether_something_changed_is_asked_once_for_all_that_is_judged_in_one_turn(
    store: Store, store_url: str, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    changes = store.changes

    async def counting() -> str:
        asked.append(await changes())
        return asked[-1]

    monkeypatch.setattr(store, "changes", counting)
    facts = FactsGatherer(store, ORGANISATION, clock)
    for turn in (1, 2):
        await asyncio.gather(*(facts.gather(envelope(WHO)) for _ in range(5)))
        assert len(asked) == (turn if store_url.startswith("sqlite") else 5 * turn)


async def test_what_was_looked_up_is_not_looked_up_again(store: Store, clock: TestClock) -> None:
    await store.commit(deliver)
    facts = FactsGatherer(store, ORGANISATION, clock)
    first = (await facts.gather(envelope(WHO))).of(WHO)
    again = await facts.gather(envelope(OTHER, WHO))
    assert again.of(WHO) is first
    assert list(again.recipients) == [OTHER, WHO]


async def test_counts_are_looked_up_anew_after_a_minute(store: Store, clock: TestClock) -> None:
    await store.commit(deliver)
    facts = FactsGatherer(store, ORGANISATION, clock)

    async def count() -> int:
        known = (await facts.gather(envelope(WHO))).of(WHO).known
        return known.count if known else 0

    assert await count() == 1
    await store.commit(deliver)
    clock.advance(timedelta(seconds=FRESH + 1))
    assert await count() == 2


async def test_many_recipients_are_looked_up_a_few_at_a_time_and_all_of_them(
    store: Store, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    read = store.read

    async def counting(unit: Callable[[Shelves], Any]) -> Any:
        found = await read(unit)
        if isinstance(found, tuple):
            sizes.append(len(found[1]))
        return found

    monkeypatch.setattr(store, "read", counting)
    everyone = [f"n{n}@customer.example" for n in range(2 * TOGETHER + 1)]
    facts = await FactsGatherer(store, ORGANISATION, clock).gather(envelope(*everyone))
    assert list(facts.recipients) == everyone
    assert sizes == [TOGETHER, TOGETHER, 1]


async def test_what_was_delivered_is_remembered_around_the_next_envelope(store: Store, clock: TestClock) -> None:
    one = Delivered(SENDER, [WHO, OTHER], clock.now(), "annex")
    await store.commit(partial(learn_from, deliveries=[one]))
    recent = (await FactsGatherer(store, ORGANISATION, clock).gather(envelope(WHO, OTHER))).recent
    (sent,) = decode(recent.sent)
    assert sent.to == (recent.people[WHO], recent.people[OTHER])
    assert sent.thread == topic("Re: annex", recent.salt).thread
    assert set(recent.names.values()) == {WHO, OTHER}
    assert recent.got[recent.people[WHO]] == recent.sent


async def test_habits_are_looked_up_anew_after_a_minute(store: Store, clock: TestClock) -> None:
    facts = FactsGatherer(store, ORGANISATION, clock)

    async def remembered() -> int:
        return len(list(decode((await facts.gather(envelope(WHO, OTHER))).recent.sent)))

    assert await remembered() == 0
    await store.commit(lambda s: s.recent_mail.learn([Delivered(SENDER, [WHO, OTHER], clock.now())]))
    assert await remembered() == 0
    clock.advance(timedelta(seconds=FRESH + 1))
    assert await remembered() == 1


async def test_nothing_is_looked_up_around_a_single_recipient_who_is_written_to_every_day(
    store: Store, clock: TestClock
) -> None:
    for _ in range(OFTEN):
        await store.commit(partial(learn_from, deliveries=[Delivered(SENDER, [WHO], clock.now())]))
    facts = FactsGatherer(store, ORGANISATION, clock)
    assert (await facts.gather(envelope(WHO))).recent == RecentMail()
    assert (await facts.gather(envelope(WHO, OTHER))).recent.sent


async def test_look_ups_that_are_too_old_take_no_memory(store: Store, clock: TestClock) -> None:
    facts = FactsGatherer(store, ORGANISATION, clock)
    await facts.gather(envelope(*(f"p{n}@customer.example" for n in range(5))))
    clock.advance(timedelta(seconds=FRESH / 2))
    await facts.gather(envelope(OTHER))
    assert len(facts._kept) == 6
    clock.advance(timedelta(seconds=FRESH / 2 + 1))
    await facts.gather(envelope(WHO))
    assert sorted(address for _, address in facts._kept) == sorted([OTHER, WHO])
    clock.advance(timedelta(seconds=FRESH / 2))
    await facts.gather(envelope(OTHER))
    assert [address for _, address in facts._kept] == [WHO, OTHER], "what is read anew is the newest"
