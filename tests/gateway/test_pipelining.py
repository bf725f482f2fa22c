"""What a session writes and when, what it offers, and what a message costs while it is on its way."""

import asyncio
import re
import tracemalloc
from collections.abc import Iterator

import pytest

from gateway.options import Smtp
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.reading import TURN
from gateway.smtp.session import Session
from gateway.smtp_in import Door
from store.clock import Clock
from tests.helpers.memory import Deciding, MemoryTransport, speak

EHLO = b"EHLO client.example\r\n"
MAIL = b"MAIL FROM:<a@b.example>\r\n"
RCPT = b"RCPT TO:<c@d.example>\r\n"
CHUNK = b"BDAT 7 LAST\r\nhello\r\n"


async def test_a_pipelined_batch_is_answered_in_one_write() -> None:
    recipients = b"".join(b"RCPT TO:<r%d@d.example>\r\n" % number for number in range(20))
    batch = b"RSET\r\n" + MAIL + recipients + b"RCPT TO:<>\r\n" + RCPT + b"DATA\r\n"
    spoken = await speak([EHLO, batch, b"hello\r\n.\r\n" + batch, b".\r\n"], Smtp())
    codes = [re.findall(rb"(?m)^\d\d\d(?= )", write) for write in spoken.writes]
    answers = [b"250"] * 22 + [b"501", b"250", b"354"]
    assert codes == [[b"220"], [b"250"], answers, [b"250", *answers], [b"250"]]


async def test_a_whole_message_in_one_segment_is_answered_in_two_writes() -> None:
    """What is known before the receiver is asked does not wait for it."""
    spoken = await speak([EHLO, MAIL + RCPT + CHUNK + MAIL + RCPT + CHUNK], Smtp())
    assert [write.count(b"\r\n") for write in spoken.writes[2:]] == [2, 3, 1]


async def test_a_batch_is_answered_before_the_session_waits_for_the_rest_of_its_last_line() -> None:
    spoken = await speak([EHLO, MAIL + RCPT + b"NO", b"OP\r\n"], Smtp())
    assert [write.count(b"\r\n") for write in spoken.writes[2:]] == [2, 1]


async def test_an_endless_batch_is_answered_by_the_hundred() -> None:
    many = Smtp(max_recipients=1000)
    recipients = b"".join(b"RCPT TO:<r%d@d.example>\r\n" % number for number in range(249))
    spoken = await speak([EHLO, MAIL + recipients], many)
    assert [write.count(b"\r\n") for write in spoken.writes[2:]] == [100, 100, 50]


class Deaf(MemoryTransport):
    """Of a client that reads nothing, until it does; and that knows whether it is let wait."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def pause_reading(self) -> None:
        self.told.append("wait")

    def resume_reading(self) -> None:
        self.told.append("go on")


async def test_who_does_not_read_its_answers_gets_no_more_and_waits() -> None:
    door = Door(Smtp(host_name="relay.example", max_junk=10_000), Deciding(), Capabilities, Clock())
    session, transport = Session(door, "memory"), Deaf()
    transport.protocol = session
    session.connection_made(transport)
    session.pause_writing()
    session.data_received(b"NOOP\r\n" * 10)
    assert len(transport.writes) == 1  # the greeting
    assert transport.told == []
    session.data_received(b"NOOP\r\n" * 2000)
    assert len(transport.writes) == 1
    assert transport.told == ["wait"]
    session.resume_writing()
    while session._came:  # noqa: ASYNC110 - the neighbours' turns
        await asyncio.sleep(0)
    assert b"".join(transport.writes[1:]) == b"250 2.0.0 Ok\r\n" * 2010
    assert transport.told == ["wait", "go on"]
    transport.close()
    await asyncio.sleep(0)


async def test_a_line_of_any_length_has_one_answer_however_it_is_cut() -> None:
    for length in (4095, 4096, 4097, 4098, 9000):
        octets = b"NOOP ".ljust(length, b"x") + b"\r\nHELP\r\n"
        for size in (len(octets), 1000, 4097):
            spoken = await speak([octets[at : at + size] for at in range(0, len(octets), size)], Smtp())
            first = b"250" if length + 1 <= 4096 else b"500"
            assert [octets[:3] for octets in spoken.heard.splitlines()] == [b"220", first, b"214"], (length, size)


@pytest.mark.parametrize("dsn", [True, False])
@pytest.mark.parametrize("smtputf8", [True, False])
@pytest.mark.parametrize("size", [0, 50_000])
async def test_ehlo_offers_what_the_next_hop_can_and_takes_nothing_else(
    *, dsn: bool, smtputf8: bool, size: int
) -> None:
    can = Capabilities(dsn=dsn, smtputf8=smtputf8, size=size)
    asked = (b"RET=FULL", b"SMTPUTF8", b"SIZE=49999")
    commands = [b"MAIL FROM:<a@b.example> %s\r\nRSET\r\n" % word for word in asked]
    spoken = await speak([EHLO, *commands, b"EHLO again\r\n"], Smtp(max_size=60_000), capabilities=can)
    offered = {line[4:] for line in spoken.writes[1].decode().splitlines()}
    assert offered == {
        "relay.example",
        "PIPELINING",
        "ENHANCEDSTATUSCODES",
        "CHUNKING",
        f"SIZE {50_000 - 4096 if size else 60_000}",
        "8BITMIME",
        *(["DSN"] if dsn else []),
        *(["SMTPUTF8"] if smtputf8 else []),
    }
    taken = [write.startswith(b"250") for write in spoken.writes[2:-1]]
    assert taken == [dsn, smtputf8, not size]


async def test_after_helo_nothing_is_offered_that_needs_ehlo() -> None:
    spoken = await speak([b"HELO x\r\n", b"MAIL FROM:<a@b.example> RET=FULL\r\n"], Smtp())
    assert [write[:3] for write in spoken.writes] == [b"220", b"250", b"555"]


@pytest.mark.parametrize("octets", [TURN - 1024, TURN, 10 * TURN])
async def test_reading_a_large_content_stops_for_a_turn_of_the_loop_after_each_quarter_of_a_megabyte(
    octets: int,
) -> None:
    """uvloop alone would go on for 8 MB, and nobody else would be served meanwhile."""
    pieces = [b"a" * 1022 + b"\r\n"] * (octets // 1024)
    turns: list[bool] = []

    def look(session: Session) -> None:
        assert isinstance(session.transport, MemoryTransport)
        turns.extend(session.transport.turns)

    spoken = await speak([EHLO, MAIL + RCPT + b"DATA\r\n", *pieces, b".\r\n"], Smtp(), after=look)
    assert [len(plain) for _, plain in spoken.handed] == [octets]
    assert turns == [False, True] * (octets // TURN)


async def test_each_piece_of_a_chunk_renews_the_time_limit() -> None:
    begun: list[float] = []
    ended: list[float] = []

    def slowly() -> Iterator[bytes]:
        yield from (EHLO, MAIL + RCPT + b"BDAT 5000\r\n")
        begun.append(asyncio.get_running_loop().time())
        yield from [b"x" * 1000] * 4

    await speak(slowly(), Smtp(timeout=300), after=lambda session: ended.append(session._deadline))
    assert ended[0] > begun[0] + 300


@pytest.mark.parametrize("chunked", [False, True])
async def test_ten_megabytes_that_wait_for_their_end_cost_less_than_half_a_megabyte(*, chunked: bool) -> None:
    plain = (b"x" * 98 + b"\r\n") * 100_000
    start = b"BDAT %d\r\n" % (len(plain) + 1) if chunked else b"DATA\r\n"
    kept: list[int] = []

    def look(session: Session) -> None:
        collector = session._collector
        assert collector is not None
        assert collector.size >= len(plain) - 4
        kept.append(tracemalloc.get_traced_memory()[0])

    pieces = [EHLO, MAIL + RCPT, start]
    pieces += [plain[at : at + 256 * 1024] for at in range(0, len(plain), 256 * 1024)]
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    await speak(pieces, Smtp(), after=look)
    tracemalloc.stop()
    assert kept[0] - before < 512 * 1024
