"""A release of high exposure asks to sign in, leads through it and back, and loses no choice; the link alone lets nothing go."""

from dataclasses import replace

import pytest

from gateway.decision import Decision
from gateway.options import HoldOptions
from store.holds import State
from tests.helpers.pages import DATA, SENDER, SUPERIOR, USUAL, World, read, text_of
from tests.helpers.signing_in import links, press, sign_in


@pytest.fixture
def world(world: World) -> World:
    """Where 100 persons are many."""
    world.pages.flow.options = replace(world.pages.flow.options, hold=HoldOptions(sign_in_persons=100))
    return world


def answers(page: str) -> dict[str, str]:
    """Every choice of the question: send to the usual one, the file may go, send."""
    form = read(page)[0][0]
    given = {"form": form.value("form"), "act": "send"}
    for name in (n for n in form.names() if n.startswith("choice-")):
        values = [value for n, value, _, _ in form.fields if n == name]
        given[name] = "correct" if "correct" in values else "agree"
    return given


async def test_the_link_alone_lets_nothing_go(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as client:
        answer = await client.post(f"/q/{token}?lang=en", data=answers((await client.get(f"/q/{token}")).text))
        assert answer.status_code == 403
        assert f"sign in as {SENDER}" in text_of(answer.text)
    assert (await world.get(kept.id)).state is State.HELD


async def test_through_the_sign_in_and_back_no_choice_is_lost_and_sending_is_chosen_anew(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as client:
        given = answers((await client.get(f"/q/{token}")).text)
        asked = await client.post(f"/q/{token}", data=given)
        form = read(asked.text)[0][-1]
        assert form.value("address") == SENDER
        await client.post(form.action, data=dict(form.as_it_stands()))
        [(who, link)] = await links(world)
        back = (await press(client, link)).headers["location"]
        assert back.startswith(f"/q/{token}?kept=")
        assert "Nothing has been sent yet" not in (await client.get(f"/q/{token}?lang=en")).text
        again = (await client.get(f"{back}&lang=en")).text
        assert (
            "Nothing has been sent yet. Please look at what you chose and press “Send as answered above” once more."
            in (text_of(again))
        )
        shown = read(again)[0][0]
        chosen = dict(shown.as_it_stands())
        assert {n: v for n, v in chosen.items() if n.startswith("choice-")} == {
            n: v for n, v in given.items() if n.startswith("choice-")
        }
        unchanged = await client.post(f"/q/{token}", data=chosen)
        assert unchanged.status_code == 422
        assert (await client.post(f"/q/{token}", data={**chosen, "act": "send"})).status_code == 303
    now = await world.get(kept.id)
    assert (who, now.state, now.decided_by, now.recipients[0].send_to) == (SENDER, State.RELEASED, SENDER, USUAL)
    entries = await world.store.read(lambda shelves: shelves.audit.newest(1))
    assert entries[0]["details"]["signed_in"] is True


async def test_somebody_elses_session_does_not_do(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as client:
        await sign_in(world, client, SUPERIOR)
        answer = await client.post(f"/q/{token}?lang=en", data=answers((await client.get(f"/q/{token}")).text))
        assert answer.status_code == 403
        assert f"signed in as {SUPERIOR}" in text_of(answer.text)
    assert (await world.get(kept.id)).state is State.HELD


async def test_who_is_signed_in_as_that_person_sends_at_once(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as client:
        await sign_in(world, client, SENDER)
        answer = await client.post(f"/q/{token}", data=answers((await client.get(f"/q/{token}")).text))
        assert answer.status_code == 303
    assert (await world.get(kept.id)).state is State.RELEASED


async def test_cancelling_needs_no_sign_in(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as client:
        given = answers((await client.get(f"/q/{token}")).text) | {"act": "cancel"}
        assert (await client.post(f"/q/{token}", data=given)).status_code == 303
    assert (await world.get(kept.id)).state is State.CANCELLED


async def test_fewer_persons_and_the_setting_off_need_none(world: World) -> None:
    few, kept = await world.hold(
        verdict={
            "disposition": "hold",
            "findings": [DATA],
            "exposure": {"persons": {"min": 99, "max": 99}, "kinds": {}, "parts": []},
        }
    )
    async with world.client() as client:
        given = answers((await client.get(f"/q/{few}")).text)
        assert (await client.post(f"/q/{few}", data=given)).status_code == 303
        assert (await world.get(kept.id)).state is State.RELEASED
        world.pages.flow.options = replace(world.pages.flow.options, hold=HoldOptions())
        many, kept = await world.hold()
        given = answers((await client.get(f"/q/{many}")).text)
        assert (await client.post(f"/q/{many}", data=given)).status_code == 303
        assert (await world.get(kept.id)).state is State.RELEASED


async def test_whatever_brings_the_answer_the_house_asks_for_the_session_except_of_an_operator(world: World) -> None:
    token, kept = await world.hold((DATA,))
    outcome = await world.pages.flow.decide(token, Decision("send", {}))
    assert outcome is not None
    assert outcome.result == "sign-in"
    assert (await world.get(kept.id)).state is State.HELD
    outcome = await world.pages.flow.decide_for(kept.id, Decision("send"), "operator")
    assert outcome is not None
    assert outcome.result == "done"


@pytest.mark.parametrize("kept", ["x", "W10.x", ""])
async def test_choices_that_are_not_ours_are_left_out(world: World, kept: str) -> None:
    token, _ = await world.hold()
    async with world.client() as client:
        page = (await client.get(f"/q/{token}", params={"kept": kept})).text
    assert not [name for name, *_ in read(page)[0][0].as_it_stands() if name[0].startswith("choice-")]
