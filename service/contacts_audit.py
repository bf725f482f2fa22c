"""Contacts' audit and forgetting, in pieces: the gateway goes on beside them."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial

from response import old_mistakes
from service.console import operator
from store.contacts import TOGETHER, Entry
from store.engine import Store
from store.shelves import Shelves


async def mistakes(store: Store, own_domains: frozenset[str]) -> AsyncIterator[old_mistakes.Mistake]:
    """Every contact that looks like a wrong one."""
    last: int | None = 0
    while last is not None:
        found, last = await store.read(partial(_some, last, own_domains))
        for mistake in found:
            yield mistake


def _some(after: int, own_domains: frozenset[str], shelves: Shelves) -> tuple[list[old_mistakes.Mistake], int | None]:
    suspects: Sequence[Entry] = shelves.contacts.suspects(after)
    return old_mistakes.of(shelves, suspects, own_domains), suspects[-1].id if suspects else None


async def forget(store: Store, addresses: Sequence[str], age: float) -> tuple[int, int]:
    """Forget these, or everybody with whom nothing happened for so many seconds; how many, and of how many others as their senders."""
    if addresses:
        gone, sent = await store.commit(partial(_forget, addresses)), 0
        after: int | None = 0
        while after is not None:
            rows, after = await store.commit(partial(_forget_senders, addresses, after))
            sent += rows
        return gone, sent
    gone = more = 0
    while more := await store.commit(partial(_forget_before, age)):
        gone += more
    return gone, 0


def _forget(addresses: Sequence[str], shelves: Shelves) -> int:
    gone = shelves.contacts.forget(addresses)
    shelves.recent_mail.forget(addresses)
    shelves.confirmed.forget(addresses)
    # not whom: that would not be forgetting
    shelves.audit.add(operator(), "contacts-forget", "", {"forgotten": gone})
    return gone


def _forget_senders(senders: Sequence[str], after: int, shelves: Shelves) -> tuple[int, int | None]:
    return shelves.contacts.forget_senders(senders, after)


def _forget_before(age: float, shelves: Shelves) -> int:
    gone = shelves.contacts.forget_before(shelves.now - timedelta(seconds=age), TOGETHER)
    if gone:
        shelves.audit.add(operator(), "contacts-forget", "", {"forgotten": gone, "older_than_seconds": age})
    return gone
