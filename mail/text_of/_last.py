"""Last: the answer about the octets that were asked about last. Each reader in turn asks the same of them; the next part is another one."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def of_last(ask: Callable[Concatenate[bytes, P], T]) -> Callable[Concatenate[bytes, P], T]:
    """The same function, which is not run again for the very octets, and all else, that it had last."""
    last: list[tuple[bytes, object, T]] = []

    def asked(data: bytes, /, *more: P.args, **named: P.kwargs) -> T:
        if not last or last[0][0] is not data or last[0][1] != (more, named):
            last[:] = [(data, (more, named), ask(data, *more, **named))]
        return last[0][2]

    return asked
