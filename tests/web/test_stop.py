"""The page of a colleague: it stops a held message and does nothing else; it shows nothing that the message would not show."""

import pytest

from store.holds import State
from tests.helpers.pages import OTHER, SENDER, TYPO, WRONG, World, hold_of, read, text_of

COLLEAGUE = "mori@tachibana.example"


async def link(world: World, **changes: object) -> tuple[str, str]:
    """A held message and the token of a colleague; token, id."""
    _, kept = await world.hold(**changes)  # type: ignore[arg-type]
    token = await world.store.commit(lambda shelves: shelves.links.make(kept.group_id, COLLEAGUE, "stop"))
    return token, kept.id


async def post(world: World, token: str, act: str, path: str = "s") -> int:
    async with world.client() as browser:
        form = read((await browser.get(f"/s/{token}")).text)[0][0]
        answered = await browser.post(f"/{path}/{token}", data={"form": form.value("form"), "act": act})
    return answered.status_code


async def test_a_colleague_stops_it_and_the_sender_is_told_and_can_bring_it_back(world: World) -> None:
    token, held = await link(world)
    assert await post(world, token, "stop") == 303
    stopped = await world.get(held)
    assert (stopped.state, stopped.decided_by) == (State.CANCELLED, COLLEAGUE)
    told = await world.store.read(lambda shelves: shelves.outbox.of_hold(held))
    assert [(n.kind, n.recipient) for n in told] == [("cancelled", SENDER)]
    async with world.client() as browser:
        assert COLLEAGUE in text_of((await browser.get(f"/s/{token}?lang=en")).text)


@pytest.mark.parametrize("act", ["send", "cancel", "bring-back", ""])
async def test_no_other_act_does_anything(world: World, act: str) -> None:
    token, held = await link(world)
    assert await post(world, token, act) == 422
    assert (await world.get(held)).state is State.HELD


async def test_leaving_it_to_the_sender_changes_nothing(world: World) -> None:
    token, held = await link(world)
    assert await post(world, token, "leave") == 200
    assert (await world.get(held)).state is State.HELD


async def test_a_colleagues_link_opens_no_question_and_a_question_no_such_page(world: World) -> None:
    token, held = await link(world)
    question, _ = await world.hold()
    async with world.client() as browser:
        assert (await browser.get(f"/q/{token}")).status_code == 404
        assert (await browser.get(f"/s/{question}")).status_code == 404
    assert await post(world, token, "stop", path="q") == 404
    assert (await world.get(held)).state is State.HELD


async def test_what_a_machine_submits_unchanged_or_with_every_button_stops_nothing(world: World) -> None:
    token, held = await link(world)
    async with world.client() as browser:
        form = read((await browser.get(f"/s/{token}")).text)[0][0]
        plain = {name: value for name, value, kind, checked in form.fields if kind == "hidden" or checked}
        assert (await browser.post(f"/s/{token}", data=plain)).status_code == 422
        every = {name: [v for n, v, _, _ in form.fields if n == name] for name, *_ in form.fields}
        assert (await browser.post(f"/s/{token}", data=every)).status_code == 422
    assert (await world.get(held)).state is State.HELD


async def test_the_page_says_nothing_of_bcc_nor_of_what_is_in_the_message(world: World) -> None:
    kept = hold_of(now=world.clock.now())
    token, _ = await link(world, verdict={**kept.verdict, "unnamed": [WRONG]})
    async with world.client() as browser:
        page = (await browser.get(f"/s/{token}")).text
    assert WRONG not in page
    assert OTHER not in page
    assert "顧客" not in page


async def test_the_page_shows_the_letter_that_differs_in_an_address_that_all_can_see(world: World) -> None:
    token, _ = await link(world)
    async with world.client() as browser:
        page = (await browser.get(f"/s/{token}")).text
    assert TYPO["words"]["ja"] in text_of(page)
    assert "<mark>" in page


async def test_a_message_that_was_decided_meanwhile_is_not_stopped(world: World) -> None:
    token, held = await link(world)
    async with world.client() as browser:
        form = read((await browser.get(f"/s/{token}")).text)[0][0]
        await world.store.commit(lambda s: s.holds.move(held, State.HELD, State.RELEASED, by=SENDER))
        answered = await browser.post(f"/s/{token}", data={"form": form.value("form"), "act": "stop"})
    assert answered.status_code == 409
    assert (await world.get(held)).state is State.RELEASED
