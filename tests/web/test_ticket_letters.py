"""Letters on the pages of a ticket: from the telephone to the answers, and the page of whoever got what was not theirs."""

from datetime import timedelta

import httpx2
import pytest

from store.tickets import Ticket
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World, read, text_of
from tests.web.test_ticket import GATE, now, press, work

GOOD = {"read": "no", "copied": "no", "forwarded": "no", "erased": "yes"}


async def opened(world: World, browser: httpx2.AsyncClient) -> tuple[str, Ticket]:
    """The letters of a ticket, ready for work, in English."""
    token, ticket = await world.ticket()
    path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
    return path.partition("#")[0].replace(f"/t/{token}", f"/t/{token}/letters"), ticket


async def test_from_the_first_call_to_a_credible_answer(world: World) -> None:
    async with world.client() as browser:
        path, ticket = await opened(world, browser)
        page = text_of((await browser.get(path)).text)
        assert "Tell the superior first." in page
        assert "Our number is " in page
        assert "at a look-alike domain" in page
        assert (await press(browser, path, "phoned", recipient=WRONG, reached="yes")).status_code == 409
        await world.pages.desk.finish_step(ticket.id, GATE, by=SENDER, note="")
        assert (await press(browser, path, "phoned", recipient="nobody@else.example", reached="no")).status_code == 409
        assert (
            await press(browser, path, "phoned", recipient=WRONG, reached="yes", note="受付の方")
        ).status_code == 303
        page = text_of((await browser.get(path)).text)
        assert "somebody was reached and asked" in page
        assert "受付の方" in page
        assert "Record another call" in page
        leaking = await press(browser, path, "draft", recipient=WRONG, language="ja", words="顧客一覧.xlsx")
        assert (leaking.status_code, "names a file" in text_of(leaking.text)) == (422, True)
        drafted = await press(browser, path, "draft", recipient=WRONG, language="en", subject="yes")
        assert drafted.status_code == 303
        letter = drafted.headers["location"].rpartition("#letter-")[2]
        assert (await press(browser, path, "send", letter=letter)).status_code == 422, "nobody says that it was read"
        sending = next(form for form in read((await browser.get(path)).text)[0] if form.value("act") == "send")
        assert "#" not in sending.action, "what is missing stands at the top: nothing leads past it"
        first = await press(browser, path, "send", letter=letter, looked="yes")
        assert (first.status_code, "looks like a known one" in text_of(first.text)) == (422, True)
        assert (await press(browser, path, "send", letter=letter, looked="yes", sure="yes")).status_code == 303
        sent = [n for n in await world.store.read(lambda s: s.outbox.of_ticket(ticket.id)) if n.kind == "letter"]
        assert [(n.recipient, n.language) for n in sent] == [(WRONG, "en")]
        assert "waiting to be sent" in text_of((await browser.get(path)).text)
        world.clock.advance(timedelta(minutes=5))
        given = {"recipient": WRONG, "way": "phone", **GOOD}
        lacking = await press(browser, path, "answer", **given)
        assert (lacking.status_code, "what proves it" in lacking.text) == (422, True)
        assert (await press(browser, path, "answer", **given, proof="10:15")).status_code == 303
        assert (await press(browser, path, "credible", recipient=WRONG, reason="x")).status_code == 422
        assert (
            await press(browser, path, "credible", recipient=WRONG, credible="yes", reason="partner")
        ).status_code == 303
        page = text_of((await browser.get(path)).text)
        assert "that lowers the risk" in page
        assert (await press(browser, path, "refused", recipient=WRONG, reason="changed their mind")).status_code == 303
        assert "refused" in text_of((await browser.get(path)).text)
        assert (await now(world, ticket)).closed_at is None


async def test_a_letter_is_printed_alone_and_read_as_plain_text(world: World) -> None:
    async with world.client() as browser:
        path, ticket = await opened(world, browser)
        plain = path.replace("/letters", "/letter")
        assert (await browser.get(plain)).status_code == 404, "none yet"
        await world.letter(ticket)
        sheet = await browser.get(plain)
        text = await browser.get(f"{plain}&as=text")
        assert (sheet.status_code, text.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        for page in (sheet.text.replace("<wbr>", ""), text.text):
            assert f"{ticket.id[:4]}-{ticket.id[4:]}" in page
            assert "誤送信窓口 03-0000-9999" in page
            assert "report+" in page
            assert "/u/" not in page, "nobody outside reaches our pages"
        assert 'lang="ja"' in sheet.text
        assert "<form" not in sheet.text
        assert f"{plain.rpartition('/')[0]}" not in sheet.text


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_unintended_recipient_sees_when_and_whom_to_call_and_nothing_else(
    world: World, language: str
) -> None:
    _, ticket = await world.ticket()
    token = await world.letter(ticket)
    async with world.client() as browser:
        page = (await browser.get(f"/u/{token}?lang={language}")).text
    said = text_of(page)
    assert f"{ticket.id[:4]}-{ticket.id[4:]}" in page
    assert "誤送信窓口 03-0000-9999" in said
    for secret in ("顧客一覧", "竣工式", "内線", SENDER, WRONG, SUPERIOR, "128", "yamada", "相手", "/t/", "/desk"):
        assert secret not in said, secret


async def test_the_unintended_recipient_answers_and_may_answer_again(world: World) -> None:
    _, ticket = await world.ticket()
    token = await world.letter(ticket)
    before = await now(world, ticket)
    async with world.client() as browser:
        path = f"/u/{token}?lang=en"
        form = read((await browser.get(path)).text)[0][0]
        whole = {"form": form.value("form"), "act": "answer", "number": ticket.id[-4:], **GOOD}
        for lacking in ({"read": ""}, {"number": "0000"}, {"erased": "perhaps"}):
            assert (await browser.post(path, data=whole | lacking)).status_code == 422
        assert (await browser.post(path, data=whole | {"form": "x"})).status_code == 403
        assert len(await world.store.read(lambda s: s.letters.answers(ticket.id))) == 1, "the one by telephone"
        assert (await browser.post(path, data=whole)).status_code == 303
        answered = (await browser.get(path)).text
        assert "We have your answer of" in text_of(answered)
        assert "<details><summary>Answer again</summary>" in answered, "an empty form looks as if the answers were lost"
        world.clock.advance(timedelta(hours=1))
        again = whole | {"read": "yes", "words": "実は開きました"}
        assert (await browser.post(path, data=again)).status_code == 303
    kept = await world.store.read(lambda s: s.letters.answers(ticket.id))
    assert [(a.way, a.by, a.read, a.words) for a in kept[1:]] == [
        ("page", "", "no", ""),
        ("page", "", "yes", "実は開きました"),
    ]
    after = await now(world, ticket)
    assert (after.state, after.recipients, after.steps) == (before.state, before.recipients, before.steps)
    assert [b.lifted_at for b in await world.store.read(lambda s: s.blocks.of_ticket(ticket.id))] == [None]


async def test_whoever_got_another_mail_reports_it_here_and_that_stops_nothing(world: World) -> None:
    _, ticket = await world.ticket()
    token = await world.letter(ticket)
    async with world.client() as browser:
        path = f"/u/{token}?lang=en"
        form = read((await browser.get(path)).text)[0][0]
        given = {"form": form.value("form"), "act": "report", "number": ticket.id[-4:]}
        missing = await browser.post(path, data=given)
        assert (missing.status_code, "say which mail it was" in missing.text) == (422, True)
        done = await browser.post(path, data=given | {"words": "昨日もう1通届きました"})
        assert (done.status_code, "has reached us" in done.text) == (200, True)
    (joined,) = await world.pages.desk.tickets()
    entries = await world.store.read(lambda s: s.evidence.of(joined.id))
    last = [e for e in entries if e.event == "reported"][-1]
    assert (last.actor, last.body["certain"], last.body["words"]) == (WRONG, False, "昨日もう1通届きました")
    told = await world.store.read(lambda s: s.outbox.of_ticket(joined.id))
    assert [n.facts["what"] for n in told if n.kind == "letter_news"][-1:] == ["replied"], "nobody hears of it"


async def test_whoever_presses_for_ever_is_stopped(world: World) -> None:
    _, ticket = await world.ticket()
    token = await world.letter(ticket)
    async with world.client() as browser:
        form = read((await browser.get(f"/u/{token}")).text)[0][0]
        whole = {"form": form.value("form"), "act": "answer", "number": ticket.id[-4:], **GOOD}
        found = [(await browser.post(f"/u/{token}", data=whole)).status_code for _ in range(22)]
    assert found == [303] * 20 + [429] * 2
