"""Legal deadlines on a ticket's page: hard dates apart from advice, what changed them, what became of each."""

from datetime import timedelta

from tests.helpers.pages import World, text_of
from tests.web.test_ticket import press, work

HARD, SOFT, NOTHING = "Hard dates: of the law", "Advice, and duties without a date", "rules ask nothing"


async def test_the_clocks_of_a_ticket_stand_apart_by_kind_and_the_earliest_hard_one_first(world: World) -> None:
    token, _ = await world.ticket()
    async with world.client() as browser:
        page = text_of((await browser.get(f"/t/{token}/clocks?lang=en")).text)
        tasks = text_of((await browser.get(f"/t/{token}?lang=en")).text)
    hard, soft = page[page.index(HARD) : page.index(SOFT)], page[page.index(SOFT) :]
    assert page.index("The nearest hard date") < page.index("JP-PRELIM") < page.index(HARD)
    assert "JP-PRELIM preliminary report, outer limit" in hard
    assert "JP-FINAL final report" in hard
    assert "preliminary report, target" not in hard
    assert "JP-PRELIM preliminary report, target" in soft
    assert (
        "PPC"
        in tasks.partition("Nearest legal deadline: ")[2].partition(": preliminary report, outer limit (JP-PRELIM)")[0]
    )


async def test_a_deadline_is_met_late_with_a_reason_or_void_with_a_signature(world: World) -> None:
    token, ticket = await world.ticket()
    world.clock.advance(timedelta(days=6))
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/clocks?lang=en", ticket.id[-4:])
        done = {"rule": "JP-PRELIM", "of": "outer", "at": "2026-04-07T09:00:00", "how": "web form, no. 12"}
        refused = await press(browser, path, "meet", **done)
        assert (refused.status_code, "It was done after its date." in refused.text) == (422, True)
        assert "web form, no. 12</textarea>" in refused.text
        for wrong in ("", "2026-13-01", "2036-01-01T00:00:00"):
            assert (await press(browser, path, "meet", **{**done, "at": wrong})).status_code == 422
        assert (await press(browser, path, "meet", **done, late_reason="the office was closed")).status_code == 303
        assert (await press(browser, path, "void", rule="JP-FINAL", of="final", reason="")).status_code == 422
        void = await press(browser, path, "void", rule="JP-FINAL", of="final", reason="no personal data")
        assert void.headers["location"].endswith("#clock-JP-FINAL-final")
        assert (await press(browser, path, "void", rule="JP-FINAL", of="final", reason="x")).status_code == 409
        page = text_of((await browser.get(path)).text)
        assert "done, late" in page
        assert "Why it was late: the office was closed" in page
        assert "no personal data" in page
        assert (
            await press(browser, path, "run-on", rule="JP-FINAL", of="final", reason="a name was found")
        ).status_code == 303
        timeline = text_of((await browser.get(path.replace("/clocks", "/timeline"))).text)
    assert "Done late: JP-PRELIM" in timeline
    assert "A deadline is void: JP-FINAL" in timeline
    assert "Runs again: JP-FINAL" in timeline


async def test_what_changed_a_date_is_shown_with_the_fact_that_did(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/facts?lang=en", ticket.id[-4:])
        assert (await press(browser, path, "fact", fact="sensitive", value="no", why="read it")).status_code == 303
        page = text_of((await browser.get(path.replace("/facts", "/clocks"))).text)
        assert "A fact changed: Special-care data is among it (was unknown, now no)" in page
        assert "now not owed" in page
        assert "On the facts as they are, none." in page[page.index(HARD) : page.index(SOFT)]
        await press(browser, path, "fact", fact="persons", min="1001", max="1001", why="counted again")
        page = text_of((await browser.get(path.replace("/facts", "/clocks"))).text)
    assert "A fact changed: Number of persons (was 131, now 1001)" in page
    assert "JP-FINAL final report: was not owed, now Thu 30 Apr, 23:59 (JST)" in page
