"""A small disk that can be filled: a tmpfs in a mount namespace of its own, so that nothing of the machine's is touched."""

import contextlib
import os
import subprocess
from pathlib import Path
from typing import Self

import pytest

_HOLD = 'mount -t tmpfs -o size="$1",mode=0755 tmpfs "$2" && echo mounted && exec sleep infinity'


class SmallDisk:
    """At `folder`, for programs that are started with `enter` in front. Use as a context manager."""

    def __init__(self, folder: Path, octets: int) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root may mount")
        folder.mkdir(parents=True, exist_ok=True)
        command = ["unshare", "--mount", "sh", "-c", _HOLD, "sh", str(octets), str(folder)]
        self._holder = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._holder.stdout
        assert self._holder.stdout.readline() == b"mounted\n"
        self.enter = ("nsenter", f"--target={self._holder.pid}", "--mount", "--")
        self.seen = Path(f"/proc/{self._holder.pid}/root{folder}")
        """The folder as it looks from inside."""

    def fill(self) -> None:
        """Leave no octet free."""
        with (self.seen / "filling").open("ab", buffering=0) as file:
            for size in (65536, 512, 1):
                with contextlib.suppress(OSError):  # no space left
                    while file.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        """Give it back."""
        (self.seen / "filling").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.kill()
        self._holder.communicate()
