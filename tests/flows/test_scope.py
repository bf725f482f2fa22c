"""Scope: only the recipients in doubt wait, the others' copies leave at once, and both laws hold for both halves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.decision import risks, unquestioned
from response.desk import Report
from store.errors import StoreDownError
from store.holds import Delivery, Hold, State
from store.ids import shown
from tests.flows.world import KNOWN, OTHER, SENDER, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

SCOPE = '[hold]\nscope = "recipients"\n'
INSIDE = "mori@tachibana.example"


@pytest.fixture
async def world(store_url: str, tmp_path: Path, clock: TestClock) -> AsyncIterator[World]:
    async with open_world(store_url, tmp_path / "node", clock, extra=SCOPE) as made:
        yield made


async def question(world: World) -> Hold:
    """The hold that is asked about."""
    return next(hold for hold in await world.holds() if hold.kind == "hold")


async def test_the_others_get_theirs_at_once_and_the_one_in_doubt_is_asked_about(world: World) -> None:
    reply = await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER, INSIDE)
    hold = await world.hold()
    assert reply == f"250 2.0.0 Ok: held as {shown(hold.id)}"
    assert [r.address for r in hold.recipients] == [TYPO]
    (taken,) = world.delivered(OTHER)
    assert set(taken.recipients) == {OTHER, INSIDE}
    assert taken.plain.endswith(mail(f"{TYPO}, {OTHER}"))
    assert world.delivered(TYPO) == []
    await world.settle()
    await world.decide(hold, "right")
    await world.settle()
    (late,) = world.delivered(TYPO)
    assert late.recipients == [TYPO]
    assert late.plain.endswith(mail(f"{TYPO}, {OTHER}"))


async def test_who_got_it_in_bcc_is_named_to_nobody(world: World) -> None:
    await world.send(mail(TYPO), TYPO, OTHER)
    await world.settle()
    hold = await world.hold()
    await world.decide(hold, "right")
    await world.settle()
    (question_,) = world.notices(SENDER)
    for octets in (world.delivered(TYPO)[0].plain, world.delivered(OTHER)[0].plain, question_.as_bytes()):
        assert OTHER.encode() not in octets
    assert unquestioned([hold]) == ()
    assert "まだ届いていない宛先" in question_.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_the_journal_and_a_report_see_both_halves(world: World) -> None:
    await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER)
    await world.settle()
    lines = await world.house.store.read(lambda shelves: shelves.journal.by_message_id("<1@tachibana.example>"))
    assert sorted((line.disposition, line.recipients[0].address) for line in lines) == [
        ("hold", TYPO),
        ("pass", OTHER),
    ]
    ticket = await world.house.desk.report(
        Report(channel="command", reporter=SENDER, words="", message_id="<1@tachibana.example>", wrong=(TYPO, OTHER))
    )
    assert {r.address: r.delivery for r in ticket.recipients} == {TYPO: "held", OTHER: "delivered"}


@pytest.mark.parametrize("message_id", [b"Message-ID: <1@tachibana.example>\r\n", b""])
async def test_a_report_by_the_number_of_the_hold_sees_both_halves_and_stops_what_still_waits(
    world: World, message_id: bytes
) -> None:
    content = mail(f"{TYPO}, {OTHER}").replace(b"Message-ID: <1@tachibana.example>\r\n", message_id)
    await world.send(content, TYPO, OTHER)
    await world.settle()
    number = (await world.hold()).id
    ticket = await world.house.desk.report(
        Report(channel="command", reporter=SENDER, words="", hold_id=number, wrong=(TYPO,), proven=True)
    )
    assert {r.address for r in ticket.recipients} == {TYPO, OTHER}
    await world.settle()
    assert (await world.hold()).state is State.CANCELLED


async def test_when_the_next_hop_takes_nothing_now_nothing_is_kept_and_the_client_keeps_it(world: World) -> None:
    world.hop.does("MAIL", "451 4.3.0 later")
    reply = await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER)
    assert reply.startswith("451")
    assert await world.holds() == ()
    assert "held as" in await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER)
    assert (len(await world.holds()), len(world.delivered(OTHER))) == (1, 1)


async def test_when_the_store_fails_after_the_rest_was_taken_the_client_hears_that_it_must_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> None:
        raise StoreDownError("gone")

    monkeypatch.setattr(world.house.store, "commit", down)
    assert (await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER)).startswith("451")
    monkeypatch.undo()
    assert await world.holds() == ()


async def test_of_the_others_who_is_refused_for_now_is_tried_again_and_who_is_refused_for_good_is_told(
    world: World,
) -> None:
    world.hop.does("RCPT", "451 4.2.0 later", about=OTHER)
    world.hop.does("RCPT", "550 5.1.1 nobody", about=KNOWN)
    reply = await world.send(mail(TYPO), TYPO, OTHER, KNOWN, INSIDE)
    assert "held as" in reply
    await world.settle()
    kept = {hold.kind: [r.address for r in hold.recipients] for hold in await world.holds()}
    assert kept == {"hold": [TYPO], "remainder": [OTHER]}
    bounced = [n for n in world.notices(SENDER) if n.get_content_type() == "multipart/report"]
    assert KNOWN in bounced[0].as_string()
    world.clock.advance(timedelta(minutes=2))
    await world.settle()
    assert len(world.delivered(OTHER)) == 1
    await world.house.store.commit(lambda _: None)
    lines = await world.house.store.read(lambda shelves: shelves.journal.by_message_id("<1@tachibana.example>"))
    states = {r.address: r.state for line in lines for r in line.recipients}
    assert states == {TYPO: "held", OTHER: "delivered", KNOWN: "failed", INSIDE: "delivered"}


async def test_when_all_others_are_refused_for_good_the_one_in_doubt_is_held_all_the_same(world: World) -> None:
    world.hop.does("RCPT", "550 5.1.1 nobody", about=OTHER)
    assert "held as" in await world.send(mail(TYPO), TYPO, OTHER)
    await world.settle()
    assert (await world.hold()).recipients[0].address == TYPO
    assert any(n.get_content_type() == "multipart/report" for n in world.notices(SENDER))


async def test_with_everybody_in_doubt_it_is_an_ordinary_hold(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    hold = await world.hold()
    assert "policy" not in hold.verdict
    assert len(risks([hold])) == 1


async def test_one_recipient_waits_for_an_answer_and_the_other_for_the_clock(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    extra = SCOPE + '[[policy]]\naction = "delay"\ndelay = "10m"\nscope = "recipients"\n'
    async with open_world(store_url, tmp_path, clock, extra=extra) as world:
        await world.send(mail(f"{TYPO}, {OTHER}"), TYPO, OTHER, INSIDE)
        await world.settle()
        assert (len(world.delivered(INSIDE)), world.delivered(OTHER)) == (1, [])
        clock.advance(timedelta(minutes=10))
        await world.house.duties.clockwork()
        await world.settle()
        assert (len(world.delivered(OTHER)), world.delivered(TYPO)) == (1, [])
        held = next(hold for hold in await world.holds() if hold.state is State.HELD)
        await world.decide(held, "omit")
        await world.settle()
        states = {r.address: r.state for hold in await world.holds() for r in hold.recipients}
        assert states == {TYPO: Delivery.STOPPED, OTHER: Delivery.DELIVERED}
