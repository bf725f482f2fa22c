"""The next hop: hand a message over on kept-open connections and bring back an answer for every recipient.

A content is never altered: 8-bit octets go as they are to a next hop without 8BITMIME, too. (RFC 6152 3 would have them
converted or bounced; converting breaks signatures, bouncing loses mail, and such servers pass them on.)
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from gateway import replies
from gateway.content import Content
from gateway.options import NextHopOptions
from gateway.replies import Reply
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.link import Link, LinkError, LostError
from gateway.smtp.transaction import hand_over
from mail.envelope import Envelope
from notifier import cut_off
from store.clock import Clock

AVOIDED: Final = 30.0  # seconds in which a host that could not be reached is tried last
_log = structlog.get_logger("sekisho")


class UnreachableError(ConnectionError):
    """No host of the next hop took a connection; `reply` is what a client is told."""

    def __init__(self, reply: Reply, reason: str) -> None:
        super().__init__(reason)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one hand-over."""

    answers: Mapping[str, Reply]
    """By address; every recipient has one."""
    handed_over: bool
    """250 after the final dot, for those with a 2xx answer."""


class NextHop:
    """The server behind us, or several that stand in for each other."""

    def __init__(self, options: NextHopOptions, host_name: str, clock: Clock, stamp: bytes = b"") -> None:
        """`stamp`: a header line for everything that is handed over. Raises OSError when `tls_ca` cannot be read."""
        self.capabilities = Capabilities()
        self._options = options
        self._hosts = (options.host,) if isinstance(options.host, str) else options.host
        self._name = options.host_name or host_name or socket.gethostname()
        self._clock = clock
        self._stamp = stamp
        self._tls = _context_of(options)
        self._slots = asyncio.Semaphore(options.connections)
        self._idle: list[Link] = []
        self._failed_at: dict[str, float] = {}
        self._first: asyncio.Task[None] | None = None
        self._sweeper: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Ask for the capabilities, without waiting for the answer."""
        self._first = asyncio.create_task(self._first_contact())

    async def stop(self) -> None:
        """Close what is open and unused."""
        if self._first is not None:
            self._first.cancel()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for link in self._idle:
            link.quit()
        self._idle.clear()

    async def _first_contact(self) -> None:
        try:
            await self.probe()
        except UnreachableError as error:
            _log.warning("next hop not reachable", reason=str(error))

    async def probe(self) -> Capabilities:
        """Connect anew: EHLO, STARTTLS as set, NOOP. Raises UnreachableError."""
        link = await self._connect()
        try:
            answer = await link.ask("NOOP", self._options.command_timeout)
        except LinkError as error:
            link.abort()
            raise UnreachableError(error.reply, f"{link.host}: {error}") from error
        if not answer.reply().accepted:
            link.abort()
            raise UnreachableError(answer.reply(), f"{link.host}: NOOP: {answer.reply()}")
        self._keep(link)
        return self.capabilities

    async def deliver(self, envelope: Envelope, content: Content, *, drill: bool = False) -> Delivery:
        """Hand over to every forward-path. Never raises for what the next hop does: each recipient gets an answer.

        What is for the sink of drills ends here, as if it had been taken (`notifier.cut_off`); `drill`: so does all of it.
        """
        if not (sunk := cut_off.sunk(envelope.recipients, drill=drill)):
            return await self._to_others(envelope, content)
        others = envelope.only(frozenset(envelope.recipients) - sunk)
        rest = await self._to_others(others, content) if others.forward_paths else Delivery({}, handed_over=True)
        return Delivery({**rest.answers, **dict.fromkeys(sunk, replies.SUNK)}, rest.handed_over)

    async def _to_others(self, envelope: Envelope, content: Content) -> Delivery:
        if self._slots.locked():
            try:
                async with asyncio.timeout(self._options.connect_timeout):
                    await self._slots.acquire()
            except TimeoutError:
                return _all(envelope, replies.NEXT_HOP_BUSY)
        else:
            await self._slots.acquire()
        try:
            return await self._deliver(envelope, content.prefixed(self._stamp) if self._stamp else content)
        except UnreachableError as error:
            _log.warning("next hop not reachable", queue_id=envelope.id, reason=str(error))
            return _all(envelope, error.reply)
        finally:
            self._slots.release()

    async def _deliver(self, envelope: Envelope, content: Content) -> Delivery:
        """Once more on a fresh connection when the first died before anything can have been accepted."""
        link = self._kept() or await self._connect()
        try:
            return await self._on(link, envelope, content)
        except LostError as error:
            _log.info("next hop cut the connection, once more", queue_id=envelope.id, reason=str(error))
        except LinkError as error:
            return _all(envelope, error.reply)
        link = await self._connect()
        try:
            return await self._on(link, envelope, content)
        except LinkError as error:
            return _all(envelope, error.reply)

    async def _on(self, link: Link, envelope: Envelope, content: Content) -> Delivery:
        """One transaction. Raises LinkError only while nothing can have been accepted."""
        clean = False
        try:
            result = await hand_over(link, envelope, content, self._options)
            clean = result.clean
            return Delivery(result.answers, result.handed_over)
        finally:
            # Whatever went wrong, a cancelled task too: a connection in doubt is cut off.
            if clean:
                self._keep(link)
            else:
                link.abort()

    # Connections

    def _kept(self) -> Link | None:
        while self._idle:
            link = self._idle.pop()
            if link.idle_and_well and self._clock.monotonic() - link.used_at < self._options.idle:
                return link
            link.quit()
        return None

    def _keep(self, link: Link) -> None:
        link.used_at = self._clock.monotonic()
        self._idle.append(link)
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(self._options.idle, self._sweep)

    def _sweep(self) -> None:
        """Close what was not used for long."""
        self._sweeper = None
        kept, self._idle = self._idle, []
        for link in kept:
            if link.idle_and_well and self._clock.monotonic() - link.used_at < self._options.idle:
                self._keep(link)
            else:
                link.quit()

    async def _connect(self) -> Link:
        """A connection that has said EHLO, to the first host that takes one. Raises UnreachableError."""
        now = self._clock.monotonic()
        hosts = sorted(self._hosts, key=lambda host: now - self._failed_at.get(host, -AVOIDED) < AVOIDED)
        reply, reasons = replies.UNREACHABLE, []
        for host in hosts:
            try:
                link = await self._open(host)
            except (OSError, TimeoutError) as error:
                self._failed_at[host] = now
                reasons.append(f"{host} port {self._options.port}: {_why(error)}")
                reply = error.reply if isinstance(error, LinkError) and reply is replies.UNREACHABLE else reply
            else:
                self._failed_at.pop(host, None)
                self.capabilities = link.capabilities
                return link
        raise UnreachableError(reply, "; ".join(reasons))

    async def _open(self, host: str) -> Link:
        tls = self._options.tls
        limit = self._options.connect_timeout / len(self._hosts)
        link = await self._greeted(host, limit)
        if tls == "never" or (tls == "opportunistic" and not link.capabilities.starttls):
            return link
        try:
            if not link.capabilities.starttls:
                raise LinkError(replies.NEXT_HOP_UNTRUSTED) from ConnectionError("it offers no STARTTLS")
            await link.start_tls(self._tls, self._options.tls_name or host, limit)
            await link.hello(self._name, limit)
        except OSError as error:
            link.abort()
            if tls == "required":
                reason = _why(error)
                _log.error("no TLS that can be trusted", host=host, reason=reason)
                raise LinkError(replies.NEXT_HOP_UNTRUSTED) from ConnectionError(reason)
            _log.warning("no TLS, going on in clear", host=host, reason=_why(error))
            return await self._greeted(host, limit)
        return link

    async def _greeted(self, host: str, limit: float) -> Link:
        """Connected, greeted with 220, EHLO said. Raises OSError, LinkError, TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(limit):
            _, link = await loop.create_connection(lambda: Link(host), host, self._options.port)
        try:
            greeting = await link.answer(limit)
            if greeting.code != 220:  # noqa: PLR2004 - RFC 5321 3.1
                raise LinkError(replies.UNREACHABLE)  # noqa: TRY301 - to the clean-up below
            await link.hello(self._name, limit)
        except BaseException:
            link.abort()
            raise
        return link


def _all(envelope: Envelope, reply: Reply) -> Delivery:
    return Delivery(dict.fromkeys(envelope.recipients, reply), handed_over=False)


def _why(error: Exception) -> str:
    """In words for a mail admin: whoever opened the connection calls the same failure by other names."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}"
    if isinstance(error, LinkError):
        return str(error.__cause__ or error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror | ssl.SSLError):
        return os.strerror(error.errno)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _context_of(options: NextHopOptions) -> ssl.SSLContext:
    """Opportunistic TLS keeps listeners out, not impostors: nothing is checked (RFC 7435)."""
    context = (
        ssl.create_default_context(cafile=options.tls_ca)
        if options.tls == "required"
        else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    if options.tls != "required":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
