"""Wiring: puts the rooms of one process together, in the order in which they need each other."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from gateway import metrics, trace
from gateway.breaker import Breaker
from gateway.customers import Customers
from gateway.duties import Duties
from gateway.facts import FactsGatherer
from gateway.flow import Flow
from gateway.next_hop import NextHop
from gateway.pruning import Pruning
from gateway.reach import Reaches
from gateway.rooms import Rooms
from gateway.sandbox import Sandbox
from gateway.smtp_in import Door
from notifier.channels import Bound
from notifier.channels import mail as mail_channel
from notifier.links import LinkBase
from notifier.post import Post
from response.tracker_post import TrackerPost
from rules.base import Action
from service.in_force import in_force
from service.opening import flow_options, host_name, kept_days, open_desk, open_gate, prepare_store
from service.settings import Settings
from service.sockets import Sockets
from store.clock import Clock
from store.engine import open_store
from store.errors import SchemaError, StoreDownError
from store.seal import read_secrets
from web.app import sender_app, staff_app, whole_app
from web.pages import Pages
from web.provider import provider_of
from web.running import Running
from web.server import serve

RETRY_STORE = 2.0
"""Seconds between two tries to reach a store that was down when we started."""


class House:
    """All rooms of one process."""

    def __init__(
        self, settings: Settings, clock: Clock | None = None, node: str = "", sandbox: Sandbox | None = None
    ) -> None:
        """`sandbox`: another than of its own. Raises OSError (ssl.SSLError) and `store.errors.KeyFileError` for files that cannot be used."""
        self.settings = settings
        self.clock = clock or Clock()
        # Nobody else's, ever: a lease belongs to who took it, and machines may share a name and processes a number.
        self.node = node or f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.store = open_store(settings.store, self.clock)
        self.desk = open_desk(settings, self.store, self.clock)
        self.gate = open_gate(settings, self.clock)
        options = flow_options(settings)
        self.stamps = read_secrets(settings.smtp.stamp_file) if settings.smtp.stamp_file else ()
        self.api_tokens = read_secrets(settings.web.api.token_file) if settings.web.api.token_file else ()
        own_name = settings.next_hop.host_name or options.host_name
        stamp = trace.stamp(self.stamps[0]) if self.stamps else b""
        self.next_hop = NextHop(settings.next_hop, own_name, self.clock, stamp)
        self.sandbox = sandbox or Sandbox(settings.sandbox, self.clock)
        self.reaches = self._reaches()
        self.flow = Flow(options, self._rooms())
        self.post = self._post()
        self.duties = self._duties()
        self.provider = provider_of(settings.web.oidc, self.clock)
        self._retiring = asyncio.Event()
        domains = frozenset(settings.organisation.domains)
        self.door = Door(settings.smtp, self.flow, lambda: self.next_hop.capabilities, self.clock, domains)

    @contextlib.asynccontextmanager
    async def open(self, sockets: Sockets) -> AsyncIterator["House"]:
        """Start every room; on the way out finish what is in DATA, then close them in the opposite order."""
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self.sandbox.stop)
            readers = asyncio.create_task(
                self.sandbox.start()
            )  # processes of their own: meanwhile the store is made ready
            try:
                stack.push_async_callback(await self._start_store())
                await readers
            finally:
                readers.cancel()
            if self.reaches:
                stack.push_async_callback(self.reaches.stop)
            await self.next_hop.start()
            stack.push_async_callback(self.next_hop.stop)
            await self.duties.start()
            stack.push_async_callback(self.duties.stop)
            stack.push_async_callback(self._serve_pages(sockets))
            await self.door.start(sockets.smtp)
            stack.push_async_callback(self.door.stop)
            yield self

    async def retire(self) -> None:
        """Others have taken our place at the listeners: let the clients that are here go on until they leave."""
        self._retiring.set()
        await self.door.retire()

    def pages(self) -> Pages:
        """What the pages work with."""
        return Pages(
            flow=self.flow,
            desk=self.desk,
            store=self.store,
            organisation=self.settings.organisation,
            options=self.settings.web,
            clock=self.clock,
            form_key=self.store.seal.token("form", "", "form").encode(),
            bring_back=timedelta(seconds=self.settings.hold.bring_back),
            api_tokens=self.api_tokens,
            provider=self.provider,
            running=Running(self.gate, in_force(self.settings)),
        )

    def _rooms(self) -> Rooms:
        return Rooms(
            store=self.store,
            next_hop=self.next_hop,
            sandbox=self.sandbox,
            facts=FactsGatherer(self.store, self.settings.organisation, self.clock, reaches=self.reaches),
            customers=Customers(self.store, self.settings.organisation),
            gate=self.gate,
            desk=self.desk,
            breaker=Breaker(self.settings.sandbox.own_fault_share, self.clock),
            clock=self.clock,
            node=self.node,
            stamps=self.stamps,
        )

    def _reaches(self) -> Reaches | None:
        """Nobody asks DNS for a rule that is off."""
        asked = self.settings.rules["recipient-unreachable"].action is not Action.OFF
        return Reaches(self.clock, self.settings.facts.dns_timeout, self.settings.facts.dns_servers) if asked else None

    def _post(self) -> Post:
        settings = self.settings
        keep = timedelta(seconds=settings.hold.bring_back)
        return Post(
            self.store,
            settings.organisation,
            settings.notices,
            channels(settings),
            links=LinkBase(settings.web.base_url, settings.web.staff.base_url, keep, settings.web.outside_url),
            clock=self.clock,
            node=self.node,
        )

    def _duties(self) -> Duties:
        pruning = Pruning(self.store, kept_days(self.settings))
        trackers = self._tracker_post()
        return Duties(self.flow, self.post, self.store, self.desk, self.clock, pruning, trackers)

    def _tracker_post(self) -> TrackerPost | None:
        """Nobody looks for changed tickets where no tracker is named."""
        settings = self.settings
        if not settings.trackers:
            return None
        return TrackerPost(
            self.store,
            self.desk.office,
            settings.trackers,
            base_url=settings.web.staff.base_url or settings.web.base_url,
            mail=channels(settings)["mail"],
            clock=self.clock,
            node=self.node,
            on_result=metrics.mirrored,
        )

    async def _start_store(self) -> Callable[[], Awaitable[None]]:
        """Start the store; one that is down is tried again beside the mail, which is answered 451 (or passes an open gate)."""
        try:
            await asyncio.to_thread(prepare_store, self.settings)
            await self.store.start()
        except StoreDownError:
            trying = asyncio.create_task(self._keep_trying())

            async def stop() -> None:
                trying.cancel()
                await asyncio.gather(trying, return_exceptions=True)
                await self.store.stop()

            return stop
        return self.store.stop

    async def _keep_trying(self) -> None:
        while True:
            await self.clock.sleep(RETRY_STORE)
            with contextlib.suppress(StoreDownError, SchemaError):
                await asyncio.to_thread(prepare_store, self.settings)
                await self.store.start()
                return

    def _serve_pages(self, sockets: Sockets) -> Callable[[], Awaitable[None]]:
        pages, stopping = self.pages(), asyncio.Event()
        both = [
            (sockets.web, sender_app(pages) if sockets.staff else whole_app(pages)),
            (sockets.staff, staff_app(pages)),
        ]
        tasks = [asyncio.create_task(serve(app, one, stopping, self._retiring)) for one, app in both if one is not None]

        async def stop() -> None:
            stopping.set()
            await asyncio.gather(*tasks)

        return stop


def channels(settings: Settings) -> dict[str, Bound]:
    """The ways a notice may leave, by name; mail goes by `[notices]`, else by the `[next_hop]`."""
    notices, hop, organisation = settings.notices, settings.next_hop, settings.organisation
    hosts = (hop.host,) if isinstance(hop.host, str) else hop.host
    mail = mail_channel.Options(
        host=(notices.host,) if notices.host else hosts,
        port=notices.port if notices.host else hop.port,
        tls=notices.tls if notices.host else hop.tls,
        tls_ca=None if notices.host else hop.tls_ca,
        tls_name="" if notices.host else hop.tls_name,
        host_name=host_name(settings),
        sender=notices.sender or f"sekisho@{organisation.domains[0]}",
        sender_name=notices.sender_name or organisation.name,
        reply_to=organisation.admins,
    )
    return {"mail": Bound(mail_channel, mail)}
