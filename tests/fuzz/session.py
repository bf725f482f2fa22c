"""A whole session: every command has exactly one reply, and what is handed over is what was sent.

The reference reads along: it takes the commands apart one by one, slowly, and asks for nothing that a client could not see.
"""

import asyncio
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.options import Smtp
from mail.envelope import Envelope
from tests.fuzz.reading import pieces, stored
from tests.helpers.memory import Spoken, speak

OPTIONS = Smtp(max_size=3000, max_recipients=4, max_junk=30, max_errors=10, spool_above=200)
REPLY = re.compile(rb"([2-5][0-5][0-9])([ -])([ -~]*)\r\n")
ENHANCED = re.compile(rb"([245])\.\d{1,3}\.\d{1,3} \S")
CHUNK = re.compile(rb"bdat [ \t\r\n\v\f]*([0-9]{1,18})(?: +(last))?[ \t\r\n\v\f]*", re.IGNORECASE)
FINAL = (b"2.0.0 taken", b"5.7.1 not taken", b"4.3.0 not taken now")


def check(octets: bytes) -> None:
    """The first two octets say how the network cuts the others."""
    chance = random.Random(octets[:2])
    stream = octets[2:]
    conversation(stream, [chance.randrange(len(stream) + 1) for _ in range(octets[0] % 9)] if octets else [])


def conversation(stream: bytes, cuts: list[int]) -> None:
    spoken = asyncio.run(speak(pieces(stream, cuts), OPTIONS))
    Along(stream, replies(spoken.heard), spoken).read()


def replies(heard: bytes) -> list[tuple[int, list[bytes]]]:
    """Cut into replies, each well-formed (RFC 5321 4.2): code and lines."""
    found: list[tuple[int, list[bytes]]] = []
    more = False
    for line in heard.splitlines(keepends=True):
        match = REPLY.fullmatch(line)
        assert match, line
        assert len(line) <= 512
        code = int(match[1])
        if more:
            assert found[-1][0] == code
            found[-1][1].append(match[3])
        else:
            found.append((code, [match[3]]))
        more = match[2] == b"-"
    assert not more
    return found


@dataclass
class Along:
    """Reads a stream beside its replies."""

    stream: bytes
    heard: list[tuple[int, list[bytes]]]
    spoken: Spoken
    at: int = 0
    turn: int = 0
    mail: bytes = b""
    rcpts: list[bytes] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    handed: Iterator[tuple[Envelope, bytes]] = field(init=False)

    def read(self) -> None:
        self.handed = iter(self.spoken.handed)
        assert self.reply()[0] == 220
        while self.command():
            pass
        assert self.turn == len(self.heard), self.heard[self.turn :]
        assert next(self.handed, None) is None

    def reply(self) -> tuple[int, bytes]:
        code, lines = self.heard[self.turn]
        self.turn += 1
        return code, lines[0]

    def command(self) -> bool:
        """One command with all that belongs to it; False when none follows."""
        end = self.stream.find(b"\n", self.at) + 1
        if not end:
            assert not self.spoken.closed
            return False
        line, self.at = self.stream[self.at : end], end
        verb = line.strip(b"\r\n").split(b" ")[0].upper()
        if verb == b"BDAT" and (chunk := CHUNK.fullmatch(line)):
            return self.chunk(int(chunk[1]), last=bool(chunk[2]))
        code, text = self.reply()
        self.well_formed(verb, code, text)
        if code in {221, 421} or (verb == b"BDAT" and code == 501):
            assert self.spoken.closed
            return False
        if verb == b"DATA" and code == 354:
            return self.data()
        self.note(verb, code, line)
        return True

    def well_formed(self, verb: bytes, code: int, text: bytes) -> None:
        if verb in {b"EHLO", b"HELO"} and code == 250:
            return
        if code == 354:
            assert verb == b"DATA"
            return
        enhanced = ENHANCED.match(text)
        assert enhanced, text
        assert int(enhanced[1]) == code // 100

    def note(self, verb: bytes, code: int, line: bytes) -> None:
        """What the command did to the transaction."""
        if code != 250:
            return
        if verb in {b"RSET", b"EHLO", b"HELO"}:
            self.forget()
        elif verb == b"MAIL":
            self.forget()
            self.mail = line
        elif verb == b"RCPT":
            assert self.mail
            assert not self.chunks
            self.rcpts.append(line)

    def forget(self) -> None:
        self.mail = b""
        self.rcpts, self.chunks = [], []

    def data(self) -> bool:
        end = (b"\r\n" + self.stream[self.at :]).find(b"\r\n.\r\n")
        if end < 0:
            assert not self.spoken.closed
            return False
        wire = self.stream[self.at : self.at + end]
        self.at += end + 3
        code, text = self.reply()
        if text.startswith(b"5.6.0"):
            assert self.spoken.closed
            assert not clean(wire)
            return False
        self.final(code, text, b"".join(line.removeprefix(b".") for line in lines(wire)))
        return True

    def chunk(self, size: int, *, last: bool) -> bool:
        if len(self.stream) - self.at < size:
            assert not self.spoken.closed
            return False
        self.chunks.append(self.stream[self.at : self.at + size])
        self.at += size
        code, text = self.reply()
        if code == 421:
            assert self.spoken.closed
            return False
        if last:
            plain = b"".join(self.chunks)
            if text.startswith(b"5.6.0"):
                assert not clean(plain)
            self.final(code, text, plain if plain.endswith(b"\r\n") or not plain else plain + b"\r\n")
        elif code == 250:
            assert self.rcpts
        return True

    def final(self, code: int, text: bytes, plain: bytes) -> None:
        """The reply to a whole content: the receiver's own belongs to the message that it was handed."""
        if text in FINAL:
            envelope, content = next(self.handed)
            assert content == plain
            assert clean(content)
            assert len(content) <= OPTIONS.max_size
            assert f"{envelope.reverse_path}>".encode() in self.mail
            assert envelope.forward_paths
            said = b"".join(self.rcpts)
            assert all(f"{address}>".encode() in said for address in envelope.recipients)
        else:
            assert code >= 400
        self.forget()


def lines(wire: bytes) -> list[bytes]:
    """Cut after every CRLF."""
    return re.findall(rb"(?s).*?\r\n|.+\Z", wire)


def clean(plain: bytes) -> bool:
    return not set(plain.replace(b"\r\n", b"")) & {0, 10, 13}


def seeds() -> Iterator[bytes]:
    """The dialogues of this house, and those of others where they lie beside us."""
    for octets in stored():
        yield b"\0\0" + octets
        yield b"\x03\x05" + octets
