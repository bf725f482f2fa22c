"""Shared metrics: the folder in which the processes of one parent count together; gone with it, or swept by the next one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "sekisho-metrics-"


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder, ours until the end; of parents that were killed nothing stays."""
    where = _in_memory()
    sweep(where)
    made, held = _held(where)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(held)


def _held(where: Path) -> tuple[Path, int]:
    """A new folder and its lock, which children have, too: it lasts as long as one of them writes there."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where))
        with suppress(FileNotFoundError):  # swept before it was locked
            held = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(held, fcntl.LOCK_EX)
            if made.exists():
                return made, held
            os.close(held)


def sweep(where: Path) -> None:
    """Remove the folders of this user that nobody holds."""
    for left in where.glob(_PREFIX + "*"):
        with suppress(OSError):  # another one's, or gone meanwhile
            found = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(found).st_uid == os.geteuid():
                    fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left)
            finally:
                os.close(found)


def _in_memory() -> Path:
    """Where a file is no matter of a disk, if there is such a place."""
    place = Path("/dev/shm")  # noqa: S108 - Linux's place for it; tempfile makes a name that nobody guesses
    return place if os.access(place, os.W_OK) else Path(tempfile.gettempdir())
