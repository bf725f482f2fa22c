"""The page of a held message: what it shows, what decides, and what never does."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from gateway.decision import Decision, risks
from rules.marks import marked
from store.blocks import BlockRow
from store.holds import Delivery, Hold, State
from store.ids import new_id
from store.shelves import Shelves
from tests.helpers.pages import (
    BLOCK,
    BLOCKED,
    BODY,
    DATA,
    EXPOSURE,
    MANY,
    OTHER,
    SENDER,
    TYPO,
    USUAL,
    WRONG,
    Form,
    World,
    finding,
    read,
    text_of,
)


async def form_of(world: World, token: str) -> Form:
    async with world.client() as browser:
        page = await browser.get(f"/q/{token}?lang=en")
    assert page.status_code == 200
    return read(page.text)[0][0]


def filled(form: Form, kept: Hold, act: str, **choices: str) -> dict[str, str]:
    """A form as a person fills it in: choices by rule."""
    asked = {risk.finding["rule"]: risk.id for risk in risks([kept])}
    chosen = {f"choice-{asked[rule.replace('_', '-')]}": choice for rule, choice in choices.items()}
    return {"form": form.value("form"), "act": act, **chosen}


async def answer(world: World, token: str, kept: Hold, act: str, **choices: str) -> int:
    data = filled(await form_of(world, token), kept, act, **choices)
    async with world.client() as browser:
        return (await browser.post(f"/q/{token}", data=data)).status_code


async def test_the_heading_is_the_state_and_nothing_is_chosen_beforehand(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}")).text
    assert "<h1>送信を保留しました。まだ誰にも届いていません。</h1>" in page
    assert "checked" not in page
    said = text_of(page)
    assert "4月2日（木）09:30（JST）" in said
    assert "過ぎると送信せずに取り消し" in said
    assert "情報システム担当（内線 1234）" in said
    assert f"{kept.id[:4]}-{kept.id[4:]}" in said


async def test_the_differing_letter_is_marked_in_both_addresses_and_said_in_words(world: World) -> None:
    token, _ = await world.hold()
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert "sekk<mark>a</mark>i" in page
    assert "sekk<mark>e</mark>i" in page
    assert marked(WRONG, USUAL).words["en"] in text_of(page)


async def test_what_was_counted_stands_beside_the_addresses_and_nothing_is_said_twice(world: World) -> None:
    token, _ = await world.hold()
    async with world.client() as browser:
        said = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "sekkai.example the first message" in said
    assert "sekkei.example 41 messages so far" in said
    assert "at most 131 persons: 128 names" in said
    assert TYPO["words"]["en"] not in said
    assert DATA["words"]["en"] not in said


async def test_without_counts_the_sentence_of_the_finding_stands(world: World) -> None:
    token, _ = await world.hold(
        verdict={"disposition": "hold", "findings": [TYPO | {"evidence": {"sent": 0}}, BODY], "exposure": {}}
    )
    async with world.client() as browser:
        said = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert TYPO["words"]["en"] in said
    assert BODY["words"]["en"] in said


async def test_every_choice_of_a_card_says_something_else(world: World) -> None:
    token, _ = await world.hold((TYPO, DATA, MANY, BODY), alterable="dkim")
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    labels = re.findall(r'<label for="choice-(\w+)-\w+">(.*?)</label>', page)
    assert len(labels) == len(set(labels)) == 3 + 3 + 3 + 3


async def test_counts_are_shown_and_never_kinds_that_were_not_found(world: World) -> None:
    token, _ = await world.hold()
    async with world.client() as browser:
        said = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "128 names, 126 telephone numbers" in said
    assert "My Number" not in said


async def test_correct_and_send_goes_to_the_usual_address(world: World) -> None:
    token, kept = await world.hold()
    assert await answer(world, token, kept, "send", recipient_typo="correct", content_personal_data="agree") == 303
    now = await world.get(kept.id)
    assert (now.state, now.decided_by) == (State.RELEASED, SENDER)
    assert [(r.send_to, r.state) for r in now.recipients] == [(USUAL, Delivery.WAITING), (OTHER, Delivery.WAITING)]


async def test_the_page_after_the_answer_says_what_was_decided_by_whom(world: World) -> None:
    token, kept = await world.hold()
    await answer(world, token, kept, "send", recipient_typo="omit", content_personal_data="agree")
    async with world.client() as browser:
        said = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "It is being sent." in said
    assert SENDER in said
    assert "left out" in said


async def test_cancel_needs_no_choice_per_risk_and_can_be_brought_back(world: World) -> None:
    token, kept = await world.hold()
    assert await answer(world, token, kept, "cancel") == 303
    assert (await world.get(kept.id)).state is State.CANCELLED
    back = await form_of(world, token)
    async with world.client() as browser:
        assert (await browser.post(f"/q/{token}", data={"form": back.value("form")})).status_code == 422
        left = await browser.post(f"/q/{token}?lang=en", data={"form": back.value("form"), "act": "leave"})
        assert (left.status_code, "Nothing has changed." in left.text) == (200, True)
        assert (await world.get(kept.id)).state is State.CANCELLED
    assert await answer(world, token, kept, "bring-back") == 303
    assert (await world.get(kept.id)).state is State.HELD


async def test_bringing_back_ends_after_seven_days(world: World) -> None:
    token, kept = await world.hold()
    await answer(world, token, kept, "cancel")
    world.clock.advance(timedelta(days=8))
    async with world.client() as browser:
        assert (await browser.get(f"/q/{token}")).status_code == 404


async def test_enter_without_choices_says_what_is_missing_and_keeps_what_was_chosen(world: World) -> None:
    token, kept = await world.hold()
    data = filled(await form_of(world, token), kept, "send", recipient_typo="right")
    async with world.client() as browser:
        page = await browser.post(f"/q/{token}?lang=en", data=data)
    assert page.status_code == 422
    (form, *_), links = read(page.text)
    data_field = f"choice-{risks([kept])[1].id}"
    assert f"#{data_field}" in links
    assert not any(link.startswith("#choice") and link != f"#{data_field}" for link in links)
    assert [(n, v) for n, v, kind, on in form.fields if on] == [(f"choice-{risks([kept])[0].id}", "right")]
    assert "<title>Something is missing:" in page.text
    assert (await world.get(kept.id)).state is State.HELD


async def test_the_button_that_sends_does_so_where_everything_is_answered_and_nothing_else_is_chosen(
    world: World,
) -> None:
    token, kept = await world.hold()
    answers = {"recipient_typo": "right", "content_personal_data": "agree"}
    for chosen, status in ((["send", "leave"], 422), (["send", "cancel"], 422), (["send"], 303)):
        data: dict[str, str | list[str]] = {**filled(await form_of(world, token), kept, "", **answers), "act": chosen}
        assert (await world.get(kept.id)).state is State.HELD
        async with world.client() as browser:
            assert (await browser.post(f"/q/{token}?lang=en", data=data)).status_code == status
    assert (await world.get(kept.id)).state is State.RELEASED


@pytest.mark.parametrize("choice", ["agree", "stop"])
async def test_a_file_that_must_not_go_out_is_not_sent(world: World, choice: str) -> None:
    for found in (DATA, BODY):
        token, kept = await world.hold((found,))
        data = filled(await form_of(world, token), kept, "send", content_personal_data=choice)
        async with world.client() as browser:
            page = await browser.post(f"/q/{token}?lang=en", data=data)
        if choice == "agree":
            assert (await world.get(kept.id)).state is State.RELEASED
            continue
        assert page.status_code == 422
        assert "what must not go out is not sent: choose “Cancel sending” below" in page.text
        chosen = [(n, v) for n, v, _, on in read(page.text)[0][0].fields if on]
        assert chosen == [(f"choice-{risks([kept])[0].id}", "stop")]
        assert (await world.get(kept.id)).state is State.HELD
        assert await answer(world, token, kept, "cancel", content_personal_data="stop") == 303


async def test_who_is_not_sure_yet_leaves_everything_as_it_is_and_keeps_the_choices(world: World) -> None:
    token, kept = await world.hold()
    data = filled(await form_of(world, token), kept, "leave", recipient_typo="correct")
    async with world.client() as browser:
        page = await browser.post(f"/q/{token}?lang=en", data=data)
    assert (page.status_code, "Nothing has changed." in page.text) == (200, True)
    assert [v for _, v, _, on in read(page.text)[0][0].fields if on] == ["correct"]
    assert await world.get(kept.id) == kept


def pressed(form: Form, which: str) -> str:
    """What a machine sends that touches nothing, or the first, the last or all of every choice."""
    ticked = [(n, v) for n, v, kind, _ in form.fields if kind in {"radio", "checkbox"}]
    added = {
        "as it stands": [],
        "first": [*dict(reversed(ticked)).items()],
        "last": [*dict(ticked).items()],
        "all": ticked,
    }
    return "&".join(f"{n}={v}" for n, v in [*form.as_it_stands(), *added[which]])


@pytest.mark.parametrize("button", ["", "&act=send"])
@pytest.mark.parametrize("which", ["as it stands", "first", "last", "all"])
async def test_a_machine_that_presses_everything_sends_nothing(world: World, which: str, button: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://pages.example"}
    for findings in ((TYPO, DATA), (TYPO,), (DATA,), (MANY,), (BODY,)):
        token, kept = await world.hold(findings)
        async with world.client(**headers) as browser:
            await browser.post(f"/q/{token}", content=pressed(await form_of(world, token), which) + button)
        # The first choice of all is "cancel", which can be brought back; nothing else changes anything.
        cancels = which == "first" and not button
        assert (await world.get(kept.id)).state is (State.CANCELLED if cancels else State.HELD)


@pytest.mark.parametrize("which", ["as it stands", "first", "last", "all"])
async def test_a_machine_that_presses_everything_reports_nothing(world: World, which: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://pages.example"}
    token, _ = await world.sent()
    async with world.client(**headers) as browser:
        reply = await browser.post(f"/q/{token}/report", content=pressed(await form_of(world, token), which))
    assert reply.status_code == 422
    assert await world.pages.desk.tickets() == ()


async def test_looking_changes_nothing(world: World) -> None:
    token, kept = await world.hold()
    async with world.client() as browser:
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            await browser.request(method, f"/q/{token}?act=send&lang=ja")
    assert await world.get(kept.id) == kept


async def test_a_radio_group_with_two_values_is_no_answer(world: World) -> None:
    token, kept = await world.hold((BODY,))
    form = await form_of(world, token)
    both = f"form={form.value('form')}&act=cancel&act=cancel"
    async with world.client() as browser:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        assert (await browser.post(f"/q/{token}", content=both, headers=headers)).status_code == 422
    assert (await world.get(kept.id)).state is State.HELD


async def test_a_blocked_recipient_cannot_be_called_right(world: World) -> None:
    token, kept = await world.hold((BLOCK,), (BLOCKED, OTHER))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert 'value="right"' not in page
    assert "This address is blocked at the moment" in page
    assert text_of(page).count("You cannot decide yourself that this is right.") == 1
    assert await answer(world, token, kept, "send", recipient_blocked="right") == 422
    assert (await world.get(kept.id)).state is State.HELD
    assert await answer(world, token, kept, "send", recipient_blocked="omit") == 303
    assert {r.address: r.state for r in (await world.get(kept.id)).recipients} == {
        BLOCKED: Delivery.STOPPED,
        OTHER: Delivery.WAITING,
    }


async def test_what_somebody_else_must_agree_to_says_whom_to_ask_and_takes_no_yes(world: World) -> None:
    token, kept = await world.hold((TYPO | {"action": "approve"}, DATA | {"action": "approve"}))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert 'value="right"' not in page
    assert 'value="agree"' not in page
    assert text_of(page).count("You cannot decide yourself that this is right.") == 2
    assert await answer(world, token, kept, "send", recipient_typo="right") == 422


async def test_what_its_sender_may_decide_names_nobody_else(world: World) -> None:
    token, _ = await world.hold((TYPO, DATA, MANY))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert "You cannot decide yourself" not in text_of(page)


async def test_a_signed_message_is_not_altered_but_the_right_address_is_there_to_copy(world: World) -> None:
    token, kept = await world.hold((TYPO, MANY), alterable="dkim")
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert 'value="correct"' not in page
    assert 'value="bcc"' not in page
    assert "cancel and send it again yourself" in text_of(page)
    assert USUAL in text_of(page)
    assert (
        await answer(world, token, kept, "send", recipient_typo="correct", recipient_too_many_external="agree") == 422
    )


ONLY_SENT_THERE = "Only the delivery is corrected: To and Cc go on showing what is written there."


async def test_recipients_that_cannot_be_hidden_are_not_offered_to_be(world: World) -> None:
    for change, offered in (("header", True), ("none", False)):
        token, kept = await world.hold((MANY | {"change": change},))
        async with world.client() as browser:
            page = (await browser.get(f"/q/{token}?lang=en")).text
        assert ('value="bcc"' in page) is offered
        assert ("cannot be hidden on the way" in text_of(page)) is not offered
        status = await answer(world, token, kept, "send", recipient_too_many_external="bcc")
        assert status == (303 if offered else 422)


@pytest.mark.parametrize("change", ["header", "envelope"])
async def test_the_page_says_before_and_after_when_only_the_delivery_is_corrected(world: World, change: str) -> None:
    token, kept = await world.hold((TYPO | {"change": change},))
    async with world.client() as browser:
        before = text_of((await browser.get(f"/q/{token}?lang=en")).text)
        await answer(world, token, kept, "send", recipient_typo="correct")
        after = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert [ONLY_SENT_THERE in said for said in (before, after)] == [change == "envelope"] * 2


async def test_a_usual_address_that_is_blocked_is_not_offered(world: World) -> None:
    token, kept = await world.hold((TYPO,))
    block = BlockRow(new_id(), USUAL, False, "admin", "reported", "", world.clock.now())
    await world.store.commit(lambda shelves: shelves.blocks.add(block))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert 'value="correct"' not in page
    assert "The usual address is blocked at the moment" in text_of(page)
    assert await answer(world, token, kept, "send", recipient_typo="correct") == 422


async def test_what_cannot_be_corrected_on_the_way_is_there_to_copy(world: World) -> None:
    token, _ = await world.hold((TYPO | {"change": "none"},))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert 'value="correct"' not in page
    assert "It cannot be sent to the usual address on the way." in text_of(page)


async def test_leaving_everyone_out_is_no_send(world: World) -> None:
    token, kept = await world.hold((TYPO,), (WRONG,))
    assert await answer(world, token, kept, "send", recipient_typo="omit") == 422
    assert (await world.get(kept.id)).state is State.HELD


async def test_an_answer_that_meets_one_just_taken_is_not_called_a_send_to_nobody(world: World) -> None:
    token, kept = await world.hold((TYPO,), (WRONG,))
    data = filled(await form_of(world, token), kept, "send", recipient_typo="right")
    await world.store.commit(lambda shelves: shelves.deliveries.set(kept.id, 0, Delivery.WAITING))
    async with world.client() as browser:
        assert (await browser.post(f"/q/{token}", data=data)).status_code == 303


async def test_ten_answers_at_once_are_one_decision(world: World) -> None:
    token, kept = await world.hold()
    form = await form_of(world, token)
    send = filled(form, kept, "send", recipient_typo="correct", content_personal_data="agree")
    cancel = filled(form, kept, "cancel")
    async with world.client() as browser:
        posts = (browser.post(f"/q/{token}", data=data) for data in [send, cancel] * 5)
        codes = [reply.status_code for reply in await asyncio.gather(*posts)]
    assert set(codes) <= {303, 409}
    acts = [row["act"] for row in await world.store.read(lambda shelves: shelves.audit.newest())]
    assert len(acts) == 1
    state = {"send": State.RELEASED, "cancel": State.CANCELLED}[acts[0]]
    assert (await world.get(kept.id)).state is state


async def test_a_form_that_is_older_than_the_state_shows_the_state(world: World) -> None:
    token, kept = await world.hold()
    data = filled(await form_of(world, token), kept, "send", recipient_typo="right", content_personal_data="agree")
    await world.pages.flow.decide(token, Decision("cancel"))
    async with world.client() as browser:
        page = await browser.post(f"/q/{token}?lang=en", data=data)
    assert page.status_code == 409
    assert "Cancelled. Nobody has received it." in page.text
    assert (await world.get(kept.id)).state is State.CANCELLED


async def test_a_late_copy_with_another_risk_is_asked_before_anything_is_sent(world: World) -> None:
    token, kept = await world.hold((TYPO,))
    data = filled(await form_of(world, token), kept, "send", recipient_typo="right")
    await world.hold((DATA,), (OTHER,), group_id=kept.id)
    async with world.client() as browser:
        page = await browser.post(f"/q/{token}?lang=en", data=data)
    assert page.status_code == 409
    assert "Please check 2 things" in page.text
    assert (await world.get(kept.id)).state is State.HELD


@pytest.mark.parametrize("form", ["", "forged", None])
async def test_a_form_without_our_signature_is_refused(world: World, form: str | None) -> None:
    token, kept = await world.hold()
    data = filled(await form_of(world, token), kept, "cancel")
    data = {k: v for k, v in data.items() if k != "form"} if form is None else data | {"form": form}
    async with world.client() as browser:
        assert (await browser.post(f"/q/{token}", data=data)).status_code == 403
    assert (await world.get(kept.id)).state is State.HELD


async def test_a_form_of_one_message_does_not_fit_another(world: World) -> None:
    token, kept = await world.hold()
    other, _ = await world.hold()
    foreign = (await form_of(world, other)).value("form")
    data = filled(await form_of(world, token), kept, "cancel") | {"form": foreign}
    async with world.client() as browser:
        assert (await browser.post(f"/q/{token}", data=data)).status_code == 403


async def test_unknown_mangled_foreign_and_expired_links_look_alike(world: World) -> None:
    token, kept = await world.hold()
    ticket, _ = await world.ticket()
    expired, gone = await world.hold()
    await world.store.commit(lambda shelves: shelves.links.expire(gone.id, "question", world.clock.now()))
    paths = ["A" * 44, token[:-1], token + "A", token.swapcase(), ticket, expired, "%00", "'", "A" * 20_000, "é"]
    async with world.client() as browser:
        pages = [await browser.get(f"/q/{path}") for path in paths]
        pages += [await browser.get(path) for path in ("/", "/nowhere", "/q/", f"/t/{token}", f"/desk/{token}")]
        posts = [await browser.post(f"/q/{path}", data={"act": "cancel"}) for path in paths[:6]]
        reports = [await browser.post(f"/q/{path}/report", data={"wrong-1": "yes"}) for path in paths[:6]]
    assert {reply.status_code for reply in [*pages, *posts, *reports]} == {404}
    assert len({reply.content for reply in [*pages, *posts, *reports]}) == 1
    assert (await world.get(kept.id)).state is State.HELD


async def test_what_a_message_brings_along_is_shown_and_never_run(world: World) -> None:
    nasty = '<script>x</script>"><img src=x onerror=y>'
    part = finding("content-personal-data", {"part": nasty}, nasty, nasty)
    token, _ = await world.hold((part,), subject=nasty)
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}")).text
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;x" in page


async def test_a_report_after_sending_opens_a_ticket_with_one_next_step(world: World) -> None:
    token, kept = await world.sent(delivered=(OTHER,))
    form = await form_of(world, token)
    async with world.client() as browser:
        data = {"form": form.value("form"), "wrong-1": "yes", "words": "宛先を間違えました"}
        reply = await browser.post(f"/q/{token}/report?lang=en", data=data)
        assert (reply.status_code, reply.headers["location"]) == (303, f"/q/{token}?lang=en")
        page = (await browser.get(reply.headers["location"])).text
    (ticket,) = await world.pages.desk.tickets()
    assert (ticket.reporter, ticket.certain, ticket.words) == (SENDER, True, "宛先を間違えました")
    assert [r.address for r in ticket.recipients if r.wrong == "yes"] == [WRONG]
    assert (await world.get(kept.id)).recipients[0].state is Delivery.STOPPED
    said = text_of(page)
    assert f"{ticket.id[:4]}-{ticket.id[4:]}" in said
    assert "Tell your superior 名取 now." in said
    assert 'href="tel:03-0000-1234"' not in said
    assert 'href="tel:0300001234"' in page
    assert said.count("What to do now") == 1


async def test_a_report_wants_to_know_who_was_wrong(world: World) -> None:
    token, _ = await world.sent()
    form = await form_of(world, token)
    stranger = {"form": form.value("form"), "wrong-9": "yes", "words": "あれ"}
    nobody = {"form": form.value("form"), "wrong-1": "yes", "wrong-none": "yes"}
    async with world.client() as browser:
        page = await browser.post(f"/q/{token}/report?lang=en", data=stranger)
        assert page.status_code == 422
        assert "tick which recipients were wrong" in page.text
        assert "あれ" in page.text
        page = await browser.post(f"/q/{token}/report?lang=en", data=nobody)
        assert (page.status_code, "then there is nothing to report" in page.text) == (422, True)
        assert (await browser.post(f"/q/{token}/report", data={"wrong-1": "yes"})).status_code == 403
    assert await world.pages.desk.tickets() == ()


async def test_the_other_language_of_an_unfinished_report_is_a_page(world: World) -> None:
    token, _ = await world.sent()
    async with world.client() as browser:
        assert "Noticed too late" in (await browser.get(f"/q/{token}/report?lang=en")).text


async def test_who_was_left_out_cannot_be_reported_as_reached(world: World) -> None:
    token, kept = await world.hold()
    await answer(world, token, kept, "send", recipient_typo="omit", content_personal_data="agree")
    form = await form_of(world, token)
    assert {name for name in form.names() if name.startswith("wrong")} == {"wrong-1", "wrong-none"}
    async with world.client() as browser:
        await browser.post(f"/q/{token}/report", data={"form": form.value("form"), "wrong-1": "yes"})
    (ticket,) = await world.pages.desk.tickets()
    assert [r.address for r in ticket.recipients if r.wrong == "yes"] == [OTHER]


@pytest.mark.parametrize(
    ("states", "heading"),
    [
        ((Delivery.DELIVERED, Delivery.DELIVERED), "Sent as answered."),
        ((Delivery.DELIVERED, Delivery.FAILED), "Sent. Some recipients did not get it."),
        ((Delivery.FAILED, Delivery.FAILED), "It could not be delivered to anyone."),
        ((Delivery.SENDING, Delivery.DELIVERED), "It is being sent."),
    ],
)
async def test_the_page_follows_the_delivery(world: World, states: tuple[Delivery, ...], heading: str) -> None:
    token, kept = await world.sent(delivered=())

    def unit(shelves: Shelves) -> None:
        for place, state in enumerate(states):
            shelves.deliveries.set(kept.id, place, state)

    await world.store.commit(unit)
    async with world.client() as browser:
        assert f"<h1>{heading}</h1>" in (await browser.get(f"/q/{token}?lang=en")).text


async def test_an_expired_message_says_that_nobody_answered(world: World) -> None:
    token, kept = await world.hold()
    await world.store.commit(lambda shelves: shelves.holds.move(kept.id, State.HELD, State.EXPIRED))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert "Cancelled because nobody answered in time." in page
    assert "Hold this message again" in page


async def test_what_is_evidence_cannot_be_brought_back(world: World) -> None:
    token, kept = await world.hold()
    form = await form_of(world, token)
    await world.pages.flow.decide(token, Decision("cancel"))
    back = await form_of(world, token)
    await world.store.commit(lambda shelves: shelves.holds.freeze(kept.id))
    async with world.client() as browser:
        assert "Hold this message again" not in (await browser.get(f"/q/{token}?lang=en")).text
        reply = await browser.post(f"/q/{token}", data=filled(back, kept, "bring-back"))
    assert reply.status_code == 409
    assert form.value("form") != back.value("form")
    assert (await world.get(kept.id)).state is State.CANCELLED


async def test_before_the_question_was_accepted_there_is_no_deadline_to_show(world: World) -> None:
    token, _ = await world.hold(asked_at=None, deadline=None)
    async with world.client() as browser:
        said = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "It is kept until you choose here. Without an answer it is cancelled" in said


async def test_the_page_says_nothing_of_other_messages(world: World) -> None:
    token, _ = await world.hold()
    await world.hold(subject="秘密の会議", recipients=("hidden@secret.example",))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}")).text
    assert "秘密の会議" not in page
    assert "secret.example" not in page


async def test_the_sender_without_a_superior_is_told_whom_to_tell_all_the_same(world: World) -> None:
    lonely = replace_people(world)
    token, _ = await lonely.sent()
    form = await form_of(lonely, token)
    async with lonely.client() as browser:
        data = {"form": form.value("form"), "wrong-1": "yes"}
        await browser.post(f"/q/{token}/report", data=data)
        said = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "Tell your superior now." in said


def replace_people(world: World) -> World:
    """The same house with nobody named."""
    return World(world.store, world.clock, world.folder, world.organisation.model_copy(update={"people": ()}))


async def test_a_recipient_with_two_findings_is_asked_about_once_and_both_are_said(world: World) -> None:
    dead = finding("recipient-unreachable", {"recipient": WRONG}, "届かない宛先です。", "It cannot arrive.")
    token, kept = await world.hold((dead, TYPO))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert len({name for name in read(page)[0][0].names() if name.startswith("choice-")}) == 1
    assert "Please check 1 thing" in text_of(page)
    assert "It cannot arrive." in text_of(page)
    assert await answer(world, token, kept, "send", recipient_typo="correct") == 303
    assert [r.send_to for r in (await world.get(kept.id)).recipients] == [USUAL, OTHER]


async def test_a_blocked_slip_says_that_it_is_blocked_and_can_be_corrected_but_not_called_right(world: World) -> None:
    blocked = BLOCK | {"about": {"recipient": WRONG}}
    token, _ = await world.hold((blocked, TYPO))
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    values = [value for name, value, _, _ in read(page)[0][0].fields if name.startswith("choice-")]
    assert values == ["correct", "omit"]
    assert "This address is blocked at the moment" in text_of(page)


async def test_where_another_person_may_be_meant_no_letters_are_marked_and_the_reason_is_said(world: World) -> None:
    other = TYPO | {"rule": "recipient-name-mismatch", "suggestion": "john.smith@elsewhere.example"}
    token, _ = await world.hold((other,))
    for language, title, words in (
        ("ja", "別の方宛てではありませんか", "この宛先に送るのは今回が初めてです。"),
        ("en", "Is somebody else meant?", "This is the first message to this address."),
    ):
        async with world.client() as browser:
            page = (await browser.get(f"/q/{token}?lang={language}")).text
        assert "<mark>" not in page
        assert title in text_of(page)
        assert words in text_of(page)


@pytest.mark.parametrize(
    ("rule", "ja", "en"),
    [
        ("recipient-unreachable", "この宛先はメールを受け取れません", "This address takes no mail"),
        ("recipient-name-mismatch", "本文の宛名と宛先が違うようです", "The greeting names somebody else"),
        ("recipient-reply-extra", "これまでのやり取りにない宛先です", "This recipient is new to the conversation"),
        ("recipient-unusual", "いつもは送らない宛先です", "This recipient is unusual for you"),
        ("recipient-disowned", "以前、間違いと分かった宛先です", "This address was the wrong one before"),
        ("recipient-allowed", "一覧にない宛先です", "This recipient is not on the list"),
        ("recipient-freemail", "この宛先をご確認ください", "Please check this recipient"),
    ],
)
async def test_the_title_of_a_card_says_what_is_wrong(world: World, rule: str, ja: str, en: str) -> None:
    token, _ = await world.hold((finding(rule, {"recipient": WRONG}, "理由です。", "A reason."),))
    for language, title in (("ja", ja), ("en", en)):
        async with world.client() as browser:
            assert title in text_of((await browser.get(f"/q/{token}?lang={language}")).text)


async def test_a_forgotten_attachment_is_asked_about_in_its_own_words(world: World) -> None:
    token, _ = await world.hold(
        (finding("content-forgotten-attachment", {"message": True}, "理由です。", "A reason."),)
    )
    for language, title, choice in (
        ("ja", "添付し忘れていませんか", "添付し忘れではない。このまま送ってよい"),
        ("en", "Is the attachment missing?", "Nothing is missing; it may be sent like this"),
    ):
        async with world.client() as browser:
            page = text_of((await browser.get(f"/q/{token}?lang={language}")).text)
        assert page.index(title) < page.index(choice)


async def test_what_is_found_of_one_file_is_one_card(world: World) -> None:
    marked = finding("content-confidential", {"part": "顧客一覧.xlsx"}, "「社外秘」の表示があります。", "It is marked.")
    token, kept = await world.hold((DATA, marked))
    async with world.client() as browser:
        page = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "Please check 1 thing" in page
    assert "It is marked." in page
    assert await answer(world, token, kept, "send", content_personal_data="agree") == 303


async def test_personal_data_in_several_files_are_counted_file_by_file_with_whom_they_go_to(world: World) -> None:
    parts = [
        {"name": name, "persons": {"min": n, "max": n}, "kinds": {"person_name": n}, "lost": []}
        for name, n in (("名簿.xlsx", 12), ("空.xlsx", 0), ("", 3))
    ]
    locked = finding("content-uninspectable", {"part": "納品.zip"}, "鍵付きです。", "It has a password.")
    token, _ = await world.hold(
        verdict={"disposition": "hold", "findings": [TYPO, locked, BODY], "exposure": {"parts": parts}}
    )
    async with world.client() as browser:
        page = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "The message seems to hold personal data" in page
    assert "名簿.xlsx12 persons: 12 names" in page
    assert "the text3 persons: 3 names" in page
    assert "空.xlsx" not in page
    assert page.index(USUAL) < page.index("名簿.xlsx") < page.index("It has a password.")
    assert "It would go to" in page


async def test_two_findings_that_speak_of_the_same_two_addresses_are_said_once(world: World) -> None:
    alike = TYPO | {"rule": "recipient-lookalike", "words": {"ja": "見分けがつきません。", "en": "It looks the same."}}
    token, _ = await world.hold((TYPO, alike))
    async with world.client() as browser:
        assert "It looks the same." not in text_of((await browser.get(f"/q/{token}?lang=en")).text)


# Several recipients, one choice

NEW = tuple(f"p{n}@client{n}.example" for n in range(4))


def new(address: str) -> dict[str, Any]:
    return finding("recipient-first-time", {"recipient": address}, f"{address} へは初めてです。", f"{address} is new.")


async def several(world: World) -> tuple[str, Hold, Form, str]:
    """A slip and four new recipients; the form, and the field that answers the four."""
    token, kept = await world.hold((TYPO, *map(new, NEW)), (WRONG, *NEW))
    form = await form_of(world, token)
    own = {f"choice-{risk.id}" for risk in risks([kept])}
    (group,) = {name for name in form.names() if name.startswith("choice-")} - own
    return token, kept, form, group


def of(kept: Hold, address: str) -> str:
    return next(f"choice-{r.id}" for r in risks([kept]) if r.finding["about"].get("recipient") == address)


async def test_recipients_of_the_same_small_doubt_take_one_choice(world: World) -> None:
    token, kept, form, group = await several(world)
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
        assert "Please check 2 things" in page
        assert "2. 4 recipients are new" in page
        slip = {of(kept, WRONG): "correct"}
        answered = await browser.post(
            f"/q/{token}", data={"form": form.value("form"), "act": "send", group: "right"} | slip
        )
    assert answered.status_code == 303
    now = await world.get(kept.id)
    assert [r.send_to for r in now.recipients] == [USUAL, *NEW]
    assert (now.decision or {})["confirmed"] == sorted(NEW)


async def test_single_ones_of_them_may_have_an_answer_of_their_own(world: World) -> None:
    token, kept, form, group = await several(world)
    data = {"form": form.value("form"), "act": "send", group: "right", of(kept, WRONG): "omit"}
    data |= {of(kept, NEW[1]): "omit", of(kept, NEW[2]): "all"}
    async with world.client() as browser:
        assert (await browser.post(f"/q/{token}", data=data)).status_code == 303
    decision = (await world.get(kept.id)).decision or {}
    assert decision["omit"] == sorted((WRONG, NEW[1]))
    assert decision["confirmed"] == sorted((NEW[0], NEW[2], NEW[3]))


async def test_without_the_choice_for_all_every_one_of_them_needs_its_own(world: World) -> None:
    token, kept, form, group = await several(world)
    data = {"form": form.value("form"), "act": "send", of(kept, WRONG): "omit"}
    data |= {of(kept, address): "right" for address in NEW[:3]}
    async with world.client() as browser:
        missing = await browser.post(f"/q/{token}?lang=en", data=data)
        assert missing.status_code == 422
        assert "choose what to do with 4 recipients" in missing.text
        assert f'href="#{group}"' in missing.text
        assert re.search(r"<details[^>]* open>", missing.text)
        assert (await world.get(kept.id)).state is State.HELD
        data |= {of(kept, NEW[3]): "omit"}
        assert (await browser.post(f"/q/{token}", data=data)).status_code == 303
    assert (await world.get(kept.id)).state is State.RELEASED


# Files


async def test_a_file_may_be_taken_out_by_a_choice_of_its_own(world: World) -> None:
    verdict = {
        "disposition": "hold", "findings": [DATA | {"files": ["一式.zip"]}], "exposure": EXPOSURE,
        "files": {"顧客一覧.xlsx": ["一式.zip"], "一式.zip": ["一式.zip"]},
    }  # fmt: skip
    token, kept = await world.hold(verdict=verdict)
    async with world.client() as browser:
        page = (await browser.get(f"/q/{token}?lang=en")).text
    assert "Send without the file that holds it" in page
    assert "一式.zip" in text_of(page)
    assert await answer(world, token, kept, "send", content_personal_data="remove") == 303
    decision = (await world.get(kept.id)).decision or {}
    assert (decision["remove"], decision["gone"]) == (["一式.zip"], ["一式.zip", "顧客一覧.xlsx"])


# Envelope and signature


async def shown(world: World, *recipients: str, **said: Any) -> str:
    verdict = {"disposition": "hold", "findings": [TYPO, MANY], "exposure": EXPOSURE, **said}
    token, _ = await world.hold((), recipients, verdict=verdict)
    async with world.client() as browser:
        return text_of((await browser.get(f"/q/{token}?lang=en")).text)


async def test_the_envelope_is_shown_with_what_the_header_says_otherwise(world: World) -> None:
    page = await shown(world, WRONG, OTHER, BLOCKED, unnamed=[BLOCKED], absent=["x@elsewhere.example", OTHER.upper()])
    assert "3 recipients in all" in page
    assert f"{BLOCKED} not in To or Cc" in page
    assert f"(Bcc, or behind a list): {BLOCKED}" in page
    assert "may have it already, or get nothing: x@elsewhere.example" in page
    assert OTHER.upper() not in page
    plain = await shown(world, WRONG)
    assert "1 recipient in all" in plain
    assert not [word for word in ("behind a list", "not held here") if word in plain]


async def test_a_signature_that_ends_before_the_deadline_is_said_with_its_day(world: World) -> None:
    deadline = world.clock.now() + timedelta(days=1)
    soon = await shown(world, WRONG, dkim_ends=int((deadline - timedelta(hours=2)).timestamp()))
    assert "(DKIM) ends on Thu 2 Apr, 07:30 (JST)" in soon
    for end in (None, int(deadline.timestamp()), 999_999_999_999):
        assert "DKIM" not in await shown(world, WRONG, dkim_ends=end)


async def test_what_alters_a_message_says_so_and_what_becomes_of_its_signature(world: World) -> None:
    page = await shown(world, WRONG, OTHER)
    assert "The address in To and Cc is corrected, too; all else stays as it is." in page
    assert "Outside recipients are taken out of To and Cc; all else stays as it is." in page
    assert "DKIM" not in page
    again = await shown(world, WRONG, OTHER, signed_anew=True)
    assert again.count("it is signed anew on the way") == 2


# What was decided


async def test_the_state_page_tells_each_choice(world: World) -> None:
    findings = (TYPO, new(NEW[0]), new(NEW[1]), DATA | {"files": ["顧客一覧.xlsx"]}, MANY)
    token, kept = await world.hold(findings, (WRONG, *NEW[:2]))
    by_rule = {"recipient-typo": "correct", "content-personal-data": "remove", "recipient-too-many-external": "bcc"}
    chosen = {r.id: by_rule.get(r.finding["rule"], "right") for r in risks([kept])}
    chosen |= {r.id: "omit" for r in risks([kept]) if r.finding["about"].get("recipient") == NEW[1]}
    outcome = await world.pages.flow.decide(token, Decision("send", chosen))
    assert outcome
    assert outcome.result == "done"
    async with world.client() as browser:
        page = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert f"{USUAL} corrected from {WRONG}" in page
    assert f"{NEW[0]} checked and found right" in page
    assert f"{NEW[1]} left out" in page
    assert "Sent without this file: 顧客一覧.xlsx" in page
    assert "do not see one another (Bcc)" in page
    assert f"Wed 1 Apr, 09:30 (JST){SENDER}" in page
    assert "What was done so far" not in page


async def test_what_was_agreed_to_is_told_too(world: World) -> None:
    token, kept = await world.hold((DATA, MANY))
    await world.pages.flow.decide(token, Decision("send", {r.id: "agree" for r in risks([kept])}))
    async with world.client() as browser:
        page = text_of((await browser.get(f"/q/{token}?lang=en")).text)
    assert "Checked; the recipients may have it: 顧客一覧.xlsx" in page
    assert "The content was checked and sent as it is." in page


async def test_who_did_what_and_when_stays_to_be_seen_after_it_was_brought_back(world: World) -> None:
    token, kept = await world.hold()
    await world.pages.flow.decide(token, Decision("cancel"))
    world.clock.advance(timedelta(minutes=5))
    await world.pages.flow.decide(token, Decision("bring-back"))
    async with world.client() as browser:
        again = text_of((await browser.get(f"/q/{token}?lang=en")).text)
        assert f"Wed 1 Apr, 09:30 (JST) cancelled by {SENDER} Wed 1 Apr, 09:35 (JST) held again by {SENDER}" in again
        world.clock.advance(timedelta(minutes=5))
        await world.pages.flow.decide_for(kept.id, Decision("send"), "root")
        sent = text_of((await browser.get(f"/q/{token}?lang=ja")).text)
    assert "4月1日（水）09:40（JST） 送信を決定 操作した人：root" in sent
