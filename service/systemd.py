"""What systemd hands us, and what it is told (sd_listen_fds(3), sd_notify(3)); nothing where we were not started by it."""

import contextlib
import os
import socket
from collections.abc import Iterator

_FIRST_FD = 3  # sd_listen_fds(3)


def handed_over() -> Iterator[tuple[str, socket.socket]]:
    """The open listeners of `systemd/sekisho.socket` by their names."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    for number in range(int(os.environ.get("LISTEN_FDS", "0"))):
        one = socket.socket(fileno=_FIRST_FD + number)
        one.setblocking(False)
        yield (names[number] if number < len(names) else "smtp"), one


def notify(state: str) -> None:
    """Tell it how we are."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.setblocking(False)  # who does not listen to us must not stop us
        one.sendto(state.encode(), "\0" + path[1:] if path.startswith("@") else path)
