"""Facts: what is gathered before a message is judged; what could not be had is said, never silently absent."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from gateway import thread
from gateway.blocked import block_of
from gateway.reach import Reaches
from gateway.recent import RecentGatherer
from gateway.thread import Head
from mail.envelope import Envelope
from notifier import cut_off
from notifier.options import Organisation
from rules.base import Facts, Reach, RecipientFacts
from rules.recipient_unusual import is_usual
from store import changes
from store.clock import Clock
from store.engine import Store
from store.measures import Measure
from store.shelves import Shelves

KEPT: Final = 10_000
"""Look-ups that are kept at most."""
TOGETHER: Final = 20
"""Recipients looked up in one transaction."""
FRESH: Final = 60.0
"""Seconds after which one is made anew: mere counts of messages may be so old, and a block that has ended."""


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: RecipientFacts
    until: float


class FactsGatherer:
    """Asks the store about the recipients of an envelope; what it said is good until contacts or blocks change."""

    def __init__(
        self,
        store: Store,
        organisation: Organisation,
        clock: Clock,
        *,
        reaches: Reaches | None = None,
    ) -> None:
        """`reaches`: asks DNS about recipients that nobody knows; None: nobody asks."""
        self._store = store
        self._reaches = reaches
        self._recent = RecentGatherer(store, clock)
        self._domains = frozenset(organisation.domains)
        self._zone = ZoneInfo(organisation.time_zone)
        self._clock = clock
        self._tag = ""
        self._turn = 0
        self._read_in = -1
        """In which turn of the event loop the tag was read."""
        self._many = asyncio.Semaphore(1)
        """For envelopes with many recipients: of the threads that read, they take one together."""
        self._measures: tuple[str, tuple[Measure, ...]] | None = None
        """Those in force, with the tag they are good for."""
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def gather(self, envelope: Envelope, head: bytes = b"", *, attended: bool = True) -> Facts:
        """The facts of one envelope, and of what its header says. Raises `StoreDownError`: without contacts nothing can be judged.

        `attended`: whether a person sent it (`gateway.senders.is_unattended`).
        """
        today = self._clock.now().astimezone(self._zone).date()
        sender, addresses = envelope.reverse_path, envelope.recipients
        if self._read_in != self._turn:
            await self._look_for_changes()
        found = {address: kept for address in addresses if (kept := self._known(sender, address)) is not None}
        missing = [address for address in addresses if address not in found]
        if missing:
            found |= await self._look_up(sender, missing)
        facts = Facts(today=today, own_domains=self._domains, recipients={a: found[a] for a in addresses})
        if len(found) == 1 and is_usual(found[addresses[0]], facts):
            return facts  # the greater part of all mail: nothing that is remembered could make it unusual
        facts, begun = replace(facts, recent=await self._recent.around(envelope)), Head.of(head)
        if strangers := [a for a in addresses if found[a].known is None and facts.is_outside(a)]:
            facts = await self._about_strangers(replace(facts, nobody_to_ask=not attended), strangers)
            facts = await self._with_namesakes(sender, facts, thread.names(begun, strangers))
        if earlier := thread.earlier(begun):
            facts = replace(facts, thread=await self._store.read(partial(thread.domains, message_ids=earlier)))
        return facts

    async def measures(self) -> tuple[Measure, ...]:
        """The measures after earlier cases that are in force, as of the last facts. Raises `StoreDownError`."""
        if self._measures is None or self._measures[0] != self._tag:
            self._measures = await self._store.read(lambda s: (changes.of(s), s.measures.in_force()))
        return self._measures[1]

    async def _about_strangers(self, facts: Facts, strangers: Sequence[str]) -> Facts:
        """What is asked only where somebody is written to whom nobody knows."""
        if self._reaches is None:
            return facts
        reached = await self._reaches.of([a for a in strangers if not cut_off.is_sunk(a)])
        recipients = dict(facts.recipients)
        recipients |= {a: replace(recipients[a], reach=reach) for a, reach in reached.items()}
        unknown = ("dns",) if Reach.UNKNOWN in reached.values() else ()
        return replace(facts, recipients=recipients, unknown=unknown)

    async def _with_namesakes(self, sender: str, facts: Facts, names: Mapping[str, str]) -> Facts:
        """Who is usually written to under the names that strangers have in the header."""
        if not names:
            return facts

        def unit(shelves: Shelves) -> dict[str, RecipientFacts]:
            known = {a: shelves.contacts.namesakes(sender, a, name) for a, name in names.items()}
            return {a: replace(facts.recipients[a], namesakes=others) for a, others in known.items() if others}

        return replace(facts, recipients=dict(facts.recipients) | await self._store.read(unit))

    async def _look_for_changes(self) -> None:
        """Once for all that is judged in one turn of the event loop: it had all arrived before the turn began."""
        turn = self._turn
        asyncio.get_running_loop().call_soon(self._end_turn)
        tag = await self._store.changes()
        if tag != self._tag:
            self._kept.clear()
            self._tag = tag
        self._read_in = turn  # where the answer had to be waited for this turn is over, and nobody else takes it

    def _end_turn(self) -> None:
        self._turn += 1

    def _known(self, sender: str, address: str) -> RecipientFacts | None:
        kept = self._kept.get((sender, address))
        if kept is None or kept.until < self._clock.monotonic():
            return None
        return kept.facts

    async def _look_up(self, sender: str, addresses: Sequence[str]) -> dict[str, RecipientFacts]:
        """A few at a time: whoever writes to a thousand keeps nobody waiting who writes to one."""
        if len(addresses) <= TOGETHER:
            return await self._read(sender, addresses)
        found: dict[str, RecipientFacts] = {}
        for start in range(0, len(addresses), TOGETHER):
            async with self._many:
                found |= await self._read(sender, addresses[start : start + TOGETHER])
        return found

    async def _read(self, sender: str, addresses: Sequence[str]) -> dict[str, RecipientFacts]:
        """In one reading transaction, together with the tag they are good for."""
        tag, found = await self._store.read(
            lambda shelves: (changes.of(shelves), {a: _of(shelves, sender, a, self._zone.key) for a in addresses})
        )
        if tag == self._tag:
            self._keep(sender, found)
        return found

    def _keep(self, sender: str, found: Mapping[str, RecipientFacts]) -> None:
        """Those that are too old go: one with fifty candidates takes 20 kB."""
        now = self._clock.monotonic()
        for address, facts in found.items():
            self._kept[sender, address] = _Kept(facts, now + FRESH)
            self._kept.move_to_end((sender, address))
        while self._kept and (len(self._kept) > KEPT or next(iter(self._kept.values())).until < now):
            self._kept.popitem(last=False)


def _of(shelves: Shelves, sender: str, address: str, time_zone: str) -> RecipientFacts:
    found = shelves.contacts.look_up(sender, address)
    row = shelves.blocks.of(address)
    block = block_of(row, time_zone) if row else None
    return RecipientFacts(
        known=found.known,
        candidates=found.candidates,
        domain_known=found.domain_known,
        domain_doubtful=found.domain_doubtful,
        crowds=found.crowds,
        forms=found.forms,
        contacts=found.contacts,
        name_tokens=found.name_tokens,
        block=block,
    )
