"""sandbox_process: one process of the sandbox, the socket to it, and the page on which it says which part it is reading.

What it answers is decoded by type (msgspec) within a size, never unpickled: who takes a reader over gains a wrong verdict
for his own message and nothing else.
"""

import asyncio
import mmap
import os
import pickle
import signal
import socket
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec

from gateway.content import Content
from gateway.inspect import Job
from gateway.options import SandboxOptions
from gateway.sandbox_worker import ANSWER, INLINE, OVER_LIMIT, PLACE, REQUEST, SPOOLED, SPOOLED_WITH_DOTS, Answer, Ready
from mail.shapes import Reason
from rules.verdict import Policy

_MAX_ANSWER = 16 * 1024 * 1024
_START_SECONDS = 30
_STOP_SECONDS = 2
_LIMIT_STATUSES = frozenset(
    {OVER_LIMIT, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL}
)
"""Out of memory, out of processor time, ended by us or by the kernel's memory killer; the last three: libraries that get no memory."""


class SandboxError(Exception):
    """A process could not be started."""


class LostError(Exception):
    """A process ended, or answered something else than an answer, while it had a message."""

    def __init__(self, reason: Reason, where: str, part: int = 0) -> None:
        super().__init__(where)
        self.reason: Reason = reason
        self.where = where
        self.part = part
        """The number of the part that it was reading; 0 where it was reading none."""


class SandboxProcess:
    """One process and the socket to it."""

    def __init__(
        self,
        process: Process,
        ours: socket.socket,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        place: mmap.mmap,
    ) -> None:
        self.process = process
        self.messages = 0
        self.isolation: tuple[str, ...] = ()
        self._socket = ours
        self._reader, self._writer = streams
        self._place = place
        self._policy: Policy | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it can be given a message."""
        return self.process.returncode is None

    async def ready(self) -> None:
        """Wait until it has given up what it can."""
        self.isolation = msgspec.msgpack.decode(await self._answer(), type=Ready).isolation

    async def inspect(self, content: bytes | Content, job: Job, without: Mapping[int, Reason]) -> Answer:
        """One message but for some parts. Raises LostError when the process dies over it or answers nonsense."""
        self.messages += 1
        PLACE.pack_into(self._place, 0, 0)
        try:
            self._ask(content, job, without)
            await self._writer.drain()
            return msgspec.msgpack.decode(await self._answer(), type=Answer)
        except (OSError, asyncio.IncompleteReadError):
            raise await self._cause() from None
        except (msgspec.MsgspecError, ValueError):
            raise LostError("own_fault", "answer") from None

    def _ask(self, content: bytes | Content, job: Job, without: Mapping[int, Reason]) -> None:
        """The policy only when it is another than before; a spooled content as its file, to be read only."""
        policy = b"" if job.policy is self._policy else pickle.dumps(job.policy, pickle.HIGHEST_PROTOCOL)
        asked = msgspec.msgpack.encode((job.envelope, job.facts, without))
        if isinstance(content, Content) and content.is_spooled:
            with content.spooled() as (descriptor, start, size, dots):
                form = SPOOLED_WITH_DOTS if dots else SPOOLED
                # Nothing else is in the socket between two answers: so few octets go at once.
                socket.send_fds(self._socket, [REQUEST.pack(len(policy), len(asked), start, size, form)], [descriptor])
            self._writer.writelines((policy, asked))
        else:
            plain = content if isinstance(content, bytes) else content.plain()
            self._writer.writelines(
                (REQUEST.pack(len(policy), len(asked), 0, len(plain), INLINE), policy, asked, plain)
            )
        self._policy = job.policy

    async def _answer(self) -> bytes:
        (size,) = ANSWER.unpack(await self._reader.readexactly(ANSWER.size))
        if size > _MAX_ANSWER:
            raise ValueError("answer too long")
        return await self._reader.readexactly(size)

    async def _cause(self) -> LostError:
        """Why the pipe ended: a limit, or a fault of ours; and over which part."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await self.process.wait()
        (part,) = PLACE.unpack_from(self._place)
        return LostError("limit" if self.process.returncode in _LIMIT_STATUSES else "own_fault", "sandbox", part)

    async def end(self) -> None:
        """Kill it at once and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self._writer.close()


async def started(command: Sequence[str], options: SandboxOptions) -> SandboxProcess:
    """A new process, not ready yet. Raises SandboxError."""
    ours, theirs = socket.socketpair()
    shared = os.memfd_create("place")
    try:
        os.ftruncate(shared, mmap.PAGESIZE)
        place = mmap.mmap(shared, mmap.PAGESIZE)
        process = await create_subprocess_exec(
            *command,
            *map(str, (options.memory, int(options.cpu), os.getpid(), shared)),
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
            pass_fds=(shared,),
        )
    except OSError as error:
        ours.close()
        raise SandboxError(error.strerror) from error
    finally:
        theirs.close()
        os.close(shared)
    return SandboxProcess(process, ours, await asyncio.open_unix_connection(sock=ours), place)


async def awaited(process: SandboxProcess) -> None:
    """Wait until it is ready. Raises SandboxError when it does not come up in time."""
    try:
        async with asyncio.timeout(_START_SECONDS):
            await process.ready()
    except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError, msgspec.MsgspecError) as error:
        raise SandboxError("a sandbox process did not start") from error
