"""Sandbox: messages are read and judged in processes that may be killed; a crash costs one message, never the relay.

What a process answers is decoded by type (msgspec) within a size, never unpickled: who takes a reader over gains a wrong
verdict for his own message and nothing else. A message that could not be read is judged by its header, with a finding.
"""

import asyncio
import os
import pickle
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from gateway.content import Content
from gateway.inspect import Inspection, Job, inspect_header, inspect_small
from gateway.options import SandboxOptions
from gateway.sandbox_worker import ANSWER, INLINE, OVER_LIMIT, REQUEST, SPOOLED, SPOOLED_WITH_DOTS, Answer, Ready
from mail.message import SMALL
from mail.shapes import Reason
from rules.verdict import Policy
from store.clock import Clock

COMMAND = (sys.executable, "-I", "-m", "gateway.sandbox_worker")
"""Isolated mode: no variable, no user's packages, no current folder decides what is imported."""
_MAX_ANSWER = 16 * 1024 * 1024
_HEADER = 256 * 1024
LARGE = 1024 * 1024
"""Octets from which on a message counts as large."""
_START_SECONDS = 30
_STOP_SECONDS = 2
_LIMIT_STATUSES = frozenset({OVER_LIMIT, -signal.SIGXCPU, -signal.SIGKILL})
"""Out of memory, out of processor time, or ended by us or by the kernel's memory killer."""


class SandboxError(Exception):
    """A process could not be started."""


class BusyError(Exception):
    """No process became free in time: the mail server keeps the message and comes again."""


class _LostError(Exception):
    """A process ended, or answered something else than an answer, while it had a message."""

    def __init__(self, reason: Reason, where: str) -> None:
        super().__init__(where)
        self.reason: Reason = reason
        self.where = where


class _Worker:
    """One process and the socket to it."""

    def __init__(
        self, process: Process, ours: socket.socket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.process = process
        self.messages = 0
        self.isolation: tuple[str, ...] = ()
        self._socket = ours
        self._reader = reader
        self._writer = writer
        self._policy: Policy | None = None

    @property
    def is_alive(self) -> bool:
        return self.process.returncode is None

    async def ready(self) -> None:
        self.isolation = msgspec.msgpack.decode(await self._answer(), type=Ready).isolation

    async def inspect(self, content: bytes | Content, job: Job) -> Answer:
        """One message. Raises _LostError when the process dies over it or answers nonsense."""
        self.messages += 1
        try:
            self._ask(content, job)
            await self._writer.drain()
            return msgspec.msgpack.decode(await self._answer(), type=Answer)
        except (OSError, asyncio.IncompleteReadError):
            raise await self._cause() from None
        except (msgspec.MsgspecError, ValueError):
            raise _LostError("own_fault", "answer") from None

    def _ask(self, content: bytes | Content, job: Job) -> None:
        """The policy only when it is another than before; a spooled content as its file, to be read only."""
        policy = b"" if job.policy is self._policy else pickle.dumps(job.policy, pickle.HIGHEST_PROTOCOL)
        asked = msgspec.msgpack.encode((job.envelope, job.facts))
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

    async def _cause(self) -> _LostError:
        """Why the pipe ended: a limit, or a fault of ours."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await self.process.wait()
        status = self.process.returncode
        return _LostError("limit", "sandbox") if status in _LIMIT_STATUSES else _LostError("own_fault", "sandbox")

    async def end(self) -> None:
        """Kill it at once and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self._writer.close()


class Sandbox:
    """`options.processes` warm processes; `inspect` raises nothing for what a message does to them."""

    def __init__(self, options: SandboxOptions, clock: Clock, command: Sequence[str] = COMMAND) -> None:
        self._options = options
        self._clock = clock
        self._command = tuple(command)
        self._slots: asyncio.Queue[_Worker | None] = asyncio.Queue()
        self._lent = 0
        self._room_for_large = asyncio.Semaphore(max(1, options.processes - 1))
        self._workers: set[_Worker] = set()
        self._refills: set[asyncio.Task[None]] = set()
        self._stopped = False
        self.isolation: tuple[str, ...] = ()
        """What the processes have given up (`gateway.sandbox_limits.close_in`), known after `start`."""
        self.restarts = 0
        """Processes replaced because they died or ran over a limit."""

    async def start(self) -> None:
        """Start all processes. Raises SandboxError when one does not come up."""
        found = await asyncio.gather(*(self._spawn() for _ in range(self._options.processes)))
        for worker in found:
            self._slots.put_nowait(worker)
        self.isolation = found[0].isolation

    async def stop(self) -> None:
        """End all processes and start no more; messages in them come back as limits."""
        self._stopped = True
        while self._workers or self._refills:
            # Also those that are just starting: without its process, a start ends at once.
            await asyncio.gather(*(self._end(worker) for worker in tuple(self._workers)))
            await asyncio.gather(*tuple(self._refills))

    async def inspect(self, content: bytes | Content, job: Job) -> Inspection:
        """Read and judge. Small plain text here and now, all else in a process of its own for at most `wall` seconds.

        Raises BusyError when none becomes free in time.
        """
        if isinstance(content, Content) and content.size <= SMALL:
            content = content.plain()
        if isinstance(content, bytes) and (found := inspect_small(content, job)):
            return found
        large = (len(content) if isinstance(content, bytes) else content.size) > LARGE
        worker = await self._free(large=large)
        keep = False
        loan = _Loan(self, self._options.wait / 4)
        try:
            if worker is None or not worker.is_alive:
                worker = await self._spawn()
            async with asyncio.timeout(self._options.wall):
                answer = await worker.inspect(content, job)
            keep = not answer.bloated and worker.messages < self._options.messages
        except TimeoutError:
            return inspect_header(_head(content), job, "limit", "time")
        except _LostError as lost:
            return inspect_header(_head(content), job, lost.reason, lost.where)
        except SandboxError:
            return inspect_header(_head(content), job, "own_fault", "sandbox")
        else:
            return answer.inspection
        finally:
            self._give_back(worker, keep=keep, lent=loan.end())
            if large:
                self._room_for_large.release()

    async def _free(self, *, large: bool) -> _Worker | None:
        """The next free process. Large messages never take the last one: ordinary mail does not wait behind them."""
        try:
            async with asyncio.timeout(self._options.wait):
                if large:
                    await self._room_for_large.acquire()
                try:
                    return await self._slot()
                except BaseException:
                    if large:
                        self._room_for_large.release()
                    raise
        except TimeoutError:
            raise BusyError from None

    async def _slot(self) -> _Worker | None:
        worker = await self._slots.get()
        if self._stopped:
            self._slots.put_nowait(worker)  # whoever waits behind us hears it, too
            raise BusyError
        return worker

    def lend(self) -> bool:
        """Start one more process beside one that works for long, if no more than `processes` are so already."""
        if self._lent >= self._options.processes or self._stopped:
            return False
        self._lent += 1
        self._give_back(None, keep=False)
        return True

    def _give_back(self, worker: _Worker | None, *, keep: bool, lent: bool = False) -> None:
        """A good process waits for the next message; any other is replaced while the relay goes on.

        One that lent its place ends: what was started for it stays instead.
        """
        good = keep and worker is not None and worker.is_alive
        if good and not lent:
            self._slots.put_nowait(worker)
            return
        self._lent -= lent
        if worker is not None and not good:
            self.restarts += worker.messages < self._options.messages
        task = asyncio.create_task(self._refill(worker, replaced=lent))
        self._refills.add(task)
        task.add_done_callback(self._refills.discard)

    async def _refill(self, worn: _Worker | None, *, replaced: bool) -> None:
        fresh: _Worker | None = None
        try:
            if worn is not None:
                await self._end(worn)
            if not self._stopped and not replaced:
                with suppress(SandboxError):
                    fresh = await self._spawn()
        finally:
            if not replaced:
                self._slots.put_nowait(fresh)  # without a process the next message tries again

    async def _spawn(self) -> _Worker:
        options = self._options
        limits = (str(options.memory), str(options.cpu), str(os.getpid()))
        ours, theirs = socket.socketpair()
        try:
            process = await create_subprocess_exec(
                *self._command,
                *limits,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=DEVNULL,
                env={},
                cwd="/",
                close_fds=True,
            )
        except OSError as error:
            ours.close()
            raise SandboxError(error.strerror) from error
        finally:
            theirs.close()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        worker = _Worker(process, ours, reader, writer)
        self._workers.add(worker)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker.ready()
        except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError, msgspec.MsgspecError) as error:
            await self._end(worker)
            raise SandboxError("a sandbox process did not start") from error
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        await worker.end()


class _Loan:
    """A message that keeps its process for a quarter of what others wait lends its place: one more is started for those behind it.

    How long something takes to read is not seen by its size: a spreadsheet of 700 KB may cost a quarter of a minute.
    """

    def __init__(self, box: Sandbox, after: float) -> None:
        self._made = False
        self._box = box
        self._timer = asyncio.get_running_loop().call_later(after, self._make)

    def _make(self) -> None:
        self._made = self._box.lend()

    def end(self) -> bool:
        """Whether the place was lent."""
        self._timer.cancel()
        return self._made


def _head(content: bytes | Content) -> bytes:
    """Enough for the header of a message that could not be read."""
    return content.head(_HEADER) if isinstance(content, Content) else content
