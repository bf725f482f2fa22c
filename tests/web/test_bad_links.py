"""Bad input at every kind of link: mangled, expired, in a second tab, by somebody who left; plain words, and nothing is done."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from store.holds import Hold, State
from store.ids import shown
from tests.helpers.every_page import ADMIN, every_page
from tests.helpers.machine import changes, rows
from tests.helpers.pages import SUPERIOR, World, read, text_of
from tests.web.test_foreign_objects import PATHS, tokens

WORDS = {
    "ja": "リンクの期限が過ぎたか、途中で切れた可能性があります。",
    "en": "The link may have ended, or a part of it got lost on the way.",
}
FORM = {"act": "send", "form": "x", "how": "done", "wrong-1": "yes"}


@pytest.mark.parametrize("purpose", [purpose for purpose, paths in PATHS.items() if paths])
async def test_a_mangled_or_expired_link_of_any_kind_says_so_in_plain_words_and_does_nothing(
    world: World, purpose: str
) -> None:
    made, number = await tokens(world)
    token = made[purpose]
    link = await world.store.read(lambda shelves: shelves.links.follow(token, purpose))
    assert link is not None
    bad = [
        token[:-1],
        f"{token}x",
        token.swapcase(),
        f"{token[:9]}%00{token[9:]}",
        "%2e%2e",
        "x" * 9000,
        f"{token}%0d%0a",
    ]
    await world.store.commit(lambda shelves: shelves.links.expire(link.object_id, purpose, shelves.now))
    before = await rows(world)
    async with world.client() as client:
        for path in (path.format(each, number=number) for path in PATHS[purpose] for each in (token, *bad)):
            for language, words in WORDS.items():
                answer = await client.get(f"{path}?lang={language}")
                assert answer.status_code == 404, path
                assert purpose == "sign-in" or words in text_of(answer.text), path
            assert (await client.post(path, data=FORM)).status_code in {404, 405}, path
    assert changes(before, await rows(world)) == []


async def approver_leaves(world: World) -> None:
    people = tuple(p.model_copy(update={"superior": ""}) for p in world.organisation.people)
    people = tuple(p.model_copy(update={"roles": ()}) if p.address == SUPERIOR else p for p in people)
    flow = world.pages.flow
    flow.options = replace(flow.options, organisation=world.organisation.model_copy(update={"people": people}))


@pytest.mark.parametrize("act", ["approve", "send-back"])
async def test_an_approver_who_left_with_the_page_open_reads_so_and_nothing_is_sent(world: World, act: str) -> None:
    token, _, kept = await world.asked()
    async with world.client() as client:
        form = read((await client.get(f"/a/{token}?lang=en")).text)[0][0]
        yes = {name: "yes" for name in form.names() if name.startswith("choice-")}
        await approver_leaves(world)
        data = {"form": form.value("form"), "act": act, "comment": "x", **yes}
        answer = await client.post(f"/a/{token}?lang=en", data=data)
    assert answer.status_code == 409
    assert "You can no longer approve this message" in text_of(answer.text)
    assert (await world.get(kept.id)).state is State.HELD


async def two_tabs(client: httpx2.AsyncClient, path: str, *given: dict[str, Any]) -> list[httpx2.Response]:
    """One form, opened once in each tab and sent from one after the other."""
    forms = [read((await client.get(path)).text)[0][-1] for _ in given]
    return [
        await client.post(form.action, data={"form": form.value("form"), **fields})
        for form, fields in zip(forms, given, strict=True)
    ]


async def test_two_tabs_of_an_admin_that_contradict_each_other_decide_once(world: World) -> None:
    places = await every_page(world)
    (place, kept) = await held_of(world, [p.path for p in places if p.path.startswith("/admin/held/")])
    headers = next(p.headers for p in places if p.who == ADMIN)
    async with world.client(**headers) as client:
        fields: list[dict[str, Any]] = [{"act": act, "reason": "x"} for act in ("cancel", "send")]
        first, second = await two_tabs(client, f"{place}?lang=en", *fields)
    assert (first.status_code, second.status_code) == (303, 409)
    assert "changed" in text_of(second.text)
    assert (await world.get(kept.id)).state is State.CANCELLED


async def held_of(world: World, paths: list[str]) -> tuple[str, Hold]:
    """The page of a message that is held, and the message."""
    found = await world.store.read(lambda shelves: shelves.holds.listing())
    by_path = {f"/admin/held/{shown(hold.group_id)}": hold for hold in found if hold.state is State.HELD}
    path = next(path for path in paths if path in by_path)
    return path, by_path[path]


async def test_two_tabs_of_a_receipt_that_report_the_same_open_one_ticket(world: World) -> None:
    made, _ = await tokens(world)
    before = len(await world.pages.desk.tickets())
    async with world.client() as client:
        fields: list[dict[str, Any]] = [{"wrong-1": "yes", "words": str(n)} for n in range(2)]
        answers = await two_tabs(client, f"/w/{made['sent']}", *fields)
        assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await world.pages.desk.tickets()) == before + 1


async def test_two_tabs_of_the_desk_finish_a_step_once_and_the_first_note_stays(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as client:
        form = read((await client.get(f"/t/{token}?lang=en")).text)[0][0]
        start = {"form": form.value("form"), "act": "start", "number": ticket.id[-4:]}
        work = (await client.post(form.action, data=start)).headers["location"]
        fields: list[dict[str, Any]] = [
            {"act": "step", "step": "1.1", "how": how, "note": note}
            for how, note in (("done", "told"), ("not-needed", "no"))
        ]
        first, second = await two_tabs(client, work, *fields)
    assert (first.status_code, second.status_code) == (303, 409)
    now = await world.pages.desk.ticket(ticket.id)
    assert now is not None
    assert next((s.state, s.note) for s in now.steps if s.step == "1.1") == ("done", "told")
