"""By keyboard alone: Tab to a field that shows its focus, choose of a group, send the form with Enter."""

from playwright.async_api import Page

FOCUS = "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the field, or one of its group, has the focus."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.locator(f"{selector}:focus").count():
            assert await page.evaluate(FOCUS), f"{selector} has the focus and does not show it"
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


async def choose(page: Page, name: str, value: str) -> None:
    """Choose of a group by keyboard: Space takes the first, arrows the others."""
    await tab_to(page, f'input[name="{name}"]')
    await page.keyboard.press("Space")
    for _ in range(5):
        if await page.locator(f'input[name="{name}"]:checked').get_attribute("value") == value:
            return
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} of {name} cannot be chosen by keyboard")


async def groups(page: Page) -> list[str]:
    """The names of what is asked, one for each group of choices in sight."""
    names = await page.locator("input[type=radio]:visible").evaluate_all("all => all.map(r => r.name)")
    return [name for name in dict.fromkeys(names) if name != "act"]
