"""The pages in a real browser: by keyboard alone, without script, on small screens, and for people who use a screen reader."""

from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from gateway.decision import risks
from store.holds import State
from tests.browser.looking import a_page
from tests.browser.states import NEW, hold_of_several
from tests.helpers.pages import (
    OTHER,
    SUPERIOR,
    TYPO,
    USUAL,
    WRONG,
    World,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


async def test_a_sender_corrects_and_sends_by_keyboard_alone_without_script(browser: Browser, world: World) -> None:
    token, kept = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        await tab_to(page, f"choice-{(await first_risk(page))}")
        await page.keyboard.press("Space")  # the first of its group: send to the usual address
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")  # this file may go there
        await tab_to(page, "act-send")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("It is being sent.")
    now = await world.get(kept.id)
    assert (now.state, [r.send_to for r in now.recipients]) == (State.RELEASED, [USUAL, OTHER])


async def test_a_dozen_new_recipients_take_one_choice_and_one_of_them_another(browser: Browser, world: World) -> None:
    """A slip, a group, a file and recipients in sight: four choices and one act, by keyboard alone, without script."""
    token, kept = await hold_of_several(world)
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        await expect(page.locator("h2", has_text="Please check 4 things")).to_be_visible()
        for number in range(4):  # the first of each card: correct, leave all out, send without the file, Bcc
            await tab_to(page, await page.locator(".card.ask > fieldset").nth(number).get_attribute("id") or "")
            await page.keyboard.press("Space")
        await page.locator("details.singly summary").press("Enter")
        one = next(risk.id for risk in risks([kept]) if risk.finding["about"].get("recipient") == NEW[5])
        await tab_to(page, f"choice-{one}")
        await page.keyboard.press("ArrowDown")  # from "as for all" to "leave out"
        await page.keyboard.press("ArrowDown")  # and on to "it is right"
        await tab_to(page, "act-send")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("It is being sent.")
        await expect(page.locator("main")).to_contain_text("Sent without this file")
    decision = (await world.get(kept.id)).decision or {}
    assert (decision["confirmed"], len(decision["omit"]), decision["hide"]) == ([NEW[5]], 11, True)
    assert decision["redirect"] == {WRONG: USUAL}


async def test_two_tabs_that_contradict_each_other_decide_once_and_the_second_says_so(
    browser: Browser, world: World
) -> None:
    token, kept = await world.hold((TYPO,))
    async with a_page(browser) as first, a_page(browser) as second:
        for page in (first, second):
            await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        await first.check("#act-cancel")
        await first.click("text=Decide")
        await second.locator(".card.ask input").nth(2).check()
        await second.click("#act-send")
        await expect(second.locator("h1")).to_have_text("Cancelled. Nobody has received it.")
        await expect(second.locator(".notice")).to_contain_text("has changed since you opened the page")
    assert (await world.get(kept.id)).state is State.CANCELLED


async def test_an_expired_a_foreign_and_a_mangled_link_each_say_so_in_plain_words(
    browser: Browser, world: World
) -> None:
    token, kept = await world.hold((TYPO,))
    await world.store.commit(lambda s: s.holds.move(kept.id, State.HELD, State.EXPIRED))
    base = world.web.base_url
    async with a_page(browser) as page:
        await page.goto(f"{base}/q/{token}?lang=en")
        await expect(page.locator("h1")).to_contain_text("Cancelled because nobody answered in time.")
        said = set()
        for path in (f"/q/{token[:-1]}", f"/q/{token}x", f"/t/{token}", f"/s/{token}", "/q/x"):
            answer = await page.goto(f"{base}{path}?lang=en")
            assert answer
            assert answer.status == 404
            said.add(await page.inner_text("main"))
        assert len(said) == 1


async def first_risk(page: Page) -> str:
    name = await page.locator("input[type=radio]").first.get_attribute("name")
    assert name
    return name.removeprefix("choice-")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.locator(f'[name="{name}"]:focus, [id="{name}"]:focus').count():
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


async def test_enter_without_choices_says_what_is_missing_and_leads_to_each_field(
    browser: Browser, world: World
) -> None:
    token, kept = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        await page.focus("#act-cancel")
        await page.keyboard.press("Enter")
        await expect(page.locator(".errors h2")).to_have_text("Not sent and not cancelled: something is missing")
        links = await page.locator(".errors a").all()
        assert len(links) == 3
        for link in links:
            target = await link.get_attribute("href")
            assert target
            assert await page.locator(f'[id="{target[1:]}"]').count() == 1
    assert (await world.get(kept.id)).state is State.HELD


async def test_cancel_bring_back_and_report_work_without_script(browser: Browser, world: World) -> None:
    token, _ = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=ja")
        await page.check("#act-cancel")
        await page.click("text=決定する")
        await expect(page.locator("h1")).to_have_text("送信を取り消しました。誰にも届いていません。")
        await page.check("#act-back")
        await page.click("text=決定する")
        await expect(page.locator("h1")).to_have_text("送信を保留しました。まだ誰にも届いていません。")
        sent, _ = await world.sent()
        await page.goto(f"{world.web.base_url}/q/{sent}?lang=ja")
        await page.check("#wrong-1")
        await page.click("text=申告する")
        await expect(page.locator(".next")).to_contain_text("すぐに上司（名取）へ伝えてください。")


async def test_a_responder_works_through_a_ticket_without_script(browser: Browser, world: World) -> None:
    token, ticket = await world.ticket()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/t/{token}?lang=en")
        await page.fill("[name=number]", ticket.id[-4:])
        await page.click("text=Start")
        await page.click('[id="step-1.1"] summary')
        await page.check('[id="done-1.1"]')
        await page.fill('[id="note-1.1"]', "told by telephone")
        await page.locator('[id="step-1.1"] button').click()
        await expect(page.locator('[id="step-1.1"] .state')).to_have_text("done")
    now = await world.pages.desk.ticket(ticket.id)
    assert now is not None
    assert next((s.done_by, s.note) for s in now.steps if s.step == "1.1") == (SUPERIOR, "told by telephone")


async def test_the_page_prints_without_buttons(browser: Browser, world: World) -> None:
    token, _ = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}")
        await page.emulate_media(media="print")
        for button in await page.locator("button").all():
            await expect(button).to_be_hidden()
        await expect(page.locator("mark").first).to_be_visible()


async def test_the_letter_is_marked_by_more_than_colour(browser: Browser, world: World) -> None:
    token, _ = await world.hold()
    async with a_page(browser, script=True) as page:
        await page.goto(f"{world.web.base_url}/q/{token}")
        modes: tuple[Literal["none", "active"], ...] = ("none", "active")
        for forced in modes:
            await page.emulate_media(forced_colors=forced)
            look = await page.evaluate(LOOK)
            assert look["line"] == "underline"
            assert look["size"] > look["around"] * 1.2
            assert "mono" in look["family"].lower()


LOOK = """() => { const m = document.querySelector('mark'), s = getComputedStyle(m), p = getComputedStyle(m.parentElement);
  return {line: s.textDecorationLine, size: parseFloat(s.fontSize), around: parseFloat(p.fontSize), family: s.fontFamily} }"""
