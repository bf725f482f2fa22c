"""The connection under a session: coming and going, time, and the answers; what a client asks is in reading.py.

It is aiosmtpd's SMTP with a driver of its own (docs/decisions/0014): nothing is lost, altered or believed too early, and a hand-over
to the receiver outlives the client. tests/gateway/test_aiosmtpd_contract.py holds what is replaced to what it replaces.
"""

import asyncio
import ssl
from ipaddress import ip_address
from typing import Final, cast

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Session as Peer

from gateway import maillog, replies
from gateway.options import Smtp
from gateway.replies import Reply
from gateway.smtp.patience import Patience

LINGER: Final = 30.0  # seconds in which a client that was sent away may read why


class Connection(SMTP):
    """One connection of a client; what it asks is the subclass's."""

    __ident__ = "ESMTP Sekisho"
    session: Peer | None = None
    transport: asyncio.Transport | None = None

    def __init__(self, host_name: str, options: Smtp, tls: ssl.SSLContext | None) -> None:
        # Not theirs: it looks through all methods by reflection, 200 µs a connection, and may ask DNS.
        self.loop = asyncio.get_running_loop()
        self.hostname = host_name
        self.tls_context = tls
        self.address = ""
        """Of the peer, never what XFORWARD says."""
        self.tls_version = ""
        self.certificate = ""
        """SHA-256 of the verified client certificate."""
        self.certificate_names: frozenset[str] = frozenset()
        """Its DNS names (RFC 5280 4.2.1.6), lower case; the common name counts for nothing (RFC 9525 2)."""
        self._patience = Patience(options)
        self._timeout_duration = options.timeout
        self._timeout_handle: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._answers: list[bytes] = []
        self._handing_over = False
        self._shaking_hands = False
        self._unread = False
        """The client does not read its answers: it gets no more of them."""
        self._half_closed = False
        self._over = False
        """It was told the last word, or it is gone."""

    # What the session fills in.

    def admit(self) -> Reply | None:
        """Called before anything is said: a reply refuses the connection."""

    def go_on(self) -> None:
        """Read on: what was waited for is there."""

    def forget(self) -> None:
        """Called once when the connection is gone, or has nothing more to say."""

    def forget_unread(self) -> None:
        """Throw away what came and was not read yet."""

    # Coming, going, time.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or refuse it."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self.address = _address_of(self.transport)
        if refusal := self.admit():
            self._over = True
            self.transport.write(line(refusal))
            self.transport.close()
            return
        self.session = self._create_session()
        self.session.peer = transport.get_extra_info("peername")
        self._reset_timeout()
        self.transport.write(f"220 {self.hostname} {self.__ident__}\r\n".encode())

    def eof_received(self) -> bool | None:
        """A client that has only closed its sending side still hears the answer to its message."""
        if self._handing_over and not self.tls_version:
            self._half_closed = True
            return True
        return False

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - aiosmtpd's signature
        """Forget the connection; a hand-over that runs goes on."""
        if self.session is None:
            return
        self._over = True
        self.session = self.transport = None
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self.forget_unread()
        self.forget()

    def say_goodbye(self, reply: Reply) -> None:
        """Answer unasked or for the last time, and close. Commands that are here already are not read any more."""
        if self._over or self.transport is None:
            return
        self._over = True
        self.forget_unread()
        self._answers.append(line(reply))
        self.send()
        self.transport.close()
        if reply.code == 421 and reply is not replies.STOPPING:  # noqa: PLR2004 - RFC 5321 3.8
            maillog.sent_away(self.address, reply)

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Move the deadline. The one timer of a connection looks at it now and then: every command moves it."""
        self._deadline = self.loop.time() + (duration or self._timeout_duration)
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self._handing_over:  # the receiver has its own limits
            self._deadline = self.loop.time() + self._timeout_duration
        if self.loop.time() < self._deadline:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
        elif self.transport is not None:
            # A peer that does not read either is cut off a little later.
            self._timeout_handle = self.loop.call_later(LINGER, self.transport.abort)
            self.say_goodbye(replies.IDLE_TOO_LONG)

    # Answers.

    def say(self, reply: Reply, *, progress: bool = False, in_vain: bool = False) -> None:
        """Answer a command, or end the connection of a client that asks without end (patience.py).

        The answer waits for those to the commands that are here already: one write for all (RFC 2920 3.2).
        """
        if not progress and (enough := self._patience.spend(reply, in_vain=in_vain)):
            self.say_goodbye(enough)
        else:
            self._answers.append(line(reply))

    def send(self) -> None:
        """Write the answers that wait."""
        if self._answers and self.transport is not None:
            self.transport.write(b"".join(self._answers))
        self._answers.clear()

    def pause_writing(self) -> None:
        """What was answered is not read."""
        self._unread = True

    def resume_writing(self) -> None:
        """It was read."""
        self._unread = False
        self.go_on()


def line(reply: Reply) -> bytes:
    """A reply as it is sent; a text of several lines as RFC 5321 4.2.1 has them."""
    first, line_end, last = reply.text.rpartition("\n")
    before = "".join(f"{reply.code}-{words}\r\n" for words in first.split("\n")) if line_end else ""
    return f"{before}{reply.code} {last}\r\n".encode("ascii", "replace")


def _address_of(transport: asyncio.Transport) -> str:
    peer = transport.get_extra_info("peername")
    if not isinstance(peer, tuple):
        return ""  # gone already
    address = ip_address(str(peer[0]).partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
