"""The session and its door: what is offered, who may relay, and what a client hears."""

import asyncio
import socket
from ipaddress import ip_network
from typing import NoReturn

import pytest
import structlog

from gateway.content import Content
from gateway.next_hop import NextHop
from gateway.options import NextHopOptions, Smtp
from gateway.replies import Reply
from gateway.smtp import paths
from gateway.smtp.capabilities import Capabilities
from gateway.smtp_in import Door
from mail.envelope import Envelope
from store.clock import Clock
from tests.helpers.next_hop import next_hop
from tests.helpers.relay import Relay, relay, until

MAIL = b"From: taro@tachibana.example\r\nSubject: hello\r\n\r\nhello\r\n"


class Slow:
    """A receiver that says when it began, and waits for leave to end."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.leave = asyncio.Event()
        self.plain: list[bytes] = []

    async def receive(self, envelope: Envelope, content: Content) -> Reply:  # noqa: ARG002 - the shape of a receiver
        self.began.set()
        await self.leave.wait()
        self.plain.append(content.plain())
        return Reply(250, "2.0.0 taken")


class Broken:
    async def receive(self, envelope: Envelope, content: Content) -> Reply:  # noqa: ARG002
        raise ZeroDivisionError("the content of a mail")


class Noting(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self, transport: asyncio.Transport, writes: list[bytes]) -> None:
        self.transport = transport
        self.writes = writes

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))
        self.transport.write(data)

    def close(self) -> None:
        self.transport.close()


async def test_a_message_passes_octet_for_octet_behind_one_received_line() -> None:
    plain = b".dot\r\n" + MAIL + b"..two\r\n.\r\n\xe9\r\n" + b"x" * 3000 + b"\r\n"
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        assert (await client.mail(plain, "bob@customer.example")).startswith("250 2.0.0 Ok: queued as ")
    (message,) = hop.messages
    received, line_end, rest = message.plain.partition(b" +0000\r\n")
    assert rest == plain
    assert line_end
    assert received.startswith(b"Received: from client.example (unknown [127.0.0.1])\r\n\tby relay.example")
    assert b"bob" not in received
    assert (message.sender, message.recipients) == ("taro@tachibana.example", ["bob@customer.example"])


async def test_before_the_first_contact_neither_dsn_nor_smtputf8_is_offered() -> None:
    async with next_hop() as hop, relay(hop, probe=False) as here:
        async with here.client(greet=False) as client:
            first = await client.hello()
        await here.next_hop.probe()
        async with here.client(greet=False) as client:
            second = await client.hello()
    assert "DSN" not in first
    assert "SMTPUTF8" not in first
    assert "250-PIPELINING" in first
    assert {"250-DSN", "250 SMTPUTF8", "250-8BITMIME"} <= set(second.split("\n"))


async def test_size_is_the_smaller_of_ours_and_the_next_hops_less_our_own_line() -> None:
    async with next_hop(extensions=("SIZE 100000",)) as hop, relay(hop) as here, here.client(greet=False) as client:
        offered = await client.hello()
        assert "250 SIZE 95904" in offered
        assert "8BITMIME" not in offered
        assert (await client.say("MAIL FROM:<a@b.example> SIZE=95905")).startswith("552 5.3.4")
        assert (await client.say("MAIL FROM:<a@b.example> SIZE=95904")).startswith("250")
        assert (await client.say("RSET")).startswith("250")
        assert (await client.mail(b"x" * 98 + b"\r\n", "c@d.example")).startswith("250")
        assert (await client.mail((b"x" * 98 + b"\r\n") * 1000, "c@d.example")).startswith("552 5.3.4")
        assert (await client.mail(MAIL, "c@d.example")).startswith("250")


async def test_dsn_parameters_are_carried_to_the_next_hop() -> None:
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        await client.say("MAIL FROM:<a@b.example> RET=hdrs ENVID=QQ+2B1 BODY=8BITMIME SIZE=20")
        await client.say("RCPT TO:<c@d.example> NOTIFY=success,FAILURE ORCPT=rfc822;x+2By@d.example")
        await client.say("DATA")
        assert (await client.say(MAIL + b".")).startswith("250")
    (message,) = hop.messages
    assert message.mail.endswith("BODY=8BITMIME RET=HDRS ENVID=QQ+2B1")
    assert message.rcpts == ("<c@d.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+2By@d.example",)


async def test_smtputf8_is_carried_and_without_it_such_an_address_is_refused() -> None:
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        assert (await client.say("MAIL FROM:<山田@tachibana.example>")).startswith("553 5.6.7")
        assert (await client.mail(MAIL, "田中@例え.example", parameters=" SMTPUTF8")).startswith("250")
        await client.say("MAIL FROM:<a@b.example>")
        assert (await client.say("RCPT TO:<田中@例え.example>")).startswith("553 5.6.7")
    (message,) = hop.messages
    assert message.recipients == ["田中@例え.example"]
    assert "SMTPUTF8" in message.mail
    assert b"with UTF8SMTP id" in message.plain


async def test_the_second_of_two_like_recipients_is_dropped() -> None:
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        assert (await client.mail(MAIL, "c@d.example", "c@D.EXAMPLE", "C@d.example")).startswith("250")
    assert hop.messages[0].recipients == ["c@d.example", "C@d.example"]


async def test_strangers_are_refused_at_the_first_recipient() -> None:
    inside = Smtp(client_networks=(ip_network("127.0.0.2/32"),))
    async with next_hop() as hop, relay(hop, smtp=inside) as here:
        async with here.client(source="127.0.0.1") as client:
            assert (await client.mail(MAIL, "c@d.example")).startswith("554 5.7.1")
            assert (await client.say("DATA")).startswith("554 5.5.1")
        async with here.client(source="127.0.0.2") as client:
            assert (await client.mail(MAIL, "c@d.example")).startswith("250")
    assert len(hop.messages) == 1


async def test_xforward_names_the_client_but_never_opens_the_door() -> None:
    believed = Smtp(
        xforward_networks=(ip_network("127.0.0.1/32"),),
        client_networks=(ip_network("127.0.0.2/32"), ip_network("10.0.0.0/8")),
    )
    async with next_hop() as hop, relay(hop, smtp=believed) as here:
        async with here.client() as client:
            assert (await client.say("XFORWARD ADDR=10.1.2.3")).startswith("250")
            assert (await client.mail(MAIL, "c@d.example")).startswith("554 5.7.1")
        async with here.client(source="127.0.0.2") as client:
            assert (await client.say("XFORWARD ADDR=10.1.2.3")).startswith("550 5.7.1")
    assert not hop.messages


async def test_xforward_counts_for_one_transaction() -> None:
    believed = Smtp(xforward_networks=(ip_network("127.0.0.0/8"),))
    taken = ("PIPELINING", "XFORWARD NAME ADDR HELO")
    async with next_hop(extensions=taken) as hop, relay(hop, smtp=believed) as here, here.client(greet=False) as client:
        assert "XFORWARD NAME ADDR" in await client.hello()
        await client.say("XFORWARD NAME=pc7.tachibana.example ADDR=IPV6:2001:db8::7")
        assert (await client.say("XFORWARD HELO=pc+2B7 PORT=[UNAVAILABLE]")).startswith("250")
        assert (await client.say("XFORWARD ADDR=nonsense")).startswith("501")
        assert (await client.say("XFORWARD COLOUR=red")).startswith("501")
        assert (await client.mail(MAIL, "c@d.example")).startswith("250")
        await client.say("MAIL FROM:<a@b.example>")
        assert (await client.say("XFORWARD ADDR=10.0.0.1")).startswith("503")
        await client.say("RSET")
        assert (await client.mail(MAIL, "c@d.example")).startswith("250")
    first, second = here.receiver.received
    assert (first.client.address, first.client.name, first.client.helo) == (
        "2001:db8::7",
        "pc7.tachibana.example",
        "pc+7",
    )
    assert second.client.address == "127.0.0.1"
    sent = [line for line in hop.commands if line.startswith("XFORWARD")]
    assert sent[0] == "XFORWARD ADDR=IPV6:2001:db8::7 NAME=pc7.tachibana.example HELO=pc+2B7"
    assert sent[1] == "XFORWARD ADDR=127.0.0.1 NAME=[UNAVAILABLE] HELO=client.example"


async def test_more_recipients_than_the_limit_get_452() -> None:
    async with next_hop() as hop, relay(hop, smtp=Smtp(max_recipients=2)) as here, here.client() as client:
        await client.say("MAIL FROM:<a@b.example>")
        answers = [await client.say(f"RCPT TO:<r{number}@d.example>") for number in range(3)]
        assert [answer[:9] for answer in answers] == ["250 2.1.5", "250 2.1.5", "452 4.5.3"]
        await client.say("DATA")
        assert (await client.say(MAIL + b".")).startswith("250")
    assert hop.messages[0].recipients == ["r0@d.example", "r1@d.example"]


async def test_a_fault_of_ours_is_451_and_its_words_reach_neither_client_nor_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with relay(receiver=Broken()) as here, here.client() as client:
        assert await client.mail(MAIL, "c@d.example") == "451 4.3.0 Try again later"
        assert (await client.say("NOOP")).startswith("250")
    logged = capsys.readouterr().out
    assert "ZeroDivisionError" in logged
    assert "content of a mail" not in logged


async def test_a_session_that_fails_answers_451(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with relay() as here, here.client() as client:
        monkeypatch.setattr(paths, "forward_path", lambda *_: 1 // 0)
        await client.say("MAIL FROM:<a@b.example>")
        assert await client.say("RCPT TO:<c@d.example>") == "451 4.3.0 Try again later"
    assert "session failed" in capsys.readouterr().out


async def test_a_fault_that_cannot_even_be_logged_is_not_the_clients_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object) -> NoReturn:
        raise OSError("nowhere to write")

    async with relay() as here, here.client() as client:
        await client.say("MAIL FROM:<a@b.example>")
        monkeypatch.setattr(type(here.door.admission), "permit", raising)
        structlog.configure(processors=[raising])
        try:
            assert await client.say("RCPT TO:<c@d.example>") == "451 4.3.0 Try again later"
        finally:
            structlog.reset_defaults()


async def test_a_hand_over_outlives_a_client_that_goes_away() -> None:
    slow = Slow()
    async with relay(receiver=slow) as here:
        async with here.client() as client:
            for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
                await client.say(line)
            await client.send(MAIL + b".\r\n")
            await slow.began.wait()
            client.reset()
        await until(lambda: not here.door._sessions)
        slow.leave.set()
    assert slow.plain == [MAIL]


async def test_a_hand_over_outlives_the_time_limit_for_silence() -> None:
    slow = Slow()
    async with relay(receiver=slow, smtp=Smtp(timeout=0.3)) as here, here.client() as client:
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
            await client.say(line)
        asyncio.get_running_loop().call_later(0.7, slow.leave.set)
        assert await client.say(MAIL + b".") == "250 2.0.0 taken"


async def test_a_client_that_closed_its_sending_side_still_hears_the_answer() -> None:
    slow = Slow()
    async with relay(receiver=slow) as here, here.client() as client:
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
            await client.say(line)
        await client.send(MAIL + b".\r\n")
        await slow.began.wait()
        client.writer.write_eof()
        slow.leave.set()
        assert await client.reply() == "250 2.0.0 taken"


async def test_half_a_message_is_nobodys() -> None:
    async with next_hop() as hop, relay(hop) as here:
        async with here.client() as client:
            for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
                await client.say(line)
            await client.send(MAIL)
        await until(lambda: not here.door._sessions)
    assert not hop.messages
    assert not here.receiver.received


async def test_silence_ends_with_421() -> None:
    async with relay(smtp=Smtp(timeout=0.05)) as here, here.client() as client:
        assert (await client.reply()).startswith("421 4.4.2")
        assert await client.reply() == ""


async def test_each_piece_of_data_renews_the_time_limit() -> None:
    async with next_hop() as hop, relay(hop, smtp=Smtp(timeout=20)) as here, here.client() as client:
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
            await client.say(line)
        (session,) = here.door._sessions
        before = session._deadline
        await client.send(MAIL)
        await until(lambda: session._deadline != before)
        assert (await client.say(b".")).startswith("250")


async def test_connections_are_limited_in_all_and_per_client() -> None:
    limits = Smtp(max_connections=2, max_connections_per_client=1)
    async with relay(smtp=limits) as here, here.client(source="127.0.0.1"):
        async with here.client(source="127.0.0.1", greet=False) as second:
            assert (await second.reply()).startswith("421 4.7.0")
            assert await second.reply() == ""
        async with here.client(source="127.0.0.2"), here.client(source="127.0.0.3", greet=False) as third:
            assert (await third.reply()).startswith("421 4.7.0")


async def test_a_stop_finishes_what_is_in_data_and_says_421_to_the_others() -> None:
    slow = Slow()
    async with relay(receiver=slow) as here, here.client() as idle, here.client() as busy:
        host, port = here.door.addresses[0]
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
            await busy.say(line)
        await busy.send(MAIL + b".\r\n")
        await slow.began.wait()
        stopping = asyncio.create_task(here.door.stop())
        assert (await idle.reply()).startswith("421 4.3.2")
        assert await idle.reply() == ""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)
        assert not stopping.done()
        slow.leave.set()
        assert await busy.reply() == "250 2.0.0 taken"
        assert (await busy.reply()).startswith("421 4.3.2")
        await stopping
    assert slow.plain == [MAIL]


async def test_a_stop_does_not_wait_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    slow = Slow()
    async with relay(receiver=slow) as here, here.client() as busy:
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
            await busy.say(line)
        await busy.send(MAIL)
        await here.door.stop(grace=0.05)
        assert await busy.reply() == ""
    assert "cut off at stop" in capsys.readouterr().out


async def test_new_settings_serve_new_connections_and_the_open_ones_go_on() -> None:
    async with next_hop() as hop, relay(hop) as here, here.client() as old:
        here.door.use(here.door.options.model_copy(update={"client_networks": (ip_network("127.0.0.9/32"),)}))
        async with here.client() as new:
            assert (await new.mail(MAIL, "c@d.example")).startswith("554 5.7.1")
        assert (await old.say("NOOP")).startswith("250")


async def test_sockets_that_were_opened_elsewhere_are_listened_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as given:
        port = given.getsockname()[1]
        receiver = Slow()
        receiver.leave.set()
        door = Door(Smtp(host_name="relay.example", listen=("first",)), receiver, Capabilities, Clock())
        await door.start([given])
        assert door.addresses == [("127.0.0.1", port)]
        async with Relay(door, NextHop(NextHopOptions(), "relay.example", Clock()), receiver).client() as client:
            assert (await client.mail(MAIL, "c@d.example")).startswith("250")
        await door.stop()


async def test_a_browser_is_shown_the_door() -> None:
    async with relay() as here, here.client(greet=False) as client:
        await client.reply()
        assert (await client.say("POST / HTTP/1.1")).startswith("421 4.7.0")
        assert await client.reply() == ""


async def test_answers_to_pipelined_commands_leave_in_one_write() -> None:
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        writes: list[bytes] = []
        (session,) = here.door._sessions
        assert session.transport is not None
        session.transport = Noting(session.transport, writes)
        await client.send(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@d.example>\r\nDATA\r\n")
        answers = [await client.reply() for _ in range(4)]
        assert [answer[:3] for answer in answers] == ["250", "250", "250", "354"]
        assert len(writes) == 1
        await client.send(MAIL + b".\r\nMAIL FROM:<a@b.example>\r\nNOOP\r\n")
        assert [(await client.reply())[:9] for _ in range(3)] == ["250 2.0.0", "250 2.1.0", "250 2.0.0"]


async def test_a_content_sent_together_with_data_is_taken() -> None:
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        await client.send(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n" + MAIL + b".\r\nQUIT\r\n")
        assert [(await client.reply())[:3] for _ in range(5)] == ["250", "250", "354", "250", "221"]
    assert hop.messages[0].plain.endswith(MAIL)


async def test_a_large_message_waits_in_a_file_not_in_memory() -> None:
    plain = (b"x" * 98 + b"\r\n") * 20000
    seen: list[bool] = []

    class Looking(Slow):
        async def receive(self, envelope: Envelope, content: Content) -> Reply:
            seen.append(content._file is not None and not content._memory)
            return await super().receive(envelope, content)

    looking = Looking()
    looking.leave.set()
    async with relay(receiver=looking) as here, here.client() as client:
        assert (await client.mail(plain, "c@d.example")) == "250 2.0.0 taken"
    assert seen == [True]
    assert looking.plain == [plain]


@pytest.mark.parametrize(
    "evil",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r.\n",
        b"\r\n.\r\r\n",
        b"\r\n\0.\r\n",
        b"\r\n.\0\r\n",
        b"\r\r\n.\r\n",
    ],
)
async def test_a_smuggled_end_of_data_is_refused_and_nothing_is_passed_on(evil: bytes) -> None:
    inner = b"MAIL FROM:<x@y.example>\r\nRCPT TO:<z@y.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
            await client.say(line)
        await client.send(b"Subject: x\r\n\r\nbefore" + evil + inner + b"NOOP\r\n")
        assert (await client.reply()).startswith("550 5.6.0")
        assert await client.reply() == ""
    assert not hop.messages
