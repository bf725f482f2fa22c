"""Every page in every state on one store, those of somebody signed in, too; and what brings each into its second state."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from playwright.async_api import Page

from gateway.options import FrictionOptions, HoldOptions
from response import deciding, drill, facts, fulfilling, reach, watching
from response.desk import Report
from response.drilling import words_of
from store.holds import Delivery
from store.ids import shown
from store.shelves import Shelves
from tests.browser.states import every_state
from tests.browser.states_of_admin import ADMIN, filled, with_an_admin
from tests.helpers.deciding import decide
from tests.helpers.pages import DATA, OTHER, SENDER, SUPERIOR, TYPO, World

OTHER_OF_US = "houmu-tantou.with-a-long-name@tachibana.example"
Step = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page in a state; `session`: the cookie of whoever is signed in; `step`: what brings it into its second state."""

    path: str
    session: str = ""
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    """The pages by name, and the world they stand in."""

    world: World
    pages: dict[str, Shown]


async def everything(world: World) -> Everything:
    """All pages, those of somebody signed in, too."""
    with_an_admin(world)
    pages = {
        name: Shown(path, step=_second.get(name, last_button)) for name, path in (await every_state(world)).items()
    }
    number = await filled(world, world.folder)
    _, kept = await world.sent(delivered=(), subject="まだ届いていない件")
    later = world.clock.now() + timedelta(minutes=5)
    for place in range(2):
        await world.store.commit(
            lambda s, at=place: s.deliveries.set(kept.id, at, Delivery.WAITING, next_try=later)  # type: ignore[misc]
        )
    mine, staff, admin = [await _signed_in(world, person) for person in (SENDER, SUPERIOR, ADMIN)]
    line = await world.store.read(lambda s: s.own_mail.sent((SENDER,), behind="", most=1))
    ticket = f"/tickets/{shown((await world.pages.desk.tickets())[0].id)}"
    pages |= {f"mail {which}": Shown(f"/mail?show={which}", mine) for which in ("held", "waiting", "sent", "cancelled")}
    pages |= {
        "mail wrong": Shown(f"/mail/wrong/{line[0].id}", mine, last_button),
        "mail of nobody": Shown("/mail", staff),
        "sign in": Shown("/sign-in", step=last_button),
        "sign in sent": Shown("/sign-in/sent"),
        "sign in over": Shown("/sign-in/nothing"),
        "sign out": Shown("/sign-out", mine),
        "drafts": Shown(f"{ticket}/drafts", staff, for_paper),
        "whole ticket": Shown(f"{ticket}/drafts", staff, last_button),
        "desk signed in": Shown("/desk", staff),
        "clocks": Shown("/clocks", staff),
        "statistics": Shown("/statistics", staff),
        "measures": Shown("/measures", staff),
        "contacts": Shown("/contacts", staff),
        **await _of_calls(world, staff),
        "desk call": Shown("/desk/new", staff, last_button),
        "desk call found": Shown("/desk/new?q=customer.example&until=x", staff, last_button),
        "not ours": Shown(pages["everything"].path, step=forged),
        **await _of_drills(world, staff),
        "quiz": Shown("/quiz", mine, last_button),
        "admin": Shown("/admin?days=90", admin),
        "admin held": Shown("/admin/held", admin),
        "admin hold": Shown(f"/admin/held/{shown(number)}", admin, last_button),
        "admin journal": Shown("/admin/journal?all=yes", admin),
        "admin journal form": Shown("/admin/journal?since=x", admin),
        "admin exemptions": Shown("/admin/exemptions", admin, unfolded),
        "admin settings": Shown("/admin/settings", admin, first_fold),
    }
    pages |= await _sections(world, staff)
    pages |= await _second_looks(world)  # the last: what is reported above blocks its recipients
    return Everything(world, pages)


async def _sections(world: World, staff: str) -> dict[str, Shown]:
    """The sections of a ticket whose facts were corrected, with a decision of two and one that waits."""
    office, (ticket, *_) = world.pages.desk.office, await world.pages.desk.tickets()
    officer = "mori@tachibana.example"
    await decide(world.store, office, ticket.id, SUPERIOR, officer, answer=True)

    def worked_at(shelves: Shelves) -> None:
        persons = {"min": 1001, "max": 1001}
        assert facts.correct(shelves, office, ticket.id, "persons", persons, by=officer, why="数え直した") == ""
        deciding.propose(shelves, office, ticket.id, "publish", answer=False, reason="全員に連絡できる", by=officer)
        at = world.clock.now()
        fulfilling.meet(shelves, office, ticket.id, "JP-PRELIM", "outer", by=officer, at=at, how="受付番号 12")

    await world.store.commit(worked_at)
    path = f"/tickets/{shown(ticket.id)}"
    return {f"ticket {name}": Shown(f"{path}/{name}", staff, all_folds) for name in ("facts", "clocks", "decisions")}


async def _of_calls(world: World, staff: str) -> dict[str, Shown]:
    """The reporter's own view, before and after the superior was told, and the answer to a test call; each of them unanswered, too."""
    office = world.pages.desk.office
    _, ticket = await world.ticket()
    _, told = await world.ticket()
    await world.pages.desk.finish_step(told.id, told.steps[0].step, by=SENDER, note="")

    def unit(shelves: Shelves) -> tuple[str, ...]:
        test = reach.begin(shelves, office, ADMIN)
        watching.watch(shelves, office, ticket.id, OTHER_OF_US, by=SUPERIOR, reason="法務として確認のため")
        make = shelves.links.make
        return make(ticket.id, SENDER, "own"), make(told.id, SENDER, "own"), make(test, SUPERIOR, "reach")

    own, after, test = await world.store.commit(unit)
    return {
        "ticket people": Shown(f"/tickets/{shown(ticket.id)}/people", staff, last_button),
        "own case": Shown(f"/r/{own}", step=last_button),
        "own case, superior told": Shown(f"/r/{after}"),
        "test call": Shown(f"/c/{test}", step=last_button),
    }


async def _of_drills(world: World, staff: str) -> dict[str, Shown]:
    """The list of drills, and the sheet of one that runs and has a ticket."""
    office = world.pages.desk.office
    chosen = drill.scenarios_of(office).by_name["sender-notices"]
    how: dict[str, Any] = {"players": (SENDER,), "by": "operator", "announced": True, "at": world.clock.now()}
    begun = await drill.start(world.store, office, chosen, **how)
    assert isinstance(begun, drill.Begun)
    await world.pages.desk.report(Report(channel="page", reporter=SENDER, words=words_of(begun.drill.id, "ja")))
    number = shown(begun.drill.id)
    return {"drills": Shown("/drills", staff), "drill": Shown(f"/drills/{number}", staff)}


async def _second_looks(world: World) -> dict[str, Shown]:
    """Two messages of somebody who has answered at once before."""
    hold = HoldOptions(friction=FrictionOptions(after=1, within=3600))
    world.pages.flow.options = replace(world.pages.flow.options, hold=hold)
    await world.store.commit(lambda shelves: shelves.habits.once_more(SENDER))
    # What was reported above is blocked: nobody could say that it is right.
    await world.store.commit(lambda s: [s.blocks.lift(one.id, SUPERIOR) for one in s.blocks.in_force()])
    letters, _ = await world.hold((TYPO,))
    domain, _ = await world.hold((DATA,), (OTHER,))
    return {"look letters": Shown(f"/q/{letters}", step=confirm), "look domain": Shown(f"/q/{domain}", step=confirm)}


async def _signed_in(world: World, person: str) -> str:
    """The cookie of a session."""
    token = f"a-session-of-{person}"
    day = timedelta(days=1)
    await world.store.commit(lambda s: s.sessions.begin(token, person, "web", "mail", as_staff=False, lasts=day))
    return token


async def last_button(page: Page) -> None:
    """Press it without an answer: what is missing is said."""
    await page.locator("main button").last.click()


async def to_work(page: Page) -> None:
    """Open a section of a ticket for work."""
    await page.fill("[name=number]", await page.inner_text(".number b"))
    await page.click("form:has([name=number]) button")


async def first_button(page: Page) -> None:
    """The same where the last one is folded away."""
    await page.locator("main button").first.click()


async def into_work(page: Page) -> None:
    """Open a ticket for work, and its first step."""
    await to_work(page)
    await page.locator("details summary").first.click()


async def confirm(page: Page) -> None:
    """Answer everything at once with "it is right"."""
    await page.locator("input[value=right], input[value=agree]").first.check()
    await page.click("#act-send")


async def unfolded(page: Page) -> None:
    """Press a button that is folded away."""
    await page.locator("main summary").first.click()
    await page.locator("main button").first.click()


async def first_fold(page: Page) -> None:
    """Open what is folded away first."""
    await page.locator("main summary").first.click()


async def all_folds(page: Page) -> None:
    """Open everything that is folded away."""
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


async def for_paper(page: Page) -> None:
    """Show the first draft for printing."""
    await page.locator("main summary").first.click()
    await page.locator("main button[value=print]").first.click()


async def forged(page: Page) -> None:
    """Send a form that is not ours."""
    await page.evaluate("document.querySelector('[name=form]').value = 'forged'")
    await last_button(page)


_second: dict[str, Step | None] = {
    "ticket": into_work,
    "unmatched": into_work,
    "manual": into_work,
    "same mistake": to_work,
    "lessons": to_work,
    "letters": into_work,
    "unintended": first_button,
    "letter to print": None,
    **dict.fromkeys(("reported", "over", "desk", "nowhere", "stopped", "too late to stop")),
}
"""What differs from pressing the last button; None for a page without a form."""
