"""The pages of drills and of the quiz: what was shown, who may see it, and that no answer is anybody's."""

from datetime import timedelta
from html import unescape
from typing import Any

from response import drill
from response.desk import Report
from response.drill import Begun
from response.drilling import words_of
from response.quiz import questions
from store.ids import shown
from store.quiz import WHOLE
from tests.helpers.pages import SENDER, SUPERIOR, World, read, text_of
from tests.web.test_desk_boards import RESPONDER, need_to_know


async def signed_in(world: World, person: str) -> str:
    token = f"session-of-{person}"
    day = timedelta(days=1)
    await world.store.commit(lambda s: s.sessions.begin(token, person, "web", "mail", as_staff=False, lasts=day))
    return f"sekisho-web-session={token}"


def said_on(page: str) -> str:
    """Its words."""
    return unescape(text_of(page))


async def begun(world: World) -> Begun:
    office = world.pages.desk.office
    chosen = drill.scenarios_of(office).by_name["customer-complains"]
    how: dict[str, Any] = {"players": (SENDER,), "by": "operator", "announced": False, "at": world.clock.now()}
    made = await drill.start(world.store, office, chosen, **how)
    assert isinstance(made, Begun)
    return made


async def test_the_sheet_shows_what_came_too_early_and_one_press_stops_it(world: World) -> None:
    made = await begun(world)
    number = shown(made.drill.id)
    world.clock.advance(timedelta(minutes=7))
    said = Report(
        channel="page",
        reporter=SENDER,
        words=words_of(made.drill.id, "ja"),
        first_known_at=world.clock.now() - timedelta(minutes=7),
    )
    ticket = await world.pages.desk.report(said)
    world.clock.advance(timedelta(minutes=5))
    await world.pages.desk.finish_step(ticket.id, "3.1", by=SUPERIOR, note="x")
    world.clock.advance(timedelta(minutes=5))
    await world.pages.desk.finish_step(ticket.id, "1.1", by=SUPERIOR, note="x")
    async with world.client(cookie=await signed_in(world, SUPERIOR)) as browser:
        page = said_on((await browser.get(f"/drills/{number}?lang=en")).text)
        for words in (
            "From knowing to the report7 min",
            "From knowing to telling the superior17 min",
            "From the report to the ticket0 s",
            "From the ticket to somebody's first act5 min",
            "From knowing to asking for deletiondid not happen",
            "1 of 1 who played the sender",
            "3.1",
            "Source: ICO",
        ):
            assert words in page, words
        assert "3.1" in page.partition("Before the superior was told")[2].partition("Due and not done")[0]
        form = read((await browser.get(f"/drills/{number}")).text)[0][0]
        reply = await browser.post(f"/drills/{number}", data={"form": form.value("form"), "act": "stop-drill"})
        assert reply.status_code == 303
        after = (await browser.get(f"/drills/{number}?lang=en")).text
        assert "Stop the drill" not in after
        assert "stopped" in text_of(after)
        assert number in text_of((await browser.get("/drills?lang=en")).text)
        assert "This is a drill." in (await browser.get(f"/tickets/{shown(ticket.id)}?lang=en")).text
        assert made.drill.scene["en"] in (await browser.get(f"/tickets/{shown(ticket.id)}?lang=en")).text
    now = await world.pages.desk.ticket(ticket.id)
    assert now is not None
    assert str(now.state) == "closed"


async def test_a_quiz_is_counted_for_the_unit_and_nothing_says_whose_it_was(world: World) -> None:
    every = questions()
    right = {one.id: str(one.answer) for one in every}
    async with world.client(cookie=await signed_in(world, SENDER)) as browser:
        form = read((await browser.get("/quiz?lang=en")).text)[0][0].value("form")
        gap = await browser.post("/quiz?lang=en", data={"form": form, **right, every[3].id: ""})
        assert gap.status_code == 422
        listed = said_on(gap.text).partition("have no answer")[2].partition("1. ")[0]
        assert every[3].question.en in listed
        assert every[2].question.en not in listed
        assert await world.store.read(lambda s: s.quiz.of_year(2026)) == ()
        reply = await browser.post("/quiz?lang=en", data={"form": form, **right, every[0].id: "1"})
        assert reply.status_code == 303
        seen = said_on((await browser.get(reply.headers["location"])).text)
    assert f"{len(every) - 1} of {len(every)} right" in seen
    assert every[0].why.en in seen
    assert "Tell the superior first" in seen
    rows = await world.store.read(lambda s: s.quiz.of_year(2026))
    assert {row.unit for row in rows} == {"tachibana.example"}
    assert {row.question: row.correct for row in rows if row.question in {every[0].id, WHOLE}} == {
        every[0].id: 0,
        WHOLE: 1,
    }


async def test_of_a_drill_of_whose_ticket_one_need_not_know_there_is_no_figure_and_no_step(world: World) -> None:
    made = await begun(world)
    number = shown(made.drill.id)
    said = Report(channel="page", reporter=SENDER, words=words_of(made.drill.id, "ja"))
    ticket = await world.pages.desk.report(said)
    world.clock.advance(timedelta(minutes=5))
    await world.pages.desk.finish_step(ticket.id, "3.1", by=SUPERIOR, note="x")
    need_to_know(world)
    pages = {}
    for person in (SUPERIOR, RESPONDER):
        async with world.client(cookie=await signed_in(world, person)) as browser:
            pages[person] = [(await browser.get(f"{path}?lang=en")).text for path in ("/drills", f"/drills/{number}")]
    assert shown(ticket.id) in pages[SUPERIOR][1]
    assert "only for those who need to know" not in "".join(pages[SUPERIOR])
    for page in pages[RESPONDER]:
        assert number in page
        assert "1 ticket of it is only for those who need to know." in said_on(page)
        assert "1 of 1 who played the sender" in said_on(page)
        assert shown(ticket.id) not in page
        assert "3.1" not in text_of(page)
        assert "did not happen" not in said_on(page), "what one may not see is not said to be nothing"
        assert "From " not in said_on(page).partition("To compare with")[0]
