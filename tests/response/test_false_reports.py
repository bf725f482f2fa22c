"""False reports: what somebody says who proves nothing blocks nobody, also not when a certain report of the same message comes later."""

import pytest

from response.desk import Desk, Report
from store.engine import Store
from tests.response.cases import COLLEAGUE, LEADER, OTHER, SENDER, WRONG, by_link, held, keep, line
from tests.response.test_report_mail import report

CLIENT = "192.0.2.1"


async def blocked(store: Store) -> set[str]:
    """Whom nobody may write to now."""
    return {row.target for row in await store.read(lambda s: s.blocks.in_force())}


@pytest.mark.parametrize("forger", [OTHER, COLLEAGUE], ids=["in the name of a recipient", "in the name of one of ours"])
@pytest.mark.parametrize("first", ["false", "certain"])
async def test_a_certain_report_blocks_only_whom_it_names(desk: Desk, store: Store, forger: str, first: str) -> None:
    passed = line(WRONG, OTHER)
    await keep(store, passed)
    certain = Report(
        channel="link", reporter=SENDER, journal_id=passed.id, message_id=passed.message_id, wrong=(WRONG,), proven=True
    )
    if first == "certain":
        await desk.report(certain)
    await desk.take_mail(forger, CLIENT, report(f"{passed.message_id} {OTHER}"))
    ticket = await desk.report(certain)
    assert await blocked(store) == {WRONG}
    await desk.contain(ticket.id, by=LEADER)
    assert await blocked(store) == {r.address for r in ticket.recipients if r.wrong == "yes"} >= {WRONG}


async def test_a_certain_report_that_names_nobody_blocks_only_who_was_asked_about(desk: Desk, store: Store) -> None:
    hold = held(WRONG, OTHER)
    await keep(store, hold)
    await desk.take_mail(OTHER, CLIENT, report(hold.message_id))
    await desk.report(by_link(hold))
    assert await blocked(store) == {WRONG}
