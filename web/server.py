"""Serve an application on a socket that is already open, without a line of log about paths: they carry tokens."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

GRACE = 10
"""Seconds for requests under way when we stop."""
MAX_HEAD = 32 * 1024
"""Octets of request line and headers."""
MOST = 100
"""Connections at once in one process; a browser needs a handful, and they must not take the descriptors of the mail."""
HEAD_SECONDS = 30
"""Until the first request of a connection is there."""
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _Bounded(H11Protocol):
    """A connection that is one of few, and does not keep us waiting."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Let it in, or not."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
            transport.write(_BUSY)
            transport.close()
        else:
            self.loop.call_later(HEAD_SECONDS, self._end_unless_asked)

    def _end_unless_asked(self) -> None:
        if cast("object | None", self.cycle) is None:
            self.transport.close()


class _Quiet(uvicorn.Server):
    """Signals belong to the process that puts the rooms together, not to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(
    app: ASGIApp, listening: socket.socket, stopping: asyncio.Event, retiring: asyncio.Event | None = None
) -> None:
    """Serve until the event is set; then no new connections, and those under way get their answer (at most 10 s).

    `retiring`: from here on others take what is new.
    """
    server = _Quiet(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            http=_Bounded,
            ws="none",
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE,
            h11_max_incomplete_event_size=MAX_HEAD,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    waiting = asyncio.create_task(stopping.wait())
    leaving = asyncio.create_task(_leave(server, retiring)) if retiring else None
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        waiting.cancel()
        if leaving:
            leaving.cancel()
        if not serving.done():  # our own caller was cancelled
            server.should_exit = server.force_exit = True
            await asyncio.wait({serving}, timeout=GRACE)


async def _leave(server: uvicorn.Server, retiring: asyncio.Event) -> None:
    """Close our hand of a listener that we share."""
    await retiring.wait()
    for one in server.servers:
        one.close()
