"""Facts: what is gathered before a message is judged; what could not be had is said, never silently absent."""

from zoneinfo import ZoneInfo

from mail.envelope import Envelope
from notifier.options import Organisation
from rules.base import Block, Facts, RecipientFacts
from store.clock import Clock
from store.engine import Store
from store.shelves import Shelves


class FactsGatherer:
    """Asks the store about every recipient of an envelope in one reading transaction."""

    def __init__(self, store: Store, organisation: Organisation, clock: Clock) -> None:
        self._store = store
        self._domains = frozenset(organisation.domains)
        self._zone = ZoneInfo(organisation.time_zone)
        self._clock = clock

    async def gather(self, envelope: Envelope) -> Facts:
        """The facts of one envelope. Raises `StoreDownError`: without contacts nothing can be judged."""
        today = self._clock.now().astimezone(self._zone).date()
        sender, addresses = envelope.reverse_path, envelope.recipients
        recipients = await self._store.read(lambda shelves: {a: _of(shelves, sender, a) for a in addresses})
        return Facts(today=today, own_domains=self._domains, recipients=recipients)


def _of(shelves: Shelves, sender: str, address: str) -> RecipientFacts:
    found = shelves.contacts.look_up(sender, address)
    row = shelves.blocks.of(address)
    block = (
        Block(row.target, row.ticket_id, row.expires_at.date() if row.expires_at else None, row.lenient)
        if row
        else None
    )
    return RecipientFacts(
        known=found.known,
        candidates=found.candidates,
        domain_known=found.domain_known,
        name_tokens=found.name_tokens,
        block=block,
    )
