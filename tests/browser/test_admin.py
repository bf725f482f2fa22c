"""The admin's pages by keyboard in a real browser; and the second look of whoever answers at once."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from gateway.options import FrictionOptions, HoldOptions
from store.holds import State
from store.ids import shown
from tests.browser.everything import confirm
from tests.browser.looking import a_page
from tests.browser.states_of_admin import ADMIN, filled, with_an_admin
from tests.browser.test_signing_in import sign_in
from tests.helpers.pages import DATA, OTHER, SENDER, TYPO, WRONG, World
from tests.notifier.receiver import receiving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture
def world(world: World) -> World:
    """With an admin."""
    with_an_admin(world)
    return world


async def test_an_admin_cancels_by_keyboard_alone_without_script(
    browser: Browser, world: World, tmp_path: Path
) -> None:
    number = await filled(world, tmp_path)
    async with receiving() as mailbox, a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/admin/held/{shown(number)}?lang=en")
        await sign_in(page, world, mailbox, ADMIN)
        await page.focus("#act-cancel")
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        await page.keyboard.type("called the sender")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_contain_text("It was cancelled")
    assert (await world.get(number)).state is State.CANCELLED


async def test_the_second_look_is_answered_by_keyboard(browser: Browser, world: World) -> None:
    hold = HoldOptions(friction=FrictionOptions(after=1, within=3600))
    world.pages.flow.options = replace(world.pages.flow.options, hold=hold)
    for findings, recipients, answer in (((TYPO,), (WRONG, OTHER), "a"), ((DATA,), (OTHER,), "")):
        await world.store.commit(lambda shelves: shelves.habits.once_more(SENDER))
        token, held = await world.hold(findings, recipients)
        async with a_page(browser) as page:
            await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
            await confirm(page)
            if answer:
                await page.focus("#look")
                await page.keyboard.type(answer)
            else:
                await page.locator("input[name=look][value='customer.example']").focus()
                await page.keyboard.press("Space")
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
        assert (await world.get(held.id)).state is State.RELEASED
