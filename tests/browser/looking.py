"""Looking at a page: what axe says, whether everything fits and can be hit with a finger, and a picture that is kept."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page

WIDTHS = (1280, 390, 320)
"""The narrowest last: there all rules of axe are asked."""
PICTURES = Path(os.environ.get("SEKISHO_SCREENSHOTS") or Path(__file__).parents[2] / ".screens")
"""A folder to keep pictures in."""
Scheme = Literal["light", "dark"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": {"type": "tag", "values": TAGS}}
OF_LAYOUT = {"runOnly": ["target-size", "scrollable-region-focusable"]}
"""What another width can change; colours are the same at each."""

TARGETS = """[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea, summary')]
  .filter(e => e.offsetParent && !e.closest('.skip') && !e.classList.contains('skip'))
  .map(e => e.matches('[type=radio], [type=checkbox]') ? e.parentElement : e)
  .map(e => [e.outerHTML.slice(0, 80), Math.round(e.getBoundingClientRect().height)])
  .filter(([, high]) => high < 44)"""
LOOK = f"""async ([width, options]) => {{
  const found = {TARGETS}.map(one => ["too small", ...one]), wide = document.documentElement.scrollWidth
  if (wide > width) found.push(["wider than the screen", wide])
  const run = await axe.run(document, options)
  return found.concat(run.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120))]))
}}"""


@asynccontextmanager
async def a_page(
    browser: Browser,
    *,
    script: bool = False,
    width: int = 390,
    scheme: Scheme = "light",
    session: str = "",
    at: str = "",
) -> AsyncIterator[Page]:
    """A window; a breach of the content policy fails the test. `session`: whose cookie is shown `at` that address."""
    context = await browser.new_context(
        java_script_enabled=script, viewport={"width": width, "height": 800}, locale="ja-JP", color_scheme=scheme
    )
    if session:
        await context.add_cookies([{"name": "sekisho-web-session", "value": session, "url": at}])
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield page
    await context.close()
    assert not [line for line in said if "Content Security Policy" in line]


async def faults(page: Page, scheme: Scheme, picture: str = "") -> list[Any]:
    """What is wrong with the page as it stands, at every width; [] for a page without fault.

    `picture`: the name under which it is kept as a phone and a wide screen show it.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    await page.emulate_media(color_scheme=scheme)
    found: list[Any] = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        narrowest = width == min(WIDTHS)
        options = (ALL if narrowest else OF_LAYOUT) | {"resultTypes": ["violations"]}
        found += [(width, *one) for one in await page.evaluate(LOOK, [width, options])]
        if picture and not narrowest:
            path = PICTURES / f"{picture.replace(' ', '-')}-{width}-{scheme}.png"
            await page.screenshot(path=path, full_page=True)
    return found
