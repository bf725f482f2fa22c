"""A case whose records were erased can still be opened: every page of it shows what is left, and nothing of it can be worked on."""

from store.shelves import Shelves
from store.tickets import State
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World
from tests.web.test_ticket import press, work
from web.ticket_sections import TICKET


async def test_every_page_of_an_erased_case_shows_what_is_left_and_no_name(world: World) -> None:
    _, ticket = await world.ticket()
    await world.letter(ticket)
    await world.pages.desk.finish_step(ticket.id, "1.1", by=SUPERIOR, note="電話で")

    def erase(s: Shelves) -> str:
        now = s.tickets.get(ticket.id)
        assert now is not None
        assert s.tickets.move(ticket.id, now.state, State.CLOSED, "done")
        s.cases.erase(ticket.id, "sekisho", "its time is over")
        return s.links.make("desk", SUPERIOR, "desk")

    token = await world.store.commit(erase)
    async with world.client() as browser:
        for section in TICKET.names:
            answer = await browser.get(f"/desk/{token}/{ticket.id}/{section}".rstrip("/"))
            assert answer.status_code in {200, 404}, (section, answer.status_code)
            assert WRONG not in answer.text, section
            assert SENDER not in answer.text, section
        path = await work(browser, f"/desk/{token}/{ticket.id}", ticket.id[-4:])
        assert (await press(browser, path, "reopen", reason="again")).status_code == 409
    after = await world.store.read(lambda s: s.tickets.get(ticket.id))
    assert after is not None
    assert after.state is State.CLOSED
