"""How long a client may keep a connection without bringing mail, and that an honest one never feels it."""

import asyncio
from contextlib import suppress

import pytest

from gateway.options import Smtp
from tests.helpers.next_hop import next_hop
from tests.helpers.relay import Client, Relay, relay, until

MAIL = b"Subject: hello\r\n\r\nhello\r\n"
STRICT = Smtp(max_junk=5, max_errors=3, max_recipients=10)


async def begin_data(client: Client) -> None:
    for line in ("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
        await client.say(line)


async def sent_away(client: Client, *commands: str) -> tuple[int, str]:
    """How often the commands were answered before the last answer, and that; in turn, until the connection ends."""
    number = 0
    while True:
        answer = await client.say(commands[number % len(commands)])
        if answer.startswith("421"):
            assert await client.reply() == ""
            return number, answer
        number += 1
        assert number < 1000


async def test_commands_that_do_nothing_have_an_end() -> None:
    async with relay(smtp=STRICT) as here:
        for command in ("NOOP", "RSET", "VRFY a", "HELP", "EHLO client.example", "MAIL FROM:<a(b)@c.example>"):
            async with here.client(greet=False) as client:
                await client.reply()
                await client.say("HELO client.example")
                assert await sent_away(client, command) == (
                    4,
                    "421 4.7.0 Too many commands without a message, closing the connection",
                ), command


async def test_transactions_without_a_message_have_an_end() -> None:
    async with relay(smtp=STRICT) as here, here.client() as client:
        number, _ = await sent_away(client, "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "RSET")
        assert number == 3 * 4 + 2


async def test_errors_of_protocol_have_an_end() -> None:
    async with relay(smtp=STRICT) as here:
        for command in ("FOO", "", "AUTH PLAIN", "DATA", "QUIT now", "MAIL", "EXPN staff", "x" * 5000):
            async with here.client() as client:
                assert await sent_away(client, command) == (
                    3,
                    "421 4.7.0 Too many errors, closing the connection",
                ), command


async def test_a_flood_in_one_segment_is_answered_as_far_as_it_was_read() -> None:
    async with relay(smtp=STRICT) as here, here.client() as client:
        await client.send(b"NOOP\r\n" * 1000)
        heard = (await client.reader.read()).decode().splitlines()
    assert [answer[:3] for answer in heard] == ["250"] * 4 + ["421"]


async def test_an_accepted_message_makes_good_for_what_was_before() -> None:
    async with next_hop() as hop, relay(hop, smtp=STRICT) as here, here.client() as client:
        for _ in range(10):
            for command in ("NOOP", "RSET", "FOO", "BAR"):
                await client.say(command)
            assert (await client.mail(MAIL, "c@d.example")).startswith("250")
    assert len(hop.messages) == 10


async def test_refused_recipients_do_not_cost_an_honest_mailing_its_connection() -> None:
    options = STRICT.model_copy(update={"max_recipients": 1000})
    async with next_hop() as hop, relay(hop, smtp=options) as here, here.client() as client:
        await client.send(
            b"MAIL FROM:<a@b.example>\r\n" + b"RCPT TO:<>\r\n" * 900 + b"RCPT TO:<c@d.example>\r\nDATA\r\n"
        )
        answers = [(await client.reply())[:3] for _ in range(903)]
        assert answers == ["250", *["501"] * 900, "250", "354"]
        assert (await client.say(MAIL + b".")).startswith("250")
        # Refused as a whole, and pipelined: MAIL, then recipients and DATA out of order.
        await client.send(b"MAIL FROM:<a(b)@b.example>\r\n" + b"RCPT TO:<c@d.example>\r\n" * 300 + b"DATA\r\n")
        answers = [(await client.reply())[:3] for _ in range(302)]
        assert answers == ["501", *["503"] * 301]
        assert (await client.mail(MAIL, "c@d.example")).startswith("250")


async def test_recipients_in_vain_have_an_end_too() -> None:
    async with relay(smtp=STRICT) as here:
        for command in ("RCPT TO:<>", "RCPT TO:<twice@d.example>", "RCPT TO:<c@d.example> FOO=1"):
            async with here.client() as client:
                await client.say("MAIL FROM:<a@b.example>")
                number, _ = await sent_away(client, command)
                assert 10 < number < 10 + 5 + 3, command
        async with here.client() as client:
            assert (await sent_away(client, "RCPT TO:<c@d.example>"))[0] > 10


async def test_a_stranger_hears_no_for_a_while_only() -> None:
    async with relay(smtp=STRICT.model_copy(update={"client_networks": ()})) as here, here.client() as client:
        await client.say("MAIL FROM:<a@b.example>")
        number, _ = await sent_away(client, "RCPT TO:<c@d.example>")
        assert number == 4


async def test_refused_chunks_have_an_end_and_are_read_as_long() -> None:
    async with relay(smtp=STRICT) as here:
        async with here.client() as client:
            number, _ = await sent_away(client, "BDAT 6\r\nQUIT")
            assert number == 10 + 3
        async with here.client() as client:
            await client.say("MAIL FROM:<a@b.example>")
            await client.say("RCPT TO:<c@d.example>")
            number, _ = await sent_away(client, "BDAT 0")
            assert number == 4


async def test_refused_messages_have_an_end() -> None:
    async with relay(smtp=STRICT) as here, here.client() as client:  # no next hop: 451
        answers = [await client.mail(MAIL, "c@d.example") for _ in range(5)]
    assert [answer[:3] for answer in answers] == ["451"] * 4 + ["421"]


async def test_a_content_slower_than_the_least_rate_ends_with_421(capsys: pytest.CaptureFixture[str]) -> None:
    async with relay(smtp=Smtp(timeout=0.1, min_rate=10**9)) as here, here.client() as client:
        await begin_data(client)
        with suppress(ConnectionError):  # who talks on while the other side hangs up may not hear why
            async with asyncio.timeout(20):
                while here.door._sessions:
                    await client.send(b"x")
                    await asyncio.sleep(0)
    assert "421 4.4.2 Timeout" in capsys.readouterr().out


async def test_chunk_after_chunk_buys_no_more_time_than_their_octets() -> None:
    async with relay(smtp=Smtp(timeout=0.1, min_rate=10**9)) as here, here.client() as client:
        await client.say("MAIL FROM:<a@b.example>")
        await client.say("RCPT TO:<c@d.example>")
        while (answer := await client.say("BDAT 3\r\nx")).startswith("250"):
            pass
        assert answer.startswith("421 4.4.2")


async def last_longer(here: Relay, client: Client, octets: bytes, seconds: float) -> None:
    (session,) = here.door._sessions
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        before = session._deadline
        await client.send(octets)
        await until(lambda before=before: session._deadline != before)  # type: ignore[misc]


async def test_a_slow_content_above_the_least_rate_takes_as_long_as_it_needs() -> None:
    for rate, octets in ((10, b"x" * 10), (0, b"x")):
        async with (
            next_hop() as hop,
            relay(hop, smtp=Smtp(timeout=0.3, min_rate=rate)) as here,
            here.client() as client,
        ):
            await begin_data(client)
            await last_longer(here, client, octets, 0.8)
            assert (await client.say(b"\r\n.")).startswith("250")


async def test_what_was_sent_fast_buys_no_more_silence_than_the_time_limit() -> None:
    async with relay(smtp=Smtp(timeout=100, min_rate=1)) as here, here.client() as client:
        await begin_data(client)
        (session,) = here.door._sessions
        before = session._deadline
        await client.send(b"x" * 100_000)
        await until(lambda: session._deadline != before)
        assert session._deadline <= asyncio.get_running_loop().time() + 100
