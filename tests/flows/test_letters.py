"""A letter through the whole house: out from the address of its case, its answers and bounces back in, and the wrong address held for all others."""

import time
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from notifier import case_address
from response import letters
from response.desk import Report
from response.letters import Wish
from store.letters import Letter
from store.shelves import Shelves
from store.tickets import Ticket
from tests.flows.world import KNOWN, OTHER, REPORT, SENDER, TYPO, World, mail, open_house
from tests.helpers.clock import TestClock
from tests.helpers.relay import Client

LEADER = "natori@tachibana.example"
ONE_MINUTE = 60


async def reported(world: World) -> Ticket:
    """A mistyped mail was confirmed, delivered, and reported by its sender."""
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    hold = await world.hold()
    await world.decide(hold, "right")
    await world.settle()
    assert len(world.delivered(TYPO)) == 1
    return await world.house.desk.report(
        Report(channel="link", reporter=SENDER, hold_id=hold.id, wrong=(TYPO,), proven=True)
    )


async def letter(world: World, ticket: Ticket) -> Ticket:
    """The superior was told, and the leader sends the letter."""
    desk = world.house.desk
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    found = await desk.ticket(ticket.id)
    assert found

    def unit(shelves: Shelves) -> str:
        made = letters.draft(shelves, desk.office, found, TYPO, Wish(), by=LEADER)
        assert isinstance(made, Letter)
        return letters.send(shelves, desk.office, found, made.id, by=LEADER)

    assert await world.house.store.commit(unit) == ""
    return found


def case_of(world: World, ticket: Ticket) -> str:
    return case_address.make(world.house.store.seal, REPORT, ticket.id, TYPO)


def reply(words: str, case: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = (
        TYPO,
        case,
        "Re:",
        "<r@customer.example>",
    )
    message.set_content(words)
    return message.as_bytes().replace(b"\n", b"\r\n")


async def filed(world: World, ticket: Ticket) -> list[tuple[str, str]]:
    entries = await world.house.store.read(lambda s: s.evidence.of(ticket.id))
    return [(e.object, e.body["words"]) for e in entries if e.event == "case-mail"]


async def test_a_letter_leaves_from_the_address_of_its_case_and_what_comes_back_is_filed_and_ends_nothing(
    world: World,
) -> None:
    ticket = await letter(world, await reported(world))
    await world.settle()
    _, sent = world.delivered(TYPO)
    parsed = BytesParser(policy=default).parsebytes(sent.plain)
    case = case_of(world, ticket)
    assert (sent.sender, parsed["From"].addresses[0].addr_spec, parsed["Reply-To"]) == (case, case, case)
    assert parsed["Auto-Submitted"] is None, "a person pressed"
    assert "/u/" not in sent.plain.decode()

    answered = await world.send(reply("削除しました。取り消し", case), case.upper(), sender=TYPO)
    assert answered.startswith("250")
    bounce = (
        reply("x", case).replace(
            b'Content-Type: text/plain; charset="utf-8"\r\n', b"Content-Type: multipart/report; boundary=b\r\n"
        )
        + b"--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--\r\n"
    )
    assert (await world.send(bounce, case, sender="")).startswith("250")
    at = case.index(".") + 1
    guess = case[:at] + ("y" if case[at] == "z" else "z") + case[at + 1 :]
    assert (await world.send(reply("Who are you?", guess), guess, sender=TYPO)).startswith("250")
    await world.settle()
    assert [kind for kind, _ in await filed(world, ticket)] == ["reply", "bounce"]
    assert not world.delivered(case), "consumed, never relayed"
    after = await world.house.desk.ticket(ticket.id)
    assert after
    assert (after.state, after.recipients) == (ticket.state, ticket.recipients)
    assert [b.lifted_at for b in await world.house.store.read(lambda s: s.blocks.of_ticket(ticket.id))] == [None]
    (kept,) = await world.house.store.read(lambda s: s.letters.of_ticket(ticket.id))
    assert kept.state == "not-delivered"
    assert len(await world.house.desk.tickets()) == 2, "the guess came in as a report like any other"


async def test_a_later_mail_in_the_thread_to_the_wrong_address_is_held_and_cannot_be_confirmed(world: World) -> None:
    await reported(world)
    before = len(world.delivered(TYPO))
    again = mail(f"{TYPO}, {OTHER}", number="2", subject="Re: 打合せの件")
    again = again.replace(
        b"Subject:", b"In-Reply-To: <1@tachibana.example>\r\nReferences: <1@tachibana.example>\r\nSubject:"
    )
    assert "held as" in await world.send(again, TYPO, OTHER)
    (held,) = [h for h in await world.holds() if h.message_id == "<2@tachibana.example>"]
    await world.settle()
    outcome = await world.decide(held, "right")
    assert outcome
    assert outcome.result != "done"
    await world.settle()
    assert len(world.delivered(TYPO)) == before
    assert world.delivered(KNOWN) == []


async def test_our_own_letter_passes_our_own_relay_once_and_nobody_passes_in_its_name(world: World) -> None:
    ticket = await letter(world, await reported(world))
    await world.settle()
    sent = world.delivered(TYPO)[-1]
    case = case_of(world, ticket)
    for sender, number in ((SENDER, 2), (case_address.make(world.house.store.seal, REPORT, ticket.id), 2)):
        assert "held as" in await world.send(sent.plain, TYPO, sender=sender)
        assert len(world.delivered(TYPO)) == number
    assert (await world.send(sent.plain, TYPO, sender=case)).startswith("250")
    assert len(world.delivered(TYPO)) == 3, "on its way to the outside"
    await world.house.store.commit(lambda _: None)  # the journal is written before it
    assert "held as" in await world.send(sent.plain, TYPO, sender=case), "a second time it is judged"


async def test_a_certain_report_on_one_node_is_contained_at_once_for_every_other(
    world: World, store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_house(store_url, tmp_path / "node", clock, world.hop.port, node="two") as other:
        two = World(other, world.hop, clock)
        # It has looked the address up before, and keeps what it found until something changes.
        await two.send(mail(KNOWN, number="9"), KNOWN)
        began = time.monotonic()
        ticket = await reported(world)
        clock.advance(timedelta(seconds=1))
        async with two.client() as client:
            assert "held as" in await _again(client)
        assert time.monotonic() - began < ONE_MINUTE
    assert ticket.contained_at
    assert ticket.contained_at - ticket.reported_at <= timedelta(seconds=ONE_MINUTE)
    held = [h for h in await world.holds() if h.message_id == "<3@tachibana.example>"]
    assert [f["rule"] for h in held for f in h.verdict["findings"]][:1] == ["recipient-blocked"]


async def _again(client: Client) -> str:
    return await client.mail(mail(TYPO, number="3"), TYPO, sender=OTHER_SENDER)


OTHER_SENDER = "ito@tachibana.example"
