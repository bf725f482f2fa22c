"""Workers: a parent that opens the listeners, starts as many processes as the settings say, watches, reloads and stops them.

The parent itself carries no mail and waits for nobody: it may fork at any time, a worker that dies or hangs is replaced while the
listeners stay open, and a reload counts only when all of its workers listen.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from importlib.metadata import version

import structlog

from service import shared_metrics
from service.child import RETIRE, Child, Role, fork, load_rooms
from service.open_files import with_open_files
from service.opening import open_gate
from service.problems import Problem, SettingsError
from service.settings import Settings, load
from service.sockets import addresses, open_all
from service.systemd import notify
from service.usable import ensure
from store.clock import Clock

_log = structlog.get_logger("sekisho")
START_LIMIT = 60.0
"""Seconds a worker may take until it listens."""
STOP_GRACE = 70.0
"""Seconds a worker has to finish what is in DATA before it is killed."""
RETIRE_GRACE = 60.0
"""Seconds more for a worker whose place others have taken at a reload: its clients go on."""
RESTART_PAUSE = 1.0
ROUND = 0.2
"""Seconds between two looks of the parent."""


class Parent:
    """The process that `sekisho run` is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sockets = open_all(settings)
        self._serving: list[Child] = []
        self._coming: list[Child] = []
        """Of a reload, until all of them listen."""
        self._next = settings
        """What those were started with."""
        self._leaving: list[Child] = []
        self._missing: list[tuple[float, Role]] = []
        """To be started again, and when."""
        self._looked_at = 0.0
        self._announced = self._stopping = self._reload = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit status."""
        with shared_metrics.folder() as folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
            load_rooms()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._note)
            self._settings = with_open_files(self._settings)
            self._serving = self._started(self._settings)
            while not self._stopping:
                self._look(time.monotonic())
                time.sleep(ROUND)  # a signal to all of us ends them, too: nothing to bury then
            notify("STOPPING=1")
            self._stop()
        _log.info("stopped")
        return 0

    def _note(self, number: int, _frame: object) -> None:
        """A signal only leaves a note; the loop acts on it."""
        if number == signal.SIGHUP:
            self._reload = True
        else:
            self._stopping = True

    def _look(self, now: float) -> None:
        """One round: hear them all, replace who died or hangs, reload when asked, tell the watchdog."""
        late = max(0.0, now - self._looked_at - 2 * ROUND) if self._looked_at else 0.0
        self._looked_at = now
        for child in (*self._serving, *self._coming, *self._leaving):
            child.beat += late  # who was stopped together with us is not hanging
            child.listen_to(now)
        self._kill_who_hangs(now)
        self._bury(now)
        for at, role in [one for one in self._missing if one[0] <= now]:
            self._missing.remove((at, role))
            self._serving.append(fork(role, self._settings, self._sockets, now))
        if self._reload and not self._coming:
            self._reload = False
            self._begin_reload()
        if self._coming and all(child.ready for child in self._coming):
            self._end_reload(now)
        self._tell_systemd(now)

    def _tell_systemd(self, now: float) -> None:
        """READY=1 once all listen, WATCHDOG=1 only as long as some worker lives."""
        if not self._announced and not self._missing and all(child.ready for child in self._serving):
            self._announced = True
            notify("READY=1")
            self._say_started()
        limit = self._settings.service.watchdog
        if any(c.role == "worker" and c.ready and now - c.beat < limit for c in self._serving):
            notify("WATCHDOG=1")

    def _say_started(self) -> None:
        settings = self._settings
        gate = open_gate(settings, Clock()).settings()[""].position
        _log.info(
            "started",
            version=version("sekisho"),
            smtp=list(settings.smtp.listen),
            web=settings.web.listen,
            metrics=settings.metrics.listen,
            gate=gate,
            settings=str(settings.file),
        )

    def _kill_who_hangs(self, now: float) -> None:
        for child in (*self._serving, *self._coming):
            limit = self._settings.service.watchdog if child.ready else START_LIMIT
            if now - child.beat > limit and child.kill_at > now:
                _log.error("worker hangs", pid=child.pid, role=child.role, seconds=round(now - child.beat))
                child.kill_at = now
        for child in (*self._serving, *self._coming, *self._leaving):
            if now >= child.kill_at:
                os.kill(child.pid, signal.SIGKILL)

    def _bury(self, now: float) -> None:
        """What follows from the end of a child."""
        for pid in _ended():
            child = next((c for c in (*self._serving, *self._coming, *self._leaving) if c.pid == pid), None)
            if child is None:
                continue
            os.close(child.pipe)
            if child in self._leaving:
                self._leaving.remove(child)
            elif child in self._serving:
                self._serving.remove(child)
                self._missing.append((now + RESTART_PAUSE, child.role))
                _log.error("worker ended", pid=pid, role=child.role)
            else:
                self._coming.remove(child)
                self._give_up_reload(now)

    def _started(self, settings: Settings) -> list[Child]:
        """As many as the settings say."""
        workers = settings.service.workers or os.cpu_count() or 1
        roles: list[Role] = ["worker" for _ in range(workers)]
        roles += ["metrics"] if self._sockets.metrics else []
        return [fork(role, settings, self._sockets, time.monotonic()) for role in roles]

    # Reload: new workers begin before the old ones end, on the same listeners; bad settings change nothing.

    def _begin_reload(self) -> None:
        try:
            self._next = _reloaded(self._settings)
        except SettingsError as error:
            _log.error("settings not reloaded", problems=[str(p) for p in error.problems])
            return
        notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        self._coming = self._started(self._next)

    def _end_reload(self, now: float) -> None:
        """Their places are taken: the old ones let their clients go on, and end."""
        until = now + RETIRE_GRACE + STOP_GRACE
        for child in self._serving:
            child.end(RETIRE, until)
        self._leaving += self._serving
        self._serving, self._coming, self._missing = self._coming, [], []
        self._settings = self._next
        notify("READY=1")
        _log.info("settings reloaded")

    def _give_up_reload(self, now: float) -> None:
        """One of the new ones died before all listened: the old ones, which never stopped, stay."""
        for child in self._coming:
            child.end(signal.SIGTERM, now + STOP_GRACE)
        self._leaving += self._coming
        self._coming = []
        notify("READY=1")
        _log.error("settings not reloaded", problems=["a worker could not start with them; the log says why"])

    def _stop(self) -> None:
        rest = [*self._serving, *self._coming, *self._leaving]
        for child in rest:
            child.end(signal.SIGTERM, time.monotonic() + STOP_GRACE)
        self._sockets.close()  # a client that comes now is refused, and tries the next host, instead of waiting for nobody
        while rest:
            ended = set(_ended())
            rest = [child for child in rest if child.pid not in ended]
            for child in rest:
                if time.monotonic() > child.kill_at:
                    os.kill(child.pid, signal.SIGKILL)
            time.sleep(ROUND / 4)


def _reloaded(settings: Settings) -> Settings:
    """The same file, read anew. Raises SettingsError, also where only a restart would do."""
    new = ensure(load(settings.file))
    now, wanted = addresses(settings), addresses(new)
    if moved := [key for key in now if now[key] != wanted[key]]:
        raise SettingsError(Problem(new.file, 0, key, "an address was changed: restart for that") for key in moved)
    return with_open_files(new)


def _ended() -> Iterator[int]:
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            yield pid
