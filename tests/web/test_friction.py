"""Who confirms again and again without reading is asked to look once more: only by setting, kindly, and one careful answer ends it."""

from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from gateway.options import FrictionOptions, HoldOptions
from store.holds import State
from tests.helpers.pages import DATA, OTHER, SENDER, TYPO, Form, World, read, text_of


@pytest.fixture
def world(world: World) -> World:
    world.pages.flow.options = replace(
        world.pages.flow.options, hold=HoldOptions(friction=FrictionOptions(after=3, within=5))
    )
    return world


async def answer(
    world: World, client: httpx2.AsyncClient, seconds: float, *choices: str, **more: str
) -> httpx2.Response:
    """Hold a message and answer its page after so many seconds, with the first of the choices that each risk allows."""
    token, _ = await world.hold((TYPO,))
    return await again(world, client, f"/q/{token}?lang=en", seconds, *choices, **more)


async def again(
    world: World, client: httpx2.AsyncClient, path: str, seconds: float, *choices: str, **more: str
) -> httpx2.Response:
    form = read((await client.get(path)).text)[0][0]
    world.clock.advance(timedelta(seconds=seconds))
    return await client.post(path, data=filled(form, *choices, **more))


def filled(form: Form, *choices: str, **more: str) -> dict[str, str]:
    fields = {name for name, *_ in form.fields if name.startswith("choice-")}
    values = {name: {v for n, v, *_ in form.fields if n == name} for name in fields}
    picked = {name: next(one for one in choices if one in values[name]) for name in fields}
    return {"form": form.value("form"), "act": "send", **picked, **more}


async def row(world: World) -> int:
    return await world.store.read(lambda shelves: shelves.habits.in_a_row(SENDER))


async def test_after_so_many_blind_answers_the_letters_are_asked_for_before_it_is_right_counts(world: World) -> None:
    async with world.client() as client:
        for _ in range(3):
            assert (await answer(world, client, 2, "right")).status_code == 303
        assert await row(world) == 3
        token, held = await world.hold((TYPO,))
        path = f"/q/{token}?lang=en"
        asked = await again(world, client, path, 60, "right")
        assert asked.status_code == 422
        text = text_of(asked.text)
        assert "One more look, please" in text
        assert not {"careless", "blind", "warning", "wrong answer"} & set(text.lower().split())
        form = read(asked.text)[0][0]
        refused = await client.post(path, data=filled(form, "right", look="e"))
        assert refused.status_code == 422
        assert (await world.get(held.id)).state is State.HELD
        assert (await client.post(path, data=filled(form, "right", look="a"))).status_code == 303
        assert (await world.get(held.id)).state is State.RELEASED
        assert await row(world) == 0
        assert (await answer(world, client, 2, "right")).status_code == 303


@pytest.mark.parametrize(("seconds", "choice"), [(6, "right"), (2, "correct"), (2, "omit")])
async def test_a_careful_answer_or_a_change_ends_the_row(world: World, seconds: float, choice: str) -> None:
    async with world.client() as client:
        for _ in range(3):
            await answer(world, client, 2, "right")
        token, _ = await world.hold((TYPO,), (TYPO["about"]["recipient"], OTHER))
        given = await again(world, client, f"/q/{token}", seconds, choice)
        if choice == "right":
            assert given.status_code == 422
            return
        assert given.status_code == 303
        assert await row(world) == 0


async def test_slow_confirmations_never_begin_a_row(world: World) -> None:
    async with world.client() as client:
        for _ in range(5):
            assert (await answer(world, client, 5, "right")).status_code == 303
    assert await row(world) == 0


async def test_cancelling_needs_no_second_look(world: World) -> None:
    async with world.client() as client:
        for _ in range(3):
            await answer(world, client, 2, "right")
        token, held = await world.hold((TYPO,))
        given = await again(world, client, f"/q/{token}", 1, "right", act="cancel")
        assert given.status_code == 303
    assert (await world.get(held.id)).state is State.CANCELLED


async def test_a_machine_that_chooses_every_domain_or_the_unchanged_form_sends_nothing(world: World) -> None:
    async with world.client() as client:
        for _ in range(3):
            await answer(world, client, 2, "right")
        token, held = await world.hold((DATA,), (OTHER,))
        path = f"/q/{token}?lang=en"
        asked = await again(world, client, path, 1, "agree")
        form = read(asked.text)[0][0]
        offered = [value for name, value, *_ in form.fields if name == "look"]
        assert len(offered) == 3
        every = [*filled(form, "agree").items(), *(("look", one) for one in offered)]
        from urllib.parse import urlencode

        headers = {"content-type": "application/x-www-form-urlencoded"}
        for body in (urlencode(every), urlencode(filled(form, "agree"))):
            assert (await client.post(path, content=body, headers=headers)).status_code == 422
        assert (await world.get(held.id)).state is State.HELD
        right = next(one for one in offered if one == "customer.example")
        assert (await client.post(path, data=filled(form, "agree", look=right))).status_code == 303


async def test_without_the_setting_nothing_is_remembered(world: World) -> None:
    world.pages.flow.options = replace(world.pages.flow.options, hold=HoldOptions())
    async with world.client() as client:
        for _ in range(5):
            assert (await answer(world, client, 1, "right")).status_code == 303
    assert await row(world) == 0
