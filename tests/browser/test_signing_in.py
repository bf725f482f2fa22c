"""Signing in in a real browser: the link is read from the mail that was sent, then my mail, the report, the desk, signing out."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from gateway.decision import Decision
from gateway.options import HoldOptions
from store.clock import Clock
from store.holds import Delivery, State
from tests.browser.looking import a_page, faults
from tests.browser.posted import newest_link, post_all
from tests.helpers.pages import SENDER, SUPERIOR, World
from tests.helpers.provider import RealProvider, reason_to_skip
from tests.notifier.receiver import Receiver
from web.app import whole_app
from web.options import OidcOptions
from web.provider import Provider

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


async def delivered(world: World, mailbox: Receiver) -> str:
    """Send what is in the outbox by the real post; the newest link to sign in, read from the mail."""
    await post_all(world, mailbox)
    return newest_link(mailbox, "/sign-in/")


async def sign_in(page: Page, world: World, mailbox: Receiver, address: str = SENDER) -> None:
    """By keyboard, from the page that is shown."""
    await page.fill("#address", address)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in/sent*")
    await page.goto(await delivered(world, mailbox))
    await page.focus("main button")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def filled(world: World) -> None:
    """Something in every list."""
    await world.hold()
    cancelled, _ = await world.hold(subject="見積書の送付")
    await world.pages.flow.decide(cancelled, Decision("cancel"))
    await world.sent(subject="打ち合わせの資料")
    _, kept = await world.sent(delivered=(), subject="まだ届いていない件")
    later = world.clock.now() + timedelta(minutes=5)
    for place in range(2):
        await world.store.commit(
            lambda s, at=place: s.deliveries.set(kept.id, at, Delivery.WAITING, next_try=later)  # type: ignore[misc]
        )


async def test_a_sender_signs_in_by_mail_reports_and_signs_out_without_script(
    browser: Browser, world: World, mailbox: Receiver
) -> None:
    await filled(world)
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/mail?show=sent&lang=en")
        await sign_in(page, world, mailbox)
        await expect(page.locator("h1")).to_have_text("My mail")
        await page.get_by_role("link", name="This went to the wrong one").first.click()
        await page.check("#wrong-1")
        await page.click("text=Report it")
        await expect(page.locator("h1")).to_have_text("Your report has arrived. Thank you for telling us early.")
        await page.goto(f"{world.web.base_url}/sign-out?lang=en")
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.locator("h1")).to_have_text("You are signed out")
        await page.goto(f"{world.web.base_url}/mail?lang=en")
        await expect(page.locator("h1")).to_have_text("Sign in")
    assert len(await world.pages.desk.tickets()) == 1


async def test_a_release_that_asks_to_sign_in_leads_there_and_back_with_what_was_chosen(
    browser: Browser, world: World, mailbox: Receiver
) -> None:
    world.pages.flow.options = replace(world.pages.flow.options, hold=HoldOptions(sign_in_persons=100))
    token, kept = await world.hold()
    async with a_page(browser) as page:
        await page.goto(f"{world.web.base_url}/q/{token}?lang=en")
        for radio in ("correct", "agree"):
            await page.locator(f"input[value={radio}]").check()
        await page.click("#act-send")
        await expect(page.locator("h1")).to_have_text("Sign in to send this message")
        await page.click("text=Send me a link")
        await page.wait_for_url("**/sign-in/sent*")
        await page.goto(await delivered(world, mailbox))
        await page.click("main button")
        await expect(page.locator("input[value=correct]")).to_be_checked()
        await expect(page.locator("input[value=agree]")).to_be_checked()
        await page.click("#act-send")
    assert (await world.get(kept.id)).state is State.RELEASED


async def test_a_real_provider_is_gone_through_under_the_policy_of_our_pages(
    browser: Browser, world: World, tmp_path: Path
) -> None:
    if reason := reason_to_skip():
        pytest.skip(reason)
    secret = tmp_path / "secret"
    secret.write_text("a-word~of.the_tests-alone")
    secret.chmod(0o600)
    real = RealProvider(f"{world.web.base_url}/sign-in/oidc/back")
    try:
        oidc = OidcOptions(issuer=real.issuer, client_id="sekisho", secret_file=secret, name="ID")
        options = world.web.model_copy(update={"oidc": oidc})
        world.pages = replace(world.pages, options=options, provider=Provider(oidc, Clock()))
        world.app = whole_app(world.pages)
        async with a_page(browser) as page:
            await page.goto(f"{world.web.base_url}/mail?lang=en")
            await page.click("text=Sign in with ID")
            await page.fill("[name=login]", SENDER)
            await page.click("text=Go on")
            await expect(page.locator("h1")).to_have_text("My mail")
    finally:
        real.stop()


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_what_is_seen_on_the_way_in_and_out_has_no_violation_fits_and_has_large_targets(
    browser: Browser, world: World, mailbox: Receiver, language: str
) -> None:
    base = world.web.base_url
    world.pages.flow.options = replace(world.pages.flow.options, hold=HoldOptions(sign_in_persons=100))
    token, _ = await world.hold()
    async with a_page(browser, script=True) as page:

        async def looks_good(name: str) -> None:
            assert await faults(page, "light" if language == "ja" else "dark", f"{name}-{language}") == [], name

        await page.goto(f"{base}/q/{token}?lang={language}")
        for radio in ("correct", "agree"):
            await page.locator(f"input[value={radio}]").check()
        await page.click("#act-send")
        await looks_good("sign in needed")
        await page.goto(f"{base}/sign-in?lang={language}")
        await page.fill("#address", SUPERIOR)
        await page.click("main button")
        link = await delivered(world, mailbox)
        await page.goto(f"{link}?lang={language}")
        await looks_good("sign in link")
        await page.click("main button")
        await page.goto(f"{base}/sign-out?lang={language}")
        await page.locator("main button").first.click()
        await looks_good("signed out")
