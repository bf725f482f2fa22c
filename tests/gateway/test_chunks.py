"""BDAT on a live session: what was counted is what is handed over, and nothing else is ever read as a command."""

import asyncio
import random
import ssl
from pathlib import Path

import trustme

from gateway.content import Content
from gateway.options import Smtp, Tls
from gateway.replies import Reply
from mail.envelope import Envelope
from tests.helpers.next_hop import next_hop
from tests.helpers.relay import HOST, Client, Relay, relay, until

MAIL = b"From: taro@tachibana.example\r\nSubject: hello\r\n\r\nhello\r\n"
OPENING = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"


class Keeping:
    """A receiver that keeps what it is given, and may be told to wait before it answers."""

    def __init__(self) -> None:
        self.plain: list[bytes] = []
        self.in_file: list[bool] = []
        self.began = asyncio.Event()
        self.leave = asyncio.Event()
        self.leave.set()

    async def receive(self, envelope: Envelope, content: Content) -> Reply:  # noqa: ARG002 - the shape of a receiver
        self.began.set()
        await self.leave.wait()
        self.plain.append(content.plain())
        self.in_file.append(content._file is not None)
        return Reply(250, "2.0.0 taken")


async def begin(client: Client) -> None:
    await client.send(OPENING)
    assert [(await client.reply())[:3] for _ in range(2)] == ["250", "250"]


def bdat(octets: bytes, *, last: bool = False) -> bytes:
    return b"BDAT %d%s\r\n%s" % (len(octets), b" LAST" * last, octets)


async def test_a_message_in_chunks_reaches_the_next_hop_octet_for_octet() -> None:
    plain = b".dot\r\n" + MAIL + b"..two\r\n.\r\n\xe9\r\n" + b"x" * 300_000 + b"\r\n.\r\n"
    chance = random.Random(5)
    async with next_hop() as hop, relay(hop) as here, here.client() as client:
        for _ in range(5):
            await begin(client)
            cuts = sorted(chance.choices(range(1, len(plain)), k=6))
            pieces = [plain[start:end] for start, end in zip([0, *cuts], [*cuts, len(plain)], strict=True)]
            stream = b"".join(bdat(piece, last=piece is pieces[-1]) for piece in pieces)
            for cut in range(0, len(stream), 50_001):
                await client.send(stream[cut : cut + 50_001])
            answers = [await client.reply() for _ in pieces]
            assert {answer[:9] for answer in answers} == {"250 2.0.0"}
    assert [message.plain.partition(b" +0000\r\n")[2] for message in hop.messages] == [plain] * 5


async def test_a_message_that_ends_in_mid_line_gets_the_line_end_that_data_needs() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver) as here, here.client() as client:
        for end in (b"no end", b".", b"", b"\r\n"):
            await begin(client)
            await client.send(bdat(MAIL) + bdat(end, last=True))
            assert [await client.reply(), await client.reply()] == ["250 2.0.0 Ok", "250 2.0.0 taken"]
    assert receiver.plain == [MAIL + b"no end\r\n", MAIL + b".\r\n", MAIL, MAIL + b"\r\n"]


async def test_a_large_message_waits_in_a_file() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver, smtp=Smtp(spool_above=1000)) as here, here.client() as client:
        for size in (900, 2000):
            await begin(client)
            await client.send(bdat(b"x" * size) + bdat(b"\r\n", last=True))
            await client.reply()
            assert await client.reply() == "250 2.0.0 taken"
    assert receiver.in_file == [False, True]
    assert receiver.plain[1] == b"x" * 2000 + b"\r\n"


async def test_a_client_that_waits_for_each_answer_gets_it_before_the_next_chunk_is_whole() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver) as here, here.client() as client:
        await client.send(OPENING + bdat(b"one\r\n") + b"BDAT 5 LAST\r\ntw")
        assert [(await client.reply())[:3] for _ in range(3)] == ["250", "250", "250"]
        await client.send(b"o\r\n")
        assert await client.reply() == "250 2.0.0 taken"
    assert receiver.plain == [b"one\r\ntwo\r\n"]


async def test_what_was_pipelined_before_the_last_chunk_is_answered_before_the_receiver_is() -> None:
    receiver = Keeping()
    receiver.leave.clear()
    async with relay(receiver=receiver) as here, here.client() as client:
        await client.send(OPENING + bdat(MAIL, last=True))
        assert [(await client.reply())[:3] for _ in range(2)] == ["250", "250"]
        receiver.leave.set()
        assert await client.reply() == "250 2.0.0 taken"


async def test_many_small_chunks_in_one_segment_let_the_neighbours_have_their_turn() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver) as here, here.client() as client, here.client() as neighbour:
        await begin(client)
        await client.send(bdat(b"x") * 3000 + bdat(b"\r\n", last=True))
        assert (await neighbour.say("NOOP")).startswith("250")
        assert not receiver.began.is_set()
        answers = [await client.reply() for _ in range(3001)]
    assert answers == ["250 2.0.0 Ok"] * 3000 + ["250 2.0.0 taken"]
    assert receiver.plain == [b"x" * 3000 + b"\r\n"]


async def test_a_client_that_is_gone_in_or_between_chunks_leaves_nothing() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver, smtp=Smtp(spool_above=10)) as here:
        for part in (bdat(MAIL), bdat(MAIL) + b"BDAT 100 LAST\r\nhalf"):
            async with here.client() as client:
                await begin(client)
                await client.send(part)
                assert await client.reply() == "250 2.0.0 Ok"
                (session,) = here.door._sessions
                chunks = session._transaction.chunks
                assert chunks is not None
                assert chunks._file is not None
            await until(lambda: not here.door._sessions)
            assert chunks._file is None
    assert receiver.plain == []


async def test_a_hand_over_outlives_a_client_that_goes_away_after_the_last_chunk() -> None:
    receiver = Keeping()
    receiver.leave.clear()
    async with relay(receiver=receiver) as here:
        async with here.client() as client:
            await client.send(OPENING + bdat(MAIL, last=True))
            await receiver.began.wait()
            client.reset()
        await until(lambda: not here.door._sessions)
        receiver.leave.set()
    assert receiver.plain == [MAIL]


async def test_a_stop_lets_a_message_in_chunks_be_finished() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver) as here, here.client() as client:
        await begin(client)
        await client.send(bdat(MAIL))
        await client.reply()
        stopping = asyncio.create_task(here.door.stop())
        await until(lambda: here.door.stopping)
        await client.send(bdat(b".\r\n", last=True))
        assert await client.reply() == "250 2.0.0 taken"
        assert (await client.reply()).startswith("421 4.3.2")
        await stopping
    assert receiver.plain == [MAIL + b".\r\n"]


async def test_a_spool_that_cannot_be_written_is_451_and_the_rest_of_the_chunk_is_never_read_as_commands(
    tmp_path: Path,
) -> None:
    receiver = Keeping()
    options = Smtp(spool_above=10, spool_directory=tmp_path / "missing")
    async with relay(receiver=receiver, smtp=options) as here:
        for first in (b"", b"NOOP\r\n" * 10):  # with the command, and later
            async with here.client() as client:
                await client.send(OPENING + b"BDAT 200 LAST\r\n" + first)
                assert [(await client.reply())[:3] for _ in range(2)] == ["250", "250"]
                await client.send(b"NOOP\r\n".ljust(200 - len(first), b"x") + b"NOOP\r\nQUIT\r\n")
                assert [(await client.reply())[:3] for _ in range(3)] == ["451", "250", "221"]
    assert receiver.plain == []


async def smuggled(here: Relay, first: bytes) -> str:
    """The answers to something that ends a session, with a whole message behind it in the same segment."""
    async with here.client() as client:
        await client.send(OPENING + first + OPENING + bdat(MAIL, last=True))
        return (await client.reader.read()).decode()


async def test_nothing_that_comes_behind_the_end_of_a_session_is_read() -> None:
    receiver = Keeping()
    async with relay(receiver=receiver, smtp=Smtp(max_errors=1)) as here:
        assert (await smuggled(here, b"QUIT\r\n")).endswith("221 2.0.0 Bye\r\n")
        assert "550 5.6.0" in (await smuggled(here, b"DATA\r\na\nb\r\n.\r\n")).splitlines()[-1]
        assert "501 5.5.4" in (await smuggled(here, b"BDAT x\r\n")).splitlines()[-1]
        assert "421 4.7.0" in (await smuggled(here, b"GET / HTTP/1.1\r\n")).splitlines()[-1]
        assert "421 4.7.0" in (await smuggled(here, b"FOO\r\nFOO\r\n")).splitlines()[-1]
    assert receiver.plain == []


async def test_starttls_forgets_the_chunks_that_came_in_clear(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(tmp_path / "tls.pem")
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    receiver = Keeping()
    options = Smtp(tls=Tls(certificate=tmp_path / "tls.pem", key=tmp_path / "tls.pem"))
    async with relay(receiver=receiver, smtp=options) as here, here.client() as client:
        await client.send(OPENING + bdat(b"in clear\r\n"))
        assert [(await client.reply())[:3] for _ in range(3)] == ["250"] * 3
        assert (await client.say("STARTTLS")).startswith("220")
        await client.start_tls(trusting)
        await client.say("EHLO client.example")
        await client.send(bdat(b"rest\r\n", last=True))
        assert (await client.reply()).startswith("503")
        await client.send(OPENING + bdat(MAIL * 9999, last=True))
        assert [(await client.reply())[:3] for _ in range(3)] == ["250"] * 3
    assert receiver.plain == [MAIL * 9999]
