"""Somebody else's yes in a real browser: asked and given by keyboard alone, without script, on a phone and a wide screen, in both languages."""

import pytest
from playwright.async_api import Browser, expect

from store.holds import State
from tests.browser.keys import choose, groups, tab_to
from tests.browser.looking import a_page
from tests.helpers.pages import DATA, SUPERIOR, TYPO, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
SAID = {
    "ja": (
        "承認を待っています。まだ誰にも届いていません。",
        "メールの承認を依頼されています。まだ誰にも届いていません。",
        "送信されました。お答えいただく必要はありません。",
    ),
    "en": (
        "Your message waits for approval. Nobody has received it yet.",
        "You are asked to approve a message. Nobody has received it yet.",
        "It was released. You need not do anything.",
    ),
}


@pytest.mark.parametrize(("language", "width"), [("ja", 390), ("en", 1280)])
async def test_a_sender_asks_and_the_superior_approves_by_keyboard_alone_without_script(
    browser: Browser, world: World, language: str, width: int
) -> None:
    token, kept = await world.hold((TYPO | {"action": "approve"}, DATA | {"action": "approve"}))
    waiting, asked, over = SAID[language]
    async with a_page(browser) as page:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(f"{world.web.base_url}/q/{token}?lang={language}")
        for name in await groups(page):
            await choose(page, name, "ask")
        await tab_to(page, "#why")
        await page.keyboard.type("Urgent invitation")
        await tab_to(page, "#act-send")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text(waiting)
        assert (await world.get(kept.id)).state is State.HELD
        mine = await world.store.commit(lambda shelves: shelves.links.make(kept.group_id, SUPERIOR, "approval"))
        await page.goto(f"{world.web.base_url}/a/{mine}?lang={language}")
        await expect(page.locator("h1")).to_have_text(asked)
        await tab_to(page, "#act-send-back")
        await page.keyboard.press("Enter")
        await expect(page.locator(".errors a")).to_have_count(1)  # the comment
        await tab_to(page, "button#act")
        await page.keyboard.press("Enter")
        await expect(page.locator(".errors a")).to_have_count(2)  # each thing
        for name in await groups(page):
            await choose(page, name, "yes")
        await tab_to(page, "button#act")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text(over)
    assert (await world.get(kept.id)).state is State.RELEASED
