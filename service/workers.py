"""Workers: a parent that opens the listeners, starts as many processes as the settings say, watches, reloads and stops them.

The parent itself carries no mail: it may fork at any time, and a worker that dies is replaced while the listeners stay open.
"""

import asyncio
import contextlib
import ctypes
import importlib
import os
import resource
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator

import structlog

from service import logs
from service.problems import SettingsError
from service.settings import Settings, load
from service.sockets import Sockets, open_all
from store.errors import StoreError

_log = structlog.get_logger("sekisho")
STOP_GRACE = 70.0
"""Seconds a worker has to finish what is in DATA before it is killed."""
RESTART_PAUSE = 1.0
_PR_SET_PDEATHSIG = 1


class Parent:
    """The process that `sekisho run` is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sockets = open_all(settings)
        self._children: dict[int, str] = {}
        self._old: dict[int, float] = {}
        self._stopping = False
        self._reload = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit status."""
        with tempfile.TemporaryDirectory(prefix="sekisho-metrics-") as folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            _load_rooms()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._note)
            self._start_all()
            notify("READY=1")
            while not self._stopping:
                self._look()
            notify("STOPPING=1")
            self._stop(dict.fromkeys(self._children, time.monotonic() + STOP_GRACE))
        self._sockets.close()
        return 0

    def _note(self, number: int, _frame: object) -> None:
        """A signal only leaves a note; the loop acts on it."""
        if number == signal.SIGHUP:
            self._reload = True
        else:
            self._stopping = True

    def _look(self) -> None:
        """One round: replace who died, reload when asked, tell the watchdog."""
        with contextlib.suppress(InterruptedError):
            time.sleep(0.2)
        notify("WATCHDOG=1")
        for pid in self._ended():
            role = self._children.pop(pid, "")
            if self._old.pop(pid, None) is None and role and not self._stopping:
                _log.error("worker ended", pid=pid, role=role)
                time.sleep(RESTART_PAUSE)
                self._fork(role)
        if self._reload:
            self._reload = False
            self._take_over()
        for pid, until in list(self._old.items()):
            if time.monotonic() > until:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _start_all(self) -> None:
        _allow_files(self._settings.smtp.max_connections)
        for _ in range(self._settings.service.workers or os.cpu_count() or 1):
            self._fork("worker")
        if self._sockets.metrics is not None:
            self._fork("metrics")

    def _take_over(self) -> None:
        """Read the settings anew: new workers begin before the old ones end, on the same listeners. Bad settings change nothing."""
        try:
            self._settings = load(self._settings.file)
        except SettingsError as error:
            _log.error("settings not reloaded", problems=[str(p) for p in error.problems])
            return
        notify("RELOADING=1")
        before = list(self._children)
        self._children.clear()
        self._start_all()
        for pid in before:
            self._old[pid] = time.monotonic() + STOP_GRACE
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        notify("READY=1")
        _log.info("settings reloaded")

    def _fork(self, role: str) -> None:
        ready, told = os.pipe()
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            _end_with(parent)
            os.close(ready)
            os._exit(_child(role, self._settings, self._sockets, told))
        os.close(told)
        self._children[pid] = role
        os.read(ready, 1)  # until it takes mail, or died
        os.close(ready)

    def _ended(self) -> Iterator[int]:
        with contextlib.suppress(ChildProcessError):
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                yield pid

    def _stop(self, until: dict[int, float]) -> None:
        for pid in until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        until |= self._old
        while until:
            for pid in self._ended():
                until.pop(pid, None)
            for pid, last in until.items():
                if time.monotonic() > last:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def _allow_files(connections: int) -> None:
    """Open as many files as that takes, where the machine lets us: short of them, a client is dropped without a 421.

    A client's connection, one to the next hop, a spool file; 256 for the rest.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * connections + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _load_rooms() -> None:
    """Import once what all children share, so that a new one takes mail at once.

    Not before the folder of the metrics is set: prometheus_client looks for it when it is imported.
    """
    for room in ("service.wiring", "service.health"):
        importlib.import_module(room)


def _end_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent dies (prctl(2)): an orphan would hold the listeners against the next start."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _child(role: str, settings: Settings, sockets: Sockets, told: int) -> int:
    """The life of a child; never returns into the parent's code."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    logs.configure(settings.service.log, settings.service.log_level)

    def tell_ready() -> None:
        with contextlib.suppress(OSError):
            os.write(told, b".")
            os.close(told)

    try:
        with runner() as run:
            run.run(
                _worker(settings, sockets, tell_ready) if role == "worker" else _metrics(settings, sockets, tell_ready)
            )
    except StoreError as error:
        structlog.get_logger("sekisho").error("worker failed", role=role, reason=str(error))
        return 1
    except BaseException:  # noqa: BLE001 - the last line of a forked child: nothing may reach the parent's frames
        structlog.get_logger("sekisho").exception("worker failed", role=role)
        return 1
    return 0


async def _worker(settings: Settings, sockets: Sockets, tell_ready: Callable[[], None]) -> None:
    from service.wiring import House  # noqa: PLC0415 - see _load_rooms

    async with House(settings).open(sockets) as house:
        tell_ready()
        stopped, watched = asyncio.create_task(_asked_to_stop()), asyncio.create_task(house.duties.watch())
        done, _ = await asyncio.wait({stopped, watched}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopped, watched):
            task.cancel()
        if watched in done:
            watched.result()


async def _metrics(settings: Settings, sockets: Sockets, tell_ready: Callable[[], None]) -> None:
    from service.health import serve_health  # noqa: PLC0415 - see _load_rooms

    assert sockets.metrics is not None
    stopping = asyncio.Event()
    task = asyncio.create_task(serve_health(settings, sockets.metrics, stopping))
    tell_ready()
    await _asked_to_stop()
    stopping.set()
    await task


async def _asked_to_stop() -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: None)
    await stopped.wait()


def runner() -> asyncio.Runner:
    """An event loop: uvloop where it is installed, twice as fast on small messages."""
    try:
        import uvloop  # noqa: PLC0415 - optional at run time
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def notify(state: str) -> None:
    """Tell systemd (sd_notify(3)); nothing when we were not started by it."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.sendto(state.encode(), "\0" + path[1:] if path.startswith("@") else path)
