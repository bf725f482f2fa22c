"""A real SMTP server on loopback that keeps what it is given, and refuses what it is told to."""

import asyncio
import contextlib
import email
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Receiver:
    """What came, and what to answer."""

    port: int = 0
    mail: str = ""
    rcpt: str = ""
    data: str = ""
    stall: asyncio.Event | None = None
    """Set: the answer to the final dot waits for it."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a message has come, before it is answered."""
    got: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    ehlo: list[str] = field(default_factory=list)
    utf8: list[bool] = field(default_factory=list)
    connections: int = 0
    most: int = 0
    """Messages that a connection takes, if not 0; the next one is answered `enough`, or hung up on where that is empty."""
    enough: str = ""
    on_it: dict[Session, int] = field(default_factory=dict)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.on_it[session] = self.on_it.get(session, 0) + 1
        if self.most and self.on_it[session] > self.most:
            if not self.enough:
                assert server.transport
                server.transport.close()
            return self.enough
        self.ehlo.append(str(session.host_name))
        self.encrypted.append(session.ssl is not None)
        self.utf8.append("SMTPUTF8" in options)
        if self.mail:
            return self.mail
        envelope.mail_from = address or "<>"
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.arrived.set()
        if self.data:
            return self.data
        if self.stall:
            await self.stall.wait()
        self.got.append((str(envelope.mail_from), list(envelope.rcpt_tos), cast("bytes", envelope.original_content)))
        return f"250 2.0.0 queued as {len(self.got)}"

    def messages(self) -> list[EmailMessage]:  # no property: aiosmtpd looks at every attribute of a handler
        return [email.message_from_bytes(raw, policy=default) for _, _, raw in self.got]


@contextlib.asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None, **answers: Any) -> AsyncIterator[Receiver]:
    """A listening receiver; closed with all its connections at the end."""
    receiver = Receiver(**answers)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        receiver.connections += 1
        return SMTP(receiver, hostname="mx.example", enable_SMTPUTF8=True, tls_context=tls, loop=loop)

    server = await loop.create_server(session, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
