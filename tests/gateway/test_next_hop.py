"""The hand-over: an answer for every recipient, whatever the next hop does, and never a doubt that ends in loss."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.content import Content
from gateway.next_hop import Delivery, NextHop, UnreachableError
from gateway.options import NextHopOptions
from gateway.smtp.link import Link, LinkError
from mail.envelope import Client, Envelope, ForwardPath
from store.clock import Clock
from tests.helpers.clock import TestClock
from tests.helpers.next_hop import CUT, CUT_AFTER, SILENCE, SLOW, RecordingNextHop, next_hop
from tests.helpers.relay import until

PLAIN = b"Subject: hello\r\n\r\n.hello\r\n"
LARGE = b"Subject: large\r\n\r\n" + (b".x" * 39 + b"\r\n") * 40000


def envelope(*recipients: str, **fields: Any) -> Envelope:
    paths = tuple(ForwardPath(address) for address in recipients or ("bob@customer.example",))
    values = {"id": "QUEUE0000001", "reverse_path": "taro@tachibana.example", "forward_paths": paths} | fields
    return Envelope(client=Client("192.0.2.7", "pc7"), received_at=datetime(2026, 4, 1, tzinfo=UTC), **values)


def behind(hop: RecordingNextHop, clock: Clock | None = None, **options: Any) -> NextHop:
    return NextHop(NextHopOptions(port=hop.port, **options), "relay.example", clock or Clock())


async def deliver(out: NextHop, *recipients: str, plain: bytes = PLAIN, **fields: Any) -> Delivery:
    return await out.deliver(envelope(*recipients, **fields), Content.from_plain(plain))


async def test_a_message_arrives_octet_for_octet_and_its_answer_comes_back() -> None:
    async with next_hop() as hop:
        delivery = await deliver(behind(hop), "a@x.example", "b@x.example", plain=LARGE)
    (message,) = hop.messages
    assert message.plain == LARGE
    assert message.recipients == ["a@x.example", "b@x.example"]
    assert delivery.handed_over
    assert {str(reply) for reply in delivery.answers.values()} == {"250 2.0.0 taken"}


async def test_connections_are_kept_open_and_used_again() -> None:
    async with next_hop() as hop:
        out = behind(hop)
        for _ in range(3):
            await deliver(out)
        assert hop.connections == 1
        assert hop.commands.count("EHLO relay.example") == 1
        await out.stop()


async def test_a_connection_that_was_idle_too_long_is_not_used_again() -> None:
    clock = TestClock()
    async with next_hop() as hop:
        out = behind(hop, clock, idle=30)
        await deliver(out)
        clock.advance(timedelta(seconds=31))
        await deliver(out)
        assert hop.connections == 2
        assert len(hop.messages) == 2


async def test_idle_connections_are_closed_by_the_clock() -> None:
    clock = TestClock()
    async with next_hop() as hop:
        out = behind(hop, clock)
        await deliver(out)
        out._sweep()
        assert len(out._idle) == 1
        clock.advance(timedelta(seconds=31))
        out._sweep()
        assert not out._idle
        await out.stop()


async def test_a_connection_that_died_idle_costs_nothing() -> None:
    async with next_hop() as hop:
        out = behind(hop)
        await deliver(out)
        hop.drop_all()
        assert (await deliver(out)).handed_over
        assert len(hop.messages) == 2


async def test_421_on_a_kept_connection_costs_nothing() -> None:
    async with next_hop() as hop:
        out = behind(hop)
        await deliver(out)
        hop.does("MAIL", "421 4.3.2 going down")
        assert (await deliver(out)).handed_over
        assert (hop.connections, len(hop.messages)) == (2, 2)


async def test_without_pipelining_each_command_waits_for_its_answer() -> None:
    async with next_hop(extensions=("8BITMIME",)) as hop:
        hop.does("RCPT", "550 5.1.1 unknown", about="b@")
        delivery = await deliver(behind(hop), "a@x.example", "b@x.example")
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["250 2.0.0", "550 5.1.1"]
        hop.does("RCPT", "550 5.1.1 unknown", times=2)
        await deliver(behind(hop), "a@x.example", "b@x.example")
        assert hop.commands[-1] == "RSET"
        hop.does("MAIL", "451 4.1.8 later")
        delivery = await deliver(behind(hop), "a@x.example", "b@x.example")
        assert hop.commands[-1].startswith("MAIL")
        assert {reply.code for reply in delivery.answers.values()} == {451}


async def test_helo_is_said_where_ehlo_is_unknown() -> None:
    async with next_hop() as hop:
        hop.does("EHLO", "502 5.5.1 what")
        out = behind(hop)
        assert (await deliver(out, body="8BITMIME", ret="FULL")).handed_over
        assert "HELO relay.example" in hop.commands
        assert hop.messages[0].mail == "<taro@tachibana.example>"


@pytest.mark.parametrize("pipelining", [True, False])
async def test_some_recipients_are_refused_and_the_others_are_served(pipelining: bool) -> None:
    async with next_hop(extensions=("PIPELINING",) if pipelining else ()) as hop:
        hop.does("RCPT", "550 5.1.1 no such user", about="gone@")
        hop.does("RCPT", "451 4.2.0 busy", about="busy@")
        delivery = await deliver(behind(hop), "gone@x.example", "good@x.example", "busy@x.example")
        assert delivery.handed_over
        assert {address: str(reply) for address, reply in delivery.answers.items()} == {
            "gone@x.example": "550 5.1.1 no such user",
            "busy@x.example": "451 4.2.0 busy",
            "good@x.example": "250 2.0.0 taken",
        }
        assert hop.messages[0].recipients == ["good@x.example"]


async def test_a_refused_sender_is_everybodys_answer_and_the_connection_lives() -> None:
    async with next_hop() as hop:
        hop.does("MAIL", "550 5.7.1 not you")
        out = behind(hop)
        delivery = await deliver(out, "a@x.example", "b@x.example")
        assert [str(reply) for reply in delivery.answers.values()] == ["550 5.7.1 not you"] * 2
        assert (await deliver(out)).handed_over
        assert hop.connections == 1


async def test_nobody_accepted_is_followed_by_rset() -> None:
    async with next_hop() as hop:
        hop.does("RCPT", "550 5.1.1 no")
        out = behind(hop)
        delivery = await deliver(out)
        assert not delivery.handed_over
        assert hop.commands[-1] == "RSET"
        assert (await deliver(out)).handed_over
        assert hop.connections == 1


async def test_354_for_nobody_sends_no_message() -> None:
    async with next_hop() as hop:
        hop.does("RCPT", "550 5.1.1 no")
        hop.does("DATA", "", about="for nobody")
        delivery = await deliver(behind(hop))
        assert str(delivery.answers["bob@customer.example"]) == "550 5.1.1 no"
        assert not hop.messages


async def test_552_at_rcpt_is_too_many_recipients_for_now() -> None:
    async with next_hop() as hop:
        hop.does("RCPT", "552 5.5.3 too many", about="b@")
        delivery = await deliver(behind(hop), "a@x.example", "b@x.example")
        assert str(delivery.answers["b@x.example"]) == "452 4.5.3 too many"


@pytest.mark.parametrize(
    ("said", "passed_on"),
    [
        ("554 5.7.1 content\r\n", "554 5.7.1 content"),
        ("554-5.7.1 spam\r\n554 5.7.1 go away\r\n", "554 5.7.1 spam go away"),
        ("550 no code\r\n", "550 5.0.0 no code"),
        ("550 4.1.1 wrong class\r\n", "550 5.0.0 wrong class"),
        ("550\r\n", "550 5.0.0"),
        ("452 4.3.1 full\r\n", "452 4.3.1 full"),
        ("421 4.3.2 going\r\n", "451 4.3.2 going"),
        ("503 5.5.1 what\r\n", "451 4.3.0 what"),
        ("354 go on\r\n", "451 4.3.0 go on"),
        ("550 5.1.1 \x1b[31mred\xff\r\n", "550 5.1.1 ?[31mred?"),
        ("999 what\r\n", "451 4.3.0 Next hop gave no usable answer, try again later"),
        ("OK fine\r\n", "451 4.3.0 Next hop gave no usable answer, try again later"),
        ("250" + "-x" * 70000 + "\r\n", "451 4.3.0 Next hop gave no usable answer, try again later"),
        ("250-x\r\n" * 20000 + "250 ok\r\n", "451 4.3.0 Next hop gave no usable answer, try again later"),
    ],
)
async def test_the_answer_to_the_final_dot_is_passed_on_or_451(said: str, passed_on: str) -> None:
    async with next_hop() as hop:
        hop.does("DOT", said.encode("latin-1"))
        out = behind(hop)
        delivery = await deliver(out)
        assert str(delivery.answers["bob@customer.example"]) == passed_on
        assert not delivery.handed_over
        assert (await deliver(out)).handed_over


@pytest.mark.parametrize("said", ["250 2.0.0 ok", "550 5.7.1 no data today", "503 5.5.1 what", "451 4.3.0 later"])
async def test_data_that_is_not_begun_is_never_a_delivery(said: str) -> None:
    async with next_hop() as hop:
        hop.does("DATA", said)
        delivery = await deliver(behind(hop))
        (reply,) = delivery.answers.values()
        assert not delivery.handed_over
        assert reply.code == (550 if said.startswith("550") else 451)


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO"])
@pytest.mark.parametrize(
    "fault", [CUT, b"\x00\xff\xfehello\r\n", "421 4.3.2 not now", "554 5.3.2 no mail here", SILENCE]
)
async def test_a_next_hop_that_does_not_begin_is_unreachable_for_now(stage: str, fault: str | bytes) -> None:
    async with next_hop() as hop:
        hop.does(stage, fault, times=9)
        delivery = await deliver(behind(hop, connect_timeout=0.3))
        (reply,) = delivery.answers.values()
        assert (reply.code, delivery.handed_over) == (451, False)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
async def test_a_cut_before_the_content_is_tried_once_more(stage: str) -> None:
    async with next_hop() as hop:
        hop.does(stage, CUT)
        assert (await deliver(behind(hop))).handed_over
        assert (hop.connections, len(hop.messages)) == (2, 1)
        hop.does(stage, CUT, times=2)
        delivery = await deliver(behind(hop))
        assert [reply.code for reply in delivery.answers.values()] == [451]
        assert len(hop.messages) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize("fault", [SILENCE, b"nonsense\r\n"])
async def test_silence_and_nonsense_are_451_at_every_step(stage: str, fault: str | bytes) -> None:
    async with next_hop() as hop:
        hop.does(stage, fault)
        delivery = await deliver(behind(hop, command_timeout=0.2, data_timeout=0.2))
        assert [reply.code for reply in delivery.answers.values()] == [451]
        assert not hop.messages


async def test_a_cut_in_the_middle_of_the_content_is_tried_once_more() -> None:
    async with next_hop() as hop:
        hop.does("CONTENT", "cut when told")
        task = asyncio.create_task(deliver(behind(hop), plain=LARGE * 4))
        await hop.during_content.wait()
        hop.go_on.set()
        assert (await task).handed_over
        assert [message.plain == LARGE * 4 for message in hop.messages] == [True]


async def test_a_next_hop_that_reads_slowly_is_waited_for_and_memory_stays_small() -> None:
    plain = (b"x" * 998 + b"\r\n") * 16000
    async with next_hop() as hop:
        hop.does("CONTENT", SLOW)
        out = behind(hop)
        links: list[Link] = []
        keep = out._connect

        async def noted() -> Link:
            links.append(await keep())
            return links[-1]

        out._connect = noted  # type: ignore[method-assign]
        task = asyncio.create_task(deliver(out, plain=plain))
        await hop.during_content.wait()
        await until(lambda: links[0]._writable is not None)
        assert links[0].transport is not None
        assert links[0].transport.get_write_buffer_size() < 2 * 1024 * 1024
        hop.go_on.set()
        assert (await task).handed_over
        assert hop.messages[0].plain == plain


async def test_a_next_hop_that_stops_reading_is_451() -> None:
    async with next_hop() as hop:
        hop.does("CONTENT", SLOW)
        delivery = await deliver(behind(hop, data_timeout=0.3), plain=(b"x" * 998 + b"\r\n") * 16000)
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["451 4.4.1"]


async def test_an_answer_in_the_middle_of_the_content_counts() -> None:
    async with next_hop() as hop:
        hop.does("CONTENT", "552 5.3.4 too much for me")
        delivery = await deliver(behind(hop), plain=LARGE * 8)
        assert [str(reply) for reply in delivery.answers.values()] == ["552 5.3.4 too much for me"]
        assert not hop.messages


async def test_a_cut_after_the_final_dot_is_451_and_never_tried_again() -> None:
    async with next_hop() as hop:
        hop.does("DOT", CUT)
        delivery = await deliver(behind(hop))
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["451 4.4.2"]
        assert (hop.connections, hop.commands.count(".")) == (1, 1)


async def test_a_cut_after_the_answer_is_a_delivery() -> None:
    async with next_hop() as hop:
        hop.does("DOT", CUT_AFTER)
        hop._script[-1][2] = b"250 2.0.0 taken\r\n"
        assert (await deliver(behind(hop))).handed_over


async def test_a_failed_rset_does_not_change_the_answer() -> None:
    async with next_hop() as hop:
        hop.does("RCPT", "550 5.1.1 no")
        hop.does("RSET", CUT)
        delivery = await deliver(behind(hop))
        assert str(delivery.answers["bob@customer.example"]) == "550 5.1.1 no"


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example>\r\nRCPT TO:<x@evil.example",
        "a@b.example\r\nDATA",
        "a\x00@b.example",
        "a@b.example> NOTIFY=NEVER",
        "a b@c.example",
        "",
        "a\x1b@b",
    ],
)
async def test_no_address_can_end_a_command(address: str) -> None:
    async with next_hop() as hop:
        out = behind(hop)
        delivery = await deliver(out, address, "good@x.example")
        assert delivery.answers[address].code == 501
        assert delivery.answers["good@x.example"].accepted
        assert hop.messages[0].recipients == ["good@x.example"]
        if address:
            delivery = await deliver(out, reverse_path=address)
            assert [reply.code for reply in delivery.answers.values()] == [501]
        assert not [line for line in hop.commands if "evil" in line or "NEVER" in line]


async def test_parameters_that_are_not_well_formed_are_left_out() -> None:
    path = ForwardPath("bob@customer.example", ("NEVER\r\nX",), "rfc822;a b")
    async with next_hop() as hop:
        await behind(hop).deliver(
            envelope(forward_paths=(path,), envid="a b", ret="X", body="Y"), Content.from_plain(PLAIN)
        )
        assert hop.messages[0].mail == f"<taro@tachibana.example> SIZE={len(PLAIN)}"
        assert hop.messages[0].rcpts == ("<bob@customer.example>",)


async def test_a_null_reverse_path_and_postmaster_are_sent_as_they_are() -> None:
    async with next_hop() as hop:
        assert (await deliver(behind(hop), "Postmaster", reverse_path="")).handed_over
        assert (hop.messages[0].sender, hop.messages[0].recipients) == ("", ["Postmaster"])


async def test_an_international_address_waits_for_a_next_hop_that_takes_it() -> None:
    async with next_hop(extensions=()) as hop:
        delivery = await deliver(behind(hop), "田中@例え.example", smtputf8=True)
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["451 4.6.7"]
        delivery = await deliver(behind(hop), "田中@例え.example")
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["553 5.6.7"]
        delivery = await deliver(behind(hop), reverse_path="田中@例え.example")
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["553 5.6.7"]


@pytest.mark.parametrize("plain", [PLAIN, LARGE], ids=["small", "large"])
async def test_what_is_said_before_the_final_dot_is_no_answer_to_it(plain: bytes) -> None:
    async with next_hop() as hop:
        hop.does("DATA", b"354 go\r\n250 2.0.0 taken\r\n")
        out = behind(hop)
        delivery = await deliver(out, plain=plain)
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["451 4.3.0"]
        assert not delivery.handed_over
        assert (await deliver(out)).handed_over
        assert hop.connections == 2
        await out.stop()


async def test_a_size_without_end_is_no_limit_that_was_named() -> None:
    async with next_hop(extensions=(f"SIZE {'9' * 5000}",)) as hop:
        out = behind(hop)
        assert (await deliver(out)).handed_over
        assert out.capabilities.size == 0


async def test_eight_bit_octets_go_unchanged_to_a_next_hop_without_8bitmime() -> None:
    plain = "Subject: 件名\r\n\r\n本文\r\n".encode()
    async with next_hop(extensions=("PIPELINING",)) as hop:
        await deliver(behind(hop), plain=plain, body="8BITMIME")
        assert hop.messages[0].plain == plain
        assert "BODY" not in hop.messages[0].mail


async def test_another_host_stands_in_and_the_dead_one_is_asked_last() -> None:
    clock = TestClock()
    async with next_hop() as hop:
        out = behind(hop, clock, host=("127.0.0.9", "127.0.0.1"))
        assert (await deliver(out)).handed_over
        assert out._failed_at == {"127.0.0.9": 0.0}
        await out.stop()
        assert (await deliver(out)).handed_over


async def test_nobody_there_is_451_for_all_and_nothing_kept(capsys: pytest.CaptureFixture[str]) -> None:
    out = NextHop(NextHopOptions(port=1, host=("127.0.0.1", "127.0.0.9")), "relay.example", Clock())
    delivery = await deliver(out, "a@x.example", "b@x.example")
    assert [str(reply)[:9] for reply in delivery.answers.values()] == ["451 4.4.1"] * 2
    assert not delivery.handed_over
    assert "QUEUE0000001" in capsys.readouterr().out


async def test_more_hand_overs_than_connections_wait_then_hear_451() -> None:
    async with next_hop() as hop:
        hop.does("DOT", SILENCE)
        out = behind(hop, connections=1, connect_timeout=1, data_timeout=5)
        first = asyncio.create_task(deliver(out))
        await until(lambda: "DATA" in hop.commands)
        delivery = await deliver(out)
        assert [str(reply)[:9] for reply in delivery.answers.values()] == ["451 4.4.5"]
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (await deliver(out)).handed_over
        assert hop.connections == 2


async def test_twenty_at_once_need_no_more_connections_than_allowed() -> None:
    async with next_hop() as hop:
        out = behind(hop, connections=3)
        deliveries = await asyncio.gather(*(deliver(out) for _ in range(20)))
        assert all(delivery.handed_over for delivery in deliveries)
        assert hop.connections <= 3
        await out.stop()


async def test_probe_says_what_the_next_hop_can() -> None:
    async with next_hop() as hop:
        out = behind(hop)
        assert not out.capabilities.dsn
        can = await out.probe()
        assert (can.dsn, can.smtputf8, can.size, can.eight_bit_mime, can.pipelining) == (
            True,
            True,
            104857600,
            True,
            True,
        )
        assert hop.commands == ["EHLO relay.example", "NOOP"]
        await deliver(out)
        assert hop.connections == 1
        await out.stop()


async def test_probe_raises_what_is_wrong() -> None:
    async with next_hop() as hop:
        hop.does("NOOP", "451 4.3.0 ill")
        with pytest.raises(UnreachableError, match="ill") as caught:
            await behind(hop).probe()
        assert caught.value.reply.code == 451
        hop.does("NOOP", CUT)
        with pytest.raises(UnreachableError):
            await behind(hop).probe()
    with pytest.raises(UnreachableError, match=r"^127\.0\.0\.1 port 1: Connection refused$"):
        await NextHop(NextHopOptions(port=1), "relay.example", Clock()).probe()


async def test_a_next_hop_without_the_tls_it_must_offer_is_said_so() -> None:
    async with next_hop() as hop:
        with pytest.raises(UnreachableError, match=r": it offers no STARTTLS$") as caught:
            await behind(hop, tls="required").probe()
    assert caught.value.reply.code == 451


async def test_start_learns_the_capabilities_and_a_dead_next_hop_does_not_stop_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with next_hop() as hop:
        out = behind(hop)
        await out.start()
        assert out._first is not None
        await out._first
        assert out.capabilities.dsn
        await out.stop()
    out = NextHop(NextHopOptions(port=1), "relay.example", Clock())
    await out.start()
    assert out._first is not None
    await out._first
    await out.stop()
    assert "not reachable" in capsys.readouterr().out


async def test_a_missing_authority_file_is_an_error_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        NextHop(NextHopOptions(tls="required", tls_ca=tmp_path / "none.pem"), "relay.example", Clock())


async def answered(link: Link, limit: float, octets: bytes, after: float = 0) -> int:
    """The code of an answer that comes so many seconds later."""
    asyncio.get_running_loop().call_later(after, link.data_received, octets)
    return (await link.answer(limit)).code


async def test_each_answer_has_its_own_time_whatever_the_one_before_it_had() -> None:
    link = Link("hop.example")
    assert await answered(link, 0.05, b"250 a\r\n") == 250
    assert await answered(link, 30, b"251 b\r\n", after=0.2) == 251
    with pytest.raises(LinkError, match=r"4\.4\.1"):
        async with asyncio.timeout(20):
            await link.answer(0.05)
    link.connection_lost(None)
