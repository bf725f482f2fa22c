"""What the desk sees over all its tickets: open clocks, and statistics without a name."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count

import httpx2
import pytest

from notifier.options import Person
from response import watching
from response.desk import Desk, Report
from response.measures import Plan
from response.options import ResponseOptions
from store.counted import Counted
from store.ids import shown
from store.measures import Change
from store.outcomes import MEASURE
from store.shelves import Shelves
from tests.helpers.pages import ORGANISATION, OTHER, SENDER, SUPERIOR, WRONG, World, text_of
from web.app import whole_app

COUNT = count()
ADMIN = "kan@tachibana.example"
RESPONDER = "koho@tachibana.example"
PATHS = ["/clocks", "/measures", "/statistics", "/statistics?days=90"]


async def look(world: World, path: str, person: str = SUPERIOR) -> httpx2.Response:
    """Somebody signs in, and opens a page."""
    token = f"session-{next(COUNT)}"
    hour = timedelta(hours=1)
    await world.store.commit(lambda s: s.sessions.begin(token, person, "web", "mail", as_staff=False, lasts=hour))
    cookie = f"sekisho-web-session={token}"
    async with world.client(cookie=cookie) as browser:
        return await browser.get(path)


@pytest.mark.parametrize("path", PATHS)
async def test_only_who_works_at_the_desk_sees_them(world: World, path: str) -> None:
    async with world.client() as browser:
        assert (await browser.get(path)).status_code != 200
    assert (await look(world, path, SENDER)).status_code == 404
    assert (await look(world, path)).status_code == 200
    assert f'href="{path.partition("?")[0]}"' in (await look(world, "/desk")).text


async def test_the_nearest_hard_date_of_all_tickets_stands_first_and_drills_stand_apart(world: World) -> None:
    _, early = await world.ticket()
    world.clock.advance(timedelta(hours=30))
    _, late = await world.ticket()
    _, kept = await world.sent(delivered=(WRONG,))
    drill = await world.pages.desk.report(Report(channel="command", reporter=SENDER, hold_id=kept.id, drill=True))
    page = text_of((await look(world, "/clocks?lang=en")).text)
    numbers = [shown(t.id) for t in (early, late, drill)]
    hard = page[page.index("Hard dates") : page.index("Advice")]
    assert hard.index(numbers[0]) < hard.index(numbers[1])
    assert numbers[2] not in hard
    assert numbers[2] in page[page.index("Of drills") :]
    assert "竣工式のご案内" not in page  # numbers and rules, nothing of the mail


async def test_statistics_say_how_soon_by_channel_and_name_nobody(world: World) -> None:
    for minutes, reporter, channel in ((10, SENDER, "link"), (180, "hayashi@tachibana.example", "page")):
        _, kept = await world.sent(delivered=(WRONG,))
        world.clock.advance(timedelta(minutes=minutes))
        await world.pages.desk.report(Report(channel=channel, reporter=reporter, hold_id=kept.id))  # type: ignore[arg-type]
    day = world.clock.now().date().isoformat()
    await world.store.commit(lambda s: s.outcomes.add([Counted(day, "", "", "cancelled", count=7)]))
    world.clock.advance(timedelta(hours=2))
    reply = await look(world, "/statistics?lang=en")
    page = text_of(reply.text)
    assert "2 cases; their own senders reported 50 %." in page
    assert "all Cases 2 Reported by the sender 1 (50 %) Half reported within 1 h 35 min" in page
    assert (
        "by a signed link Cases 1 Reported by the sender 1 (100 %) Half reported within 10 min within 15 min 1 within 1 h 0 "
        in page
    )
    assert "In twelve months 7 messages were cancelled or corrected" in page
    assert "steps are past their time" in page
    assert "<svg" in reply.text
    assert not {SENDER, OTHER, WRONG, "鈴木"} & set(page.split())


async def test_measures_of_all_cases_stand_with_what_they_did_and_without_words_of_cases_one_need_not_know(
    world: World,
) -> None:
    _, ticket = await world.ticket()
    change = Change("stricter", target="@customer.example")
    given = Plan("a second look", SUPERIOR, world.clock.now() + timedelta(days=3), "count them", change)
    assert await world.pages.desk.lessons.plan(ticket.id, given, by=SUPERIOR) == ""
    (made,) = await world.store.read(lambda s: s.measures.of_ticket(ticket.id))
    day = world.clock.now().date().isoformat()

    def applied(shelves: Shelves) -> None:
        assert shelves.measures.apply(made.id, SUPERIOR)
        shelves.outcomes.add([Counted(day, f"{MEASURE}{made.id}", "", "asked", count=5)])

    await world.store.commit(applied)
    page = text_of((await look(world, "/measures?lang=en")).text)
    assert f"{shown(made.id)} a second look" in page
    assert "5 messages held" in page
    assert "past its date" not in page
    world.clock.advance(timedelta(days=3))
    assert "past its date" in text_of((await look(world, "/measures?lang=en")).text)
    need_to_know(world)
    other = await look(world, "/measures?lang=en", ADMIN)
    assert shown(made.id) in text_of(other.text)
    assert ("a second look" in other.text, f"{shown(ticket.id)}/closing" in other.text) == (False, False)


async def test_the_board_of_clocks_leads_into_no_case_that_one_need_not_know(world: World) -> None:
    _, ticket = await world.ticket()
    place = f"/tickets/{shown(ticket.id)}/clocks"
    need_to_know(world)
    other = await look(world, "/clocks", RESPONDER)
    assert (other.status_code, shown(ticket.id) in text_of(other.text), place in other.text) == (200, True, False)
    assert place in (await look(world, "/clocks")).text


async def test_statistics_count_only_the_cases_that_one_need_know_and_say_so(world: World) -> None:
    _, ticket = await world.ticket()
    world.clock.advance(timedelta(days=10))
    everything = text_of((await look(world, "/statistics?lang=en")).text)
    assert "1 case; its own sender reported 100 %." in everything
    assert "Only the cases that you need to know of are counted." not in everything
    late = re.search(r"(\d+) steps are past their time. (\d+) hard date", everything)
    assert late
    assert int(late[1]) > 0
    assert int(late[2]) > 0
    need_to_know(world)
    nothing = text_of((await look(world, "/statistics?lang=en", RESPONDER)).text)
    for words in (
        "Only the cases that you need",
        "No case in this time.",
        "0 steps are past",
        "0 hard dates have passed",
    ):
        assert words in nothing, words
    await world.store.commit(
        lambda s: watching.watch(s, world.pages.desk.office, ticket.id, RESPONDER, by=SUPERIOR, reason="r")
    )
    mine = text_of((await look(world, "/statistics?lang=en", RESPONDER)).text)
    assert "1 case; its own sender reported 100 %." in mine
    assert f"{late[1]} steps are past their time. {late[2]} hard date" in mine


async def test_a_linked_case_that_one_need_not_know_stands_with_its_number_alone(world: World) -> None:
    _, ticket = await world.ticket()
    _, kept = await world.sent(delivered=(WRONG,), subject="秘密の件名")
    other = await world.pages.desk.report(Report(channel="link", reporter=SENDER, hold_id=kept.id, proven=True))
    await world.store.commit(lambda s: s.learning.link(ticket.id, other.id, "same-address", SUPERIOR))
    need_to_know(world)
    place = f"/tickets/{shown(ticket.id)}/related?lang=en"
    await world.store.commit(
        lambda s: watching.watch(s, world.pages.desk.office, ticket.id, RESPONDER, by=SUPERIOR, reason="r")
    )
    assert "秘密の件名" in (await look(world, place)).text
    seen = (await look(world, place, RESPONDER)).text
    linked = seen[seen.index("linked-title") : seen.index("same-title")]
    assert (shown(other.id) in linked, "秘密の件名" in seen) == (True, False)
    assert "A message of a ticket that is only for those who need to know" in seen


def need_to_know(world: World) -> None:
    """From now on somebody of the desk opens only what they are called to; there is an admin without a role there."""
    people = (
        *ORGANISATION.people,
        Person(address=ADMIN, roles=("admin",)),
        Person(address=RESPONDER, roles=("responder",)),
    )
    world.organisation = ORGANISATION.model_copy(update={"people": people})
    world.__post_init__()
    before = world.pages.desk.office
    desk = Desk(world.store, ResponseOptions(need_to_know=True), world.organisation, before.manual, world.clock)
    world.pages = replace(world.pages, desk=desk)
    world.app = whole_app(world.pages)
