"""Decisions on a ticket's page: two signatures, frozen facts, and no leak only when two have said so."""

from dataclasses import replace

import httpx2

from response import letter_answers
from store.letters import LetterAnswer
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World, read, text_of
from tests.web.test_ticket import now, press, work

OFFICER = "mori@tachibana.example"


async def as_person(world: World, browser: httpx2.AsyncClient, ticket: Ticket, person: str, section: str) -> str:
    token = await world.store.commit(lambda shelves: shelves.links.make(ticket.id, person, "ticket"))
    path = f"/t/{token}/{section}" if section else f"/t/{token}"
    return await work(browser, f"{path}?lang=en", ticket.id[-4:])


async def test_no_leak_is_decided_by_two_on_the_same_facts_and_then_the_ticket_closes(world: World) -> None:
    _, ticket = await world.ticket()
    async with world.client() as browser:
        first = await as_person(world, browser, ticket, SUPERIOR, "decisions")
        second = await as_person(world, browser, ticket, OFFICER, "decisions")
        tasks = await as_person(world, browser, ticket, SUPERIOR, "")
        await press(browser, tasks, "step", step="1.1", how="done")
        close = {"outcome": "not-a-leak", "reason": "it never arrived"}
        refused = await press(browser, tasks, "close", **close)
        assert (refused.status_code, "Two people must first sign" in refused.text) == (409, True)
        beside = refused.text[refused.text.index('id="close"') :]
        assert "Two people must first sign" in beside, "a telephone is at the form, not at the top of the page"

        missing = await press(browser, first, "propose", question="leak", reason="it never arrived")
        assert (missing.status_code, "Choose yes or no." in missing.text) == (422, True)
        assert "it never arrived</textarea>" in missing.text
        assert (await press(browser, first, "propose", question="leak", answer="no")).status_code == 422
        answer = {"question": "leak", "answer": "no", "reason": "it never arrived"}
        assert (await press(browser, first, "propose", **answer)).status_code == 303
        own = text_of((await browser.get(first)).text)
        assert "Waits for a second signature" in own
        assert "Sign as 名取" not in own
        assert (await press(browser, first, "sign", question="leak", seq="1")).status_code == 422
        assert (await press(browser, second, "sign", question="leak", seq="1")).status_code == 303
        assert "Decided" in text_of((await browser.get(second)).text)

        facts = await as_person(world, browser, ticket, OFFICER, "facts")
        await press(browser, facts, "fact", fact="persons", min="5", max="5", why="counted")
        page = text_of((await browser.get(second)).text)
        assert "The facts have changed since." in page
        assert "Number of persons: was 128 to 131, now 5" in page
        assert (await press(browser, tasks, "close", **close)).status_code == 409
        await press(browser, second, "propose", **answer)
        await press(browser, first, "sign", question="leak", seq="2")
        assert (await press(browser, tasks, "close", **close)).status_code == 303
        clocks = text_of((await browser.get(first.replace("/decisions", "/clocks"))).text)
    assert str((await now(world, ticket)).state) == "not-a-leak"
    assert "void" in clocks
    assert "running" not in clocks


async def test_who_is_only_the_sender_or_holds_no_role_cannot_sign(world: World) -> None:
    _, ticket = await world.ticket()
    async with world.client() as browser:
        path = await as_person(world, browser, ticket, SENDER, "decisions")
        page = (await browser.get(path)).text
        assert "You cannot sign here" in page
        assert {form.value("act") for form in read(page)[0]} <= {"start"}


async def test_whether_the_answers_lower_the_risk_stands_where_it_is_decided(world: World) -> None:
    _, ticket = await world.ticket()
    said = "Every wrong recipient answered favourably"
    async with world.client() as browser:
        path = await as_person(world, browser, ticket, OFFICER, "decisions")
        assert "The answers do not lower the risk yet" in (await browser.get(path)).text
        answer = LetterAnswer(WRONG, "phone", read="no", copied="no", forwarded="no", erased="yes", proof="電話")

        def answered(shelves: Shelves) -> None:
            letter_answers.record(shelves, world.pages.desk.office, ticket, replace(answer, by=OFFICER))

        await world.store.commit(answered)
        assert said not in (await browser.get(path)).text  # nobody has said that they are to be believed
        await world.store.commit(
            lambda s: letter_answers.judge_credible(s, ticket, WRONG, credible=True, by=OFFICER, reason="長年の取引先")
        )
        assert said in (await browser.get(path)).text
