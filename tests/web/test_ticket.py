"""The ticket as a task list: who acts is the person of the link, and only after the number was typed."""

from datetime import timedelta

import httpx2
import pytest

from response.desk import Report
from store.holds import Delivery
from store.tickets import State, Ticket
from tests.helpers.deciding import decide
from tests.helpers.pages import BASE, OTHER, SENDER, SUPERIOR, WRONG, World, read, text_of
from tests.helpers.samples import line
from tests.response.cases import learn

GATE = "1.1"
OUTWARD = "2.5"


async def work(browser: httpx2.AsyncClient, path: str, number: str) -> str:
    """Type the end of the number; the address of the page with its pass."""
    form = read((await browser.get(path)).text)[0][0]
    reply = await browser.post(path, data={"form": form.value("form"), "act": "start", "number": number})
    assert reply.status_code == 303
    return str(reply.headers["location"])


async def press(browser: httpx2.AsyncClient, path: str, act: str, **fields: str | list[str]) -> httpx2.Response:
    form = next(f for f in read((await browser.get(path)).text)[0] if "form" in f.names())
    return await browser.post(path, data={"form": form.value("form"), "act": act, **fields})


async def now(world: World, ticket: Ticket) -> Ticket:
    found = await world.pages.desk.ticket(ticket.id)
    assert found is not None
    return found


def step(ticket: Ticket, number: str) -> str:
    return next(s.state for s in ticket.steps if s.step == number)


async def test_the_ticket_shows_the_clock_the_next_step_and_what_is_overdue_in_words(world: World) -> None:
    token, ticket = await world.ticket()
    world.clock.advance(timedelta(minutes=83))
    async with world.client() as browser:
        page = (await browser.get(f"/t/{token}?lang=en")).text
    said = text_of(page)
    assert f"Ticket {ticket.id[:4]}-{ticket.id[4:]}" in said
    assert "Known for 1 h 23 min, since Wed 1 Apr, 09:30 (JST)." in said
    assert "overdue by 1 h 8 min" in said
    assert "128 names, 126 telephone numbers" in said
    assert "Superior: 名取" in said
    assert "Discovery and report" in said
    for name in ("Sent", "First known", "Reported", "Ticket opened", "Superior told", "Contained", "Leak confirmed"):
        assert f"<dt>{name}</dt>" in page


async def test_phases_stand_in_the_order_of_the_manual_and_none_is_missing(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        page = (await browser.get(f"/t/{token}?lang=ja")).text
    places = [page.index(f'id="step-{s.step}"') for s in ticket.steps]
    assert places == sorted(places)


async def test_without_the_number_there_is_nothing_to_press(world: World) -> None:
    token, ticket = await world.ticket(proven=False)
    async with world.client() as browser:
        forms, _ = read((await browser.get(f"/t/{token}")).text)
        assert [form.value("act") for form in forms] == ["call", "start"]
        assert "answer" not in dict(forms[0].as_it_stands()), (
            "a call is answered by a choice that nobody made beforehand"
        )
        for act in ("step", "contain", "close", "lift", "choose", "reopen"):
            data = {
                "form": forms[0].value("form"),
                "act": act,
                "step": GATE,
                "how": "done",
                "outcome": "closed",
                "reason": "x",
            }
            assert (await browser.post(f"/t/{token}", data=data)).status_code == 422
        wrong = {"form": forms[0].value("form"), "act": "start", "number": "0000"}
        assert (await browser.post(f"/t/{token}", data=wrong)).status_code == 422
    assert await now(world, ticket) == ticket


async def test_a_step_is_finished_by_the_person_of_the_link_with_a_note(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}", ticket.id[-4:])
        reply = await press(browser, path, "step", step=GATE, how="done", note="電話で伝えた")
        assert reply.status_code == 303
        assert reply.headers["location"].endswith(f"#step-{GATE}")
        page = (await browser.get(path)).text
        timeline = (await browser.get(path.replace("?", "/timeline?", 1))).text
    done = next(s for s in (await now(world, ticket)).steps if s.step == GATE)
    assert (done.state, done.done_by, done.note) == ("done", SUPERIOR, "電話で伝えた")
    assert "電話で伝えた" in page
    assert "手順 1.1：" in text_of(timeline)


async def test_what_writes_to_the_outside_waits_for_the_superior(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        reply = await press(browser, path, "step", step=OUTWARD, how="done", note="asked")
        assert reply.status_code == 409
        assert "Tell the superior first." in reply.text
        assert "asked</textarea>" in reply.text
        assert step(await now(world, ticket), OUTWARD) == "todo"
        await press(browser, path, "step", step=GATE, how="done")
        assert (await press(browser, path, "step", step=OUTWARD, how="done")).status_code == 303
    assert step(await now(world, ticket), OUTWARD) == "done"


async def test_not_needed_wants_a_reason_and_a_choice_is_wanted(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        no_reason = await press(browser, path, "step", step="1.4", how="not-needed")
        assert (no_reason.status_code, "Please write the reason." in no_reason.text) == (422, True)
        no_choice = await press(browser, path, "step", step="1.4", note="x")
        assert (no_choice.status_code, "Choose whether the step is done" in no_choice.text) == (422, True)
        both = await press(browser, path, "step", step="1.4", how=["done", "not-needed"], note="x")
        assert both.status_code == 422
        assert (
            await press(browser, path, "step", step="1.4", how="not-needed", note="no informant")
        ).status_code == 303
        again = await press(browser, path, "step", step="1.4", how="done")
        assert (again.status_code, "Somebody else was quicker." in again.text) == (409, True)
        assert (await press(browser, path, "step", step="9.9", how="done")).status_code == 409
    assert step(await now(world, ticket), "1.4") == "not-needed"


async def test_a_finished_step_is_put_back_with_a_reason(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}", ticket.id[-4:])
        await press(browser, path, "step", step=GATE, how="done")
        assert (await press(browser, path, "reopen-step", step=GATE)).status_code == 422
        assert (await press(browser, path, "reopen-step", step=GATE, note="not reached")).status_code == 303
    assert step(await now(world, ticket), GATE) == "todo"


async def test_an_uncertain_report_is_contained_by_one_press(world: World) -> None:
    token, kept = await world.sent(delivered=(OTHER,))
    ticket = await world.pages.desk.report(Report(channel="page", reporter=OTHER, hold_id=kept.id, wrong=(WRONG,)))
    token = await world.store.commit(lambda shelves: shelves.links.make(ticket.id, SUPERIOR, "ticket"))
    assert (await world.get(kept.id)).recipients[0].state is Delivery.WAITING
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        assert "Stop and block now" in (await browser.get(path)).text
        assert (await press(browser, path, "contain")).status_code == 303
        page = (await browser.get(path)).text
        assert "Stop and block now" not in page
        assert "Stopped for this recipient: it never left." in page
        said = {
            language: text_of((await browser.get(f"{path.partition('?')[0]}?lang={language}")).text)
            for language in ("ja", "en")
        }
        assert "誤った宛先として申告されました。ドメインが" in said["ja"]
        assert "reported as a wrong recipient; the domain looks like" in said["en"]
        (block,) = await world.store.read(lambda shelves: shelves.blocks.of_ticket(ticket.id))
        assert (await press(browser, path, "lift", block="NOTMINE1")).status_code == 409
        assert (await press(browser, path, "lift", block=block.id)).status_code == 303
        assert "lifted" in text_of((await browser.get(path)).text)
    assert (await world.get(kept.id)).recipients[0].state is Delivery.STOPPED
    assert await world.store.read(lambda shelves: shelves.blocks.of(WRONG)) is None


async def test_a_person_chooses_among_the_candidates(world: World) -> None:
    token, ticket = await world.ticket(proven=False, search="竣工式")
    assert not ticket.journal_id
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        form = next(f for f in read((await browser.get(path)).text)[0] if f.value("act") == "choose")
        journal = form.value("journal")
        none = await press(browser, path, "choose", journal=journal)
        assert (none.status_code, "Tick which recipients were wrong." in none.text) == (422, True)
        assert (await press(browser, path, "choose", journal="no-such-line", wrong=WRONG)).status_code == 409
        assert (await press(browser, path, "choose", journal=journal, wrong=WRONG)).status_code == 303
        assert "It was this message" not in (await browser.get(path)).text
    bound = await now(world, ticket)
    assert bound.journal_id == journal
    assert [r.address for r in bound.recipients if r.wrong == "yes"] == [WRONG]


async def test_a_ticket_is_closed_with_its_reason_after_the_superior_was_told_and_opened_again(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        assert (await press(browser, path, "close", reason="x")).status_code == 422
        early = await press(browser, path, "close", outcome="closed", reason="all done")
        assert (early.status_code, "Tell the superior first" in early.text) == (409, True)
        await press(browser, path, "step", step=GATE, how="done")
        assert (await press(browser, path, "close", outcome="not-a-leak")).status_code == 422
        none = {"outcome": "not-a-leak", "reason": "it was encrypted"}
        assert (await press(browser, path, "close", **none)).status_code == 409  # two sign that first
        await decide(world.store, world.pages.desk.office, ticket.id, SUPERIOR, "mori@tachibana.example")
        assert (await press(browser, path, "close", **none)).status_code == 303
        assert (await now(world, ticket)).state is State.NOT_A_LEAK
        page = (await browser.get(path)).text
        assert "How it ended: it was encrypted" in text_of(page)
        assert [f.value("act") for f in read(page)[0]] == ["lift", "reopen"]
        assert (await press(browser, path, "reopen")).status_code == 422
        assert (await press(browser, path, "reopen", reason="a second copy")).status_code == 303
        await learn(world.pages.desk, ticket.id)
        await press(browser, path, "close", outcome="closed", reason="done")
    assert (await now(world, ticket)).state is State.CLOSED


async def test_earlier_mail_to_the_wrong_address_is_listed_and_the_message_itself_is_not(world: World) -> None:
    token, _ = await world.ticket()
    async with world.client() as browser:
        assert "Earlier mail to this address" not in (await browser.get(f"/t/{token}?lang=en")).text
        before = line(WRONG, subject="先月の御見積書"), line(OTHER, subject="別の件")
        await world.store.commit(lambda shelves: shelves.journal.add(*before))
        page = (await browser.get(f"/t/{token}?lang=en")).text
        section = page.partition('id="earlier"')[2].partition("</section>")[0]
        assert "先月の御見積書" in section
        assert "別の件" not in section
        assert section.count("<li>") == 1
        assert "この宛先へのこれまでのメール" in (await browser.get(f"/t/{token}?lang=ja")).text


async def test_the_pass_ends_after_twelve_hours_and_fits_no_other_link(world: World) -> None:
    token, ticket = await world.ticket()
    other, second = await world.ticket(person=SENDER)
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}", ticket.id[-4:])
        query = path.partition("?")[2]
        assert (await press(browser, f"/t/{other}?{query}", "step", step=GATE, how="done")).status_code == 422
        world.clock.advance(timedelta(hours=12))
        assert (await press(browser, path, "step", step=GATE, how="done")).status_code == 422
        assert (await press(browser, f"/t/{token}?work=forged", "step", step=GATE, how="done")).status_code == 422
    assert step(await now(world, ticket), GATE) == step(await now(world, second), GATE) == "todo"


async def test_a_form_of_another_ticket_and_an_unknown_act_are_refused(world: World) -> None:
    token, ticket = await world.ticket()
    other, _ = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}", ticket.id[-4:])
        foreign = read((await browser.get(f"/t/{other}")).text)[0][0].value("form")
        data = {"form": foreign, "act": "step", "step": GATE, "how": "done"}
        assert (await browser.post(path, data=data)).status_code == 403
        assert (await press(browser, path, "destroy")).status_code == 403
    assert step(await now(world, ticket), GATE) == "todo"


async def test_the_desk_lists_tickets_by_what_is_due_and_each_opens_under_its_link(world: World) -> None:
    _, early = await world.ticket()
    world.clock.advance(timedelta(hours=1))
    _, late = await world.ticket()
    desk = await world.desk_token()
    async with world.client() as browser:
        page = (await browser.get(f"/desk/{desk}?lang=en")).text
        links = [link for link in read(page)[1] if link.startswith("/desk/")]
        assert [link.partition("?")[0][-9:].replace("-", "") for link in links] == [early.id, late.id]
        assert "2 open tickets" in text_of(page)
        opened = await browser.get(links[0])
        assert f"/desk/{desk}" in opened.text
        path = await work(browser, links[0], early.id[-4:])
        assert (await press(browser, path, "step", step=GATE, how="done")).status_code == 303
        assert (await browser.get(f"/desk/{desk}/0000-0000")).status_code == 404
        assert (await browser.get(f"/desk/{desk}/nonsense")).status_code == 404
    assert step(await now(world, early), GATE) == "done"


async def test_who_left_the_desk_has_no_list_any_more(world: World) -> None:
    _, ticket = await world.ticket()
    desk = await world.desk_token("retired@tachibana.example")
    async with world.client() as browser:
        assert (await browser.get(f"/desk/{desk}")).status_code == 404
        assert (await browser.get(f"/desk/{desk}/{ticket.id}")).status_code == 404


async def test_an_empty_desk_says_so(world: World) -> None:
    desk = await world.desk_token()
    async with world.client() as browser:
        assert "No ticket is open." in (await browser.get(f"/desk/{desk}?lang=en")).text


async def test_a_drill_is_visibly_a_drill(world: World) -> None:
    _, kept = await world.sent()
    ticket = await world.pages.desk.report(
        Report(channel="command", reporter=SENDER, hold_id=kept.id, wrong=(WRONG,), drill=True, proven=True)
    )
    token = await world.store.commit(lambda shelves: shelves.links.make(ticket.id, SUPERIOR, "ticket"))
    async with world.client() as browser:
        page = (await browser.get(f"/t/{token}?lang=ja")).text
        assert "これは訓練です。" in page
        assert "<h1>訓練" in page
        assert "訓練" in (await browser.get(f"/desk/{await world.desk_token()}?lang=ja")).text


@pytest.mark.parametrize("path", ["/t/{}", "/desk/{}", "/desk/{}/K7Q2-9MXD"])
async def test_a_link_of_a_question_opens_nothing_of_the_desk(world: World, path: str) -> None:
    token, _ = await world.hold()
    async with world.client() as browser:
        assert (await browser.get(BASE + path.format(token))).status_code == 404
        assert (await browser.post(BASE + path.format(token), data={"act": "start"})).status_code == 404


async def test_a_block_is_lifted_only_from_its_own_ticket(world: World) -> None:
    _, first = await world.ticket()
    (block,) = await world.store.read(lambda shelves: shelves.blocks.of_ticket(first.id))
    token, second = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}", second.id[-4:])
        assert (await press(browser, path, "lift", block=block.id)).status_code == 409
    assert await world.store.read(lambda shelves: shelves.blocks.of(WRONG)) is not None
