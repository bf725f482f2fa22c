"""What must happen in the story is waited for, and looked at; the story ends where it did not."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from email.message import Message
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds until something that must happen counts as not happening."""
LOOK_AGAIN = 0.02
"""Seconds between two looks whether it did."""


class CheckError(Exception):
    """The story did not go as it must."""


def check(holds: bool, otherwise: str) -> None:
    """Raise `CheckError` when something is not as it must be."""
    if not holds:
        raise CheckError(otherwise)


async def until(look: Callable[[], T], otherwise: str) -> T:
    """Wait until a look finds something."""

    async def once() -> T:
        return look()

    return await until_done(once, otherwise)


async def until_done(look: Callable[[], Awaitable[T]], otherwise: str) -> T:
    """Wait until a look that must be awaited finds something."""
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        if found := await look():
            return found
        await asyncio.sleep(LOOK_AGAIN)
    raise CheckError(otherwise)


def link_in(mail: Message) -> str:
    """The first link of a notice's text part."""
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    payload = text.get_payload(decode=True)
    found = re.search(rb"https?://\S+/[qt]/\S+", payload if isinstance(payload, bytes) else b"")
    check(found is not None, "a notice without a link")
    assert found
    return found[0].decode()
