"""Turn: the processes of one machine write one after the other; each waits in line, and none waits for ever."""

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType

from store.errors import StoreDownError
from store.files import sickness

PATIENCE = 30.0
"""Seconds in line before the store counts as down."""


class Turn:
    """A context manager around `flock` of one file; for one thread of this process at a time.

    The kernel wakes those who wait in their order, which polling would not; but `flock` knows no time limit. So when the lock is
    taken, a thread waits for it, and whoever gives up leaves that thread in line for the next try.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._handle = -1
        self._line: _Place | None = None

    def __enter__(self) -> None:
        place = self._line or _Place(self._path)
        self._line = None if place.wait(self._patience) else place
        if self._line:
            raise StoreDownError(f"{self._path.name}: another process has been writing for {self._patience:g} s")
        self._handle = place.handle

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _release(self._handle)
        self._handle = -1

    def leave(self) -> None:
        """Leave the line, if a try was given up in it."""
        if self._line:
            self._line.give_up()
            self._line = None


class _Place:
    """One place in the line."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise sickness(error) from error
        self._mine = threading.Event()
        self._given_up = False
        self._ending = threading.Lock()
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            threading.Thread(target=self._stand, name="store-line", daemon=True).start()
        else:
            self._mine.set()

    def wait(self, patience: float) -> bool:
        return self._mine.wait(patience)

    def give_up(self) -> None:
        with self._ending:
            self._given_up = True
            if self._mine.is_set():
                _release(self.handle)

    def _stand(self) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        with self._ending:
            self._mine.set()
            if self._given_up:
                _release(self.handle)


def _release(handle: int) -> None:
    fcntl.flock(handle, fcntl.LOCK_UN)  # first: a forked child may hold the descriptor, too
    os.close(handle)
