"""Listed: entries that an admin writes into the settings, each with somebody who answers for it and an end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mail.address import domain_key, key, split


@dataclass(frozen=True, slots=True)
class Entry:
    """One address or domain."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read once by whoever checks settings

    target: str
    """An address, or a domain without @."""
    owner: str
    """Who answers for it, and whom a sender may ask: a mailbox of our own, or a person of `[[organisation.people]]`."""
    until: date | None = None
    """The last day; None for no end."""
    reason: str = ""
    """Why, for the sender who is held."""


def in_force(entries: Iterable[Entry], today: date) -> Mapping[str, Entry]:
    """The entries that hold today by their keys: addresses as `mail.address.key`, domains as `domain_key` makes them."""
    return _by_key(tuple(entries), today)


def entry_of(address: str, listed: Mapping[str, Entry]) -> Entry | None:
    """The entry that names the address, or its domain; None where none does."""
    return listed.get(key(address)) or listed.get(domain_key(split(address)[1]))


@lru_cache(maxsize=64)
def _by_key(entries: tuple[Entry, ...], today: date) -> Mapping[str, Entry]:
    targets = ((e.target.strip().removeprefix("@"), e) for e in entries if e.until is None or e.until >= today)
    return {key(t) if "@" in t else domain_key(t): e for t, e in targets}
