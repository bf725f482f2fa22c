"""Laws of matching, for whatever clues: certain before likely before a search; what is found is there; the earliest knowledge stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response import matching, searching, weighing
from response.clues import Clues, Quoted
from response.desk import Desk, Report
from store.engine import Store
from store.holds import Hold
from store.journal import Line
from store.shelves import Shelves
from tests.conftest import MakeStore
from tests.helpers.clock import START, TestClock
from tests.response.cases import COLLEAGUE, OTHER, SENDER, WRONG, evidence, held, keep, line, line_of, make_desk

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SUBJECTS = ("お見積りの件", "竣工図面", "工程表", "議事録")


@pytest.fixture
async def store(sqlite_url: str, make_store: MakeStore) -> Store:
    """One database: the search itself is tested on both (tests/store/test_journal.py)."""
    return await make_store(sqlite_url)


@pytest.fixture
async def journal(store: Store) -> list[Line]:
    """Messages of two people to two addresses; one of them is held."""
    kept: list[Line | Hold] = []
    for number, subject in enumerate(SUBJECTS):
        sender = SENDER if number % 2 else COLLEAGUE
        at, to = START - timedelta(days=number), WRONG if number < 2 else OTHER
        kept.append(line(to, subject=subject, at=at, reverse_path=sender, header_from=sender, envid=f"E{number}"))
    hold = held()
    await keep(store, *kept, hold)
    return [*(one for one in kept if isinstance(one, Line)), line_of(hold)]


def named(one: Line) -> list[Clues]:
    """Each way to name a message certainly."""
    ways = [
        Clues(journal_ids=(one.id,)) if not one.hold_id else Clues(numbers=(one.hold_id,)),
        Clues(queue_ids=(one.queue_id,)),
        Clues(message_ids=(one.message_id,)),
        Clues(message_ids=(one.message_id.strip("<>"),)),
    ]
    return [*ways, Clues(envids=(one.envid,))] if one.envid else ways


words = st.lists(st.sampled_from((*SUBJECTS, "見積書", "xlsx", "nothing", "%", "_", "")), max_size=8)
quotes = st.builds(
    Quoted,
    st.sampled_from((*SUBJECTS, "Re: 工程表", "")),
    st.one_of(st.none(), st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 2))),  # noqa: DTZ001 - a quotation has no zone
    st.sampled_from((SENDER, COLLEAGUE, "")),
    st.lists(st.sampled_from((WRONG, OTHER)), max_size=2).map(tuple),
)
doubtful = st.builds(
    Clues,
    words=words.map(tuple),
    recipients=st.lists(st.sampled_from((WRONG, OTHER, "nobody@x.example", "@", "x")), max_size=3).map(tuple),
    quoted=st.lists(quotes, max_size=2).map(tuple),
    reporter=st.sampled_from((SENDER, COLLEAGUE, WRONG, "")),
)


def joined(certain: Clues, others: Clues) -> Clues:
    """A clue that names a message, among others that do not."""
    names = ("journal_ids", "numbers", "queue_ids", "message_ids", "envids")
    return replace(others, **{name: getattr(certain, name) for name in names})


async def test_what_names_a_message_beats_whatever_else_is_said(store: Store, desk: Desk, journal: list[Line]) -> None:
    zone = desk.office.zone

    def unit(shelves: Shelves) -> None:
        @SLOW
        @given(st.sampled_from(range(len(journal))), st.integers(0, 9), doubtful)
        def check(which: int, way: int, others: Clues) -> None:
            ways = named(journal[which])
            found = matching.find(shelves, joined(ways[way % len(ways)], others), zone)
            assert found.confidence == 1.0
            assert found.lines[0].message_id == journal[which].message_id
            assert found.candidates == ()

        check()

    await store.read(unit)


async def test_doubt_is_never_certain_and_candidates_stand_in_order_once_each(
    store: Store, desk: Desk, journal: list[Line]
) -> None:
    zone, there = desk.office.zone, {one.message_id for one in journal}

    def unit(shelves: Shelves) -> None:
        @SLOW
        @given(doubtful)
        def check(clues: Clues) -> None:
            found = matching.find(shelves, clues, zone)
            assert found.method in {"quoted", "none"}
            assert found.confidence < 1.0
            assert bool(found.lines) is (found.method == "quoted")
            given_weights = [one["confidence"] for one in found.candidates]
            assert given_weights == sorted(given_weights, reverse=True)
            assert all(0 < one < 1.0 for one in given_weights)
            ids = [one["journal_id"] for one in found.candidates]
            assert len(set(ids)) == len(ids) <= weighing.MOST
            assert {one.message_id for one in shelves.journal.several(ids)} <= there
            assert all(one["why"]["ja"] and one["why"]["en"] for one in found.candidates)
            # Looking before the transaction finds the same.
            assert matching.find(shelves, clues, zone, matching.look(shelves, clues, zone)) == found

        check()

    await store.read(unit)


async def test_more_clues_never_make_a_search_lose_what_it_found(store: Store, journal: list[Line]) -> None:
    def unit(shelves: Shelves) -> None:
        @SLOW
        @given(st.sampled_from(SUBJECTS), st.lists(st.sampled_from((WRONG, OTHER)), max_size=2))
        def check(word: str, recipients: list[str]) -> None:
            few = searching.search(shelves, Clues(words=(word,)))
            more = searching.search(shelves, Clues(words=(word,), recipients=tuple(recipients), reporter=SENDER))
            weights = {one.line.id: one.confidence for one in more.found}
            assert all(weights[one.line.id] >= one.confidence for one in few.found)
            assert max(weights.values()) <= 0.7

        check()

    await store.read(unit)
    assert journal


async def test_whatever_the_order_of_reports_the_earliest_knowledge_stays_and_one_ticket_opens(
    sqlite_url: str, make_store: MakeStore, tmp_path: Path
) -> None:
    clock = TestClock()
    store = await make_store(sqlite_url, clock=clock, directory=tmp_path / "laws")
    desk = make_desk(store, clock)
    hours = [5, 1, 30, 0, 12]
    for start in range(len(hours)):
        passed = line(WRONG)
        await keep(store, passed)
        order = hours[start:] + hours[:start]
        tickets = set()
        for number, hour in enumerate(order):
            known = clock.now() - timedelta(hours=hour) if hour else None
            who = (SENDER, COLLEAGUE)[number % 2]
            report = Report("page", who, message_id=passed.message_id, first_known_at=known)
            tickets.add((await desk.report(report)).id)
        (number_,) = tickets
        ticket = await desk.ticket(number_)
        assert ticket
        assert ticket.first_known_at == clock.now() - timedelta(hours=max(hours))
        reports = [entry for entry in await evidence(store, number_) if entry.event == "reported"]
        assert len(reports) == len(hours)
