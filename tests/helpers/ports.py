"""Ports for programs that must be told theirs before they listen."""

import socket
from contextlib import closing


def free_port() -> int:
    """A port of loopback that nobody listened on a moment ago."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
