"""Listed: entries that an admin writes into the settings, each with somebody who answers for it and an end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mail.address import domain_key, key


@dataclass(frozen=True, slots=True)
class Entry:
    """One address or domain."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read once by whoever checks settings

    target: str
    """An address, or a domain without @."""
    owner: str
    """Who answers for it."""
    until: date | None = None
    """The last day; None for no end."""
    reason: str = ""
    """For the people who read it."""


def in_force(entries: Iterable[Entry], today: date) -> frozenset[str]:
    """The keys of the entries that hold today: addresses as `mail.address.key`, domains as `domain_key` makes them."""
    return _keys(tuple(entries), today)


@lru_cache(maxsize=64)
def _keys(entries: tuple[Entry, ...], today: date) -> frozenset[str]:
    targets = (e.target.strip().removeprefix("@") for e in entries if e.until is None or e.until >= today)
    return frozenset(key(t) if "@" in t else domain_key(t) for t in targets)
