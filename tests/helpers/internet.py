"""What lies behind Postfix: an SMTP server in a thread that keeps everything; `refused…` addresses do not exist."""

import re
from email import message_from_bytes
from email.message import Message
from typing import Any, Self

from aiosmtpd.controller import Controller


class Internet:
    """Use as a context manager; `mails_for` may be asked from any thread."""

    def __init__(self, port: int) -> None:
        self.kept: list[tuple[str, tuple[str, ...], bytes]] = []
        self.port = port
        self._controller = Controller(self, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if address.startswith("refused"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.kept.append((envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.original_content))
        return "250 2.0.0 Ok: kept"

    def mails_for(self, address: str) -> list[Message]:
        return [message_from_bytes(content) for _, to, content in self.kept if address in to]

    def link_for(self, address: str) -> str:
        """The newest link in a notice to an address; "" when none came."""
        return next(reversed(self.links_for(address)), "")

    def links_for(self, address: str) -> list[str]:
        """The links in the notices to an address, the oldest first."""
        return [link for mail in self.mails_for(address) if (link := _link_in(mail))]


def _link_in(mail: Message) -> str:
    for part in mail.walk():
        payload = part.get_payload(decode=True)
        text = payload.decode() if part.get_content_type() == "text/plain" and isinstance(payload, bytes) else ""
        if found := re.search(r"https?://\S+/[qt]/\S+", text):
            return found[0]
    return ""
