"""Folders of tests in memory, where the machine has room: every commit waits for its disk, and a test makes hundreds of them.

What a test may see of a disk is the same there: what was written outlives whoever wrote it, only not the machine.
"""

import os
import shutil
from pathlib import Path

_PLACE = Path("/dev/shm")
_ROOM = 2 << 30
"""Octets that must be free: the whole suite leaves 600 MB, more while it runs."""


def place() -> Path | None:
    """The memory as a disk; None where there is none, or it is small as in many containers."""
    try:
        return _PLACE if shutil.disk_usage(_PLACE).free >= _ROOM and os.access(_PLACE, os.W_OK) else None
    except OSError:
        return None


def keep_folders_there() -> None:
    """From here on pytest's `tmp_path`, also of its workers; not where somebody said where, in PYTEST_DEBUG_TEMPROOT or by --basetemp."""
    if found := place():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(found))
