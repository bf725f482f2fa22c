"""Memory: what this node has seen of the store, in a file beside the large messages; a copy of that file is not believed."""

import contextlib
import ctypes
import json
import os
import secrets
import struct
import tempfile
from datetime import datetime
from pathlib import Path

import structlog

LOOSE = 2.0
"""Seconds by which the last change of an inode may differ from the birth of its file: it is renamed a moment later."""
_AT_EMPTY_PATH, _STATX_BTIME = 0x1000, 0x800  # statx(2)
_SIZE, _BTIME = 256, 80
_log = structlog.get_logger(__name__)


class Memory:
    """Shared by the processes of a node; each reads it when it starts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.node, self.seen, self.copied = _read(path)
        """Who we are, "" before there is a file; the newest mark we have seen; whether the file is a copy."""
        self._first: datetime | None = None

    def has_moved(self, at: datetime) -> bool:
        """Whether the mark of the store has moved since we first saw it: somebody else is alive."""
        self._first = self._first or at
        return at > self._first

    def keep(self, seen: datetime) -> None:
        """Remember that the store had got so far; a file that was a copy gives way to one of our own. Never raises."""
        self.seen = max(seen, self.seen or seen)
        node, newest, _ = _read(self._path)
        # Another process of this node may have been the first to write it.
        self.node, self.copied = node or self.node or secrets.token_hex(8), False
        if newest is None or newest < self.seen:
            try:
                _write(self._path, self.node, self.seen)
            except OSError as error:
                _log.warning("high-water mark not kept", error=str(error))


def _read(path: Path) -> tuple[str, datetime | None, bool]:
    try:
        with path.open(encoding="utf-8") as file:
            kept, (born, exact) = json.load(file), _birth(file.fileno())
        node, written, seen = str(kept["node"]), float(kept["written"]), datetime.fromisoformat(kept["seen"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", None, False
    # What was copied or put back was born later than it says.
    return (node, seen, False) if abs(born - written) <= (0 if exact else LOOSE) else ("", None, True)


def _write(path: Path, node: str, seen: datetime) -> None:
    """Whole or not at all. Not flushed: after a power cut an older one does no harm, for a node recognises its own mark."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".high-water-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"node": node, "written": _birth(handle)[0], "seen": seen.isoformat()}, file)
            os.fchmod(handle, 0o644)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _birth(handle: int) -> tuple[float, bool]:
    """When a file came into being (POSIX seconds): nobody can set it, and chown does not change it. Second: whether it is exact.

    Python's `os.stat` has it on other systems only; where the file system does not know it, the last change of the inode has to do.
    """
    found = ctypes.create_string_buffer(_SIZE)
    failed = ctypes.CDLL(None).statx(handle, b"", _AT_EMPTY_PATH, _STATX_BTIME, found)
    (known,) = struct.unpack_from("=I", found.raw)
    if failed or not known & _STATX_BTIME:
        return os.fstat(handle).st_ctime, False
    seconds, nanoseconds = struct.unpack_from("=qI", found.raw, _BTIME)
    return float(seconds + nanoseconds / 1e9), True
