"""The report form for everyone inside."""

from datetime import timedelta

import pytest

from response import flood
from tests.helpers.pages import SENDER, WRONG, World, read, text_of
from tests.helpers.signing_in import sign_in
from web import forms


async def fields(world: World, **given: str) -> dict[str, str]:
    async with world.client() as browser:
        form = read((await browser.get("/report")).text)[0][0]
    return {"form": form.value("form"), "address": SENDER, "about": "", "words": "", **given}


async def test_a_report_on_the_page_opens_a_ticket_that_stops_nothing_by_itself(world: World) -> None:
    _, kept = await world.sent(delivered=())
    data = await fields(world, about=f"{kept.id[:4]}-{kept.id[4:]}", words="宛先を間違えました")
    async with world.client() as browser:
        reply = await browser.post("/report?lang=en", data=data)
        assert reply.status_code == 303
        page = (await browser.get(reply.headers["location"])).text
    (ticket,) = await world.pages.desk.tickets()
    assert (ticket.hold_id, ticket.channel, ticket.certain, ticket.words) == (
        kept.id,
        "page",
        False,
        "宛先を間違えました",
    )
    said = text_of(page)
    assert f"{ticket.id[:4]}-{ticket.id[4:]}" in said
    assert "Tell your superior now." in said
    assert "名取" not in said
    assert ticket.contained_at is None


@pytest.mark.parametrize("about", ["<{}@tachibana.example>", "竣工式", WRONG])
async def test_a_message_id_or_words_are_enough(world: World, about: str) -> None:
    _, kept = await world.sent()
    async with world.client() as browser:
        data = await fields(world, about=about.format(kept.id))
        assert (await browser.post("/report", data=data)).status_code == 303
    (ticket,) = await world.pages.desk.tickets()
    assert ticket.hold_id == kept.id or ticket.candidates


@pytest.mark.parametrize(
    "address", ["", "someone@outside.example", "tachibana.example", "@tachibana.example", "a b@tachibana.example"]
)
async def test_only_an_address_of_ours_reports_here(world: World, address: str) -> None:
    data = await fields(world, address=address, about="K7Q2-9MXD")
    async with world.client() as browser:
        page = await browser.post("/report?lang=en", data=data)
    assert page.status_code == 422
    assert "#address" in read(page.text)[1]
    assert "K7Q2-9MXD" in page.text
    assert await world.pages.desk.tickets() == ()


async def test_an_empty_form_says_what_is_missing(world: World) -> None:
    async with world.client() as browser:
        page = await browser.post("/report?lang=ja", data=await fields(world, address=""))
    assert page.status_code == 422
    assert [link for link in read(page.text)[1] if link in {"#address", "#about"}] == ["#address", "#about"]
    assert await world.pages.desk.tickets() == ()


async def test_a_form_from_elsewhere_opens_nothing(world: World) -> None:
    data = await fields(world, about="x") | {"form": "x"}
    async with world.client() as browser:
        assert (await browser.post("/report", data=data)).status_code == 403
    assert await world.pages.desk.tickets() == ()


async def test_a_form_that_was_open_for_long_is_shown_once_more_with_what_was_filled_in(world: World) -> None:
    data = await fields(world, about="K7Q2-9MXD", words="宛先を間違えました")
    world.clock.advance(forms.OPEN + timedelta(seconds=1))
    async with world.client() as browser:
        page = await browser.post("/report?lang=en", data=data)
        assert page.status_code == 409
        assert "Please send it once more." in text_of(page.text)
        assert await world.pages.desk.tickets() == ()
        again = read(page.text)[0][0]
        kept = {name: again.value(name) for name in ("form", "address", "about")}
        assert (kept["address"], kept["about"]) == (SENDER, "K7Q2-9MXD")
        assert (await browser.post("/report", data=data | kept)).status_code == 303


async def test_one_client_reports_only_so_often_in_a_while(world: World) -> None:
    async with world.client() as browser:
        data = await fields(world, about="x")
        said = [(await browser.post("/report?lang=en", data=data | {"about": f"x{n}"})).status_code for n in range(22)]
        assert said == [303] * 20 + [429] * 2
        other = await browser.post("/report", data=data, headers={"X-Forwarded-For": "192.0.2.7, 198.51.100.9"})
        assert other.status_code == 303
        world.clock.advance(timedelta(minutes=15))
        data = await fields(world, about="x")
        assert (await browser.post("/report", data=data)).status_code == 303


async def test_whatever_addresses_somebody_types_the_page_opens_only_so_many_tickets(world: World) -> None:
    async with world.client() as browser:
        for number in range(flood.STRANGERS + 10):
            data = await fields(world, about=f"x{number}", address=f"u{number}@tachibana.example")
            client = {"X-Forwarded-For": f"192.0.2.{number}"}
            assert (await browser.post("/report", data=data, headers=client)).status_code == 303
    tickets = await world.pages.desk.tickets()
    assert len(tickets) == flood.STRANGERS
    told = await world.store.read(lambda shelves: [n for t in tickets for n in shelves.outbox.of_ticket(t.id)])
    assert sum(n.kind == "call_superior" for n in told) == flood.STRANGERS


async def test_the_receipt_ends_after_a_day_and_cannot_be_made_up(world: World) -> None:
    async with world.client() as browser:
        reply = await browser.post("/report", data=await fields(world, words="x"))
        assert "Ticket number" in (await browser.get(reply.headers["location"] + "&lang=en")).text
        world.clock.advance(timedelta(days=1))
        assert "Ticket number" not in (await browser.get(reply.headers["location"] + "&lang=en")).text
        assert "Ticket number" not in (await browser.get("/report?done=made-up&lang=en")).text


async def test_after_a_report_its_reporter_finds_what_comes_next_and_nobody_else_does(world: World) -> None:
    async with world.client() as browser, world.client() as reporter, world.client() as other:
        reply = await browser.post("/report?lang=en", data=await fields(world, about="x", words="y"))
        page = await browser.get(reply.headers["location"])
        (href,) = [link for link in read(page.text)[1] if "/mail/case/" in link]
        assert (await browser.get(href)).headers["location"].startswith("/sign-in")
        await sign_in(world, other, "mori@tachibana.example")
        assert (await other.get(href)).status_code == 404
        await sign_in(world, reporter, SENDER)
        led = await reporter.get(href)
        assert led.status_code == 303
        assert led.headers["location"].startswith("/r/")
        own = await reporter.get(led.headers["location"])
    assert own.status_code == 200
    assert "Your report" in own.text


async def test_who_reports_what_went_wrong_is_led_to_their_own_case_by_the_link_they_hold(world: World) -> None:
    token, kept = await world.sent()
    async with world.client() as browser:
        form = next(f for f in read((await browser.get(f"/q/{token}")).text)[0] if f.action.endswith("/report"))
        await browser.post(form.action, data={**dict(form.as_it_stands()), "wrong-1": "yes"})
        (href,) = [link for link in read((await browser.get(f"/q/{token}")).text)[1] if "/r/" in link]
        assert "Your report" in (await browser.get(f"{href}?lang=en")).text
        colleague = await world.store.commit(
            lambda s: s.links.make(kept.group_id, "mori@tachibana.example", "question")
        )
        page = await browser.get(f"/q/{colleague}")
        assert not [link for link in read(page.text)[1] if "/r/" in link], (
            "who has not reported has no case of their own"
        )


async def test_the_rule_of_the_house_is_linked_wherever_somebody_of_ours_reports(world: World) -> None:
    rule = "https://intranet.tachibana.example/rules?chapter=7&part=2"
    _, kept = await world.sent()
    line = await world.store.read(lambda s: s.journal.by_hold(kept.id))
    assert line is not None
    hour = timedelta(hours=1)
    await world.store.commit(lambda s: s.sessions.begin("session", SENDER, "web", "mail", as_staff=False, lasts=hour))
    for named in ("", rule):
        world.response = world.response.model_copy(update={"reporting_rule": named})
        world.__post_init__()
        async with world.client(cookie="sekisho-web-session=session") as browser:
            for path in ("/report", f"/mail/wrong/{line.id}"):
                page = await browser.get(f"{path}?lang=en")
                assert page.status_code == 200
                assert ("nobody is punished for an honest report" in page.text) is bool(named)
                assert (f'href="{rule.replace("&", "&amp;")}"' in page.text) is bool(named)
