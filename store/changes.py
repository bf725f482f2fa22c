"""Changes: a tag that is another one whenever contacts or blocks changed, so that what was looked up may be kept until then."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from store.binding import Binding
from store.errors import StoreDownError
from store.marks import MarkShelf
from store.shelves import Shelves

MARK = "changes"


def note(binding: Binding) -> None:
    """Before a transaction commits: write a new tag if it changed something. Last, so that nodes hold its row only shortly."""
    if binding.is_changed:
        MarkShelf(binding).set(MARK, secrets.token_hex(8))


def of(shelves: Shelves) -> str:
    """The tag, to be read in the transaction in which something is looked up."""
    return shelves.marks.get(MARK) or ""


class Changes:
    """The tag as it is now: read at once where that takes microseconds, otherwise once for all who ask meanwhile."""

    def __init__(self, peek: Callable[[], str] | None, read: Callable[[], Awaitable[str]]) -> None:
        """`peek` may raise `StoreDownError`; then `read` is asked."""
        self._peek = peek
        self._read = read
        self._next: asyncio.Task[str] | None = None
        self._running: asyncio.Task[str] | None = None

    async def tag(self) -> str:
        """The tag, never older than this call. Raises `StoreDownError`."""
        if self._peek is not None:
            try:
                return self._peek()
            except StoreDownError:
                return await self._read()
        if self._next is None:
            self._next = asyncio.create_task(self._read_next(self._running))
        return await asyncio.shield(self._next)

    async def _read_next(self, before: asyncio.Task[str] | None) -> str:
        """Begin when the read before it has ended: who asks until then shares this one."""
        if before is not None:
            await asyncio.wait({before})
        self._running, self._next = self._next, None
        return await self._read()
