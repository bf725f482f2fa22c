"""Pass: what nobody need be asked about goes on, octet for octet, and the next hop's answer comes back."""

from datetime import timedelta

import pytest

from tests.flows.world import KNOWN, OTHER, SENDER, World, mail

STRANGER = "mori@umibe.example"


async def test_ordinary_mail_is_delivered_as_it_came_behind_our_received_line(world: World) -> None:
    content = mail()
    assert await world.send(content, KNOWN) == "250 2.0.0 taken"
    (taken,) = world.delivered(KNOWN)
    received, _, rest = taken.plain.partition(b"From: ")
    assert b"From: " + rest == content
    assert received.startswith(b"Received: from client.example ")
    assert KNOWN.encode() not in received


async def test_a_passed_message_is_in_the_journal_with_the_next_hops_words(world: World) -> None:
    await world.send(mail(), KNOWN)
    await world.house.store.commit(lambda _: None)
    (line,) = await world.house.store.read(lambda shelves: shelves.journal.by_message_id("<1@tachibana.example>"))
    assert line.disposition == "pass"
    assert [(r.address, r.state, r.reply) for r in line.recipients] == [(KNOWN, "delivered", "250 2.0.0 taken")]


async def test_who_was_written_to_three_times_on_two_days_is_known(world: World) -> None:
    for day in range(3):
        await world.send(mail(STRANGER, number=str(day)), STRANGER)
        world.clock.advance(timedelta(days=1))
    await world.house.store.commit(lambda _: None)
    contact = await world.house.store.read(lambda shelves: shelves.contacts.vouching(STRANGER))
    assert contact
    assert (contact.count, contact.vouched) == (3, True)


async def test_a_recipient_refused_for_good_beside_another_is_told_to_the_sender(world: World) -> None:
    world.hop.does("RCPT", "550 5.1.1 no such user", about=OTHER)
    assert (await world.send(mail(), KNOWN, OTHER)).startswith("250 ")
    assert world.delivered(KNOWN)
    await world.settle()
    (notice,) = world.notices(SENDER)
    assert notice.get_content_type() == "multipart/report"
    assert "550 5.1.1 no such user" in notice.as_string()
    assert world.delivered(SENDER)[0].sender == ""


async def test_a_recipient_refused_for_now_beside_another_is_kept_and_tried_again(world: World) -> None:
    world.hop.does("RCPT", "450 4.2.0 later", about=OTHER)
    assert (await world.send(mail(), KNOWN, OTHER)).startswith("250 ")
    await world.settle()
    assert not world.delivered(OTHER)
    world.clock.advance(timedelta(minutes=1, seconds=1))
    await world.settle()
    assert len(world.delivered(OTHER)) == 1
    assert len(world.delivered(KNOWN)) == 1


async def test_a_recipient_who_is_refused_for_five_days_is_given_up_and_told(world: World) -> None:
    world.hop.does("RCPT", "450 4.2.0 later", about=OTHER, times=1000)
    await world.send(mail(), KNOWN, OTHER)
    for _ in range(29):
        world.clock.advance(timedelta(hours=4))
        await world.settle()
    assert not world.notices(SENDER)
    for _ in range(3):
        world.clock.advance(timedelta(hours=4))
        await world.settle()
    assert not world.delivered(OTHER)
    (notice,) = world.notices(SENDER)
    assert "450 4.2.0 later" in notice.as_string()


@pytest.mark.parametrize(("said", "answered"), [("450 4.2.0 later", "4"), ("550 5.1.1 no", "5")])
async def test_what_the_next_hop_refuses_for_all_is_refused_and_nothing_is_kept(
    world: World, said: str, answered: str
) -> None:
    world.hop.does("RCPT", said, times=2)
    assert (await world.send(mail(), KNOWN, OTHER))[0] == answered
    assert await world.holds() == ()


async def test_with_the_next_hop_away_the_client_keeps_the_mail(world: World) -> None:
    await world.hop.stop()
    assert (await world.send(mail(), KNOWN)).startswith("451 ")
    assert await world.holds() == ()


async def test_nobody_is_told_about_a_recipient_who_wished_for_no_notification(world: World) -> None:
    world.hop.does("RCPT", "550 5.1.1 no such user", about=OTHER)
    async with world.client() as client:
        await client.say(f"MAIL FROM:<{SENDER}>")
        await client.say(f"RCPT TO:<{KNOWN}>")
        await client.say(f"RCPT TO:<{OTHER}> NOTIFY=NEVER")
        await client.say("DATA")
        assert (await client.say(mail() + b".")).startswith("250 ")
    await world.settle()
    assert world.notices(SENDER) == []


async def test_a_client_that_is_none_of_ours_is_refused(world: World) -> None:
    async with world.client("127.0.0.2") as client:
        await client.say(f"MAIL FROM:<{SENDER}>")
        assert (await client.say(f"RCPT TO:<{KNOWN}>")).startswith("554 ")
    assert world.hop.messages == []


async def test_a_message_that_went_round_a_hundred_times_is_refused(world: World) -> None:
    assert (await world.send(b"Received: from a by b; x\r\n" * 101 + mail(), KNOWN)).startswith("554 5.4.6")
    assert world.hop.messages == []


async def test_a_loop_is_seen_however_much_every_hop_writes_beside_its_received_line(world: World) -> None:
    signed = b"".join(b"ARC-Seal: " + b"x" * 800 + b"\r\nReceived: from a by b; x\r\n" for _ in range(101))
    assert (await world.send(signed + mail(), KNOWN)).startswith("554 5.4.6")
    assert world.hop.messages == []
