"""Stray: tells the admins, once a domain, that a program or forwarder sends to a near-typo of a domain: there is no one to ask.

Who writes to a forwarder chooses where it sends: past a few alarms a day the rest is counted, and told in one.
"""

import hashlib
from datetime import date
from functools import partial
from typing import Final, NamedTuple, Self
from zoneinfo import ZoneInfo

from mail.address import domain_key, split
from mail.envelope import Envelope
from notifier import notices
from notifier.options import Organisation
from rules.verdict import Verdict
from store.engine import Store
from store.shelves import Shelves

RULE = "recipient-stray-domain"
A_DAY: Final = 5
"""So many domains are told of on one day of the organisation."""
_TODAY: Final = "stray-domains-of-the-day"


class _Day(NamedTuple):
    """What was told on a day, and what was not."""

    day: date
    told: int = 0
    more: int = 0
    """Messages to further domains."""

    @classmethod
    def of(cls, shelves: Shelves) -> Self | None:
        """The latest; None where there was none, or it is closed."""
        day, *numbers = (shelves.marks.get(_TODAY) or "").split()[:3] or [""]
        return cls(date.fromisoformat(day), *map(int, numbers)) if day else None

    def keep(self, shelves: Shelves) -> None:
        """Write it down."""
        shelves.marks.set(_TODAY, f"{self.day} {self.told} {self.more}")


def tell(store: Store, organisation: Organisation, envelope: Envelope, verdict: Verdict) -> None:
    """Queue an alarm for a domain that nobody was told about yet, or count the message."""
    found = {
        domain_key(split(f.about.recipient)[1]): split(f.suggestion)[1] for f in verdict.findings if f.rule == RULE
    }
    if found:
        store.later(partial(_tell, found=found, organisation=organisation, envelope=envelope))


def _tell(shelves: Shelves, found: dict[str, str], organisation: Organisation, envelope: Envelope) -> None:
    marks = {domain: f"stray {hashlib.sha256(domain.encode()).hexdigest()[:24]}" for domain in found}
    new = next((domain for domain, mark in marks.items() if shelves.marks.get(mark) is None), None)
    if new is None:
        return
    tell_rest(shelves, organisation)
    day = _Day.of(shelves) or _Day(_today(shelves, organisation))
    if day.told >= A_DAY:
        # No mark: the domain is told of on another day, if mail still goes there.
        day._replace(more=day.more + 1).keep(shelves)
        return
    # One a message: who is told of one looks at the program, and the others come with its next mail.
    day._replace(told=day.told + 1).keep(shelves)
    shelves.marks.set(marks[new], envelope.id)
    facts = {"domain": new, "perhaps": found[new], "sender": envelope.reverse_path or "<>"}
    notices.alarm(shelves, organisation, "stray-domain", facts)


def tell_rest(shelves: Shelves, organisation: Organisation) -> None:
    """When the day is over: one alarm for all that was only counted."""
    day = _Day.of(shelves)
    if day is None or day.day == _today(shelves, organisation):
        return
    shelves.marks.clear(_TODAY)
    if day.more:
        facts: dict[str, str | int] = {"day": f"{day.day:%Y-%m-%d}", "messages": day.more}
        notices.alarm(shelves, organisation, "stray-domains-more", facts)


def _today(shelves: Shelves, organisation: Organisation) -> date:
    return shelves.now.astimezone(ZoneInfo(organisation.time_zone)).date()
