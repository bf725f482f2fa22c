"""The collectors of DATA and BDAT against a reference that looks at one octet after the other."""

import random
import re
from collections.abc import Iterator
from typing import Final

from gateway.content import Content
from gateway.replies import BARE_LINE_ENDS, TOO_LARGE, Reply
from gateway.smtp.collector import ChunkCollector, DataCollector
from gateway.smtp.keeper import Keeper
from tests.fuzz.reading import pieces, stored

DIRTY: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)|\0")
BEHIND: Final = b"NOOP\r\n"


def data(octets: bytes) -> None:
    """The first four octets: where the network cuts, the largest size, from where on a file is used."""
    chance = random.Random(octets[:4])
    stream, cuts = octets[4:], [chance.randrange(len(octets)) for _ in range(chance.randrange(9))] if octets else []
    data_in_pieces(
        stream, [min(cut, len(stream)) for cut in cuts], chance.choice((10, 100, 10**6)), chance.randrange(1, 40)
    )


def data_in_pieces(stream: bytes, cuts: list[int], max_size: int, spool_above: int) -> None:
    wire, rest = end_of_data(stream)
    collector = DataCollector(max_size, spool_above)
    given, left = b"", None
    for piece in pieces(stream, cuts):
        given += piece
        left = collector.feed(piece)
        if left is not None:
            break
    assert (left is None) == (rest is None)
    if left is not None and rest is not None:
        assert left + stream[len(given) :] == rest
        plain = unstuffed(wire)
        compare(
            collector, plain, BARE_LINE_ENDS if DIRTY.search(wire) else TOO_LARGE if len(plain) > max_size else None
        )
    collector.close()


def chunks(octets: bytes) -> None:
    """The first four octets: how large the chunks are, where the network cuts them, the largest size."""
    chance = random.Random(octets[:4])
    plain = octets[4:]
    ends = [chance.randrange(len(plain) + 1) for _ in range(chance.randrange(6))]
    max_size = chance.choice((10, 100, 10**6))
    chunks_in_pieces(pieces(plain, ends), chance, max_size, chance.randrange(1, 40))


def chunks_in_pieces(parts: list[bytes], chance: random.Random, max_size: int, spool_above: int) -> None:
    collector = ChunkCollector(max_size, spool_above)
    wrong: Reply | None = None
    sent = b""
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        collector.expect(len(part), last=last)
        sent += part
        whole = sent if not last or sent.endswith(b"\r\n") or not sent else sent + b"\r\n"
        seen = whole if last else whole.removesuffix(b"\r")
        late = last and len(whole) > max_size and not DIRTY.search(whole)
        wrong = wrong or (TOO_LARGE if len(sent) > max_size else None)
        wrong = wrong or (BARE_LINE_ENDS if DIRTY.search(seen) else TOO_LARGE if late else None)
        stream = part + BEHIND
        cuts = [chance.randrange(len(part) + 1) for _ in range(chance.randrange(4))] if part else []
        *first, final = pieces(stream, [cut for cut in cuts if cut < len(part)])
        assert [collector.feed(piece) for piece in first] == [None] * len(first)
        assert collector.feed(final) == BEHIND
        assert collector.problem == wrong
    compare(collector, whole, wrong)
    collector.close()


def end_of_data(stream: bytes) -> tuple[bytes, bytes | None]:
    """The wire form without the final dot, and what comes after it; None: there is no end."""
    seen = bytearray(b"\r\n")
    for number, octet in enumerate(stream, 1):
        seen.append(octet)
        if seen.endswith(b"\r\n.\r\n"):
            return stream[: max(0, number - 3)], stream[number:]
    return b"", None


def unstuffed(wire: bytes) -> bytes:
    """RFC 5321 4.5.2, line by line."""
    plain, line_start = bytearray(), True
    for number, octet in enumerate(wire):
        if not (line_start and octet == ord(".")):
            plain.append(octet)
        line_start = wire[max(0, number - 1) : number + 1] == b"\r\n"
    return bytes(plain)


def compare(collector: Keeper, plain: bytes, wrong: Reply | None) -> None:
    assert collector.problem == wrong
    if wrong is not None:
        assert collector._file is None
        assert not collector._pieces
        return
    content: Content = collector.content()
    assert content.plain() == plain
    assert content.size == len(plain)
    wire = b"".join(map(bytes, content.wire()))
    assert unstuffed(wire) == plain
    assert end_of_data(wire + b".\r\n" + BEHIND) == (wire, BEHIND)
    content.close()


def seeds() -> Iterator[bytes]:
    """Contents with dots and line ends at every place."""
    for octets in (
        b"a\r\n.\r\n",
        b".\r\n",
        b"..\r\n.\r\nx",
        b"a\n.\r\n",
        b"a\r",
        b"\r\n",
        b"",
        b"x\r\n.y\r\n..\r\n.\r\n",
    ):
        yield b"1234" + octets
        yield b"abcd" + octets * 5
    for octets in stored():
        yield b"8888" + octets
