"""Digests: holds join one that waits, nobody loses one that is on its way, and what belongs together is found from any of them."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from store.digests import Series
from store.engine import Store
from store.outbox import Notice
from store.shelves import Shelves
from tests.helpers.clock import TestClock
from tests.helpers.samples import hold
from tests.store.test_holds import keep

SERIES = Series("digest", "sato@tachibana.example", "Sato@Tachibana.example")


def queue(number: str, *groups: str, series: Series = SERIES) -> Callable[[Shelves], None]:
    def unit(shelves: Shelves) -> None:
        shelves.outbox.add(Notice(number, series.kind, "mail", series.person, "ja", {}))
        shelves.digests.add(number, series, groups)

    return unit


async def test_what_joins_a_waiting_digest_is_listed_once(store: Store) -> None:
    await store.commit(queue("N1", "A"))
    await store.commit(lambda s: s.digests.join("N1", ["B", "A"]))
    assert await store.read(lambda s: s.digests.listed(["N1", "N2"])) == {"N1": ("A", "B")}
    assert await store.commit(lambda s: s.digests.open(SERIES, 3)) == ("N1", 2)


async def test_one_that_is_full_or_on_its_way_takes_nothing_more(store: Store, clock: TestClock) -> None:
    await store.commit(queue("N1", "A", "B"))
    assert await store.commit(lambda s: s.digests.open(SERIES, 2)) is None
    await store.commit(lambda s: s.outbox.claim_due("node", s.now + timedelta(hours=1)))
    assert await store.commit(lambda s: s.digests.open(SERIES, 9)) is None
    assert await store.read(lambda s: s.digests.last(SERIES)) == clock.now()


@pytest.mark.parametrize(
    "other", [{"kind": "x"}, {"person": "natori@tachibana.example"}, {"sender": "natori@tachibana.example"}]
)
async def test_a_series_is_of_one_kind_person_and_sender(store: Store, other: dict[str, str]) -> None:
    await store.commit(queue("N1", "A"))
    another = dataclasses.replace(SERIES, **other)
    assert await store.commit(lambda s: s.digests.open(another, 9)) is None
    assert await store.read(lambda s: s.digests.last(another)) is None


async def test_a_digest_that_failed_has_told_nobody(store: Store) -> None:
    await store.commit(queue("N1", "A"))
    assert await store.read(lambda s: s.digests.about("A", "digest")) == ("N1",)
    await store.commit(lambda s: s.outbox.claim_due("node", s.now + timedelta(hours=1)))
    await store.commit(lambda s: s.outbox.failed("N1", "node", "550"))
    assert await store.read(lambda s: s.digests.about("A", "digest")) == ()


async def test_sends_of_one_person_are_counted_and_copies_are_not(store: Store, clock: TestClock) -> None:
    since = clock.now() - timedelta(minutes=10)
    for number in ("A", "B", "C"):
        await keep(store, hold(id=number, group_id="A" if number == "C" else number, received_at=clock.now()))
    await keep(store, hold(id="D", received_at=since - timedelta(seconds=1)))
    sender = hold().reverse_path
    assert await store.read(lambda s: s.digests.held_since(sender.upper(), since, 9)) == 2
    assert await store.read(lambda s: s.digests.held_since(sender, since, 1)) == 1
    assert await store.read(lambda s: s.digests.held_since("natori@tachibana.example", since, 9)) == 0


def _others(group_id: str, shelves: Shelves) -> tuple[str, ...]:
    return shelves.again.others(group_id)


async def test_what_was_sent_again_is_found_from_each_of_them(store: Store) -> None:
    for number in ("A", "B", "C", "D"):
        await keep(store, hold(id=number))
    await store.commit(lambda s: s.again.add("B", "A"))
    await store.commit(lambda s: s.again.add("C", "B"))
    for one, others in {"A": ("B", "C"), "B": ("A", "C"), "C": ("A", "B"), "D": ()}.items():
        assert await store.read(partial(_others, one)) == others
