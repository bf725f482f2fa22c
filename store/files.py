"""Files: large content beside the database; on disk before its row commits, gone after its row is gone."""

import errno
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from store.errors import StoreDownError, StoreError, StoreFullError

LARGEST_ROW = 64 * 1024
"""Octets that still go into a row; what is larger is a file."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_OURS = re.compile(r"^\.?hold-[0-9A-Za-z]+-[0-9a-f]{8}\.(sealed|new)$")


def sickness(error: OSError) -> StoreError:
    """What a failed file operation means to a caller of the store."""
    kind = StoreFullError if error.errno in NO_ROOM else StoreDownError
    return kind(f"{error.filename or 'the store'}: {error.strerror}")


class Files:
    """The files of one transaction."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._written: list[Path] = []
        self._doomed: list[Path] = []

    def put(self, hold_id: str, sealed: bytes) -> str:
        """Write the content whole under a name of its own, flushed; the name. Raises `StoreFullError`, `StoreDownError`."""
        name = f"hold-{hold_id}-{secrets.token_hex(4)}"
        new, final = self._directory / f".{name}.new", self._directory / f"{name}.sealed"
        self._written += [new, final]
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 - a descriptor
                out.write(sealed)
                out.flush()
                os.fsync(out.fileno())
            new.rename(final)
        except OSError as error:
            raise sickness(error) from error
        return final.name

    def get(self, name: str) -> bytes:
        """The octets of one file; raises `StoreError`."""
        try:
            return (self._directory / name).read_bytes()
        except OSError as error:
            raise StoreError(f"{name}: {error.strerror}") from error

    def discard(self, name: str) -> None:
        """Remove the file once the transaction has committed."""
        self._doomed.append(self._directory / name)

    def mark(self) -> tuple[int, int]:
        """Where a unit begins, for `undo`."""
        return len(self._written), len(self._doomed)

    def undo(self, mark: tuple[int, int] = (0, 0)) -> None:
        """The unit was rolled back: what it wrote goes, what it discarded stays."""
        _remove(self._written[mark[0] :])
        del self._written[mark[0] :], self._doomed[mark[1] :]

    def settle(self) -> None:
        """Flush the names: one flush of the directory for all files of the transaction."""
        if not self._written:
            return
        try:
            handle = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise sickness(error) from error

    def committed(self) -> None:
        """The rows are gone for good: so may the files."""
        _remove(self._doomed)


def sweep(directory: Path, named: Iterable[str], older_than: float) -> int:
    """Remove our files that no row names and that were last written before that time (POSIX seconds); how many."""
    keep = frozenset(named)
    orphans = [
        path
        for path in (directory.iterdir() if directory.is_dir() else ())
        if _OURS.match(path.name) and path.name not in keep and _last_written(path, older_than) < older_than
    ]
    _remove(orphans)
    return len(orphans)


def _last_written(path: Path, otherwise: float) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process swept it
        return otherwise


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            continue
