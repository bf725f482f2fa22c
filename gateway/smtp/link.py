"""One connection to a next hop: commands out, well-formed replies in, and never in doubt whether a message may have been accepted."""

import asyncio
import math
import re
import ssl
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from gateway import replies
from gateway.replies import Reply
from gateway.smtp.capabilities import Capabilities

MAX_REPLY: Final = 64 * 1024  # octets of one reply; more is not SMTP
MAX_TEXT: Final = 400  # octets of a reply that are passed on (RFC 5321 4.5.3.1.5: 512 a line)
COALESCED: Final = 64 * 1024  # a content up to this size leaves in one write
HIGH_WATER: Final = 1024 * 1024
_LINE = re.compile(rb"([2-5][0-5][0-9])(?:([ -])([^\r\n]*))?\r?\n")  # RFC 5321 4.2
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?: |$)")  # RFC 2034 4


class LinkError(ConnectionError):
    """The connection cannot be used any more; `reply` says it to the client, always 4xx."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class LostError(LinkError):
    """Cut off by the other side (or 421), so that a fresh connection may do better."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it came: code and lines without their codes."""

    code: int
    lines: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300  # noqa: PLR2004 - the class of a reply

    def reply(self) -> Reply:
        """What is passed on: one line with an enhanced status code; what has no place here is 451."""
        if self.code in {421, 503} or not (200 <= self.code < 300 or 400 <= self.code < 600):  # noqa: PLR2004
            # 421 closes a connection that is not the client's; 503 means that we two misunderstood each other.
            return Reply(451, self._text("4.3.0"))
        return Reply(self.code, self._text(f"{self.code // 100}.0.0"))

    def _text(self, status: str) -> str:
        first, *others = self.lines
        match = _ENHANCED.match(first)
        if match and match[0][0] == status[0]:
            status = match[0].strip()
        texts = [line[found.end() :] if (found := _ENHANCED.match(line)) else line for line in (first, *others)]
        plain = " ".join(text.strip() for text in texts if text.strip())
        return f"{status} {''.join(letter if ' ' <= letter <= '~' else '?' for letter in plain)}"[:MAX_TEXT].strip()


class Link(asyncio.Protocol):
    """A connection; `open_link` makes one that has said EHLO."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.capabilities = Capabilities()
        self.used_at = 0.0
        self.transport: asyncio.Transport | None = None
        self._buffer = b""
        self._lines: list[str] = []
        self._reply_size = 0
        self._answers: deque[Answer] = deque()
        self._broken: LinkError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._due = math.inf
        """When whoever waits has waited long enough; loop time."""
        self._timer: asyncio.TimerHandle | None = None
        self._writable: asyncio.Future[None] | None = None

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self.transport = transport
        transport.set_write_buffer_limits(high=HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        """Cut replies out of what came."""
        self._buffer += data
        while (end := self._buffer.find(b"\n") + 1) and self._broken is None:
            line, self._buffer = self._buffer[:end], self._buffer[end:]
            self._take(line)
        if len(self._buffer) > MAX_REPLY:
            self._break(LinkError(replies.NEXT_HOP_ODD))

    def _take(self, line: bytes) -> None:
        match = _LINE.fullmatch(line)
        self._reply_size += len(line)
        if match is None or self._reply_size > MAX_REPLY:
            self._break(LinkError(replies.NEXT_HOP_ODD))
            return
        self._lines.append((match[3] or b"").decode("utf-8", "replace"))
        if match[2] != b"-":
            self._answers.append(Answer(int(match[1]), tuple(self._lines)))
            self._lines.clear()
            self._reply_size = 0
            self._wake(self._waiter)

    def pause_writing(self) -> None:
        """More than 1 MiB waits in our own buffer."""
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """There is room again."""
        self._wake(self._writable)
        self._writable = None

    def connection_lost(self, _error: Exception | None) -> None:
        """Whoever waits hears it."""
        self._break(LostError(replies.NEXT_HOP_CUT))
        if self._timer is not None:
            self._timer.cancel()

    def _break(self, error: LinkError) -> None:
        self._broken = self._broken or error
        self._wake(self._waiter)
        self._wake(self._writable)

    @staticmethod
    def _wake(future: asyncio.Future[None] | None) -> None:
        if future is not None and not future.done():
            future.set_result(None)

    # Our side

    @property
    def idle_and_well(self) -> bool:
        """Nobody has closed it, and nothing came that nobody asked for."""
        return self._broken is None and not self._answers and not self._buffer and not self._lines

    @property
    def spoke_early(self) -> bool:
        """An answer is there before its question was finished."""
        return bool(self._answers) or self._broken is not None

    def write(self, octets: bytes | memoryview) -> None:
        """Queue octets; `drain` afterwards."""
        if self._broken is not None and not self._answers:
            raise self._broken
        assert self.transport is not None
        self.transport.write(octets)

    async def drain(self, limit: float) -> None:
        """Wait while too much is queued. Raises LinkError."""
        if self._writable is not None and self._broken is None:
            await self._wait(self._writable, limit)

    async def answer(self, limit: float) -> Answer:
        """The next reply. Raises LinkError when there will be none within `limit` seconds."""
        while not self._answers:
            if self._broken is not None:
                raise self._broken
            self._waiter = asyncio.get_running_loop().create_future()
            await self._wait(self._waiter, limit)
        return self._answers.popleft()

    async def _wait(self, future: asyncio.Future[None], limit: float) -> None:
        """At most so long. The one timer of a link looks at the time now and then: every answer has its own."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + limit
        if self._timer is not None and self._due < self._timer.when():
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = loop.call_at(self._due, self._look_at_time, loop)
        try:
            await future
        finally:
            self._due = math.inf

    def _look_at_time(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._due <= loop.time():
            self._break(LinkError(replies.NEXT_HOP_SLOW))
        elif self._due < math.inf:
            self._timer = loop.call_at(self._due, self._look_at_time, loop)

    async def ask(self, command: str, limit: float) -> Answer:
        """Send one command and wait for its reply."""
        self.write(command.encode() + b"\r\n")
        return await self.answer(limit)

    async def content(self, chunks: Iterable[bytes | memoryview], limit: float) -> bool:
        """Write dot-stuffed chunks and the final dot; False when the other side spoke up before, and the dot was not sent.

        What was said before the dot cannot be the answer to it: taken for one, it would say of a content that nobody has yet
        that it is delivered.

        Raises LinkError only while the dot was not sent either: nothing can have been accepted then.
        """
        held: list[bytes | memoryview] = []
        size = 0
        for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size <= COALESCED:
                continue
            self.write(chunk if len(held) == 1 else b"".join(held))
            held, size = [], 0
            await self.drain(limit)
            await asyncio.sleep(0)  # the neighbours' turn: a long write must not keep them waiting
            if self.spoke_early:
                return False
        if self.spoke_early:
            return False
        held.append(b".\r\n")
        self.write(b"".join(held))
        return True

    async def hello(self, name: str, limit: float) -> None:
        """EHLO, or HELO where that is unknown. Raises LinkError."""
        answer = await self.ask(f"EHLO {name}", limit)
        if answer.code in {500, 502, 504}:
            answer = await self.ask(f"HELO {name}", limit)
            self.capabilities = Capabilities(eight_bit_mime=False)
        else:
            self.capabilities = Capabilities.read(answer.lines)
        if answer.code != 250:  # noqa: PLR2004 - RFC 5321 4.3.2
            raise LinkError(replies.UNREACHABLE)

    async def start_tls(self, context: ssl.SSLContext, server_name: str, limit: float) -> None:
        """Turn to TLS; an answer that came in clear beside the 220 ends the connection (CVE-2011-0411). Raises OSError."""
        answer = await self.ask("STARTTLS", limit)
        if answer.code != 220 or not self.idle_and_well or self.transport is None:  # noqa: PLR2004 - RFC 3207 4
            raise LinkError(replies.NEXT_HOP_UNTRUSTED)
        tls = await asyncio.get_running_loop().start_tls(
            self.transport, self, context, server_hostname=server_name, ssl_handshake_timeout=limit
        )
        if tls is None:
            raise LinkError(replies.NEXT_HOP_UNTRUSTED)
        self.connection_made(tls)

    def quit(self) -> None:
        """Say QUIT without waiting for the answer, and close."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"QUIT\r\n")
            self.transport.close()

    def abort(self) -> None:
        """Cut off: what was begun does not count."""
        if self.transport is not None:
            self.transport.abort()
