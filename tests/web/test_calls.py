"""Pages of calls: a call is answered by a person and by no machine; the reporter's one next step; the contact tree; need to know."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_hex

import httpx2

from notifier.options import Person
from response import reach
from response.desk import Desk
from response.options import ResponseOptions
from store.ids import shown
from store.tickets import Ticket
from tests.helpers.pages import ORGANISATION, SENDER, SUPERIOR, World, read, text_of
from web.app import whole_app

OFFICER, PRESS, BOSS = "mori@tachibana.example", "koho@tachibana.example", "president@tachibana.example"


def enlarge(world: World, *, need_to_know: bool = False) -> None:
    """Further roles, and who may know."""
    people = (
        *ORGANISATION.people,
        Person(address=PRESS, roles=("responder",)),
        Person(address=BOSS, roles=("management",)),
    )
    world.organisation = ORGANISATION.model_copy(update={"people": people})
    world.__post_init__()
    options = ResponseOptions(need_to_know=need_to_know)
    desk = Desk(world.store, options, world.organisation, world.pages.desk.office.manual, world.clock)
    world.pages = replace(world.pages, desk=desk)
    world.app = whole_app(world.pages)


async def link(world: World, about: str, person: str, purpose: str) -> str:
    return await world.store.commit(lambda s: s.links.make(about, person, purpose))


async def send(browser: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    """Fill in the first form of a page."""
    form = read((await browser.get(path)).text)[0][0]
    return await browser.post(form.action, data={**dict(form.as_it_stands()), **fields})


async def sign_in(world: World, person: str) -> dict[str, str]:
    lasts, token = timedelta(hours=1), token_hex(8)
    await world.store.commit(
        lambda s: s.sessions.begin(token, person, "web", "mail", as_staff=person != SENDER, lasts=lasts)
    )
    return {"cookie": f"sekisho-web-session={token}"}


async def silent(world: World, ticket: Ticket) -> set[str]:
    return {call.person for call in await world.store.read(lambda s: s.calls.of(ticket.id)) if call.is_silent}


async def test_a_call_is_answered_at_the_top_of_the_ticket_without_its_number_and_not_by_opening_it(
    world: World,
) -> None:
    token, ticket = await world.ticket(person=OFFICER)
    async with world.client() as browser:
        said = text_of((await browser.get(f"/t/{token}?lang=en")).text)
        assert "You were called" in said
        await browser.get(f"/t/{token}/people")
        assert OFFICER in await silent(world, ticket)
        assert (await send(browser, f"/t/{token}")).status_code == 422, "as it stands it says nothing"
        assert (await send(browser, f"/t/{token}", answer="look")).status_code == 303
        assert OFFICER in await silent(world, ticket)
        world.clock.advance(timedelta(minutes=3))
        assert (await send(browser, f"/t/{token}", answer="have")).status_code == 303
        assert OFFICER not in await silent(world, ticket)
        page = text_of((await browser.get(f"/t/{token}/people?lang=en")).text)
        assert "You have it" in page
        assert "has it since Wed 1 Apr, 09:33 (JST)" in page
        assert "+" in page or "03-0000-5678" in page
        assert (await send(browser, f"/t/{token}", answer="pass-on")).status_code == 303
        assert OFFICER in await silent(world, ticket)


async def test_who_signed_in_and_was_not_called_takes_a_case_with_one_press(world: World) -> None:
    enlarge(world)
    _, ticket = await world.ticket()
    headers = await sign_in(world, BOSS)
    async with world.client(**headers) as browser:
        path = f"/tickets/{shown(ticket.id)}/people"
        form = next(f for f in read((await browser.get(path)).text)[0] if f.value("act") == "have")
        answer = await browser.post(form.action.partition("#")[0], data=dict(form.as_it_stands()))
        assert answer.status_code == 303
        assert "I have it" not in text_of((await browser.get(f"{path}?lang=en")).text).split("Who was called")[1]
    assert BOSS not in await silent(world, ticket)


async def test_the_reporter_sees_one_next_step_with_a_number_to_call_and_nothing_that_others_wrote(
    world: World,
) -> None:
    _, ticket = await world.ticket()
    await world.pages.desk.finish_step(ticket.id, "1.4", by=SUPERIOR, note="secret note of the desk")
    token = await link(world, ticket.id, SENDER, "own")
    async with world.client() as browser:
        page = (await browser.get(f"/r/{token}?lang=en")).text
        assert "Tell your superior 名取 now." in text_of(page)
        assert 'href="tel:0300001234"' in page
        assert page.count('class="next"') == 1
        assert (await send(browser, f"/r/{token}")).status_code == 422
        assert (await send(browser, f"/r/{token}", said="later")).status_code == 200
        assert (await send(browser, f"/r/{token}", said="unreached")).status_code == 303
        assert "Tell your superior 名取 now." not in text_of((await browser.get(f"/r/{token}?lang=en")).text)
        assert (await send(browser, f"/r/{token}", said="told")).status_code == 303
        after = (await browser.get(f"/r/{token}?lang=en")).text
    now = await world.pages.desk.ticket(ticket.id)
    assert now is not None
    assert (now.steps[0].state, now.steps[0].done_by) == ("done", SENDER)
    assert "The desk will come to you about it." in text_of(after), "a further step is the sender's own"
    assert after.count('class="next"') == 1
    assert "secret note" not in page + after
    assert read(after)[0] == []


async def test_a_form_of_before_somebody_else_was_to_be_told_is_shown_anew(world: World) -> None:
    _, ticket = await world.ticket()
    token = await link(world, ticket.id, SENDER, "own")
    async with world.client() as browser:
        form = read((await browser.get(f"/r/{token}")).text)[0][0]
        await send(browser, f"/r/{token}", said="unreached")
        late = await browser.post(f"/r/{token}", data={"form": form.value("form"), "said": "told"})
        assert late.status_code == 409
        assert (await browser.post(f"/r/{token}", data={"form": "x", "said": "told"})).status_code == 403


async def test_a_test_call_is_answered_on_its_page_and_counted_on_the_page_of_the_contact_tree(world: World) -> None:
    headers = await sign_in(world, SUPERIOR)
    async with world.client(**headers) as browser:
        assert "There was no test yet." in text_of((await browser.get("/contacts?lang=en")).text)
        assert (await send(browser, "/contacts")).status_code == 303
        assert (await send(browser, "/contacts")).status_code == 409, "one runs"
        last = await world.store.read(lambda s: reach.last(s, world.pages.desk.office))
        assert last is not None
        token = await link(world, last.test.id, OFFICER, "reach")
        assert (await send(browser, f"/c/{token}")).status_code == 422
        assert (await send(browser, f"/c/{token}", answer="look")).status_code == 200
        assert (await send(browser, f"/c/{token}", answer="have")).status_code == 303
        assert "Thank you." in text_of((await browser.get(f"/c/{token}?lang=en")).text)
        page = (await browser.get("/contacts?lang=en")).text
    assert "1 of 2 (50 %)" in text_of(page)
    assert 'href="tel:0300005678"' in page
    assert "has not answered yet" in text_of(page)
    assert "The emergency organisation is not complete" in text_of(page), "nobody is the deputy"


async def test_the_contact_tree_is_for_the_desk_and_a_test_for_those_who_answer_for_it(world: World) -> None:
    enlarge(world)
    async with world.client(**await sign_in(world, SENDER)) as browser:
        assert (await browser.get("/contacts")).status_code == 404
    async with world.client(**await sign_in(world, PRESS)) as browser:
        assert read((await browser.get("/contacts")).text)[0] == []
    async with world.client() as browser:
        assert (await browser.get("/contacts")).status_code == 303


async def test_with_need_to_know_others_of_the_desk_see_number_and_state_and_open_nothing(world: World) -> None:
    enlarge(world, need_to_know=True)
    _, ticket = await world.ticket()
    path = f"/tickets/{shown(ticket.id)}"
    async with world.client(**await sign_in(world, BOSS)) as browser:
        page = (await browser.get("/desk?lang=en")).text
        assert shown(ticket.id) in text_of(page)
        assert ticket.subject not in page
        assert path not in page
        assert (await browser.get(path)).status_code == 404
        assert (await browser.get(f"{path}/people")).status_code == 404
    async with world.client(**await sign_in(world, SUPERIOR)) as browser:
        assert path in (await browser.get("/desk")).text
        page = (await browser.get(f"{path}/people?lang=en")).text
        form = next(f for f in read(page)[0] if f.value("act") == "watch")
        where, fields = form.action.partition("#")[0], dict(form.as_it_stands())
        assert (await browser.post(where, data={**fields, "person": BOSS, "reason": ""})).status_code == 422
        assert (await browser.post(where, data={**fields, "person": "x@y.example", "reason": "x"})).status_code == 422
        for person in (BOSS, SENDER):
            assert (await browser.post(where, data={**fields, "person": person, "reason": "法務"})).status_code == 303
    async with world.client(**await sign_in(world, BOSS)) as browser:
        assert (await browser.get(path)).status_code == 200
    token = await link(world, ticket.id, SENDER, "ticket")
    async with world.client() as browser:  # without a role of the desk: for reading
        assert (await browser.get(f"/t/{token}")).status_code == 200
        assert read((await browser.get(f"/t/{token}")).text)[0] == []
        assert (
            await browser.post(f"/t/{token}", data={**fields, "act": "start", "number": ticket.id})
        ).status_code == 403
    listed = next(w for w in await world.store.read(lambda s: s.watchers.of(ticket.id)) if w.person == SENDER)
    async with world.client(**await sign_in(world, OFFICER)) as browser:
        page = (await browser.get(f"{path}/people")).text
        form = next(f for f in read(page)[0] if f.value("act") == "unwatch" and f.value("watcher") == listed.id)
        data = {**dict(form.as_it_stands()), "reason": "終わった"}
        assert (await browser.post(form.action.partition("#")[0], data=data)).status_code == 303
    async with world.client() as browser:
        assert (await browser.get(f"/t/{token}")).status_code == 404
