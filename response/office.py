"""Office: what the desk knows of its house while it works on a case."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mail.address import is_inside, key
from notifier.options import Organisation
from response.manual import Act, Manual
from response.options import ResponseOptions
from store.shelves import Shelves

GATEWAY = "sekisho"
"""Who acts where nobody pressed anything."""


@dataclass(frozen=True, slots=True)
class Office:
    """The settings and the manual of one organisation."""

    organisation: Organisation
    options: ResponseOptions
    manual: Manual

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.organisation.time_zone)

    def is_ours(self, address: str) -> bool:
        """Whether an address lies in our own domains."""
        return bool(address) and is_inside(address, frozenset(self.organisation.domains))

    def say(self, ja: str, en: str) -> str:
        """Choose the language in which the house keeps its books."""
        return ja if self.organisation.language == "ja" else en


def mark(shelves: Shelves, office: Office, ticket_id: str, act: Act, note: str) -> None:
    """Mark the steps that the gateway itself has just done, with what it did."""
    for step in office.manual.automatic(act):
        if shelves.tickets.finish_step(ticket_id, step, state="done", by=GATEWAY, note=note):
            shelves.evidence.add(ticket_id, GATEWAY, "step", f"step {step}", {"state": "done", "note": note})


def same(one: str, other: str) -> bool:
    """Whether two spellings are one mailbox; nobody is the same as nobody."""
    return bool(one) and key(one) == key(other)
