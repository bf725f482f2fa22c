"""What is known of a ticket, on its page: where it comes from, who corrected it, what proves it."""

from dataclasses import replace
from typing import Any

from response.desk import Report
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World, text_of
from tests.helpers.samples import line
from tests.web.test_ticket import press, work


async def test_a_person_corrects_what_is_known_and_the_page_shows_the_difference(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/facts?lang=en", ticket.id[-4:])
        page = text_of((await browser.get(path)).text)
        assert "Number of persons 128 to 131" in page
        assert "found by the inspection, not confirmed yet" in page
        refused = await press(browser, path, "fact", fact="persons", min="", max="1,001", why="")
        assert (refused.status_code, "Please write the reason." in refused.text) == (422, True)
        assert 'value="1,001"' in refused.text
        for bad in ({"max": "many"}, {"min": "9", "max": "3"}):
            assert (
                await press(browser, path, "fact", fact="persons", **{"min": "", **bad}, why="counted")
            ).status_code == 422
        done = await press(browser, path, "fact", fact="persons", min="1,001", max="1001", why="counted again")
        assert done.status_code == 303
        assert done.headers["location"].endswith("#fact-persons")
        page = text_of((await browser.get(path)).text)
    assert "was 128 to 131, now 1001" in page
    assert "counted again" in page


async def test_links_of_the_text_are_shown_by_domain_at_the_facts_and_at_the_step_that_revokes_them(
    world: World,
) -> None:
    for number, (links, said) in enumerate(
        (
            (None, "unknown: the content is gone, or was not looked at"),
            ({}, "none in the text"),
            (
                {"storage.example": 2, "a.example": 1, "": 4},
                "7 in all: storage.example × 2, a.example × 1, elsewhere × 4",
            ),
        )
    ):
        passed = line(WRONG, message_id=f"<links-{number}@tachibana.example>")
        verdict: dict[str, Any] = dict(passed.verdict) | ({} if links is None else {"links": links})
        kept = replace(passed, verdict=verdict)
        await world.store.commit(lambda shelves, one=kept: shelves.journal.add(one))  # type: ignore[misc]
        about: dict[str, Any] = {"message_id": passed.message_id, "wrong": (WRONG,), "proven": True}
        ticket = await world.pages.desk.report(Report("link", SENDER, **about))
        token = await world.store.commit(lambda s, one=ticket.id: s.links.make(one, SUPERIOR, "ticket"))  # type: ignore[misc]
        async with world.client() as browser:
            for section in ("", "/facts"):
                page = text_of((await browser.get(f"/t/{token}{section}?lang=en")).text)
                assert f"Links in the text, by domain{said}" in page.replace("domain ", "domain")


async def test_facts_of_a_jurisdiction_that_does_not_apply_are_folded_away_until_it_does(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/facts?lang=en", ticket.id[-4:])
        before = (await browser.get(path)).text
        fold = before.index("7 facts of jurisdictions that do not apply")
        assert before.index('id="fact-unique_id"') > fold > before.index('id="fact-sensitive"')
        said: dict[str, str | list[str]] = {"fact": "jurisdictions", "code": ["JP", "KR"], "why": "two live there"}
        assert (await press(browser, path, "fact", **said)).status_code == 303
        after = (await browser.get(path)).text
        assert after.index('id="fact-unique_id"') < after.index("4 facts of jurisdictions that do not apply")
