"""Sandbox: messages are read and judged in processes that may be killed; a crash costs one part, never the relay.

A part that ends its process is a finding, and the message is read again without it; what cannot be read at all is judged by
its header, with a finding.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from gateway.content import Content
from gateway.inspect import Inspection, Job, inspect_header, inspect_small
from gateway.options import SandboxOptions
from gateway.sandbox_process import LostError, SandboxError, SandboxProcess, awaited, started
from mail.message import SMALL
from mail.shapes import Reason
from store.clock import Clock

__all__ = ["BusyError", "Sandbox", "SandboxError"]

COMMAND = (sys.executable, "-I", "-m", "gateway.sandbox_worker")
"""Isolated mode: no variable, no user's packages, no current folder decides what is imported."""
_HEADER = 256 * 1024
LARGE = 1024 * 1024
"""Octets from which on a message counts as large."""
_ATTEMPTS = 3
"""How often one message may end a process before its parts are given up."""


class BusyError(Exception):
    """No process became free in time: the mail server keeps the message and comes again."""


class Sandbox:
    """`options.processes` warm processes; `inspect` raises nothing for what a message does to them."""

    def __init__(self, options: SandboxOptions, clock: Clock, command: Sequence[str] = COMMAND) -> None:
        self._options = options
        self._clock = clock
        self._command = tuple(command)
        self._slots: asyncio.Queue[SandboxProcess | None] = asyncio.Queue()
        self._lent = 0
        self._room_for_large = asyncio.Semaphore(max(1, options.processes - 1))
        self._workers: set[SandboxProcess] = set()
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

    def pids(self) -> tuple[int, ...]:
        """The processes there are, for who looks how large they are."""
        return tuple(worker.process.pid for worker in self._workers)

    async def inspect(self, content: bytes | Content, job: Job) -> Inspection:
        """Read and judge. Small plain text here and now, all else in a process of its own for at most `wall` seconds.

        Raises BusyError when none becomes free in time.
        """
        if isinstance(content, Content) and content.size <= SMALL:
            content = content.plain()
        if isinstance(content, bytes) and (found := inspect_small(content, job)):
            return found
        large = (len(content) if isinstance(content, bytes) else content.size) > LARGE
        turn = _Turn(await self._free(large=large))
        loan = _Loan(self, self._options.wait / 4)
        try:
            async with asyncio.timeout(self._options.wall):
                return await self._inspect(turn, content, job)
        except TimeoutError:
            return inspect_header(_head(content), job, "limit", "time")
        except LostError as lost:
            return inspect_header(_head(content), job, lost.reason, lost.where)
        except SandboxError:
            return inspect_header(_head(content), job, "own_fault", "sandbox")
        finally:
            self._give_back(turn.worker, keep=turn.keep, lent=loan.end())
            if large:
                self._room_for_large.release()

    async def _inspect(self, turn: "_Turn", content: bytes | Content, job: Job) -> Inspection:
        """What a process answers. One that ends over a part is replaced, and the message read again without that part."""
        without: dict[int, Reason] = {}
        while True:
            if turn.worker is None or not turn.worker.is_alive:
                turn.worker = await self._spawn()
            try:
                answer = await turn.worker.inspect(content, job, without)
            except LostError as lost:
                if self._stopped or not lost.part or lost.part in without or len(without) + 1 >= _ATTEMPTS:
                    raise
                without[lost.part] = lost.reason
                self.restarts += 1
                await self._end(turn.worker)
                turn.worker = None
            else:
                turn.keep = not answer.bloated and turn.worker.messages < self._options.messages
                return answer.inspection

    async def _free(self, *, large: bool) -> SandboxProcess | None:
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

    async def _slot(self) -> SandboxProcess | None:
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

    def _give_back(self, worker: SandboxProcess | None, *, keep: bool, lent: bool = False) -> None:
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

    async def _refill(self, worn: SandboxProcess | None, *, replaced: bool) -> None:
        fresh: SandboxProcess | None = None
        try:
            if worn is not None:
                await self._end(worn)
            if not self._stopped and not replaced:
                with suppress(SandboxError):
                    fresh = await self._spawn()
        finally:
            if not replaced:
                self._slots.put_nowait(fresh)  # without a process the next message tries again

    async def _spawn(self) -> SandboxProcess:
        worker = await started(self._command, self._options)
        self._workers.add(worker)
        try:
            await awaited(worker)
        except SandboxError:
            await self._end(worker)
            raise
        return worker

    async def _end(self, worker: SandboxProcess) -> None:
        self._workers.discard(worker)
        await worker.end()


@dataclass(slots=True)
class _Turn:
    """The process that works on a message at the moment, and whether it is good for another one."""

    worker: SandboxProcess | None
    keep: bool = False


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
