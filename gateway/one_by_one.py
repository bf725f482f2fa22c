"""One by one: what runs by the clock for each of many: one that fails keeps no other back; it is logged, and tried again in the next round."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

from gateway import maillog, metrics
from response.clockwork import FORESEEABLE
from store.errors import StoreDownError, StoreFullError


class Numbered(Protocol):
    """A held message, or whatever has an id."""

    @property
    def id(self) -> str:
        """For the log."""
        ...


One = TypeVar("One", bound=Numbered)
Done = TypeVar("Done")


async def each(duty: str, found: Iterable[One], do: Callable[[One], Awaitable[object]]) -> int:
    """Do it for each; for how many it was done. Raises `StoreDownError`, `StoreFullError`: then none of the others could be done either."""
    done = 0
    for one in found:
        done += await tried(duty, _done(do(one)), one.id) is not None
    return done


async def tried(duty: str, work: Awaitable[Done], about: str = "") -> Done | None:
    """What came of it; None where it failed by itself, which is logged. Raises as `each`."""
    try:
        return await work
    except (StoreDownError, StoreFullError):
        raise
    except FORESEEABLE as error:
        maillog.fault("duty failed", error, duty=duty, id=about)
        metrics.desk_failed(duty)
        return None


async def _done(work: Awaitable[object]) -> bool:
    await work
    return True
