"""STARTTLS: a connection in clear becomes one in TLS, and nothing that came before counts after it (RFC 3207 4.2)."""

import asyncio
from hashlib import sha256
from typing import Final

from gateway import maillog, replies
from gateway.smtp.connection import line
from gateway.smtp.reading import Reading

HANDSHAKE: Final = 30.0  # seconds


class StartTls(Reading):
    """A connection that can turn to TLS."""

    _handshake: asyncio.Task[None] | None = None

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Turn to TLS (CVE-2024-34083: what a third put in front of it must not be believed)."""
        if arg or self.tls_context is None or self.tls_version or self.transport is None:
            self.say(replies.BAD_ARGUMENTS if arg else replies.NO_TLS)
            return
        self._answers.append(line(replies.STARTTLS_READY))
        self.send()
        # Nothing more is read until the change of protocol inside start_tls: what came in clear before it is thrown away.
        self.transport.pause_reading()
        self.forget_unread()
        self._shaking_hands = True
        self._handshake = self.loop.create_task(self._shake_hands(self.transport))

    async def _shake_hands(self, clear: asyncio.Transport) -> None:
        assert self.tls_context is not None
        try:
            tls = await self.loop.start_tls(
                clear, self, self.tls_context, server_side=True, ssl_handshake_timeout=HANDSHAKE
            )
        except OSError as error:  # ssl.SSLError and TimeoutError are such, too
            maillog.no_tls(self.address, error)
            self.connection_lost(None)
            return
        if tls is not None and not self._over:
            self._turn_to(tls)

    def _turn_to(self, tls: asyncio.Transport) -> None:
        peer = tls.get_extra_info("ssl_object")
        certificate = peer.getpeercert(binary_form=True)  # without one that was verified: None
        self.transport = tls
        self.tls_version = peer.version()
        self.certificate = sha256(certificate).hexdigest() if certificate else ""
        named = (peer.getpeercert() or {}).get("subjectAltName", ())
        self.certificate_names = frozenset(name.lower() for kind, name in named if kind == "DNS")
        self.reset()
        self.session = self._create_session()
        self.session.peer = tls.get_extra_info("peername")
        self.session.ssl = {"version": self.tls_version}
        self._shaking_hands = False
        self.go_on()
