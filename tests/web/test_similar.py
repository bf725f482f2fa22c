"""A similar message that waits, too: the page of either asks once for both, and never is more sent than was chosen."""

from collections.abc import Sequence
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from store.holds import Hold, State
from tests.helpers.pages import DATA, SENDER, TYPO, Form, World, read, text_of
from tests.web.test_confirm import filled

BOTH: dict[str, str] = {"recipient_typo": "right", "content_personal_data": "agree"}
OTHER_DATA = DATA | {"words": {"ja": "別の一覧が入っているようです。", "en": "It seems to hold another list."}}


async def two(world: World, earlier: Sequence[dict[str, Any]] = (TYPO, DATA), **later: Any) -> tuple[str, Hold, Hold]:
    """A message, and one that was sent again; the token of the later one, and both."""
    _, first = await world.hold(earlier)
    token, second = await world.hold(**later)
    await world.store.commit(lambda s: s.again.add(second.group_id, first.group_id))
    return token, first, second


async def form_of(world: World, token: str) -> Form:
    async with world.client() as browser:
        return read((await browser.get(f"/q/{token}?lang=en")).text)[0][0]


async def post(world: World, token: str, data: dict[str, str]) -> tuple[int, str]:
    async with world.client() as browser:
        answer = await browser.post(f"/q/{token}?lang=en", data=data)
    return answer.status_code, text_of(answer.text)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_page_of_either_names_the_other_and_chooses_nothing(world: World, language: str) -> None:
    token, first, second = await two(world)
    of_first = await world.store.commit(lambda s: s.links.make(first.group_id, SENDER, "question"))
    for opened, other in ((token, first), (of_first, second)):
        async with world.client() as browser:
            page = (await browser.get(f"/q/{opened}?lang={language}")).text
        assert f"{other.id[:4]}-{other.id[4:]}" in text_of(page)
        form = read(page)[0][0]
        assert [value for name, value, *_ in form.fields if name == "similar"] == ["cancel", "same", "leave"]
        assert not any(on for *_, on in form.fields)


async def test_without_an_answer_for_the_similar_one_nothing_is_sent(world: World) -> None:
    token, first, second = await two(world)
    status, said = await post(world, token, filled(await form_of(world, token), second, "send", **BOTH))
    assert status == 422
    assert "choose what happens to the similar message" in said
    assert [(await world.get(each.id)).state for each in (first, second)] == [State.HELD] * 2


async def test_who_only_cancels_need_not_answer_for_the_similar_one_and_it_stays_held(world: World) -> None:
    token, first, second = await two(world)
    data = filled(await form_of(world, token), second, "cancel")
    contradicting = [*data.items(), ("similar", "cancel"), ("similar", "same")]
    async with world.client() as browser:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        both = await browser.post(f"/q/{token}", content=urlencode(contradicting), headers=headers)
    assert both.status_code == 422
    assert (await post(world, token, data))[0] == 303
    assert [(await world.get(each.id)).state for each in (second, first)] == [State.CANCELLED, State.HELD]


@pytest.mark.parametrize(
    ("act", "others", "alike"),
    list(product(("send", "cancel"), ("same", "cancel", "leave"), (True, False))),
)
async def test_never_is_more_sent_than_was_chosen(world: World, act: str, others: str, *, alike: bool) -> None:
    token, first, second = await two(world, (TYPO, DATA if alike else OTHER_DATA))
    data = filled(await form_of(world, token), second, act, **BOTH) | {"similar": others}
    status, _ = await post(world, token, data)
    mine = {"send": State.RELEASED, "cancel": State.CANCELLED}[act]
    theirs = {"same": mine, "cancel": State.CANCELLED, "leave": State.HELD}[others]
    refused = others == "same" and not alike
    assert status == (422 if refused else 303)
    states = [(await world.get(each.id)).state for each in (second, first)]
    assert states == ([State.HELD] * 2 if refused else [mine, theirs])


async def test_a_form_is_stale_once_the_similar_one_was_answered(world: World) -> None:
    token, first, second = await two(world)
    data = filled(await form_of(world, token), second, "send", **BOTH) | {"similar": "same"}
    await world.store.commit(lambda s: s.holds.move(first.id, State.HELD, State.CANCELLED, by=SENDER))
    status, said = await post(world, token, data)
    assert status == 409
    assert "has changed" in said
    assert (await world.get(second.id)).state is State.HELD


async def test_one_that_somebody_else_is_asked_about_is_not_shown(world: World) -> None:
    token, first, _ = await two(world, asked=("mori@tachibana.example",))
    async with world.client() as browser:
        page = text_of((await browser.get(f"/q/{token}")).text)
    assert f"{first.id[:4]}-{first.id[4:]}" not in page


async def test_a_machine_that_takes_the_last_of_everything_changes_nothing(world: World) -> None:
    token, first, second = await two(world)
    form = await form_of(world, token)
    last = {name: value for name, value, *_ in form.fields}
    assert last["act"] == "leave"
    assert (await post(world, token, last))[0] == 200
    assert [(await world.get(each.id)).state for each in (first, second)] == [State.HELD] * 2
