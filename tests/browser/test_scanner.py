"""A scanner with a real browser: it runs scripts, follows every link, sends every form as it stands and ticked all over; nothing changes, and no text of a message runs."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser.looking import a_page
from tests.helpers.every_page import COOKIE, SESSIONS, Place, every_page
from tests.helpers.hostile_names import hostile_names
from tests.helpers.machine import changes, rows
from tests.helpers.pages import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
SEND = """([form, button, ticks]) => {
  const sent = document.forms[form]
  if (ticks) sent.querySelectorAll('input[type=radio], input[type=checkbox]').forEach(e => { e.checked || e.click() })
  sent.requestSubmit(sent.querySelectorAll('button')[button])
}"""
"""As it stands, or with every box and every choice ticked in turn (of a radio group the last one stays)."""


async def buttons(page: Page) -> list[tuple[int, int, bool]]:
    """Each button, with its form: as it stands, and once more where there is something to tick."""
    counts = await page.evaluate("""[...document.forms].map(form => [
      form.querySelectorAll('button').length,
      form.querySelectorAll('input[type=radio]:not(:checked), input[type=checkbox]:not(:checked)').length > 0,
    ])""")
    return [
        (form, button, ticks)
        for form, (many, choices) in enumerate(counts)
        for button in range(many)
        for ticks in (False, True)[: 1 + choices]
    ]


async def scan(page: Page, base: str, places: list[Place]) -> int:
    """Open each page, press each of its buttons, as it stands and with everything ticked, follow its links; how many forms were sent."""
    waiting, read, sent = [base + place.path for place in places], set[str](), 0
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in read or not address.startswith(base):
            continue
        read.add(address)
        await page.goto(address)
        links: list[str] = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        waiting += [link for link in links if "lang=" not in link]
        for each in await buttons(page):
            await page.goto(address)
            async with page.expect_navigation():
                await page.evaluate(SEND, list(each))
            sent += 1
    return sent


async def test_a_scanner_that_runs_scripts_changes_not_one_row_and_no_text_of_a_message_runs(
    browser: Browser, world: World
) -> None:
    words = " ".join(name for name in hostile_names() if len(name) < 200)
    places = [place for place in await every_page(world, words) if not place.who and "." not in place.path]
    before, dialogs = await rows(world), list[str]()
    async with a_page(browser, script=True) as page:
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        assert await scan(page, world.web.base_url, places) > 50
    assert changes(before, await rows(world)) == []
    assert dialogs == []


async def test_no_text_of_a_message_runs_on_a_page_behind_a_session(browser: Browser, world: World) -> None:
    words = " ".join(name for name in hostile_names() if len(name) < 200)
    places = {place.name: place for place in await every_page(world, words) if place.who}
    dialogs: list[str] = []
    async with a_page(browser, script=True) as page:
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for place in places.values():
            cookie = {"name": COOKIE, "value": SESSIONS[place.who], "url": world.web.base_url}
            await page.context.add_cookies([cookie])  # type: ignore[list-item] # a typed dict of theirs
            answer = await page.goto(world.web.base_url + place.path)
            assert answer
            # There is no scenario of a case that was no leak, and no letter where none was written.
            assert answer.status == (404 if place.path.endswith(("/scenario", "/letter")) else 200), place
    assert dialogs == []
