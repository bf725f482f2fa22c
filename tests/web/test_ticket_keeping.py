"""The ticket says how long it is kept; a legal hold is placed and ended there, each with a reason."""

from tests.helpers.pages import World, text_of
from tests.web.test_ticket import press, work


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
