"""Channels: the ways a notice leaves, or a ticket is kept in step elsewhere; each is one module of this folder, its name the file's.

A module for notices has `Options` (a table of the settings) and `send(rendered, options)`; one for outside trackers `mirror(case, reference,
options)`, `probe(options)` and `lacks(options)` instead (`notifier.trackers`). One that lacks its parts stops the start.
"""

import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in words, ready to leave."""

    id: str
    """The same over all tries: a receiver can know a second copy by it."""
    kind: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    message_id: str
    """As in the header, with < and >; the same over all tries."""
    at: datetime
    raw: bytes | None = None
    """A message that was composed before (RFC 3464); then the words are empty and this is sent as it stands."""
    reply_to: str = ""
    """Where an answer goes; "": where the channel says."""
    sender: str = ""
    """From and reverse-path of a letter, to which answers and bounces go; "": as the channel says, and the null reverse-path."""
    pressed: bool = False
    """A person sent it: it does not say that it is automatic (RFC 3834 5)."""


class ChannelError(Exception):
    """The notice was not taken. `permanent`: it never will be; otherwise try again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


Sending = Callable[[Rendered], Awaitable[str]]
"""Hands one notice over."""


class Channel(Protocol):
    """What a module of this folder offers. It may also have `opened(options)`: a context manager around a `Sending` for several."""

    Options: type[Any]

    async def send(self, rendered: Rendered, options: Any, /) -> str:
        """Hand the notice over; the other side's answer or reference. Raises `ChannelError`."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A channel with its options: what the post sends through."""

    channel: Channel
    options: Any

    async def send(self, rendered: Rendered) -> str:
        """Hand one notice over."""
        return await self.channel.send(rendered, self.options)

    def opened(self) -> AbstractAsyncContextManager[Sending]:
        """For several, one after the other: over one connection where the channel knows how."""
        opened = getattr(self.channel, "opened", None)
        return opened(self.options) if opened else nullcontext(self.send)


_OF_TRACKERS = ("mirror", "probe", "lacks")


def found() -> Mapping[str, Any]:
    """Find every module by its name: file name, `_` as `-`. Raises TypeError on one that lacks its parts."""
    channels = {}
    for info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        parts = ("Options", *(_OF_TRACKERS if hasattr(module, "mirror") else ("send",)))
        for part in parts:
            if not callable(getattr(module, part, None)):
                raise TypeError(f"notifier/channels/{info.name}.py lacks {part}")
        channels[info.name.replace("_", "-")] = module
    return channels


def for_trackers() -> Mapping[str, Any]:
    """Find those of outside trackers (`notifier.trackers.Kind`)."""
    return {name: module for name, module in found().items() if hasattr(module, "mirror")}
