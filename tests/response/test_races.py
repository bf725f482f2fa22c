"""Two at once: reports of one message give one ticket, a step is finished by one."""

import asyncio
from datetime import timedelta

import pytest

from response.desk import Report
from tests.conftest import MakeStore
from tests.helpers.clock import TestClock
from tests.response.cases import COLLEAGUE, LEADER, SENDER, WRONG, evidence, keep, line, make_desk

pytestmark = pytest.mark.both_databases

ROUNDS = 50


@pytest.mark.timeout(240)
async def test_two_reports_at_two_nodes_give_one_ticket(
    make_store: MakeStore, clock: TestClock, store_url: str
) -> None:
    stores = [await make_store(store_url), await make_store(store_url)]
    desks = [make_desk(store, clock) for store in stores]
    for _ in range(ROUNDS):
        clock.advance(timedelta(hours=1))  # each round is a report of its own, not a flood
        passed = line(WRONG)
        await keep(stores[0], passed)
        reports = (
            Report(channel="page", reporter=SENDER, message_id=passed.message_id, proven=True),
            Report(channel="mail", reporter=COLLEAGUE, message_id=passed.message_id),
        )
        one, other = await asyncio.gather(*(d.report(r) for d, r in zip(desks, reports, strict=True)))
        assert one.id == other.id
        entries = await evidence(stores[0], one.id)
        assert [e.body["joined"] for e in entries if e.event == "reported"] == [False, True]


async def test_a_step_that_two_finish_at_once_is_one_persons(
    make_store: MakeStore, clock: TestClock, store_url: str
) -> None:
    stores = [await make_store(store_url), await make_store(store_url)]
    desks = [make_desk(store, clock) for store in stores]
    passed = line(WRONG)
    await keep(stores[0], passed)
    ticket = await desks[0].report(Report(channel="page", reporter=SENDER, journal_id=passed.id))
    refused = await asyncio.gather(
        desks[0].finish_step(ticket.id, "1.1", by=SENDER, note=""),
        desks[1].finish_step(ticket.id, "1.1", by=LEADER, note=""),
    )
    assert sorted(refused) == ["", "already"]
    assert [e.object for e in await evidence(stores[0], ticket.id)].count("step 1.1") == 1
