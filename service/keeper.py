"""Keeper: a next hop that keeps every mail in a Maildir; it stands in for the internet in the demo."""

import asyncio
import mailbox
import socket
from email.message import Message
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """An SMTP server on loopback. Each kept mail begins with one Delivered-To line per recipient."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=True)
        self._server: asyncio.Server | None = None

    async def start(self, listening: socket.socket) -> None:
        """Serve on an open socket."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="internet.example", enable_SMTPUTF8=True, loop=loop), sock=listening
        )

    async def stop(self) -> None:
        """Close."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it."""
        head = "".join(f"Delivered-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        content = envelope.original_content or b""
        await asyncio.to_thread(self._box.add, head.encode() + content)
        return "250 2.0.0 Ok: kept"

    def mails_for(self, address: str) -> list[Message]:
        """What was delivered to an address, oldest first."""
        kept = [self._box[name] for name in sorted(self._box.keys())]
        return [mail for mail in kept if address in mail.get_all("Delivered-To", [])]
