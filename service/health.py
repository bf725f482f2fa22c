"""Health: /metrics of all processes, /livez and /readyz, on a listener of their own; no page for people."""

import asyncio
import socket
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from service import health_calls, health_desk
from service.opening import open_gate
from service.settings import Settings
from store.clock import Clock
from store.engine import Store, open_store
from store.errors import StoreError
from store.shelves import Shelves
from web.server import serve

PROBE = 3.0
"""Seconds until a relay that does not greet counts as not ready."""


async def serve_health(settings: Settings, listening: socket.socket, stopping: asyncio.Event) -> None:
    """Answer until the event is set."""
    clock = Clock()
    store = open_store(settings.store, clock)
    health = Health(settings, store, clock)
    try:
        await serve(health.app(), listening, stopping)
    finally:
        await store.stop()


class Health:
    """Whether it lives, whether it takes mail, and the figures."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._gate = open_gate(settings, clock)

    def app(self) -> Starlette:
        """The three addresses."""
        return Starlette(
            routes=[Route("/metrics", self.metrics), Route("/livez", self.live), Route("/readyz", self.ready)]
        )

    async def live(self, _: Request) -> Response:
        """The parent answers."""
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        """200 when it takes mail, with a line where the store is frozen all the same; otherwise 503 and one line per reason."""
        reasons = await not_ready(
            self._settings, self._store, open_gate_now=self._gate.settings()[""].position == "open"
        )
        lines = reasons or ["ok", *await frozen(self._store)]
        return PlainTextResponse("".join(f"{line}\n" for line in lines), 503 if reasons else 200)

    async def metrics(self, _: Request) -> Response:
        """Prometheus text format 0.0.4."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        try:
            gauges = await self._store.read(_gauges)
        except StoreError:
            gauges = [_gauge("sekisho_store_up", "Whether the store answers", 0)]
        registry.register(_Fixed(gauges))
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


async def not_ready(settings: Settings, store: Store, *, open_gate_now: bool) -> list[str]:
    """Why it would not take mail now; nothing when it would."""
    reasons = []
    for address in settings.smtp.listen:
        host, _, port = address.rpartition(":")
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(host.strip("[]"), int(port)), PROBE)
            greeting = await asyncio.wait_for(reader.readline(), PROBE)
            writer.close()
        except OSError:
            greeting = b""
        if not greeting.startswith(b"220"):
            reasons.append(f"smtp: {address} does not greet")
    if not open_gate_now:
        try:
            await store.read(lambda shelves: shelves.high_water.frozen())
        except StoreError as error:
            reasons.append(f"store: {error}")
    return reasons


async def frozen(store: Store) -> list[str]:
    """That the store stands still, for people; nothing when it does not, or does not answer."""
    try:
        found = await store.read(lambda shelves: shelves.high_water.frozen())
    except StoreError:
        return []
    return [f"frozen ({found.reason}): nothing is released or cancelled until sekisho queue resume"] if found else []


class _Fixed:
    """Figures that were read a moment ago, in the form that prometheus_client collects."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _gauges(shelves: Shelves) -> list[Metric]:
    families = {
        "sekisho_holds": (
            "Holds by state; `waiting`: released recipients not yet delivered; `oldest`: seconds",
            shelves.holds.counts(),
        ),
        "sekisho_notices": ("Notices by state", shelves.outbox.counts()),
        "sekisho_tickets": ("Tickets by state; `overdue`: steps past their time", shelves.tickets.counts()),
    }
    stands = int(shelves.high_water.frozen() is not None)
    found: list[Metric] = [_gauge("sekisho_store_up", "Whether the store answers", 1)]
    found.append(_gauge("sekisho_store_frozen", "Whether it came back from a backup and waits for an operator", stands))
    for name, (words, counts) in families.items():
        family = GaugeMetricFamily(name, words, labels=["state"])
        for state, number in counts.items():
            family.add_metric([state], number)
        found.append(family)
    deadlines = shelves.deadlines.counts()
    found.append(_gauge("sekisho_deadlines_overdue", "Hard legal deadlines that have passed", deadlines["overdue"]))
    if "nearest" in deadlines:
        words = "Seconds to the nearest hard legal deadline; negative when it has passed; absent without one"
        found.append(_gauge("sekisho_nearest_deadline_seconds", words, deadlines["nearest"]))
    found += health_calls.gauges(shelves)
    found += health_desk.gauges(shelves)
    at_trackers = GaugeMetricFamily(
        "sekisho_tracker_tickets", "Tickets by how far an outside tracker was told of them", labels=["tracker", "state"]
    )
    for (tracker, state), number in shelves.trackers.counts().items():
        at_trackers.add_metric([tracker, state], number)
    found.append(at_trackers)
    found.append(_gauge("sekisho_contacts", "Known contacts", shelves.contacts.size()))
    return found


def _gauge(name: str, words: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, words)
    family.add_metric([], value)
    return family
