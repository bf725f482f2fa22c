"""What a mail admin scrapes of legal deadlines: how many have passed, and how far the nearest is; of real cases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.core import Metric

from response import fulfilling
from response.clocks import headline
from response.desk import Desk, Report
from service.health import _gauges
from store.engine import Store
from store.shelves import Shelves
from tests.helpers.clock import TestClock
from tests.helpers.samples import DRILL
from tests.response.cases import OFFICER, SENDER, WRONG, by_link, held, keep, make_desk
from tests.response.test_letter_answers import said
from tests.response.test_letters import case, draft, send

NEAREST, OVERDUE = "sekisho_nearest_deadline_seconds", "sekisho_deadlines_overdue"


async def scraped(store: Store) -> dict[str, float]:
    metrics: list[Metric] = await store.read(_gauges)
    return {sample.name: sample.value for metric in metrics for sample in metric.samples if not sample.labels}


async def test_the_nearest_hard_deadline_is_told_in_seconds_and_those_that_passed_are_counted(
    store: Store, clock: TestClock
) -> None:
    desk = make_desk(store, clock)
    drill, real = held(WRONG), held(WRONG)
    await keep(store, drill, real)
    await desk.report(Report(channel="command", reporter=SENDER, hold_id=drill.id, drill=True))
    clock.advance(timedelta(days=1))
    assert NEAREST not in await scraped(store)
    ticket = await desk.report(by_link(real))
    rows = await store.read(lambda shelves: shelves.deadlines.of(ticket.id))
    nearest = headline(rows)
    assert nearest is not None
    assert nearest.due is not None
    assert (await scraped(store))[NEAREST] == (nearest.due - clock.now()).total_seconds()
    assert (await scraped(store))[OVERDUE] == 0
    clock.advance(nearest.due - clock.now() + timedelta(seconds=30))
    assert (await scraped(store))[NEAREST] == -30
    assert (await scraped(store))[OVERDUE] == sum(
        row.runs and row.due == nearest.due for row in rows if row.kind == "hard"
    )


@pytest.fixture
def desk(store: Store, clock: TestClock) -> Desk:
    """The desk."""
    return make_desk(store, clock)


async def labelled(store: Store) -> dict[str, float]:
    metrics: list[Metric] = await store.read(_gauges)
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for metric in metrics
        for sample in metric.samples
        if sample.labels
    }


async def test_letters_their_answers_and_what_is_overdue_are_counted_of_real_cases(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    before = await labelled(store)
    states = ("sent", "asked-again", "answered", "refused", "overdue")
    assert [before[f"sekisho_letters {state}"] for state in states] == [0, 0, 0, 0, 0], (
        "an alarm needs them from the start"
    )
    ticket, drill = await case(desk, store), await case(desk, store, drill=True)
    letter = await draft(desk, store, ticket)
    assert await send(desk, store, ticket, letter) == ""
    await store.commit(lambda s: s.letters.begin(drill.id, WRONG))
    clock.advance(timedelta(hours=5))
    late = await labelled(store)
    assert [late[f"sekisho_letters {state}"] for state in states] == [1, 0, 0, 0, 1]
    assert await said(store, ticket, read="no", copied="no", forwarded="no", erased="yes") == ""
    after = await labelled(store)
    assert [after[f"sekisho_letters {state}"] for state in states] == [1, 0, 1, 0, 0]


async def test_deadlines_are_counted_by_kind_and_by_what_became_of_them(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await case(desk, store)
    await case(desk, store, drill=True)
    rows = await store.read(lambda s: s.deadlines.of(ticket.id))
    hard = sum(row.kind == "hard" and row.owed for row in rows)
    found = await labelled(store)
    assert (found["sekisho_deadlines hard running"], found["sekisho_deadlines hard void"]) == (hard, 0)
    office, given = desk.office, {"by": OFFICER, "at": clock.now(), "how": "number 12"}
    await store.commit(lambda s: fulfilling.meet(s, office, ticket.id, "JP-PRELIM", "outer", **given))  # type: ignore[arg-type]
    await store.commit(
        lambda s: fulfilling.void(s, office, ticket.id, "JP-FINAL", "final", by=OFFICER, reason="encrypted")
    )
    found = await labelled(store)
    states = ("running", "met", "late", "void")
    assert [found[f"sekisho_deadlines hard {state}"] for state in states] == [hard - 2, 1, 0, 1]


async def test_drills_are_counted_by_state_and_the_last_one_has_its_age(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    assert (await labelled(store))["sekisho_drills over"] == 0
    assert "sekisho_drill_seconds" not in await scraped(store)
    began = replace(DRILL, id="DR1LL001", state="running", started_at=clock.now(), ended_at=None)
    ticket = await case(desk, store, drill=True)

    def unit(shelves: Shelves) -> None:
        assert shelves.drills.add(began)
        shelves.drills.add_ticket(began.id, ticket.id)

    await store.commit(unit)
    assert (await labelled(store))["sekisho_drills running"] == 1
    clock.advance(timedelta(hours=2))
    await store.commit(lambda s: s.drills.end(began.id, "over", "sekisho"))
    found = await labelled(store)
    assert (found["sekisho_drills running"], found["sekisho_drills over"]) == (0, 1)
    assert (await scraped(store))["sekisho_drill_seconds"] == timedelta(hours=2).total_seconds()
