"""The pages in a real browser: by keyboard alone, without script, on small screens, and for people who use a screen reader."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from gateway.decision import Decision
from response.desk import Report
from store.holds import Delivery, State
from tests.helpers.pages import BLOCK, BLOCKED, BODY, DATA, MANY, OTHER, SENDER, SUPERIOR, TYPO, USUAL, WRONG, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
WIDTHS = (320, 390, 1280)
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@asynccontextmanager
async def a_page(browser: Browser, *, script: bool = False) -> AsyncIterator[Page]:
    """A window; a breach of the content policy fails the test."""
    context = await browser.new_context(
        java_script_enabled=script, viewport={"width": 390, "height": 800}, locale="ja-JP"
    )
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield page
    await context.close()
    assert not [line for line in said if "Content Security Policy" in line]


async def every_state(world: World) -> dict[str, str]:
    """The path of each page in each state."""
    guests = [f"guest{i}@partner{i}.example" for i in range(12)]
    everything, _ = await world.hold((TYPO, BLOCK, DATA, MANY, BODY), (WRONG, BLOCKED, *guests))
    signed, _ = await world.hold((TYPO, MANY), alterable="dkim")
    sent, kept = await world.sent()
    await world.store.commit(lambda shelves: shelves.holds.set_recipient(kept.id, 0, Delivery.FAILED))
    cancelled, _ = await world.hold()
    await world.pages.flow.decide(cancelled, Decision("cancel"))
    reported, gone = await world.sent()
    await world.pages.desk.report(Report(channel="link", reporter=SENDER, hold_id=gone.id, wrong=(WRONG,), proven=True))
    ticket, _ = await world.ticket()
    unmatched, _ = await world.ticket(proven=False, search="竣工式")
    world.clock.advance(timedelta(minutes=83))
    return {
        "everything": f"/q/{everything}",
        "signed": f"/q/{signed}",
        "sent": f"/q/{sent}",
        "cancelled": f"/q/{cancelled}",
        "reported": f"/q/{reported}",
        "ticket": f"/t/{ticket}",
        "unmatched": f"/t/{unmatched}",
        "desk": f"/desk/{await world.desk_token()}",
        "report": "/report",
        "nowhere": "/nowhere",
    }


async def act_on(page: Page, name: str) -> None:
    """Bring a page into its second state: what is missing, or ready for work."""
    if name in {"ticket", "unmatched"}:
        await page.fill("[name=number]", await page.inner_text(".number b"))
        await page.click("#main form button")
        await page.locator("details summary").first.click()
    elif await page.locator("button").count():
        await page.locator("button").last.click()


async def violations(page: Page) -> list[Any]:
    """All rules in light; in dark, where only colours differ, those of colours."""
    options: Any = {"light": RULES, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}
    found: list[Any] = []
    for scheme, rules in options.items():
        await page.emulate_media(color_scheme=scheme)
        run = await Axe().run(page, options=rules)
        found += [(scheme, v["id"], [node["html"][:120] for node in v["nodes"]]) for v in run.response["violations"]]
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_no_page_in_any_state_has_a_violation_for_axe(browser: Browser, world: World, language: str) -> None:
    async with a_page(browser, script=True) as page:
        for name, path in (await every_state(world)).items():
            await page.goto(f"{world.web.base_url}{path}?lang={language}")
            assert await violations(page) == [], name
            await act_on(page, name)
            assert await violations(page) == [], f"{name} after its button"


async def test_nothing_is_wider_than_the_screen_and_every_target_is_large_enough(
    browser: Browser, world: World
) -> None:
    async with a_page(browser, script=True) as page:
        for name, path in (await every_state(world)).items():
            await page.goto(f"{world.web.base_url}{path}?lang=en")
            await act_on(page, name)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 800})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (name, width)
                small = await page.evaluate(TARGETS)
                assert small == [], (name, width)


TARGETS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea, summary')]
  .filter(e => e.offsetParent && !e.closest('.skip') && !e.classList.contains('skip'))
  .map(e => e.matches('[type=radio], [type=checkbox]') ? e.parentElement : e)
  .map(e => [e.outerHTML.slice(0, 80), Math.round(e.getBoundingClientRect().height)])
  .filter(([, high]) => high < 44)"""


async def test_a_sender_corrects_and_sends_by_keyboard_alone_without_script(browser: Browser, world: World) -> None:
    token, kept = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        await tab_to(page, f"choice-{(await first_risk(page))}")
        await page.keyboard.press("Space")  # the first of its group: send to the usual address
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")  # this file may go there
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")  # from "cancel" to "send"
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("It is being sent.")
    now = await world.get(kept.id)
    assert (now.state, [r.send_to for r in now.recipients]) == (State.RELEASED, [USUAL, OTHER])


async def first_risk(page: Page) -> str:
    name = await page.locator("input[type=radio]").first.get_attribute("name")
    assert name
    return name.removeprefix("choice-")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field has the focus."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.locator(f'[name="{name}"]:focus').count():
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


async def test_a_scanner_with_a_browser_decides_nothing(browser: Browser, world: World) -> None:
    """It runs scripts, follows every link, ticks everything it finds, presses every button."""
    states = await every_state(world)
    before = await snapshot(world)
    async with a_page(browser, script=True) as page:
        for path in states.values():
            await page.goto(world.web.base_url + path)
            hrefs = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
            for href in {h.partition("#")[0] for h in hrefs if h.startswith("http")}:
                await page.goto(href)
            for tick in ("nothing", "every"):
                await page.goto(world.web.base_url + path)
                for number in range(await page.locator("button").count()):
                    await page.goto(world.web.base_url + path)
                    await page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
                    if tick == "every":
                        await tick_all(page)
                    await page.locator("button").nth(number).click()
    assert await snapshot(world) == before


async def tick_all(page: Page) -> None:
    """Tick every box and every choice in turn; of a radio group the last one stays."""
    choices = page.locator("input[type=radio], input[type=checkbox]")
    for number in range(await choices.count()):
        await choices.nth(number).check()


async def snapshot(world: World) -> Any:
    return await world.store.read(
        lambda s: (s.holds.listing(), s.tickets.listing(), s.audit.newest(), s.blocks.in_force(), s.holds.counts())
    )


async def test_the_page_prints_without_buttons(browser: Browser, world: World) -> None:
    token, _ = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}")
        await page.emulate_media(media="print")
        await expect(page.locator("button")).to_be_hidden()
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
