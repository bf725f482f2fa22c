"""Child: one process of the gateway, from its fork to its end; it beats as long as its event loop turns."""

import asyncio
import contextlib
import ctypes
import gc
import importlib
import math
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import structlog

from service import logs
from service.settings import Settings
from service.sockets import Sockets
from store.errors import StoreError

Role = Literal["worker", "metrics"]
BEAT: Final = 0.5
"""Seconds between two signs of life."""
SWITCH: Final = 0.001
"""Seconds after which the thread that writes to the store lets the event loop go on; Python's own 5 ms are a message's whole time."""
RETIRE: Final = signal.SIGUSR1
"""Others listen in its place: let the clients that are here go on, then end. SIGTERM: end as soon as what is in DATA allows."""
_PR_SET_PDEATHSIG: Final = 1


@dataclass(eq=False, slots=True)
class Child:
    """What the parent knows of a child. Times are of the monotonic clock."""

    pid: int
    role: Role
    pipe: int
    """Its signs of life."""
    beat: float
    """When it last gave one; at first, when it began."""
    ready: bool = False
    """It listens."""
    kill_at: float = math.inf
    """Asked to end; after this it is killed."""

    def listen_to(self, now: float) -> None:
        """Take in what it said."""
        with contextlib.suppress(BlockingIOError):
            if os.read(self.pipe, 4096):
                self.ready, self.beat = True, now

    def end(self, number: signal.Signals, kill_at: float) -> None:
        """Ask it to end, until then."""
        self.kill_at = min(self.kill_at, kill_at)
        # One that does not listen yet has no client to be patient with.
        os.kill(self.pid, number if self.ready else signal.SIGTERM)


def fork(role: Role, settings: Settings, sockets: Sockets, now: float) -> Child:
    """Begin a child. It must be forked by a process without other threads."""
    pipe, told = os.pipe()
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _end_with(parent)
        os.close(pipe)
        os._exit(_live(role, settings, sockets.keep(metrics=role == "metrics"), told))
    os.close(told)
    os.set_blocking(pipe, False)
    return Child(pid, role, pipe, now)


def load_rooms() -> None:
    """Import once what all children share, so that a new one takes mail at once.

    Not before the folder of the metrics is set: prometheus_client looks for it when it is imported.
    """
    for room in ("service.wiring", "service.health"):
        importlib.import_module(room)
    # What is there now stays: the collector need not walk through it again, and children share its pages with us.
    gc.collect()
    gc.freeze()


def runner() -> asyncio.Runner:
    """An event loop: uvloop where it is installed, twice as fast on small messages."""
    try:
        import uvloop  # noqa: PLC0415 - optional at run time
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def _end_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent dies (prctl(2)): an orphan would hold the listeners against the next start."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _live(role: Role, settings: Settings, sockets: Sockets, told: int) -> int:
    """The life of a child; never returns into the parent's code."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGHUP, RETIRE):  # a terminal that closes, or a signal before we listen
        signal.signal(number, signal.SIG_IGN)
    os.set_blocking(told, False)
    sys.setswitchinterval(SWITCH)
    logs.configure(settings.service.log, settings.service.log_level)
    try:
        with runner() as run:
            run.run((_worker if role == "worker" else _metrics)(settings, sockets, told))
    except (StoreError, OSError) as error:
        structlog.get_logger("sekisho").error("worker failed", role=role, reason=str(error))
        return 1
    except BaseException:  # noqa: BLE001 - the last line of a forked child: nothing may reach the parent's frames
        structlog.get_logger("sekisho").exception("worker failed", role=role)
        return 1
    return 0


async def _worker(settings: Settings, sockets: Sockets, told: int) -> None:
    from gateway import metrics  # noqa: PLC0415 - see load_rooms
    from service.wiring import House  # noqa: PLC0415 - as above

    metrics.begin(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
    async with House(settings).open(sockets) as house:
        beating = asyncio.create_task(_beat(told))
        stopped, retired = _asked(signal.SIGTERM, signal.SIGINT), _asked(RETIRE)
        watched = asyncio.create_task(house.duties.watch())
        await asyncio.wait({stopped, retired, watched}, return_when=asyncio.FIRST_COMPLETED)
        if retired.done() and not stopped.done():
            leaving = asyncio.create_task(house.retire())
            await asyncio.wait({stopped, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        if watched.done():
            watched.result()
        watched.cancel()
    beating.cancel()


async def _metrics(settings: Settings, sockets: Sockets, told: int) -> None:
    from service.health import serve_health  # noqa: PLC0415 - see load_rooms

    assert sockets.metrics is not None
    stopping, asked = asyncio.Event(), _asked(signal.SIGTERM, signal.SIGINT, RETIRE)
    serving = asyncio.create_task(serve_health(settings, sockets.metrics, stopping))
    beating = asyncio.create_task(_beat(told))
    await asyncio.wait({asked, serving}, return_when=asyncio.FIRST_COMPLETED)
    stopping.set()
    await serving
    beating.cancel()


async def _beat(told: int) -> None:
    """Say again and again that the event loop turns."""
    while True:
        with contextlib.suppress(OSError):  # a parent that is busy, or gone
            os.write(told, b".")
        await asyncio.sleep(BEAT)


def _asked(*numbers: signal.Signals) -> "asyncio.Future[None]":
    """Done when one of the signals came."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[None] = loop.create_future()

    def ask() -> None:
        if not asked.done():
            asked.set_result(None)

    for number in numbers:
        loop.add_signal_handler(number, ask)
    return asked
