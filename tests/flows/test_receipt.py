"""A receipt, where the settings say so: one for what a person sent to somebody outside, with a link that reports and does nothing else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from store.ids import shown
from store.shelves import Shelves
from store.tickets import Ticket
from tests.flows.world import KNOWN, OTHER, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock
from tests.helpers.hostile_names import active
from tests.helpers.pages import read
from web.app import whole_app

COLLEAGUE = "mori@tachibana.example"


@pytest.fixture
async def world(store_url: str, tmp_path: Path, clock: TestClock) -> AsyncIterator[World]:
    """With receipts."""
    async with open_world(store_url, tmp_path / "node", clock, extra="[notices]\nreceipt = true\n") as made:
        yield made


async def receipts(world: World) -> list[str]:
    await world.house.store.commit(lambda _: None)  # what nobody waits for is written before it
    await world.settle()
    texts = [notice.get_body(("plain",)) for notice in world.notices(SENDER) if "送信済み" in notice["Subject"]]
    return [body.get_content() for body in texts if body]


def ticket_of(found: tuple[Ticket, ...]) -> str:
    return shown(found[0].id)


def browser(world: World) -> httpx2.AsyncClient:
    app = whole_app(world.house.pages())
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=world.house.settings.web.base_url)


async def tickets(world: World) -> tuple[Ticket, ...]:
    return await world.house.desk.tickets()


async def test_what_left_the_house_is_told_to_its_sender_and_reported_by_the_link(world: World) -> None:
    assert (await world.send(mail(f"{KNOWN}, {COLLEAGUE}"), KNOWN, COLLEAGUE)).startswith("250")
    (text,) = await receipts(world)
    assert KNOWN in text
    assert COLLEAGUE not in text
    line = (await world.house.store.read(lambda shelves: shelves.own_mail.sent((SENDER,), behind="", most=1)))[0]
    assert line.queue_id not in text, "nothing of our inside"
    found = re.search(r"/w/\S+", text)
    assert found
    async with browser(world) as client:
        page = await client.get(found[0])
        assert page.status_code == 200
        assert active(page.text) == []
        (form,), _ = read(page.text)
        unchanged = await client.post(form.action, data=dict(form.as_it_stands()))
        every = await client.post(
            form.action, data={**dict(form.as_it_stands()), "wrong-1": "yes", "wrong-none": "yes"}
        )
        forged = await client.post(form.action, data={"form": "x", "wrong-1": "yes"})
        assert (unchanged.status_code, every.status_code, forged.status_code) == (422, 422, 403)
        assert await tickets(world) == ()
        answer = await client.post(form.action, data={**dict(form.as_it_stands()), "wrong-1": "yes"})
        assert answer.status_code == 303
        (case,) = [href for href in read((await client.get(found[0])).text)[1] if "/r/" in href]
        assert ticket_of(await tickets(world)) in (await client.get(case)).text
        nowhere = (await client.get("/nowhere")).text
        for path in (found[0].replace("/w/", "/q/"), found[0].replace("/w/", "/s/"), found[0] + "x", "/w/x"):
            assert (await client.get(path)).text == nowhere
    (ticket,) = await tickets(world)
    assert (ticket.certain, ticket.channel, ticket.reporter) == (True, "link", SENDER)
    assert [(r.address, r.wrong) for r in ticket.recipients if r.wrong == "yes"] == [(KNOWN, "yes")]


async def test_a_released_message_has_one_receipt_with_where_it_really_went(world: World) -> None:
    assert (await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER)).startswith("250 2.0.0 Ok: held")
    assert await receipts(world) == []
    await world.decide(await world.hold(), "correct")
    (text,) = await receipts(world)
    assert KNOWN in text
    assert TYPO not in text


async def test_nothing_is_told_of_mail_that_stayed_inside_or_that_a_program_sent(world: World) -> None:
    await world.send(mail(COLLEAGUE, number="1"), COLLEAGUE)
    program = mail(KNOWN, number="2").replace(b"From:", b"Auto-Submitted: auto-generated\r\nFrom:", 1)
    await world.send(program, KNOWN)
    await world.send(mail(KNOWN, number="3"), KNOWN, sender="")
    assert await receipts(world) == []


async def test_a_link_ends_after_thirty_days(world: World, clock: TestClock) -> None:
    await world.send(mail(KNOWN), KNOWN)
    (text,) = await receipts(world)
    found = re.search(r"/w/(\S+)", text)
    assert found

    def follow(shelves: Shelves) -> bool:
        return shelves.links.follow(found[1], "sent") is not None

    assert await world.house.store.read(follow)
    clock.advance(clock.now() - clock.now().replace(year=clock.now().year - 1))
    assert not await world.house.store.read(follow)


async def test_without_the_setting_nobody_is_told(sqlite_url: str, tmp_path: Path, clock: TestClock) -> None:
    async with open_world(sqlite_url, tmp_path / "node", clock) as world:
        await world.send(mail(KNOWN), KNOWN)
        assert await receipts(world) == []
