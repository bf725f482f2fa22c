"""What an admin looks for is found page by page, nothing twice and nothing lost; the same on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store import overview
from store.engine import Store
from store.ids import new_journal_id
from store.journal import Line, RecipientLine
from store.overview import Found, Search
from store.own_mail import Behind
from tests.helpers.clock import START, TestClock
from tests.helpers.samples import hold

SENDER, OTHER, TO = "ono@tachibana.example", "mori@tachibana.example", "sato@customer.example"
LINES = 40


def line(number: int, sender: str = SENDER, to: str = TO, **changes: object) -> Line:
    at = START + timedelta(minutes=number)
    made = Line(
        id=f"{number:08}-{new_journal_id()[9:]}",
        queue_id=f"Q{number}",
        hold_id="",
        at=at,
        client="127.0.0.1",
        reverse_path=sender,
        header_from=sender,
        message_id=f"<{number}@tachibana.example>",
        subject=f"件名 {number}",
        size=1,
        sha256="",
        disposition="pass",
        gate="normal",
        verdict={},
        parts=({"name": f"見積{number}.xlsx", "sha256": "1" * 64},),
        milliseconds=1,
        recipients=(RecipientLine(to, "delivered", "250", at),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def filled(store: Store) -> Store:
    lines = [line(n, *((SENDER, TO) if n % 2 else (OTHER, SENDER))) for n in range(LINES)]
    await store.commit(lambda shelves: shelves.journal.add(*lines))
    return store


async def search(store: Store, most: int = 7, **wanted: object) -> list[int]:
    """All pages of a search, as the numbers of the lines."""
    seen: list[int] = []
    behind = ""
    while True:
        made = Search(**{**wanted, "behind": behind})  # type: ignore[arg-type]
        found: Found = await store.read(lambda shelves, made=made: shelves.overview.search(made, most))  # type: ignore[misc]
        assert len(found.lines) <= most
        seen += [int(one.queue_id[1:]) for one in found.lines]
        behind = found.older
        if not behind:
            return seen


async def test_pages_of_everything_follow_one_another(filled: Store) -> None:
    assert await search(filled) == list(range(LINES))[::-1]


async def test_an_address_is_found_as_sender_and_as_recipient(filled: Store) -> None:
    assert await search(filled, address=TO.upper()) == [n for n in range(LINES) if n % 2][::-1]
    assert await search(filled, address=SENDER) == list(range(LINES))[::-1]
    assert await search(filled, address="nobody@tachibana.example") == []


async def test_times_bound_every_way_of_looking(filled: Store) -> None:
    times: dict[str, Any] = {"since": START + timedelta(minutes=10), "until": START + timedelta(minutes=20)}
    within = list(range(10, 20))[::-1]
    assert await search(filled, **times) == within
    assert await search(filled, address=SENDER, **times) == within
    assert await search(filled, words="件名", **times) == within
    assert await search(filled, since=START + timedelta(days=1)) == []
    assert await search(filled, until=START) == []


async def test_words_are_looked_for_in_so_many_lines_at_a_time(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "LOOK", 9)
    monkeypatch.setattr(overview, "LOOK_APART", 4)
    assert await search(filled, words="件名 1") == [n for n in range(LINES) if "1" in str(n)][::-1]
    first = await filled.read(lambda s: s.overview.search(Search(words="見積3.XLSX"), 7))
    assert (first.lines, first.looked_until) == ((), START + timedelta(minutes=LINES - 9))
    assert await search(filled, words="見積3.XLSX") == [3]
    assert await search(filled, words="件名", address=TO) == [n for n in range(LINES) if n % 2][::-1]
    assert await search(filled, words="100%") == []


async def test_a_number_or_a_message_id_is_found(filled: Store) -> None:
    await filled.commit(lambda s: s.journal.add(line(50, hold_id="K7Q29MXD"), line(51, hold_id="BBBBBBBB")))
    copy = replace(hold(), id="BBBBBBBB", group_id="K7Q29MXD")
    await filled.commit(lambda s: s.holds.add(copy, b""))
    assert await search(filled, number="k7q2-9mxd") == [51, 50]
    assert await search(filled, number="7@tachibana.example") == await search(filled, number="Q7") == [7]
    assert await search(filled, number="Q7", address=OTHER) == []
    assert await search(filled, number="Q7", address=TO) == [7]


async def test_what_is_held_comes_oldest_first_and_page_by_page(store: Store, clock: TestClock) -> None:
    made = [
        replace(hold(), id=f"{n:08}", group_id=f"{n:08}", received_at=clock.now() + timedelta(n // 2)) for n in range(9)
    ]
    await store.commit(lambda s: s.holds.add_all([(one, b"") for one in made]))
    seen: list[str] = []
    behind: Behind | None = None
    while page := await store.read(lambda s: s.overview.held(behind=behind, most=4)):  # noqa: B023 - run at once
        seen += [one.id for one in page]
        behind = Behind(page[-1].received_at, page[-1].id)
    assert seen == [one.id for one in made]
    assert await store.read(lambda s: s.overview.held_count()) == 9


async def test_held_mail_is_counted_up_to_a_number_and_more_is_more(
    store: Store, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "COUNTED", 3)
    made = [replace(hold(), id=f"{n:08}", group_id=f"{n:08}", received_at=clock.now()) for n in range(6)]
    for number, one in enumerate(made, 1):
        await store.commit(lambda s, kept=one: s.holds.add(kept, b""))  # type: ignore[misc]
        assert await store.read(lambda s: s.overview.held_count()) == min(number, 4)
