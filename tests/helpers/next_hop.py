"""A next hop that keeps what it is given and does what a test tells it: refuse, answer nonsense, cut the connection, say nothing."""

# ruff: noqa: N802, ARG002 - the names and signatures are aiosmtpd's

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiosmtpd.smtp import SMTP

CUT: Final = "cut"
CUT_AFTER: Final = "cut after the usual answer"
SILENCE: Final = "silence"
SLOW: Final = "reads on when told"
EXTENSIONS: Final = ("PIPELINING", "SIZE 104857600", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True)
class Taken:
    """One accepted message."""

    mail: str
    """The line after `MAIL FROM:`."""
    rcpts: tuple[str, ...]
    wire: bytes
    """Dot-stuffed, without the final dot."""
    connection: int

    @property
    def sender(self) -> str:
        return _path(self.mail)

    @property
    def recipients(self) -> list[str]:
        return [_path(line) for line in self.rcpts]

    @property
    def plain(self) -> bytes:
        return re.sub(rb"(?m)^\.", b"", self.wire)


def _path(line: str) -> str:
    match = re.match(r"<(.*)>(?= |$)", line)
    return match[1] if match else line


@dataclass
class RecordingNextHop:
    """Stages: CONNECT EHLO STARTTLS XFORWARD MAIL RCPT DATA CONTENT DOT RSET NOOP. What is not scripted goes well."""

    extensions: tuple[str, ...] = EXTENSIONS
    tls: ssl.SSLContext | None = None
    messages: list[Taken] = field(default_factory=list)
    whole: list[Taken] = field(default_factory=list)
    """What came with its final dot, whatever was answered."""
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    during_content: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    _script: list[list[Any]] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _open: set["_Session"] = field(default_factory=set)

    def does(self, stage: str, action: str | bytes, *, about: str = "", times: int = 1) -> None:
        """At the next `times` of a stage (whose line contains `about`): a reply, raw octets, CUT, CUT_AFTER or SILENCE."""
        self._script.append([stage, about, action, times])

    def forgets_its_script(self) -> None:
        """From here on all goes well."""
        self._script.clear()

    def takes(self, stage: str, line: str) -> str | bytes | None:
        for entry in self._script:
            if entry[0] == stage and entry[1] in line and entry[3] > 0:
                entry[3] -= 1
                return entry[2]  # type: ignore[no-any-return]
        return None

    async def start(self, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Session(self), "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.drop_all()
        handlers = [session._handler_coroutine for session in self._open if session._handler_coroutine is not None]
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)

    def drop_all(self) -> None:
        """Cut every open connection, as a restart does."""
        for session in list(self._open):
            if session.transport is not None:
                session.transport.abort()  # type: ignore[attr-defined]


class _Session(SMTP):
    line_length_limit = 64 * 1024 * 1024

    def __init__(self, hop: RecordingNextHop) -> None:
        super().__init__(object(), hostname="hop.example", ident="ESMTP", timeout=60, enable_SMTPUTF8=True)
        self.tls_context = hop.tls
        self.hop = hop
        self.mail = ""
        self.rcpts: list[str] = []
        self.number = 0
        self._smtp_methods["XFORWARD"] = self.smtp_XFORWARD

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self not in self.hop._open:
            self.hop.connections += 1
            self.number = self.hop.connections
            self.hop._open.add(self)
            assert self._handler_coroutine is not None
            self._handler_coroutine.add_done_callback(lambda task: task.cancelled() or task.exception())

    def connection_lost(self, error: Exception | None) -> None:
        self.hop._open.discard(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if str(status).startswith("220 hop.example"):
            await self._act("CONNECT", "", status)
        else:
            await super().push(status)

    async def _act(self, stage: str, line: str, usual: str) -> bool:
        """True when the usual was said."""
        action = self.hop.takes(stage, line)
        if action is None or action == CUT_AFTER:
            await super().push(usual)
        elif action == SILENCE:
            await asyncio.Event().wait()
        elif isinstance(action, bytes):
            self._writer.write(action)
        elif action != CUT:
            await super().push(action)
            return stage != "DATA" and action.startswith("2")
        if action in (CUT, CUT_AFTER):
            assert self.transport is not None
            if action == CUT:
                self.transport.abort()  # type: ignore[attr-defined]
            else:
                self.transport.close()
            await asyncio.Event().wait()
        return action is None

    async def smtp_EHLO(self, hostname: str) -> None:
        self.hop.commands.append(f"EHLO {hostname}")
        self.session.host_name = hostname  # type: ignore[union-attr]
        self.session.extended_smtp = True  # type: ignore[union-attr]
        words = [*self.hop.extensions, *(["STARTTLS"] if self.tls_context and not self._tls_protocol else [])]
        lines = ["hop.example", *words]
        text = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        await self._act("EHLO", hostname, text)

    async def smtp_HELO(self, hostname: str) -> None:
        self.hop.commands.append(f"HELO {hostname}")
        await super().push("250 hop.example")

    async def smtp_STARTTLS(self, arg: str) -> None:
        self.hop.commands.append("STARTTLS")
        action = self.hop.takes("STARTTLS", "")
        self._writer.write(action if isinstance(action, bytes) else b"220 go\r\n")
        if isinstance(action, bytes) and not action.startswith(b"220"):
            return
        assert self.tls_context is not None
        try:
            tls = await self.loop.start_tls(self.transport, self, self.tls_context, server_side=True)  # type: ignore[arg-type]
        except OSError:
            self.connection_lost(None)
            return
        self.transport = self._transport = self._reader._transport = self._writer._transport = tls  # type: ignore[attr-defined]
        self._tls_protocol = True  # type: ignore[assignment]
        self.session.ssl = {}  # type: ignore[union-attr]

    async def smtp_XFORWARD(self, arg: str) -> None:
        self.hop.commands.append(f"XFORWARD {arg}")
        await self._act("XFORWARD", arg, "250 2.0.0 ok")

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.hop.commands.append(f"MAIL {arg}")
        if await self._act("MAIL", arg or "", "250 2.1.0 ok"):
            self.mail, self.rcpts = (arg or "")[5:], []

    async def smtp_RCPT(self, arg: str | None) -> None:
        self.hop.commands.append(f"RCPT {arg}")
        if not self.mail:
            await super().push("503 5.5.1 MAIL first")
        elif await self._act("RCPT", arg or "", "250 2.1.5 ok"):
            self.rcpts.append((arg or "")[3:])

    async def smtp_RSET(self, arg: str) -> None:
        self.hop.commands.append("RSET")
        self.mail, self.rcpts = "", []
        await self._act("RSET", "", "250 2.0.0 ok")

    async def smtp_NOOP(self, arg: str) -> None:
        self.hop.commands.append("NOOP")
        await self._act("NOOP", "", "250 2.0.0 ok")

    async def smtp_QUIT(self, arg: str) -> None:
        self.hop.commands.append("QUIT")
        await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self.hop.commands.append("DATA")
        if not self.rcpts and self.hop.takes("DATA", "for nobody") is None:
            await super().push("554 5.5.1 no valid recipients")
            return
        if not await self._act("DATA", "", "354 go"):
            return
        first = b""
        action = self.hop.takes("CONTENT", "")
        if action is not None:
            first = await self._reader.read(1)
            self.hop.during_content.set()
            if action == SLOW:
                assert self._transport is not None
                self._transport.pause_reading()
                await self.hop.go_on.wait()
                self._transport.resume_reading()
            elif isinstance(action, str) and action[0].isdigit():
                await super().push(action)
            else:
                await self.hop.go_on.wait()
            if action != SLOW:
                self.transport.abort()  # type: ignore[union-attr]
                await asyncio.Event().wait()
        wire = first
        while not (wire == b".\r\n" or wire.endswith(b"\r\n.\r\n")):
            wire += await self._reader.readuntil(b".\r\n")
        self.hop.commands.append(".")
        message = Taken(self.mail, tuple(self.rcpts), wire[:-3], self.number)
        self.mail, self.rcpts = "", []
        self.hop.whole.append(message)
        if await self._act("DOT", "", "250 2.0.0 taken"):
            self.hop.messages.append(message)


@asynccontextmanager
async def next_hop(**fields: Any) -> AsyncIterator[RecordingNextHop]:
    """One on loopback, until the block ends."""
    hop = RecordingNextHop(**fields)
    await hop.start()
    try:
        yield hop
    finally:
        await hop.stop()
