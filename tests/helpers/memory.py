"""A live session without a network: what the client sends goes in piece by piece, what it would hear is kept write by write."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.content import Content
from gateway.options import Smtp
from gateway.replies import Reply
from gateway.smtp.capabilities import Capabilities
from gateway.smtp.session import Session
from gateway.smtp_in import Door
from mail.envelope import Envelope
from store.clock import Clock
from tests.helpers.relay import HOST

EVERYTHING = Capabilities(dsn=True, smtputf8=True)
TAKEN, REFUSED, LATER = Reply(250, "2.0.0 taken"), Reply(550, "5.7.1 not taken"), Reply(451, "4.3.0 not taken now")


class MemoryTransport(asyncio.Transport):
    """Takes every write at once."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.protocol: asyncio.Protocol | None = None
        self.turns: list[bool] = []
        """Each time reading stopped (False) or went on (True)."""
        self._closing = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 1)}.get(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._closing:
            self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing and self.protocol is not None:
            self._closing = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    abort = close

    def pause_reading(self) -> None:
        self.turns.append(False)

    def resume_reading(self) -> None:
        self.turns.append(True)


class Deciding:
    """A receiver that keeps what it is given; its answer follows from the size alone."""

    def __init__(self) -> None:
        self.handed: list[tuple[Envelope, bytes]] = []

    async def receive(self, envelope: Envelope, content: Content) -> Reply:
        plain = content.plain()
        assert len(plain) == content.size
        self.handed.append((envelope, plain))
        await asyncio.sleep(0)
        return (TAKEN, TAKEN, TAKEN, REFUSED, LATER)[len(plain) % 5]


@dataclass
class Spoken:
    """What came of a conversation."""

    writes: list[bytes]
    closed: bool
    handed: list[tuple[Envelope, bytes]] = field(default_factory=list)

    @property
    def heard(self) -> bytes:
        return b"".join(self.writes)


async def speak(
    pieces: Iterable[bytes],
    options: Smtp,
    *,
    capabilities: Capabilities = EVERYTHING,
    receiver: Any = None,
    after: Callable[[Session], None] = lambda _: None,
) -> Spoken:
    """Send the pieces one after the other, each when the one before has had its effect; `after` looks at the session in the end."""
    receiver = receiver or Deciding()
    door = Door(options.model_copy(update={"host_name": HOST}), receiver, lambda: capabilities, Clock())
    session, transport = Session(door, "memory"), MemoryTransport()
    transport.protocol = session
    session.connection_made(transport)
    await _settle(session)
    for piece in pieces:
        if transport.is_closing():
            break
        session.data_received(piece)
        await _settle(session)
    closed = transport.is_closing()
    after(session)
    transport.close()
    await _settle(session)
    while door._running or door._sessions:  # noqa: ASYNC110 - the code under test has no event for it
        await asyncio.sleep(0)
    return Spoken(transport.writes, closed, getattr(receiver, "handed", []))


async def _settle(session: Session) -> None:
    """Until the session waits for octets, or has ended."""
    await asyncio.sleep(0)
    while session._waits and not session._over:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
