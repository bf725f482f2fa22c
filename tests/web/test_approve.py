"""The page of whoever is asked to approve: what it shows, what releases, and what never does; and the sender's page meanwhile."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from gateway.decision import Decision, risks
from response.desk import Report
from store.holds import State
from tests.helpers.pages import (
    BODY,
    DATA,
    MANY,
    OTHER,
    SENDER,
    SUPERIOR,
    TYPO,
    WRONG,
    Form,
    World,
    finding,
    read,
    text_of,
)

WANTS = (TYPO | {"action": "approve"}, DATA | {"action": "approve"})


async def page_of(world: World, path: str) -> str:
    async with world.client() as browser:
        page = await browser.get(f"{path}?lang=en")
    assert page.status_code == 200
    return page.text


def filled(form: Form, act: str, value: str = "yes", **more: str) -> dict[str, str]:
    """A form as a person fills it in: the same answer to everything that is asked."""
    chosen = {name: value for name in form.names() if name.startswith("choice-")} if value else {}
    return {"form": form.value("form"), "act": act, **chosen, **more}


async def post(world: World, path: str, data: dict[str, str]) -> tuple[int, str]:
    async with world.client() as browser:
        page = await browser.post(f"{path}?lang=en", data=data)
    return page.status_code, page.text


async def answer(world: World, token: str, act: str, value: str = "yes", **more: str) -> tuple[int, str]:
    form = read(await page_of(world, f"/a/{token}"))[0][0]
    return await post(world, f"/a/{token}", filled(form, act, value, **more))


async def test_the_page_says_who_asks_and_why_and_shows_what_was_found_without_values(world: World) -> None:
    token, _, _ = await world.asked()
    page = await page_of(world, f"/a/{token}")
    said = text_of(page)
    assert "<h1>You are asked to approve a message. Nobody has received it yet.</h1>" in page
    assert f"鈴木 &lt;{SENDER}&gt;" in said
    assert "急ぎの案内です" in said
    assert "sekk<mark>a</mark>i" in page
    assert "128" in said
    assert "checked" not in page
    assert OTHER in said


async def test_approving_needs_an_answer_to_each_thing_and_then_releases(world: World) -> None:
    token, sender, kept = await world.asked()
    for act, value in (("approve", ""), ("approve", "no"), ("", "yes"), ("send", "yes")):
        status, page = await answer(world, token, act, value)
        assert status == 422, (act, value)
        why = "your answers do not do like this" if value == "no" else "something is missing"
        assert f"Not approved and not sent back: {why}" in page
    assert (await world.get(kept.id)).state is State.HELD
    assert (await answer(world, token, "approve", comment="見ました"))[0] == 303
    assert (await world.get(kept.id)).state is State.RELEASED
    assert "It was released. You need not do anything." in await page_of(world, f"/a/{token}")
    mine = text_of(await page_of(world, f"/q/{sender}"))
    assert "Approved by" in mine
    assert "名取" in mine
    assert "approved: Wed 1 Apr" in mine
    assert "見ました" in mine


async def test_sending_back_wants_a_comment_and_the_sender_sees_it(world: World) -> None:
    token, sender, kept = await world.asked()
    status, page = await answer(world, token, "send-back")
    assert status == 422
    assert "say what the sender should look at again" in page
    assert (await answer(world, token, "send-back", "", comment="宛先が違います"))[0] == 303
    assert (await world.get(kept.id)).state is State.HELD
    assert "It was sent back to its sender." in await page_of(world, f"/a/{token}")
    mine = await page_of(world, f"/q/{sender}")
    assert "It was sent back to you" in mine
    assert "宛先が違います" in mine
    assert 'value="omit"' in mine, "and answers anew"


async def test_the_sender_sees_who_was_asked_and_may_cancel_or_answer_anew(world: World) -> None:
    _, sender, kept = await world.asked()
    page = await page_of(world, f"/q/{sender}")
    assert "<h1>Your message waits for approval. Nobody has received it yet.</h1>" in page
    assert "has not answered yet" in page
    form = read(page)[0][0]
    assert {value for name, value, _, _ in form.fields if name == "act"} == {"cancel", "take-back", "leave"}
    assert (await post(world, f"/q/{sender}", {"form": form.value("form")}))[0] == 422
    assert (await post(world, f"/q/{sender}", {"form": form.value("form"), "act": "take-back"}))[0] == 303
    assert "<h1>Your message is held." in await page_of(world, f"/q/{sender}")
    assert (await world.get(kept.id)).deadline is not None


@pytest.mark.parametrize("act", ["cancel", "take-back"])
async def test_who_approves_what_its_sender_cancelled_meanwhile_reads_so_and_nothing_leaves(
    world: World, act: str
) -> None:
    token, sender, kept = await world.asked()
    mine = filled(read(await page_of(world, f"/a/{token}"))[0][0], "approve")
    form = read(await page_of(world, f"/q/{sender}"))[0][0]
    assert (await post(world, f"/q/{sender}", {"form": form.value("form"), "act": act}))[0] == 303
    status, page = await post(world, f"/a/{token}", mine)
    assert status == 409
    assert {"cancel": "It was cancelled.", "take-back": "Its sender no longer asks for approval."}[act] in page
    assert (await world.get(kept.id)).state is not State.RELEASED


async def test_an_older_form_of_the_sender_decides_nothing_once_somebody_is_asked(world: World) -> None:
    token, kept = await world.hold((TYPO,))
    old = read(await page_of(world, f"/q/{token}"))[0][0]
    (risk,) = risks(await world.pages.flow.question(token) or ())
    outcome = await world.pages.flow.decide(token, Decision("send", {risk.id: "ask"}, "why"))
    assert outcome is not None
    data = {"form": old.value("form"), "act": "send", f"choice-{risk.id}": "right"}
    status, page = await post(world, f"/q/{token}", data)
    assert status == 409
    assert "Your message waits for approval." in page
    assert (await world.get(kept.id)).state is State.HELD


async def test_asking_by_the_form_wants_a_word_of_why(world: World) -> None:
    token, kept = await world.hold(WANTS)
    page = await page_of(world, f"/q/{token}")
    assert text_of(page).count("If it must be sent, ask for approval here.") == 2
    form = read(page)[0][0]
    data = filled(form, "send", "ask")
    status, page = await post(world, f"/q/{token}", data)
    assert status == 422
    assert '<a href="#why">' in page
    assert (await post(world, f"/q/{token}", data | {"why": "急ぎ"}))[0] == 303
    of = await world.store.read(lambda shelves: shelves.approvals.latest(kept.group_id))
    assert of is not None
    assert (of.asked_by, of.why, [p.address for p in of.people]) == (SENDER, "急ぎ", [SUPERIOR])


async def test_asked_about_by_one_choice_several_recipients_are_approved_one_by_one(world: World) -> None:
    new = [f"p{n}@client{n}.example" for n in range(3)]
    wants = [finding("recipient-first-time", {"recipient": a}, f"{a} へは初めて", f"{a} is new") for a in new]
    token, kept = await world.hold([one | {"action": "approve"} for one in wants], new)
    form = read(await page_of(world, f"/q/{token}"))[0][0]
    own = {f"choice-{risk.id}" for risk in risks([kept])}
    (group,) = {name for name in form.names() if name.startswith("choice-")} - own
    said = {"form": form.value("form"), "act": "send", group: "ask", f"choice-{risks([kept])[0].id}": "omit"}
    assert (await post(world, f"/q/{token}", said))[0] == 422, "a word of why is missing"
    assert (await post(world, f"/q/{token}", said | {"why": "急ぎ"}))[0] == 303
    assert text_of(await page_of(world, f"/q/{token}")).count("Ask somebody else to approve it") == 2
    asked = await world.store.commit(lambda shelves: shelves.links.make(kept.group_id, SUPERIOR, "approval"))
    page = text_of(await page_of(world, f"/a/{asked}"))
    assert (page.count("May it be sent like this?"), page.count("Leave this recipient out")) == (2, 1)
    assert (await answer(world, asked, "approve"))[0] == 303
    decision = (await world.get(kept.id)).decision or {}
    assert (decision["omit"], decision["confirmed"]) == (new[:1], new[1:])


async def test_what_was_asked_and_said_stands_in_the_history(world: World) -> None:
    token, sender, _ = await world.asked()
    assert (await answer(world, token, "send-back", "", comment="宛先が違います"))[0] == 303
    page = text_of(await page_of(world, f"/q/{sender}"))
    assert (
        page.index("What was done so far")
        < page.index(f"asked for approval by {SENDER}")
        < page.index(f"sent back by {SUPERIOR}")
    )


async def test_unknown_mangled_and_foreign_links_are_404_alike(world: World) -> None:
    token, sender, kept = await world.asked()
    unasked = await world.store.commit(lambda s: s.links.make(kept.group_id, "mori@tachibana.example", "approval"))
    async with world.client() as browser:
        pages = [await browser.get(f"/a/{one}?lang=en") for one in ("x" * 43, token[:-1], sender, unasked)]
        posted = await browser.post(f"/a/{sender}", data={"form": "x"})
    assert {page.status_code for page in (*pages, posted)} == {404}
    assert len({page.text for page in pages}) == 1


async def test_a_forged_form_is_refused_and_a_form_of_another_link_too(world: World) -> None:
    token, sender, kept = await world.asked()
    other = read(await page_of(world, f"/q/{sender}"))[0][0].value("form")
    for form in ("", "x", other):
        assert (await post(world, f"/a/{token}", {"form": form, "act": "approve"}))[0] == 403
    assert (await world.get(kept.id)).state is State.HELD


async def test_a_machine_that_sends_the_form_as_it_stands_or_ticks_everything_releases_nothing(world: World) -> None:
    token, _, kept = await world.asked(TYPO | {"action": "approve"}, DATA | {"action": "approve"}, MANY, BODY)
    form = read(await page_of(world, f"/a/{token}"))[0][0]
    groups: dict[str, list[str]] = {}
    for name, value, kind, _ in form.fields:
        if kind == "radio":
            groups.setdefault(name, []).append(value)
    hidden = {"form": form.value("form"), "comment": ""}
    everything = [*hidden.items(), *((name, value) for name, all_ in groups.items() for value in all_)]
    tries: list[Any] = [form.as_it_stands(), everything]
    tries += [[*hidden.items(), *((name, values[place]) for name, values in groups.items())] for place in (0, -1)]
    async with world.client() as browser:
        for data in tries:
            body = "&".join(f"{name}={value}" for name, value in data)
            await browser.post(
                f"/a/{token}", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
            )
    assert (await world.get(kept.id)).state is State.HELD
    of = await world.store.read(lambda shelves: shelves.approvals.latest(kept.group_id))
    assert of is not None
    assert (of.state, {p.said for p in of.people}) == ("open", {""})


async def test_who_is_no_approver_any_more_reads_so_in_plain_words(world: World) -> None:
    token, sender, kept = await world.asked()
    people = tuple(p.model_copy(update={"superior": ""}) for p in world.organisation.people)
    people = tuple(p.model_copy(update={"roles": ()}) if p.address == SUPERIOR else p for p in people)
    flow = world.pages.flow
    flow.options = replace(flow.options, organisation=world.organisation.model_copy(update={"people": people}))
    page = await page_of(world, f"/a/{token}")
    assert "<h1>You can no longer approve this message</h1>" in page
    assert "<form" not in page
    assert "is no approver any more" in await page_of(world, f"/q/{sender}")
    assert (await world.get(kept.id)).state is State.HELD


async def test_what_a_sender_writes_cannot_become_markup(world: World) -> None:
    token, sender, _ = await world.asked(why='<script>alert("x")</script>')
    for path in (f"/a/{token}", f"/q/{sender}"):
        page = await page_of(world, path)
        assert "<script" not in page
        assert "&lt;script&gt;" in page


async def test_the_ticket_of_an_approved_message_says_who_approved_it(world: World) -> None:
    token, _, kept = await world.asked()
    assert (await answer(world, token, "approve"))[0] == 303
    report = Report(channel="link", reporter=SENDER, hold_id=kept.id, wrong=(WRONG,), proven=True)
    ticket = await world.pages.desk.report(report)
    desk = await world.store.commit(lambda shelves: shelves.links.make(ticket.id, SUPERIOR, "ticket"))
    page = text_of(await page_of(world, f"/t/{desk}"))
    assert "Approved by名取 &lt;natori@tachibana.example&gt; Wed 1 Apr, 09:30 (JST)" in page
    entries = await world.store.read(lambda shelves: shelves.evidence.of(ticket.id))
    (frozen,) = [entry.body for entry in entries if entry.object == "decision"]
    assert [(p["address"], p["said"]) for of in frozen["approvals"] for p in of["people"]] == [(SUPERIOR, "approved")]


async def test_of_raced_answers_exactly_one_decides(world: World) -> None:
    for _ in range(20):
        token, sender, kept = await world.asked()
        yes = filled(read(await page_of(world, f"/a/{token}"))[0][0], "approve")
        no = yes | {"act": "send-back", "comment": "x"}
        cancel = {"form": read(await page_of(world, f"/q/{sender}"))[0][0].value("form"), "act": "cancel"}
        acts = [post(world, f"/a/{token}", yes), post(world, f"/a/{token}", no), post(world, f"/q/{sender}", cancel)]
        await asyncio.gather(*acts)
        of = await world.store.read(lambda s, g=kept.group_id: s.approvals.of(g))  # type: ignore[misc] # bound
        now = await world.get(kept.id)
        assert (len(of), of[0].state == "open") == (1, False)
        if of[0].state == "approved":
            assert now.state is State.RELEASED
        else:
            assert now.state in {State.HELD, State.CANCELLED}
            assert WRONG in {r.address for r in now.recipients if str(r.state) in {"held", "stopped"}}
