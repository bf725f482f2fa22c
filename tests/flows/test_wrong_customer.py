"""The wrong file through the whole relay: it is held, what was learnt is in numbers only, and letting it go or a report teach."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from gateway.customers import NAME
from response.desk import Report
from store.tables.holds import holds
from store.tables.past_mail import customer_names
from tests.flows.world import KNOWN, OTHER, SENDER, World

HELD, TAKEN = "held as", "250 2.0.0 taken"
COMPANY = "白鳥不動産"
"""Of KNOWN; OTHER is somebody else's."""


def letter(number: str, company: str = COMPANY, *, to: str = KNOWN, name: str = "御見積書.csv") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, to, "御見積"
    message["Message-ID"] = f"<{number}@tachibana.example>"
    message.set_content("お世話になっております。お送りします。")
    rows = f"御見積書\r\n株式会社{company} 御中\r\n合計 1000 {number}\r\n"
    message.add_attachment(rows.encode(), maintype="text", subtype="csv", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
async def learnt(world: World) -> World:
    """A world that has seen three letters to the customer."""
    for number in range(3):
        assert await world.send(letter(f"k{number}"), KNOWN) == TAKEN
    await world.house.store.commit(lambda shelves: shelves.now)  # what was to be written later is there now
    world.clock.advance(timedelta(minutes=5))
    return world


async def test_the_file_of_another_customer_is_held_and_the_page_names_its_domain(learnt: World) -> None:
    assert HELD in await learnt.send(letter("1", to=OTHER), OTHER)
    (found,) = (await learnt.hold()).verdict["findings"]
    assert (found["rule"], found["action"], found["about"]) == (NAME, "hold", {"part": "御見積書.csv"})
    assert "customer.example" in found["words"]["ja"]
    assert COMPANY not in found["words"]["ja"]


async def test_the_right_file_and_the_file_of_nobody_pass(learnt: World) -> None:
    assert await learnt.send(letter("1"), KNOWN) == TAKEN
    assert await learnt.send(letter("2", "遠州印刷", to=OTHER), OTHER) == TAKEN
    assert await learnt.send(letter("3", to=OTHER), OTHER, KNOWN) == TAKEN


async def test_what_was_let_go_is_known_and_what_was_cancelled_is_not(learnt: World) -> None:
    await learnt.send(letter("1", to=OTHER), OTHER)
    await learnt.settle()
    await learnt.decide(await learnt.hold(), kind="cancel")
    assert HELD in await learnt.send(letter("2", to=OTHER), OTHER)
    await learnt.settle()
    second = next(h for h in await learnt.holds() if h.message_id.startswith("<2@"))
    await learnt.decide(second, "agree")
    await learnt.settle()
    assert await learnt.send(letter("3", to=OTHER), OTHER) == TAKEN


async def test_a_report_takes_back_what_a_misdirected_file_taught(learnt: World) -> None:
    await learnt.send(letter("1", to=OTHER), OTHER)
    await learnt.settle()
    hold = await learnt.hold()
    await learnt.decide(hold, "agree")
    await learnt.settle()
    assert await learnt.send(letter("2", to=OTHER), OTHER) == TAKEN
    await learnt.house.desk.report(Report("page", "x@elsewhere.example", "wrong", hold_id=hold.id, wrong=(OTHER,)))
    await learnt.house.store.commit(lambda s: [s.blocks.lift(one.id, "test") for one in s.blocks.in_force()] and None)
    assert HELD in await learnt.send(letter("3", to=OTHER), OTHER)


async def test_what_is_kept_are_numbers_and_counts(learnt: World) -> None:
    await learnt.send(letter("1", to=OTHER), OTHER)

    def everything(shelves: object) -> list[tuple[object, ...]]:
        binding = shelves.holds._db  # type: ignore[attr-defined]
        rows = binding.execute(select(customer_names)).all()
        return [tuple(row) for row in (*rows, *binding.execute(select(holds.c.verdict)).all())]

    kept = await learnt.house.store.read(everything)
    assert len(kept) > 1
    assert COMPANY not in str(kept)


async def test_mail_without_a_file_teaches_nothing(world: World) -> None:
    message = letter("1").replace(b"filename", b"x-name")
    await world.send(message, KNOWN)
    rows = await world.house.store.commit(lambda s: s.customer_names._db.execute(select(customer_names)).all())
    assert not rows
