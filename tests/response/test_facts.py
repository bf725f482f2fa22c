"""Facts of a case are corrected by people, never overwritten; deadlines follow, and the record shows the difference."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from response import facts
from response.desk import Desk, Report
from response.known import Known, known
from store.deadlines import DeadlineRow
from store.engine import Store
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import LEADER, OFFICER, WRONG, by_link, evidence, held, keep, learn, line


async def opened(desk: Desk, store: Store, **other: Any) -> Ticket:
    hold = held(WRONG)
    await keep(store, hold)
    return await desk.report(by_link(hold, **other))


async def correct(desk: Desk, store: Store, ticket: Ticket, name: str, value: Any, **how: Any) -> str:
    given = {"by": OFFICER, "why": "looked at it", **how}
    return await store.commit(lambda s: facts.correct(s, desk.office, ticket.id, name, value, **given))


async def look(desk: Desk, store: Store, ticket: Ticket) -> Known:
    return await store.read(lambda s: known(s, desk.office, s.tickets.get(ticket.id) or ticket))


async def final(store: Store, ticket: Ticket) -> DeadlineRow:
    rows = await store.read(lambda s: s.deadlines.of(ticket.id))
    return next(row for row in rows if (row.rule, row.step) == ("JP-FINAL", "final"))


async def test_what_a_person_says_counts_with_who_when_why_and_the_last_word_wins(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert (await look(desk, store, ticket)).persons_max == 131
    assert await correct(desk, store, ticket, "persons", {"min": 40, "max": 40}) == ""
    assert await correct(desk, store, ticket, "persons", {"min": 41, "max": 42}, by=LEADER, proof=1) == ""
    fact = (await look(desk, store, ticket)).fact("persons")
    assert (fact.value, fact.source, fact.by, fact.why, fact.proof) == (
        {"min": 41, "max": 42},
        "person",
        LEADER,
        "looked at it",
        1,
    )
    said = [e for e in await evidence(store, ticket.id) if e.event == "fact"]
    assert [(e.body["was"]["max"], e.body["now"]["max"]) for e in said] == [(131, 40), (40, 42)]
    assert [e.body["was_from"] for e in said] == ["inspection", "person"]
    assert [row.seq for row in await store.read(lambda s: s.facts.of(ticket.id))] == [1, 2]


async def test_unknown_is_a_value_that_a_person_can_say(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await correct(desk, store, ticket, "financial", None) == ""
    found = await look(desk, store, ticket)
    assert (found.fact("financial").source, found.value("financial")) == ("person", None)
    assert found.given()["financial"] is None
    assert "financial" in found.unknown


async def test_new_facts_change_the_deadlines_and_the_record_says_from_what_to_what_and_why(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    assert (await final(store, ticket)).owed  # special-care data: nobody has looked, so it counts as if it were there
    await correct(desk, store, ticket, "sensitive", value=False)
    assert not (await final(store, ticket)).owed
    await correct(desk, store, ticket, "persons", {"min": 1000, "max": 1000})
    assert not (await final(store, ticket)).owed
    await correct(desk, store, ticket, "persons", {"min": 1000, "max": 1001})
    assert (await final(store, ticket)).owed
    counted = [e.body for e in await evidence(store, ticket.id) if e.event == "counted"]
    change = next(c for c in counted[-1]["changes"] if c["rule"] == "JP-FINAL")
    assert (change["was_owed"], change["was"], change["is_owed"]) == (False, None, True)
    assert datetime.fromisoformat(change["now"]) == (await final(store, ticket)).due
    assert counted[-1]["because"] == [{"name": "subjects", "was": 131, "now": 1001}]
    # From 131 to 1,000 nothing changed: no record.
    assert len(counted) == 3


async def test_earlier_knowledge_moves_the_clocks_of_steps_and_of_the_law(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    before = await final(store, ticket)
    early = clock.now() - timedelta(days=2)
    record = next(e.seq for e in await evidence(store, ticket.id) if e.event == "reported")
    assert await correct(desk, store, ticket, "known_at", early.isoformat(), proof=record) == ""
    after = await desk.ticket(ticket.id)
    assert after is not None
    assert after.first_known_at == early
    for was, now in zip(ticket.steps, after.steps, strict=True):
        if was.clock == "K" and was.due and now.due:
            assert was.due - now.due == timedelta(days=2)
    due = (await final(store, ticket)).due
    assert due is not None
    assert before.due is not None
    assert before.due - due >= timedelta(days=1)
    first = (await look(desk, store, ticket)).times["first_known_at"]
    assert (first.at, first.by, first.proof) == (early, OFFICER, record)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("persons", {"min": 3, "max": 2}, "range"),
        ("persons", {"min": -1, "max": 2}, "count"),
        ("kinds", ["phone"], "value"),
        ("sensitive", "yes", "value"),
        ("risk", "some", "value"),
        ("jurisdictions", ["XX"], "jurisdiction"),
        ("jurisdictions", None, "jurisdiction"),
        ("known_at", None, "when"),
        ("known_at", "2026-04-01T09:00:00", "when"),
        ("known_at", "2126-04-01T09:00:00+09:00", "when"),
        ("known_at", "1726-04-01T09:00:00+09:00", "when"),
        ("assessed_at", "soon", "when"),
        ("shoe_size", 42, "unknown"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_written(
    desk: Desk, store: Store, name: str, value: Any, why: str
) -> None:
    ticket = await opened(desk, store)
    entries = len(await evidence(store, ticket.id))
    assert await correct(desk, store, ticket, name, value) == why
    assert await correct(desk, store, ticket, "risk", "risk", why=" ") == "reason-missing"
    assert await correct(desk, store, ticket, "risk", "risk", proof=999) == "proof"
    assert len(await evidence(store, ticket.id)) == entries
    assert await store.read(lambda s: s.facts.of(ticket.id)) == ()


async def test_a_closed_case_is_not_corrected(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=LEADER, note="")
    await learn(desk, ticket.id)
    await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r")
    assert await correct(desk, store, ticket, "risk", "risk") == "already"


async def test_choosing_the_message_counts_the_deadlines_anew(desk: Desk, store: Store) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=LEADER, search="zzz"))
    assert (await final(store, ticket)).owed
    await desk.choose(ticket.id, passed.id, by=LEADER, wrong=(WRONG,))
    assert not (await final(store, ticket)).owed  # all of it was read, and nothing personal is in it
