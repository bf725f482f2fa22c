"""The sandbox of all houses of one test process: its processes cost most of a second to start, and forget each message anyway."""

import asyncio
import atexit
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from threading import Thread
from typing import Any, TypeVar

from gateway.content import Content
from gateway.inspect import Inspection, Job
from gateway.options import SandboxOptions
from gateway.sandbox import BusyError, Sandbox
from store.clock import Clock

Result = TypeVar("Result")


class Readers:
    """A started sandbox in a loop of its own, as tests come and go with theirs."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="readers", daemon=True)
        self._thread.start()
        self.box = Sandbox(SandboxOptions(processes=1), Clock())
        self.run(self.box.start()).result()
        atexit.register(self._end)

    def run(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """There, not here."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _end(self) -> None:
        self.run(self.box.stop()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@cache
def _readers() -> Readers:
    return Readers()


class SharedSandbox(Sandbox):
    """The sandbox of one house: started and stopped with it, while the processes stay."""

    def __init__(self) -> None:
        super().__init__(SandboxOptions(processes=1), Clock())

    async def start(self) -> None:
        self.isolation = _readers().box.isolation

    async def stop(self) -> None:
        self._stopped = True

    def pids(self) -> tuple[int, ...]:
        return _readers().box.pids()

    async def inspect(self, content: bytes | Content, job: Job) -> Inspection:
        if self._stopped:
            raise BusyError
        readers = _readers()
        return await asyncio.wrap_future(readers.run(readers.box.inspect(content, job)))
