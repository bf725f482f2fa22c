"""Ports for programs that must be told theirs before they listen."""

import socket

_kept: list[socket.socket] = []
"""Bound and never listening, as long as this process lives: the kernel gives such a port to no outgoing connection and to nobody
who asks for any port, while whoever asks for this one with SO_REUSEADDR, as every server does, gets it."""


def free_port() -> int:
    """A port of loopback that is nobody else's until the tests end."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("127.0.0.1", 0))
    _kept.append(one)
    return int(one.getsockname()[1])
