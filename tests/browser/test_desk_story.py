"""A case from "it went to the wrong one" to its end, in a real browser: three people, the links of their mail, every page looked at on the way."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from store.ids import shown
from store.tickets import State, Ticket
from tests.browser.looking import Scheme, a_page, faults
from tests.browser.posted import newest_link, post_all
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World
from tests.notifier.receiver import Receiver

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
OFFICER = "mori@tachibana.example"
SAID = {
    "ja": {
        "closed": "終了",
        "from": "4月30日（木）",
        "moved": "6月1日（月）",
        "report": "宛先を間違えました",
        "why": "本人から聞いた",
        "reason": "名簿が社外へ渡った",
        "measure": "送る前に二人で宛先を読み上げる",
    },
    "en": {
        "closed": "closed",
        "from": "Thu 30 Apr",
        "moved": "Mon 1 Jun",
        "report": "wrong address",
        "why": "the sender said so",
        "reason": "a list left",
        "measure": "two read the address",
    },
}
"""The date that the new facts move, and what people write by hand."""


@dataclass(slots=True)
class Walk:
    """One case, walked through in one language on one screen."""

    browser: Browser
    world: World
    mailbox: Receiver
    language: str
    width: int
    scheme: Scheme

    @property
    def said(self) -> Mapping[str, str]:
        """Words of the language."""
        return SAID[self.language]

    @asynccontextmanager
    async def window(self, person: str = "") -> AsyncIterator[Page]:
        """Of somebody who is signed in, or of who follows a link."""
        at, session = self.world.web.base_url, f"session-of-{person}" if person else ""
        if session:
            day = timedelta(days=1)
            await self.world.store.commit(
                lambda s: s.sessions.begin(session, person, "web", "mail", as_staff=False, lasts=day)
            )
        window = {"width": self.width, "scheme": self.scheme}
        async with a_page(self.browser, script=True, session=session, at=at, **window) as page:  # type: ignore[arg-type]
            yield page

    async def go(self, page: Page, place: str) -> None:
        """Open an address or a path in the language of the walk."""
        address = place if place.startswith("http") else f"{self.world.web.base_url}{place}"
        await page.goto(f"{address}{'&' if '?' in address else '?'}lang={self.language}")

    async def look(self, page: Page, name: str) -> None:
        """Nothing is wrong with the page at any width; its picture is kept."""
        assert await faults(page, self.scheme, f"case {name} {self.language}") == [], name
        await page.set_viewport_size({"width": self.width, "height": 800})

    async def press(self, page: Page, act: str, within: str = "main") -> None:
        """Press the button of an act; the page that follows reports no problem."""
        await page.locator(f"{within} form:has(input[name=act][value={act}]) button").first.click()
        await expect(page.locator(".errors, .error")).to_have_count(0)

    async def ticket(self) -> Ticket:
        """The case, as it is now."""
        (one,) = await self.world.pages.desk.tickets()
        return one


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("ja", 1280, "light"), pytest.param("en", 390, "dark", marks=pytest.mark.soak)]
)
async def test_three_people_walk_a_case_from_my_mail_to_its_end(
    browser: Browser, world: World, mailbox: Receiver, language: str, width: int, scheme: Scheme
) -> None:
    walk = Walk(browser, world, mailbox, language, width, scheme)
    await reported_and_told(walk)
    async with walk.window() as leader, walk.window(OFFICER) as officer:
        await taken(walk, leader)
        await worked_at_by_two(walk, leader, officer)
        await counted_anew(walk, officer)
        await decided_by_two(walk, leader, officer)
        await asked_to_delete(walk, leader, officer)
        await closed(walk, leader, officer)
        for name in ("drafts", "people", "timeline", "manual", "related", "trackers", "keeping"):
            await walk.go(officer, f"{await number_path(walk)}/{name}")
            await walk.look(officer, name)
            if name == "timeline":
                await expect(officer.locator(".timeline .words").last).to_have_text(walk.said["closed"])
    ended = await walk.ticket()
    assert ended.state is State.CLOSED
    assert (await world.store.read(lambda s: s.evidence.broken(ended.id))) is None


async def number_path(walk: Walk) -> str:
    """The case in the address of who is signed in."""
    return f"/tickets/{shown((await walk.ticket()).id)}"


async def reported_and_told(walk: Walk) -> None:
    """The sender finds it in "my mail", reports it, tells the superior and says so under the link of the thanks."""
    _, _ = await walk.world.sent(subject="打ち合わせの資料")
    walk.world.clock.advance(timedelta(hours=3))
    async with walk.window(SENDER) as page:
        await walk.go(page, "/mail?show=sent")
        await walk.look(page, "my mail")
        await page.locator("a[href*='/mail/wrong/']").first.click()
        await page.check("#wrong-1")
        await page.fill("#words", walk.said["report"])
        await walk.look(page, "wrong")
        await page.locator("main button").click()
        await expect(page.locator(".next")).to_contain_text("名取")
        await walk.look(page, "reported")
        await post_all(walk.world, walk.mailbox)
        walk.world.clock.advance(timedelta(minutes=4))
        await walk.go(page, newest_link(walk.mailbox, "/r/", SENDER))
        await page.check("#said-told")
        await walk.look(page, "own case")
        await page.locator("main button").click()
        await expect(page.locator("#said-told")).to_have_count(0)
        await walk.look(page, "own case, told")
    ticket = await walk.ticket()
    assert ticket.superior_told_at == walk.world.clock.now()
    assert [r.address for r in ticket.recipients if r.wrong == "yes"] == [WRONG]


async def taken(walk: Walk, leader: Page) -> None:
    """Whoever leads takes the case under the link of the call, without any number."""
    walk.world.clock.advance(timedelta(minutes=2))
    await walk.go(leader, newest_link(walk.mailbox, "/t/", SUPERIOR))
    await walk.look(leader, "called")
    await leader.check("#answer-have")
    await walk.press(leader, "call")
    calls = await walk.world.store.read(lambda s: s.calls.of(s.tickets.listing()[0].id))
    assert [call.person for call in calls if call.acknowledged_at] == [SUPERIOR]
    await leader.fill("[name=number]", (await walk.ticket()).id[-4:])
    await walk.press(leader, "start")
    await expect(leader.locator(".next-step ~ nav.lists")).to_have_count(1)  # what comes next is seen first
    await walk.look(leader, "ticket")


async def worked_at_by_two(walk: Walk, leader: Page, officer: Page) -> None:
    """Each of two people finishes a step under their own name."""
    await walk.go(officer, await number_path(walk))
    for page, step in ((leader, "1.4"), (officer, "1.6")):
        walk.world.clock.advance(timedelta(minutes=5))
        place = f'[id="step-{step}"]'
        await page.locator(f"{place} summary").click()
        await page.check(f'[id="done-{step}"]')
        await page.fill(f'[id="note-{step}"]', walk.said["why"])
        if page is leader:
            await walk.look(page, "step")
        await walk.press(page, "step", place)
    by = {step.step: step.done_by for step in (await walk.ticket()).steps}
    assert (by["1.4"], by["1.6"]) == (SUPERIOR, OFFICER)


async def counted_anew(walk: Walk, officer: Page) -> None:
    """A corrected fact moves a date of the law; from what to what it moved stands there."""
    path = await number_path(walk)
    await walk.go(officer, f"{path}/clocks")
    await walk.look(officer, "clocks")
    await walk.go(officer, f"{path}/facts")
    await officer.locator("#fact-malicious summary").click()
    await officer.check("#malicious-yes")
    await officer.fill("#why-malicious", walk.said["why"])
    await walk.press(officer, "fact", "#fact-malicious")
    await walk.look(officer, "facts")
    await walk.go(officer, f"{path}/clocks")
    difference = officer.locator("[aria-labelledby=changes-title] p", has_text="JP-FINAL").filter(
        has_text=walk.said["moved"]
    )
    await expect(difference).to_contain_text(walk.said["from"])
    await walk.look(officer, "clocks, moved")


async def decided_by_two(walk: Walk, leader: Page, officer: Page) -> None:
    """One proposes with a reason, another signs; then it is decided."""
    await walk.go(officer, f"{await number_path(walk)}/decisions")
    await officer.check("#leak-yes")
    await officer.fill("#reason-leak", walk.said["reason"])
    await walk.press(officer, "propose", "#question-leak")
    await leader.locator("nav.lists a[href*='/decisions']").click()
    await walk.look(leader, "decisions, to be signed")
    await walk.press(leader, "sign", "#question-leak")
    await walk.look(leader, "decisions")
    (decision,) = await walk.world.store.read(lambda s: s.decisions.of(s.tickets.listing()[0].id))
    assert (decision.by, decision.second_by, decision.answer) == (OFFICER, SUPERIOR, True)


async def asked_to_delete(walk: Walk, leader: Page, officer: Page) -> None:
    """By telephone first, then the letter, which is printed; the four answers with their proof."""
    await leader.locator("nav.lists a[href*='/letters']").click()
    await leader.check("#reached-1-yes")
    await walk.press(leader, "phoned")
    await leader.locator("details:has(form input[value=draft]) > summary").click()
    await walk.press(leader, "draft")
    await walk.look(leader, "letters")
    await walk.go(officer, f"{await number_path(walk)}/letter")
    await walk.look(officer, "letter")
    assert (await officer.pdf()).startswith(b"%PDF")
    await walk.go(officer, f"{await number_path(walk)}/letters")
    await officer.locator("details:has(form input[value=answer]) > summary").click()
    for question, answer in (("read", "no"), ("copied", "no"), ("forwarded", "no"), ("erased", "yes")):
        await officer.check(f"#{question}-1-{answer}")
    await officer.check("#way-1-phone")
    await officer.fill("#proof-1", walk.said["why"])
    await walk.look(officer, "answers to record")
    await walk.press(officer, "answer")
    await walk.look(officer, "answers")


async def closed(walk: Walk, leader: Page, officer: Page) -> None:
    """No leak ends without its cause and a measure; what is missing is said."""
    await walk.go(officer, f"{await number_path(walk)}/closing")
    await officer.check("#cause-flagged-and-confirmed")
    await officer.fill("#cause-note", walk.said["reason"])
    await walk.press(officer, "cause")
    await officer.fill("#words", walk.said["measure"])
    await officer.fill("#due", (walk.world.clock.now() + timedelta(days=30)).date().isoformat())
    await officer.fill("#test", walk.said["why"])
    await walk.press(officer, "plan")
    await walk.look(officer, "lessons")
    await leader.locator("nav.lists a").first.click()
    await leader.check("#outcome-closed")
    await leader.fill("#reason", walk.said["reason"])
    await walk.press(leader, "close")
    await walk.look(leader, "closed")
