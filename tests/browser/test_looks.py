"""Every page in every state in a real browser: no violation for axe, nothing wider than the screen, every target large enough.

Dark and light, 320, 390 and 1280 pixels, both languages; a picture of each is kept (docs/developer.md).
"""

from itertools import groupby
from zlib import crc32

import pytest
from playwright.async_api import Browser

from tests.browser.everything import Everything
from tests.browser.looking import Scheme, a_page, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PARTS = 4
SCHEMES: dict[str, Scheme] = {"ja": "light", "en": "dark"}
"""Colours do not depend on the language: each page is looked at once in each."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_no_page_in_any_state_has_a_violation_is_too_wide_or_has_a_small_target(
    browser: Browser, all_pages: Everything, language: str, part: int
) -> None:
    base, scheme = all_pages.world.web.base_url, SCHEMES[language]
    for session, group in groupby(list(all_pages.pages.items())[part::PARTS], key=lambda one: one[1].session):
        async with a_page(browser, script=True, session=session, at=base) as page:
            for name, shown in group:
                await page.goto(f"{base}{shown.path}{'&' if '?' in shown.path else '?'}lang={language}")
                assert await faults(page, scheme, f"{name}-{language}") == [], name
                # What comes of a press, in one of the languages: the words of both were seen before it.
                if shown.step and (crc32(name.encode()) % 2 == 0) == (language == "ja"):
                    await shown.step(page)
                    assert await faults(page, scheme, f"{name}-second-{language}") == [], f"{name}, second state"
