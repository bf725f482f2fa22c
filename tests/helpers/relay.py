"""Door and next hop on loopback with nothing judged between them, and a client that sends exactly the octets it is given."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from gateway.next_hop import NextHop
from gateway.options import NextHopOptions, Smtp
from gateway.smtp_in import Door, Receiver
from store.clock import Clock
from tests.helpers.next_hop import RecordingNextHop
from tests.helpers.passing import Passing

HOST = "relay.example"


class Client:
    """Raw SMTP: a reply is its lines, joined by LF."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def reply(self) -> str:
        """The next reply; "" when the connection has ended."""
        lines: list[str] = []
        while True:
            try:
                octets = await asyncio.wait_for(self.reader.readline(), 20)
            except ConnectionError:
                return ""
            lines.append(octets.decode().rstrip("\r\n"))
            if octets[3:4] != b"-":
                return "\n".join(lines)

    async def say(self, text: str | bytes) -> str:
        """One command and its reply."""
        octets = text if isinstance(text, bytes) else text.encode()
        await self.send(octets + b"\r\n")
        return await self.reply()

    async def send(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()

    async def hello(self) -> str:
        await self.reply()
        return await self.say("EHLO client.example")

    async def begin_tls(self, context: ssl.SSLContext) -> None:
        """STARTTLS, and the greeting that must follow."""
        assert (await self.say("STARTTLS")).startswith("220")
        await self.start_tls(context)
        await self.say("EHLO client.example")

    async def mail(
        self, plain: bytes, *recipients: str, sender: str = "taro@tachibana.example", parameters: str = ""
    ) -> str:
        """A whole transaction; the last reply, or the first that was not 2xx or 354."""
        for command in (f"MAIL FROM:<{sender}>{parameters}", *(f"RCPT TO:<{to}>" for to in recipients), "DATA"):
            answer = await self.say(command)
            if answer[0] not in "23":
                return answer
        return await self.say(stuffed(plain) + b".")

    async def start_tls(self, context: ssl.SSLContext) -> None:
        await self.writer.start_tls(context, server_hostname=HOST)
        self.reader._transport = self.writer.transport  # type: ignore[attr-defined]

    def reset(self) -> None:
        """End with RST instead of FIN."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):  # the other side was quicker
            await self.writer.wait_closed()


def stuffed(plain: bytes) -> bytes:
    """Dot-stuffed line by line, without the code under test."""
    return b"".join(b"." + line if line.startswith(b".") else line for line in plain.splitlines(keepends=True))


async def until(happened: Callable[[], object]) -> None:
    """Let the loop run until something is so."""
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - the code under test has no event for it
            await asyncio.sleep(0)


@dataclass
class Relay:
    door: Door
    next_hop: NextHop
    receiver: Any

    @asynccontextmanager
    async def client(self, *, greet: bool = True, source: str = "127.0.0.1") -> AsyncIterator[Client]:
        host, port = self.door.addresses[0]
        reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
        client = Client(reader, writer)
        try:
            if greet:
                await client.hello()
            yield client
        finally:
            await client.close()


@asynccontextmanager
async def relay(
    hop: RecordingNextHop | None = None,
    *,
    smtp: Smtp | None = None,
    out: dict[str, Any] | None = None,
    receiver: Receiver | None = None,
    clock: Clock | None = None,
    probe: bool = True,
    stamp: bytes = b"",
) -> AsyncIterator[Relay]:
    """A relay that knows what its next hop can, unless `probe` is False."""
    clock = clock or Clock()
    options = NextHopOptions(port=hop.port if hop else 1, **(out or {}))
    behind = NextHop(options, HOST, clock, stamp)
    if hop and probe:
        await behind.probe()
    chosen = receiver or Passing(behind)
    door = Door(
        (smtp or Smtp()).model_copy(update={"host_name": HOST, "listen": ("127.0.0.1:0",)}),
        chosen,
        lambda: behind.capabilities,
        clock,
        frozenset({"tachibana.example"}),
    )
    await door.start()
    try:
        yield Relay(door, behind, chosen)
    finally:
        await door.stop(grace=5)
        await behind.stop()
