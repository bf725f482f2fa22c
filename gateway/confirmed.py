"""Confirmed: the very file that somebody confirmed for a domain is not asked about again (decision 0028).

Only what is found in a file is ever answered so, never a recipient; and only where everyone outside is of a domain it was confirmed for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from gateway.decision import Decision, Plan, risks
from gateway.rooms import FlowOptions
from gateway.senders import noted, with_findings
from mail.address import is_inside
from mail.envelope import Envelope
from notifier.options import Organisation
from rules.base import Action, Finding
from rules.providers import customer_of
from rules.verdict import ASKING, PERSONAL, Verdict
from rules.words import day_en, day_ja
from store.confirmed import Confirmed, print_of
from store.engine import Store
from store.holds import Hold
from store.shelves import Shelves
from store.storable import as_key

_UNREAD: Final = "content-uninspectable"
RULES: Final = frozenset({PERSONAL, _UNREAD, "content-confidential", "content-keyword", "content-wrong-customer"})
"""What is found in a file and stays the same while its octets do."""
_NAMELESS: Final = frozenset({PERSONAL, _UNREAD})
"""Of these the name of the file says nothing; under another name it is the same file."""
_FAULTS: Final = frozenset({"own_fault", "broken"})
"""What we did not manage to read may be anything: nobody confirmed what it is."""
_SENDERS: Final = ASKING - {Action.APPROVE}
"""What its sender may say yes to: where somebody else must, each message wants a yes of its own (decision 0041)."""
_SEVERAL_DAYS: Final = 2
"""On so many days somebody has to confirm a file before colleagues are not asked either."""
MOST: Final = 500
"""Files times customers of one answer; of more nothing is remembered: a thousand of each kept the store busy for minutes."""

Parts = Sequence[tuple[str, str]]
"""Name and SHA-256 of each part."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One finding about files, in the words of a print."""

    rule: str
    reason: str
    action: str
    names: tuple[str, ...]

    def prints(self, parts: Parts, salt: bytes) -> dict[str, str] | None:
        """The number of each file that it is about, and its name; None where one of them is not there."""
        digests = [(name, digest) for name in self.names for had, digest in parts if had == name]
        if {name for name, _ in digests} != set(self.names):
            return None
        said = (self.rule, self.reason, self.action)
        return {print_of(salt, digest, *said, "" if self.rule in _NAMELESS else name): name for name, digest in digests}


def remember(
    shelves: Shelves, held: Sequence[Hold], decision: Decision, planned: Plan, by: str, options: FlowOptions
) -> None:
    """What was said yes to, file by file, for whoever gets it now; an operator who chooses nothing lets everything go."""
    until = shelves.now + timedelta(days=options.hold.confirmed_days)
    if until == shelves.now:
        return
    held = [hold for hold in held if all(f["rule"] != "gate-hold-all" for f in hold.verdict["findings"])]
    said = [risk for risk in risks(held) if decision.choices.get(risk.id) == "agree"]
    agreed = [found for risk in said for found in (risk.finding, *risk.also)]
    yes = {(f["rule"], f.get("reason", ""), f["about"].get("part", "")) for f in agreed} if decision.choices else None
    rows = (row for hold in held for row in _rows(shelves, hold, yes, planned, by, until, options.organisation))
    known = {(row.print, row.customer, row.sender): row for row in islice(rows, MOST + 1)}
    if len(known) <= MOST:
        shelves.confirmed.add(known.values())


def _rows(
    shelves: Shelves,
    hold: Hold,
    yes: Collection[tuple[str, str, str]] | None,
    planned: Plan,
    by: str,
    until: datetime,
    organisation: Organisation,
) -> Iterator[Confirmed]:
    """What is remembered of one copy."""
    verdict = Verdict.from_json(hold.verdict)
    asked = [
        one
        for found in verdict.findings
        if (one := _asked(found, verdict)) and (yes is None or (found.rule, found.reason, found.about.part) in yes)
    ]
    line = shelves.journal.by_hold(hold.id) if asked and hold.reverse_path else None
    gets = [planned.redirect.get(r.address, r.address) for r in hold.recipients if r.address not in planned.omit]
    if line is None:
        return
    parts, salt = [(part["name"], part["sha256"]) for part in line.parts], shelves.confirmed.salt()
    for one in asked:
        stays = {n: name for n, name in (one.prints(parts, salt) or {}).items() if name not in planned.gone}
        for number, name in stays.items():
            for customer in _customers(gets, organisation):
                yield Confirmed(number, customer, hold.reverse_path, by, name, one.rule, hold.id, until)


async def lowered(
    store: Store,
    verdict: Verdict,
    envelope: Envelope,
    parts: Parts,
    organisation: Organisation,
    today: date,
) -> Verdict:
    """The verdict with what was confirmed of the same files for the same people turned into notes."""
    asked = {n: one for n, found in enumerate(verdict.findings) if (one := _asked(found, verdict))}
    customers = _customers(envelope.recipients, organisation)
    if not asked or not customers or not envelope.reverse_path:
        return verdict

    def unit(shelves: Shelves) -> tuple[bytes, tuple[Confirmed, ...]]:
        salt = shelves.confirmed.known_salt()
        prints = {p for one in asked.values() for p in one.prints(parts, salt) or ()} if salt else set()
        return salt, shelves.confirmed.of(prints, customers) if prints else ()

    salt, rows = await store.read(unit)
    if not rows:
        return verdict
    known = _Known(rows, as_key(envelope.reverse_path), ZoneInfo(organisation.time_zone))
    findings = list(verdict.findings)
    for n, one in asked.items():
        if (prints := one.prints(parts, salt)) and (day := known.confirmed(prints, customers)):
            findings[n] = _noted(findings[n], day, today)
    return with_findings(verdict, tuple(findings))


def _asked(found: Finding, verdict: Verdict) -> _Asked | None:
    """Which files a finding asks about; None where it is about none, or may never be answered in advance."""
    if found.rule not in RULES or found.action not in _SENDERS or found.reason in _FAULTS or found.about.recipient:
        return None
    holding = [part.name for part in verdict.exposure.parts if part.kinds]
    names = tuple(dict.fromkeys(holding if found.rule == PERSONAL else [found.about.part]))
    return _Asked(found.rule, found.reason, str(found.action), names) if names and all(names) else None


def _customers(addresses: Iterable[str], organisation: Organisation) -> frozenset[str]:
    """Whom it goes to outside."""
    domains = frozenset(organisation.domains)
    return frozenset(customer_of(address) for address in addresses if not is_inside(address, domains))


def _noted(found: Finding, day: date, today: date) -> Finding:
    words = {
        "ja": f"{found.words['ja']}同じファイルをこの相手先へ送ってよいことは、{day_ja(day, today)}に確認されています。",
        "en": f"{found.words['en']} That this very file may go there was confirmed on {day_en(day, today)}.",
    }
    return replace(noted(found), words=words, points=0.0)


class _Known:
    """What the store has of these files, asked for one sender."""

    def __init__(self, rows: Iterable[Confirmed], sender: str, zone: ZoneInfo) -> None:
        self._rows: Mapping[tuple[str, str], list[Confirmed]] = defaultdict(list)
        for row in rows:
            self._rows[row.print, row.customer].append(row)
        self._sender = sender
        self._zone = zone

    def confirmed(self, prints: Iterable[str], customers: Iterable[str]) -> date | None:
        """The day on which the last of them was confirmed; None where one was not, for one of the customers."""
        days = [self._one(print_, customer) for print_ in prints for customer in customers]
        return max(day for day in days if day) if days and all(days) else None

    def _one(self, print_: str, customer: str) -> date | None:
        rows = self._rows.get((print_, customer), ())
        days = {self._day(at) for row in rows for at in (row.first_at, row.last_at) if at}
        own = [self._day(row.last_at) for row in rows if row.sender == self._sender and row.last_at]
        return max(days) if own or len(days) >= _SEVERAL_DAYS else None

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
