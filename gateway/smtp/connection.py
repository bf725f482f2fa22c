"""The connection under a session: what is replaced in aiosmtpd's SMTP, so that nothing is lost, altered or believed too early.

aiosmtpd drives the connection and reads the commands. Here stand the collecting of DATA in bulk, the time limits, STARTTLS, and
that a hand-over to the receiver outlives the client. Its private names are touched in this file only, and
tests/gateway/test_aiosmtpd_contract.py holds each of them in place.
"""

import asyncio
import ssl
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Final, cast

import structlog
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Session as Peer

from gateway import replies
from gateway.replies import Reply
from gateway.smtp.collector import Collector

MAX_LINE: Final = 4096  # octets of a command; RFC 5321 4.5.3.1.4 asks for 512 and the lengths of the parameters
HANDSHAKE: Final = 30.0  # seconds
_log = structlog.get_logger("sekisho")


class _SameForAll(dict[str, int]):
    """The limit of every command; aiosmtpd's own table is shared by all sessions and grows with each unknown word."""

    def __missing__(self, command: str) -> int:
        return MAX_LINE


class Connection(SMTP):
    """One connection of a client; the commands are the subclass's."""

    # What the constructor of SMTP would set. It looks through all methods by reflection, 200 µs a connection, and may ask DNS.
    __ident__ = "ESMTP Sekisho"
    command_size_limit = MAX_LINE
    command_size_limits = _SameForAll()
    data_size_limit = None
    enable_SMTPUTF8 = True  # noqa: N815 - aiosmtpd's name; commands are decoded as UTF-8; who may say what in it is the session's to check
    event_handler = None
    envelope = None
    require_starttls = False
    session: Peer | None = None
    transport: asyncio.Transport | None = None
    _decode_data = False
    _timeout_handle: asyncio.TimerHandle | None = None
    _tls_handshake_okay = True
    _tls_protocol = None
    _original_transport = None
    _handler_coroutine: asyncio.Task[None] | None = None
    _auth_require_tls = True
    _auth_required = False
    _auth_callback = None
    _authenticator = None
    _auth_methods: Mapping[str, Any] = {}  # type: ignore[assignment]
    _handle_hooks: Mapping[str, Any] = {}  # type: ignore[assignment]
    _ehlo_hook_ver = None
    _enforce_call_limit = False
    _proxy_timeout = None

    def __init__(self, host_name: str, timeout: float, tls: ssl.SSLContext | None) -> None:
        """`timeout`: seconds without a command or a piece of data."""
        self.loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MAX_LINE, loop=self.loop)
        asyncio.StreamReaderProtocol.__init__(
            self, reader, client_connected_cb=self._cb_client_connected, loop=self.loop
        )
        self.hostname = host_name
        self.tls_context = tls
        self.address = ""
        """Of the peer, never what XFORWARD says."""
        self.tls_version = ""
        self.certificate = ""
        """SHA-256 of the verified client certificate."""
        self.certificate_names: frozenset[str] = frozenset()
        """Its DNS names (RFC 5280 4.2.1.6), lower case; the common name counts for nothing (RFC 9525 2)."""
        self._timeout_duration = timeout
        self._deadline = 0.0
        self._answers: list[bytes] = []
        self._collector: Collector | None = None
        self._arrived: asyncio.Future[None] | None = None
        self._handing_over = False
        self._ended = False
        self._gone = False

    # What the session fills in.

    def admit(self) -> Reply | None:
        """Called with the first octet not yet read: a reply refuses the connection."""

    def forget(self) -> None:
        """Called once when the connection is gone."""

    def reset(self) -> None:
        """Forget the transaction."""

    # Coming, going, time.

    @property
    def in_data(self) -> bool:
        """Whether a message is on its way in or to the receiver."""
        return self._collector is not None or self._handing_over

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or refuse it."""
        transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self.address = _address_of(transport)
        if refusal := self.admit():
            transport.write(line(refusal))
            transport.close()
            return
        super().connection_made(transport)
        assert self._handler_coroutine is not None
        self._handler_coroutine.add_done_callback(_heard)

    def eof_received(self) -> bool | None:
        """A client that has only closed its sending side still hears the answer to its message."""
        if self.session is None:
            return False
        if self._handing_over and not self.tls_version:
            self._ended = True
            return True
        return super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection; a hand-over that runs goes on."""
        if self.session is None or self._gone:
            return
        self._gone = True
        super().connection_lost(error)
        self.forget()

    def say_goodbye(self, reply: Reply) -> None:
        """Answer unasked, and close."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"".join(self._answers) + line(reply))
            self._answers.clear()
            self.transport.close()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Move the deadline. The one timer of a connection looks at it now and then: every piece of data moves it."""
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
            self._timeout_handle = self.loop.call_later(HANDSHAKE, self.transport.abort)
            self.say_goodbye(replies.IDLE_TOO_LONG)

    def _set_post_data_state(self) -> None:
        self.reset()

    # Answers.

    async def push(self, status: str | bytes) -> None:
        """Send what aiosmtpd itself has to say: the greeting, and that it could not read a command."""
        text = status if isinstance(status, str) else status.decode()
        if text == "500 Command line too long":
            await self.say(replies.LINE_TOO_LONG)
        elif text.startswith("500 "):
            await self.say(replies.UNKNOWN_COMMAND)  # theirs repeats the word, control characters and all
        else:
            await self.write(text.encode() + b"\r\n")

    async def say(self, reply: Reply) -> None:
        """Answer a command."""
        await self.write(line(reply), wait_for_more=reply.accepted)

    async def write(self, octets: bytes, *, wait_for_more: bool = False) -> None:
        """Good news may wait for the answers to commands that are here already: one write for all (RFC 2920 3.2)."""
        self._answers.append(octets)
        if wait_for_more and b"\n" in self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001
            return
        self._writer.write(b"".join(self._answers))
        self._answers.clear()
        await self._writer.drain()

    async def handle_exception(self, error: Exception) -> str:
        """Our own fault, never the message's: a temporary answer; the place goes to the log, the words of the error do not."""
        log_fault("session failed", error, client=self.address)
        return str(replies.TRY_LATER)

    # Content.

    def data_received(self, data: bytes) -> None:
        """Octets of a content go to the collector in bulk, everything else to aiosmtpd's reader."""
        if self._collector is None or self._arrived is None:
            super().data_received(data)
            return
        self._reset_timeout()
        rest = self._collector.feed(data)
        if rest is not None:
            if not self._arrived.done():
                self._arrived.set_result(None)
            self._arrived = None
            super().data_received(rest)

    async def collect(self, collector: Collector) -> None:
        """Say 354, then give all octets to the collector up to the end of data. Cancelled when the client goes away."""
        self._collector = collector
        self._arrived = arrived = self.loop.create_future()
        early = bytes(self._reader._buffer)  # type: ignore[attr-defined]  # noqa: SLF001 - it came together with DATA
        self._reader._buffer.clear()  # type: ignore[attr-defined]  # noqa: SLF001
        self._reader._maybe_resume_transport()  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            if early:
                self.data_received(early)
            await self.write(line(replies.GO_AHEAD))
            await arrived
        finally:
            self._collector = self._arrived = None

    async def shielded(self, hand_over: asyncio.Task[Reply]) -> Reply:
        """The answer of the receiver. Neither a time limit nor a lost connection stops it: it may have accepted already."""
        self._handing_over = True
        try:
            return await asyncio.shield(hand_over)
        finally:
            self._handing_over = False
            self._reset_timeout()

    # TLS.

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Turn to TLS; nothing that came before counts after it (RFC 3207 4.2, CVE-2024-34083)."""
        if arg or self.tls_context is None or self.tls_version or self.transport is None:
            await self.say(replies.BAD_ARGUMENTS if arg else replies.NO_TLS)
            return
        await self.write(line(replies.STARTTLS_READY))
        # From here to the change of protocol inside start_tls nothing yields: what came in clear before it is thrown away.
        self._reader._buffer.clear()  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            tls = await self.loop.start_tls(
                self.transport, self, self.tls_context, server_side=True, ssl_handshake_timeout=HANDSHAKE
            )
        except OSError as error:  # ssl.SSLError and TimeoutError are such, too
            _log.warning("handshake failed", client=self.address, error=type(error).__name__)
            self.connection_lost(None)
            return
        if tls is None:
            return
        self._turn_to(tls)

    def _turn_to(self, tls: asyncio.Transport) -> None:
        self.transport = self._transport = tls
        self._reader._transport = tls  # type: ignore[attr-defined]  # noqa: SLF001
        self._writer._transport = tls  # type: ignore[attr-defined]  # noqa: SLF001
        self._over_ssl = True
        self._tls_protocol = True
        peer = tls.get_extra_info("ssl_object")
        certificate = peer.getpeercert(binary_form=True)  # without one that was verified: None
        self.tls_version = peer.version()
        self.certificate = sha256(certificate).hexdigest() if certificate else ""
        named = (peer.getpeercert() or {}).get("subjectAltName", ())
        self.certificate_names = frozenset(name.lower() for kind, name in named if kind == "DNS")
        self.reset()
        self.session = self._create_session()
        self.session.peer = tls.get_extra_info("peername")
        self.session.ssl = {"version": self.tls_version}


def line(reply: Reply) -> bytes:
    """A reply as it is sent."""
    return f"{reply.code} {reply.text}\r\n".encode("ascii", "replace")


def log_fault(event: str, error: BaseException, **ids: str) -> None:
    """Log an error by kind and place. Its words stay out: they may be the message's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    _log.error(event, error=type(error).__name__, place=place, **ids)


def _heard(task: asyncio.Task[None]) -> None:
    """A connection that broke while we answered is no news."""
    if not task.cancelled():
        task.exception()


def _address_of(transport: asyncio.Transport) -> str:
    peer = transport.get_extra_info("peername")
    if not isinstance(peer, tuple):
        return ""  # gone already
    address = ip_address(str(peer[0]).partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
