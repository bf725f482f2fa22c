"""The story in a real browser by keyboard alone: on a phone and a wide screen, dark and light, with and without script, in both languages."""

import pytest
from playwright.async_api import Browser, expect

from gateway.decision import risks
from store.holds import State
from tests.browser.keys import choose, groups, tab_to
from tests.browser.looking import Scheme, a_page
from tests.browser.states import hold_of_several
from tests.helpers.pages import OTHER, TYPO, USUAL, WRONG, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
WAYS: list[tuple[int, Scheme, bool, str]] = [
    (390, "light", True, "ja"),
    (1280, "dark", True, "en"),
    (390, "dark", False, "en"),
    (1280, "light", False, "ja"),
]
SENT = {"ja": "送信しています。", "en": "It is being sent."}
CANCELLED = {"ja": "送信を取り消しました。誰にも届いていません。", "en": "Cancelled. Nobody has received it."}
HELD = {
    "ja": "送信を保留しました。まだ誰にも届いていません。",
    "en": "Your message is held. Nobody has received it yet.",
}


@pytest.mark.parametrize(("width", "scheme", "script", "language"), WAYS)
async def test_a_slip_is_corrected_and_sent_by_keyboard_alone(
    browser: Browser, world: World, width: int, scheme: Scheme, script: bool, language: str
) -> None:
    token, kept = await world.hold()
    async with a_page(browser, script=script, width=width, scheme=scheme) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang={language}")
        await expect(page.locator("h1")).to_have_text(HELD[language])
        for name, value in zip(await groups(page), ("correct", "agree"), strict=True):
            await choose(page, name, value)
        await tab_to(page, "#act-send")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text(SENT[language])
    now = await world.get(kept.id)
    assert (now.state, [r.send_to for r in now.recipients]) == (State.RELEASED, [USUAL, OTHER])


@pytest.mark.parametrize(("width", "scheme", "script", "language"), WAYS)
async def test_a_message_is_cancelled_brought_back_and_one_that_was_sent_is_reported_by_keyboard_alone(
    browser: Browser, world: World, width: int, scheme: Scheme, script: bool, language: str
) -> None:
    token, kept = await world.hold()
    sent, _ = await world.sent()
    async with a_page(browser, script=script, width=width, scheme=scheme) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang={language}")
        for value, heading in (("cancel", CANCELLED), ("bring-back", HELD)):
            await choose(page, "act", value)
            await page.keyboard.press("Enter")
            await expect(page.locator("h1")).to_have_text(heading[language])
        await page.goto(f"{world.web.base_url}/q/{sent}?lang={language}")
        await tab_to(page, "#wrong-1")
        await page.keyboard.press("Space")
        await tab_to(page, "main button")
        await page.keyboard.press("Enter")
        await expect(page.locator("#ticket-title")).to_be_visible()
    assert (await world.get(kept.id)).state is State.HELD
    assert len(await world.pages.desk.tickets()) == 1


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("pointer", [False, True])
async def test_from_the_link_to_the_answer_it_takes_one_act_for_each_group_and_one_for_the_message(
    browser: Browser, world: World, several: bool, pointer: bool
) -> None:
    """Two acts where there is one risk; fifteen risks that are asked in four groups take five: presses of a key or taps."""
    token, kept = await (hold_of_several(world) if several else world.hold((TYPO,), (WRONG, OTHER)))
    acts = 0
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        for place in [*(f'[name="{name}"]' for name in await groups(page)), "#act-send"]:
            if pointer:
                await page.locator(place).first.click()
            else:
                await tab_to(page, place)
                await page.keyboard.press("Enter" if place == "#act-send" else "Space")
            acts += 1
        await expect(page.locator("h1")).to_have_text(SENT["en"])
    assert (len(risks([kept])), acts) == ((15, 5) if several else (1, 2))
    assert (await world.get(kept.id)).state is State.RELEASED
