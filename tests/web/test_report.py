"""The report form for everyone inside."""

from datetime import timedelta

import pytest

from tests.helpers.pages import SENDER, WRONG, World, read, text_of


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


async def test_the_receipt_ends_after_a_day_and_cannot_be_made_up(world: World) -> None:
    async with world.client() as browser:
        reply = await browser.post("/report", data=await fields(world, words="x"))
        assert "Ticket number" in (await browser.get(reply.headers["location"] + "&lang=en")).text
        world.clock.advance(timedelta(days=1))
        assert "Ticket number" not in (await browser.get(reply.headers["location"] + "&lang=en")).text
        assert "Ticket number" not in (await browser.get("/report?done=made-up&lang=en")).text
