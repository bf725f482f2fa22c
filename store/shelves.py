"""Shelves: one per noun, all bound to the one transaction of a unit. The only door to the tables."""

from store.audit import AuditShelf
from store.binding import Binding
from store.blocks import BlockShelf
from store.confirmed import ConfirmedShelf
from store.contacts import ContactShelf
from store.customer_names import CustomerNameShelf
from store.evidence import EvidenceShelf
from store.high_water import HighWaterShelf
from store.holds import HoldShelf
from store.journal import JournalShelf
from store.links import LinkShelf
from store.marks import MarkShelf
from store.outbox import OutboxShelf
from store.recent_mail import RecentMailShelf
from store.tickets import TicketShelf


class Shelves:
    """What a unit works on: `shelves.holds.add(…)`, `shelves.now`."""

    def __init__(self, binding: Binding) -> None:
        self.now = binding.now
        """The time of the transaction: one event, one time."""
        self.holds = HoldShelf(binding)
        self.contacts = ContactShelf(binding)
        self.recent_mail = RecentMailShelf(binding)
        self.journal = JournalShelf(binding)
        self.outbox = OutboxShelf(binding)
        self.links = LinkShelf(binding)
        self.blocks = BlockShelf(binding)
        self.customer_names = CustomerNameShelf(binding)
        self.confirmed = ConfirmedShelf(binding)
        self.tickets = TicketShelf(binding)
        self.evidence = EvidenceShelf(binding)
        self.audit = AuditShelf(binding)
        self.marks = MarkShelf(binding)
        self.high_water = HighWaterShelf(self.marks, binding.now, binding.memory)
