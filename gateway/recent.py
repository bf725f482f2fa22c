"""Recent: what is remembered around an envelope (`store.recent_mail`), kept for a minute: habits do not change faster."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from mail.envelope import Envelope
from rules.habits import habits
from rules.recent_mail import WIDEST, RecentMail, minute
from store.clock import Clock
from store.engine import Store
from store.recent_mail import number_of
from store.shelves import Shelves

KEPT: Final = 2_000
"""People of whom it is kept at most: some 10 MB."""
FRESH: Final = 60.0
NAMED: Final = 40
"""The addresses of so many people whom the sender writes to most are looked up, too: one of them may be meant."""

_Logs = dict[tuple[int, str], str]


@dataclass(frozen=True, slots=True)
class _Kept:
    logs: _Logs
    until: float


@dataclass(frozen=True, slots=True)
class _Names:
    names: dict[int, str]
    salt: bytes
    until: float


class RecentGatherer:
    """Asks the store what it remembers of sender and recipients."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._names: OrderedDict[int, _Names] = OrderedDict()

    async def around(self, envelope: Envelope) -> RecentMail:
        """What is remembered around it; nothing of one that goes to very many. Raises `StoreDownError`."""
        addresses = dict.fromkeys(envelope.recipients)
        if not envelope.reverse_path or len(addresses) > WIDEST:
            return RecentMail()
        people = {address: number_of(address) for address in addresses}
        sender, now = number_of(envelope.reverse_path), self._clock.monotonic()
        logs, missing = self._known({sender, *people.values()}, now)
        of_sender = self._names.get(sender)
        if missing or of_sender is None or of_sender.until < now:
            found, of_sender = await self._read(sender, missing)
            logs |= found
        return RecentMail(
            minute=minute(envelope.received_at),
            salt=of_sender.salt,
            sender=sender,
            sent=logs[sender, "sent"],
            sender_got=logs[sender, "got"],
            people=people,
            got={one: logs[one, "got"] for one in people.values()},
            names=of_sender.names,
        )

    def _known(self, people: set[int], now: float) -> tuple[_Logs, set[int]]:
        """What is kept of them, and of whom nothing is."""
        logs: _Logs = {}
        missing = set()
        for one in people:
            kept = self._kept.get(one)
            if kept is None or kept.until < now:
                missing.add(one)
            else:
                logs |= kept.logs
        return logs, missing

    async def _read(self, sender: int, people: set[int]) -> tuple[_Logs, "_Names"]:
        """In one reading transaction."""

        def unit(shelves: Shelves) -> tuple[_Logs, dict[int, str], bytes]:
            found = shelves.recent_mail.logs({sender, *people})
            where = habits(found[sender, "sent"]).where
            most = sorted(where, key=lambda one: len(where[one]), reverse=True)[:NAMED]
            return found, shelves.recent_mail.names(most), shelves.recent_mail.salt()

        found, names, salt = await self._store.read(unit)
        until = self._clock.monotonic() + FRESH
        for one in {sender, *people}:
            self._kept[one] = _Kept({(one, side): found[one, side] for side in ("sent", "got")}, until)
        self._names[sender] = of_sender = _Names(names, salt, until)
        for kept in (self._kept, self._names):
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return found, of_sender
