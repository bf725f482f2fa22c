"""The ticket says how long it is kept; a legal hold is placed and ended there, each with a reason."""

import re
from datetime import timedelta

from tests.helpers.deciding import decide
from tests.helpers.pages import SENDER, SUPERIOR, World, text_of
from tests.web.test_ticket import GATE, press, work


async def test_a_legal_hold_is_placed_and_ended_with_a_reason_and_stands_in_the_timeline(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/keeping", ticket.id[-4:])
        assert "保存" in text_of((await browser.get(path)).text)
        assert (await press(browser, path, "legal-hold", reason=" ")).status_code == 422
        assert (await press(browser, path, "legal-hold", reason="係争中")).status_code == 303
        (held,) = await world.store.read(lambda s: s.legal_holds.of("ticket", ticket.id))
        assert "係争中" in (await browser.get(path)).text
        assert (await press(browser, path, "end-legal-hold", hold=held.id, note="")).status_code == 422
        assert (await press(browser, path, "end-legal-hold", hold=held.id, note="和解した")).status_code == 303
        assert (await press(browser, path, "end-legal-hold", hold=held.id, note="もう一度")).status_code == 409
        timeline = text_of((await browser.get(f"/t/{token}/timeline?lang=en")).text)
    assert "Legal hold: nothing of this case is erased." in timeline
    assert "The legal hold ended." in timeline


async def test_the_day_a_closed_case_is_erased_is_said_with_its_year(world: World) -> None:
    token, ticket = await world.ticket()
    await world.pages.desk.finish_step(ticket.id, GATE, by=SENDER, note="")
    await decide(world.store, world.pages.desk.office, ticket.id, SUPERIOR, "mori@tachibana.example")
    assert await world.pages.desk.close(ticket.id, by=SUPERIOR, outcome="not-a-leak", reason="a test list") == ""
    ends = world.clock.now() + timedelta(days=world.pages.desk.office.options.evidence_days or 0)
    async with world.client() as browser:
        page = text_of((await browser.get(f"/t/{token}/keeping?lang=en")).text)
    assert re.search(rf"Until [A-Z][a-z]{{2}} [0-9]+ [A-Z][a-z]{{2}} {ends.year};", page)
