"""One listening door: who may come in, how many at once, and that no message that was handed over is dropped at closing time."""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from ipaddress import ip_address
from typing import Protocol

import structlog

from gateway import maillog, metrics, replies
from gateway.clients import Admission, Permit, Refusal
from gateway.content import Content
from gateway.options import Network, Smtp, Tls
from gateway.replies import Reply
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.receiving import Receiving
from gateway.smtp.session import Session
from mail.envelope import Envelope
from mail.headers import LOOP_LIMIT
from store.clock import Clock

BACKLOG = 1024
_log = structlog.get_logger("sekisho")


class Receiver(Protocol):
    """Who takes a whole message and answers for it: the flow."""

    async def receive(self, envelope: Envelope, content: Content) -> Reply:
        """The reply to the final dot; never raises for expected outcomes. The content is closed when this returns."""
        ...


class Door:
    """The SMTP listeners of one process."""

    def __init__(
        self,
        options: Smtp,
        receiver: Receiver,
        capabilities: Callable[[], Capabilities],
        clock: Clock,
        domains: frozenset[str] = frozenset(),
    ) -> None:
        """`domains`: ours. Raises OSError (ssl.SSLError) for a certificate or key that cannot be read, KeyFileError for a secret."""
        # aiosmtpd logs every command line; ours are in gateway/maillog.py.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self.receiver = receiver
        self.capabilities = capabilities
        self.clock = clock
        self.stopping = False
        self._domains = domains
        self.use(options)
        self._servers: list[asyncio.Server] = []
        self._sessions: set[Receiving] = set()
        self._per_client: Counter[str] = Counter()
        self._running: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()

    def use(self, options: Smtp) -> None:
        """Settings for the connections to come; those that are open keep theirs. The listeners stay."""
        self.options = options
        self.host_name = options.host_name or socket.gethostname()
        self.tls = _tls_of(options.tls)
        self.admission = Admission(options, self._domains)
        self.believes = _member_of(options.xforward_networks)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where we listen, as bound: (host, port)."""
        bound = [listening.getsockname() for server in self._servers for listening in server.sockets]
        return [(name[0], name[1]) for name in bound]

    async def start(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Listen on `options.listen`, or on sockets that were opened elsewhere."""
        loop = asyncio.get_running_loop()
        if sockets is not None:
            for index, given in enumerate(sockets):
                listener = self.options.listen[index] if index < len(self.options.listen) else ""
                factory = partial(Session, self, listener)
                self._servers.append(await loop.create_server(factory, sock=given, backlog=BACKLOG))
            return
        for listener in self.options.listen:
            host, _, port = listener.rpartition(":")
            factory = partial(Session, self, listener)
            self._servers.append(await loop.create_server(factory, host.strip("[]"), int(port), backlog=BACKLOG))

    async def retire(self, patience: float = 30) -> None:
        """No new connections here, for others take them; whoever is in goes on for `patience` seconds, then ends the message begun."""
        self._close()
        await self.clock.sleep(1)  # what the kernel had given us already becomes a session first
        if not await self._quiet_within(patience):
            self.stopping = True  # from here on a message is the last of its session
            for session in list(self._sessions):
                if not session.in_transaction:
                    session.say_goodbye(replies.STOPPING)
            await self._quiet_within(patience)

    async def stop(self, grace: float = 60) -> None:
        """No new connections; finish what is in DATA, 421 to the others. After `grace` seconds the rest is cut off."""
        self.stopping = True
        self._close()
        for session in list(self._sessions):
            if not session.in_data:
                session.say_goodbye(replies.STOPPING)
        if not await self._quiet_within(grace):
            _log.warning("cut off at stop", sessions=len(self._sessions), hand_overs=len(self._running))
            for session in list(self._sessions):
                if session.transport is not None:
                    session.transport.abort()

    def _close(self) -> None:
        for server in self._servers:
            server.close()

    async def _quiet_within(self, seconds: float) -> bool:
        """Whether the last session and the last message were gone in that time."""
        try:
            async with asyncio.timeout(seconds):
                while self._sessions or self._running:
                    self._quiet.clear()
                    await self._quiet.wait()
        except TimeoutError:
            return False
        return True

    def admit(self, session: Receiving) -> Reply | None:
        """Count a connection in; a reply refuses it."""
        if self.stopping:
            return replies.STOPPING
        if (
            len(self._sessions) >= self.options.max_connections
            or self._per_client[session.address] >= self.options.max_connections_per_client
        ):
            return replies.TOO_MANY_CONNECTIONS
        self._sessions.add(session)
        self._per_client[session.address] += 1
        return None

    def forget(self, session: Receiving) -> None:
        """Count a connection out."""
        self._sessions.discard(session)
        self._per_client[session.address] -= 1
        if not self._per_client[session.address]:
            del self._per_client[session.address]
        self._quiet.set()

    def hand_over(self, envelope: Envelope, content: Content, permit: Permit, answer: Callable[[Reply], None]) -> None:
        """Give a message to the receiver in a task of its own, which lives on when the session ends, and give its reply to `answer`.

        The one way to the receiver: nothing reaches it that the permit does not cover.
        """
        task = asyncio.create_task(self._hand_over(envelope, content, permit, answer))
        self._running.add(task)
        task.add_done_callback(self._handed_over)

    def not_admitted(self, envelope: Envelope, refusal: Refusal) -> Reply:
        """Write down that a client may not relay: it is of no network of ours, or of a shared one and did not show that it is ours."""
        if refusal.lacks:
            metrics.unproven(refusal.lacks)
        reason = f"no proof of the tenant: {refusal.lacks}" if refusal.lacks else "in none of smtp.client_networks"
        maillog.refused(envelope, refusal.reply, reason)
        return refusal.reply

    async def _hand_over(
        self, envelope: Envelope, content: Content, permit: Permit, answer: Callable[[Reply], None]
    ) -> None:
        answer(await self._receive(envelope, content, permit))

    async def _receive(self, envelope: Envelope, content: Content, permit: Permit) -> Reply:
        try:
            if not permit.is_free and (lacks := await _missing(permit, content)):
                metrics.replied(replies.NOT_PROVEN)
                return self.not_admitted(envelope, Refusal(replies.NOT_PROVEN, lacks))
            return await self.receiver.receive(envelope, content)
        except Exception as error:  # noqa: BLE001 - the SMTP door: one of the three places of the house
            maillog.fault("receive failed", error, queue_id=envelope.id)
            return replies.TRY_LATER
        finally:
            content.close()

    def _handed_over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._quiet.set()


async def _missing(permit: Permit, content: Content) -> str:
    """What the content does not prove; a header that may be long is not read in the loop."""
    return permit.lacks(content) if content.size <= LOOP_LIMIT else await asyncio.to_thread(permit.lacks, content)


def _member_of(networks: tuple[Network, ...]) -> Callable[[str], bool]:
    @lru_cache(maxsize=1024)
    def member(address: str) -> bool:
        return bool(address) and any(ip_address(address) in network for network in networks)

    return member


def _tls_of(options: Tls) -> ssl.SSLContext | None:
    if options.certificate is None or options.key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.certificate, options.key)
    if options.client_ca is not None:
        context.load_verify_locations(options.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
