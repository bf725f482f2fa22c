"""The journal finds a message by anything a reporter still knows of it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from store.engine import Store
from store.journal import Line
from store.shelves import Shelves
from tests.helpers.clock import TestClock
from tests.helpers.samples import RIGHT, SENDER, WRONG, line

HOUR = timedelta(hours=1)


async def write(store: Store, *lines: Line) -> None:
    def unit(shelves: Shelves) -> None:
        for each in lines:
            shelves.journal.add(each)

    await store.commit(unit)


def waiting(kept: Line) -> Line:
    return replace(kept, recipients=tuple(replace(r, state="held", reply="") for r in kept.recipients))


async def search(store: Store, **which: Any) -> list[str]:
    return [found.id for found in await store.read(lambda shelves: shelves.journal.search(**which))]


async def test_a_line_comes_back_as_it_was_written(store: Store) -> None:
    written = line(RIGHT, WRONG, hold_id="K7Q29MXD", verdict={"findings": [{"rule": "recipient-typo"}]})
    await write(store, written)
    for found in (
        await store.read(lambda shelves: shelves.journal.get(written.id)),
        await store.read(lambda shelves: shelves.journal.by_queue_id(written.queue_id)),
        await store.read(lambda shelves: shelves.journal.by_hold("K7Q29MXD")),
    ):
        assert found == written


async def test_what_is_not_there_is_none(store: Store) -> None:
    await write(store, line())
    assert await store.read(lambda shelves: shelves.journal.get("none")) is None
    assert await store.read(lambda shelves: shelves.journal.by_queue_id("none")) is None
    assert await store.read(lambda shelves: shelves.journal.by_hold("none")) is None
    assert await store.read(lambda shelves: shelves.journal.by_message_id("")) == ()


def _copies(shelves: Shelves, message_id: str) -> tuple[Line, ...]:
    return shelves.journal.by_message_id(message_id)


async def test_every_copy_of_a_message_is_found_newest_first(store: Store, clock: TestClock) -> None:
    one, two = line(at=clock.now()), line(at=clock.now() + HOUR)
    await write(store, one, two, line(message_id="<2@tachibana.example>"))
    for asked in ("<1@tachibana.example>", "1@tachibana.example"):
        found = await store.read(partial(_copies, message_id=asked))
        assert [each.id for each in found] == [two.id, one.id]


async def test_what_became_of_a_held_recipient_is_written_to_its_line(store: Store, clock: TestClock) -> None:
    await write(store, waiting(line(RIGHT, WRONG, hold_id="H")), waiting(line(RIGHT, hold_id="X")))
    clock.advance(HOUR)
    await store.commit(lambda shelves: shelves.journal.set_recipient("H", RIGHT, "failed", "550 no"))
    changed = await store.read(lambda shelves: shelves.journal.by_hold("H"))
    other = await store.read(lambda shelves: shelves.journal.by_hold("X"))
    assert changed
    assert other
    assert [(r.state, r.reply) for r in changed.recipients] == [("failed", "550 no"), ("held", "")]
    assert changed.recipients[0].at == clock.now()
    assert other.recipients[0].state == "held"


async def test_recipients_that_differ_in_their_tag_are_told_apart(store: Store) -> None:
    await write(store, waiting(line("carl+1@customer.example", "carl+2@customer.example", hold_id="H")))
    await store.commit(lambda s: s.journal.set_recipient("H", "carl+1@customer.example", "delivered", "250 ok"))
    await store.commit(lambda s: s.journal.set_recipient("H", "carl+2@customer.example", "stopped", ""))
    changed = await store.read(lambda shelves: shelves.journal.by_hold("H"))
    assert changed
    assert [r.state for r in changed.recipients] == ["delivered", "stopped"]


async def test_what_was_delivered_stays_delivered(store: Store) -> None:
    await write(store, line(RIGHT, hold_id="H"))
    await store.commit(lambda shelves: shelves.journal.set_recipient("H", RIGHT, "stopped", ""))
    changed = await store.read(lambda shelves: shelves.journal.by_hold("H"))
    assert changed
    assert changed.recipients[0].state == "delivered"


@pytest.mark.parametrize(
    "words", ["見積", "御見積書 2026", "ＥＳＴＩＭＡＴＥ", "estimate", "一覧.XLSX", "tanaka@customer", "ﾅﾏｴ", "100%_a"]
)
async def test_words_are_found_in_subject_recipients_and_part_names(store: Store, words: str) -> None:
    wanted = line(
        RIGHT, subject="御見積書 2026 Estimate ナマエ 100%_a", parts=({"name": "顧客一覧.xlsx", "sha256": "d" * 64},)
    )
    await write(store, wanted, line("suzuki@other.example", subject="100 percent", parts=()))
    assert await search(store, words=words) == [wanted.id]


@pytest.mark.parametrize("words", ["name", "sha256", "dddd", "見積 absent", "%"])
async def test_words_that_stand_elsewhere_are_not_found(store: Store, words: str) -> None:
    await write(store, line())
    assert await search(store, words=words) == []


@pytest.mark.parametrize(
    "which",
    [
        {"recipient": "Tanaka+tag@Customer.EXAMPLE"},
        {"recipient": "@customer.example"},
        {"sender": "YAMADA@tachibana.example"},
        {"sender": "@tachibana.example"},
        {"sender": "from@tachibana.example"},
        {"digests": ["f" * 64, "a" * 64]},
        {"digests": ["e" * 64]},
        {"recipient": RIGHT, "sender": SENDER, "words": "御見積書"},
    ],
    ids=str,
)
async def test_every_given_condition_must_hold(store: Store, which: dict[str, Any]) -> None:
    parts = ({"name": "a.csv", "sha256": "a" * 64},)
    wanted = line(RIGHT, header_from="from@tachibana.example", sha256="e" * 64, parts=parts)
    other = line(
        "x@other.example",
        reverse_path="y@elsewhere.example",
        header_from="y@elsewhere.example",
        sha256="1" * 64,
        subject="x",
    )
    await write(store, wanted, other)
    assert await search(store, **which) == [wanted.id]
    assert await search(store, **which, until=wanted.at) == []


async def test_a_search_goes_from_newest_to_oldest_within_its_time(store: Store, clock: TestClock) -> None:
    lines = [line(at=clock.now() + n * HOUR) for n in range(4)]
    await write(store, *lines)
    assert await search(store) == [each.id for each in reversed(lines)]
    assert await search(store, since=clock.now() + HOUR, until=clock.now() + 3 * HOUR) == [lines[2].id, lines[1].id]
    assert await search(store, limit=1) == [lines[3].id]


async def test_old_lines_are_forgotten_with_all_that_hangs_on_them(store: Store, clock: TestClock) -> None:
    old, young = line(at=clock.now()), line(at=clock.now() + HOUR)
    await write(store, old, young)
    assert await store.commit(lambda shelves: shelves.journal.prune(clock.now() + HOUR)) == 1
    assert await search(store) == [young.id]
    assert await search(store, digests=["b" * 64]) == [young.id]
