"""What a mail admin scrapes of legal deadlines: how many have passed, and how far the nearest is; of real cases."""

from datetime import timedelta

from prometheus_client.core import Metric

from response.clocks import headline
from response.desk import Report
from service.health import _gauges
from store.engine import Store
from tests.helpers.clock import TestClock
from tests.response.cases import SENDER, WRONG, by_link, held, keep, make_desk

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
