"""Office: what the desk knows of its house while it works on a case."""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from mail.address import is_inside, key
from notifier.options import Hours, Organisation
from notifier.working_time import WorkingTime
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
    """The organisation's, which is that of a kind where it has one (`manual.of_kind`)."""
    _kept: dict[str, Manual] = field(default_factory=dict, repr=False, compare=False)
    """Versions by which some ticket goes, as the store has them."""

    def manual_of(self, shelves: Shelves, version: str) -> Manual:
        """The manual in the version that a ticket was opened with; that of now for tickets of before their texts were kept."""
        if not self._kept:
            self._kept.update((one.version, one) for one in (self.manual, *self.manual.kinds.values()))
        if version not in self._kept and (document := shelves.manuals.get(version)):
            with contextlib.suppress(ValidationError):  # of a newer program that says more in it
                self._kept[version] = Manual.of_document(version, document)
        return self._kept.get(version, self.manual)

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.organisation.time_zone)

    def is_ours(self, address: str) -> bool:
        """Whether an address lies in our own domains."""
        return bool(address) and is_inside(address, frozenset(self.organisation.domains))

    def main_address(self, address: str) -> str:
        """The address under which somebody is known, by any of theirs."""
        person = self.organisation.person(address)
        return person.address if person else address

    def at_work(self, at: datetime) -> bool:
        """Whether the organisation works then; otherwise it is night, or a holiday."""
        return _working_time(self.organisation.hours, self.organisation.time_zone).is_open(at)

    def say(self, ja: str, en: str) -> str:
        """Choose the language in which the house keeps its books."""
        return ja if self.organisation.language == "ja" else en


@lru_cache(maxsize=8)
def _working_time(hours: Hours, zone: str) -> WorkingTime:
    """Made once: the holidays of a country take their time."""
    return WorkingTime(hours, zone)


def mark(shelves: Shelves, office: Office, ticket_id: str, act: Act, note: str) -> None:
    """Mark the steps that the gateway itself has just done, with what it did."""
    for step in office.manual_of(shelves, shelves.manuals.version_of(ticket_id)).automatic(act):
        if shelves.tickets.finish_step(ticket_id, step, state="done", by=GATEWAY, note=note):
            shelves.evidence.add(ticket_id, GATEWAY, "step", f"step {step}", {"state": "done", "note": note})


def same(one: str, other: str) -> bool:
    """Whether two spellings are one mailbox; nobody is the same as nobody."""
    return bool(one) and key(one) == key(other)
