"""Conditions: when a `[[policy]]` table fits, and which recipients it is about. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.policy_tables import PolicyTable
from mail.address import domain_key, is_inside, key, split
from mail.envelope import Envelope
from mail.headers import Headers
from rules.base import Exposure, Facts, Finding
from rules.verdict import Verdict

UNREAD: Final = "content-uninspectable"
ENCRYPTED: Final = frozenset({"encrypted_mail", "encrypted_archive"})
_URGENT: Final[Mapping[str, tuple[str, ...]]] = {
    "importance": ("high",),  # RFC 2156 5.3.4
    "priority": ("urgent",),  # RFC 2156 5.3.6
    "x-priority": ("1", "2"),
    "x-msmail-priority": ("high",),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the tables ask of a message beside its findings."""

    sender: str
    recipients: tuple[str, ...]
    thread: frozenset[str] = frozenset()
    """Domains of everyone in the earlier mail that it answers."""
    urgent: bool = False
    attended: bool = True
    """A person sent it: nobody would cancel what a program sends, so that is never delayed by a table alone."""


def occasion(envelope: Envelope, headers: Headers, facts: Facts, *, attended: bool) -> Occasion:
    """What the tables ask of a message that was read."""
    people = envelope.reverse_path, envelope.recipients
    return Occasion(*people, thread=facts.thread, urgent=is_urgent(headers), attended=attended)


class Conditions:
    """The conditions of one table, made ready to be asked of every message."""

    def __init__(
        self,
        table: PolicyTable,
        groups: Mapping[str, tuple[str, ...]],
        free: frozenset[str],
        domains: frozenset[str],
    ) -> None:
        """`groups`: of `[gate.groups]`; `free`: domains of public providers; `domains`: our own."""
        self._table = table
        self._senders = _members(table.senders, table.groups, groups)
        self._recipients = _members(table.recipients, table.recipient_groups, groups)
        self._free = free
        self._domains = domains

    def fit(self, verdict: Verdict, occasion: Occasion) -> bool:
        """Whether all of them hold; a table without conditions fits everything that goes to somebody it is about."""
        table = self._table
        if self._senders is not None and occasion.sender not in self._senders:
            return False
        if table.action == "delay" and not table.rules and not occasion.attended:
            return False
        if table.reply is not None and table.reply != self._is_reply(occasion):
            return False
        if table.urgent is not None and table.urgent != occasion.urgent:
            return False
        if table.encrypted and not any(f.rule == UNREAD and f.reason in ENCRYPTED for f in verdict.findings):
            return False
        whom = frozenset(self.whom(occasion.recipients)) if _travels(table, verdict.exposure) else frozenset[str]()
        return bool(whom) and (not table.rules or any(self.speak_of(f, whom) for f in verdict.findings))

    def whom(self, recipients: Iterable[str]) -> tuple[str, ...]:
        """The recipients that the table is about."""
        return tuple(address for address in dict.fromkeys(recipients) if self._are_about(address))

    def speak_of(self, found: Finding, whom: frozenset[str]) -> bool:
        """Whether the table names the rule of a finding that is about the message, or about one of its recipients."""
        return found.rule in self._table.rules and (not found.about.recipient or found.about.recipient in whom)

    def _are_about(self, address: str) -> bool:
        to = self._table.to
        if to != "anyone" and is_inside(address, self._domains) != (to == "inside"):
            return False
        if self._recipients is not None and address not in self._recipients:
            return False
        return not self._table.freemail or domain_key(split(address)[1]) in self._free

    def _is_reply(self, occasion: Occasion) -> bool:
        """Whether everyone outside was in what it answers."""
        outside = {domain_key(split(a)[1]) for a in occasion.recipients if not is_inside(a, self._domains)}
        return bool(outside) and outside <= {domain_key(d) for d in occasion.thread}


class _Addresses:
    """Whole addresses and `@domain`, made ready to be looked up."""

    def __init__(self, entries: Iterable[str]) -> None:
        every = tuple(entries)
        self._keys = frozenset(key(e) for e in every if not e.startswith("@"))
        self._domains = frozenset(domain_key(e[1:]) for e in every if e.startswith("@"))

    def __contains__(self, address: str) -> bool:
        return key(address) in self._keys or domain_key(split(address)[1]) in self._domains


def is_urgent(headers: Headers) -> bool:
    """Whether its sender marked it so, as RFC 2156 says it and as mail programs write it."""
    return any(
        headers.raw(name) and headers.first(name).strip().lower().startswith(words) for name, words in _URGENT.items()
    )


def _members(
    addresses: tuple[str, ...], groups: tuple[str, ...], known: Mapping[str, tuple[str, ...]]
) -> _Addresses | None:
    """Who is named; None where nobody is, which means everybody."""
    if not addresses and not groups:
        return None
    return _Addresses((*addresses, *(a for name in groups for a in known.get(name, ()))))


def _travels(table: PolicyTable, exposure: Exposure) -> bool:
    """Whether so much travels. What could not be measured may be anything: nothing is passed that was not inspected."""
    if not (table.kinds or table.persons) or not exposure.measured:
        return True
    enough = exposure.persons_max >= table.persons
    return enough and (not table.kinds or any(exposure.kinds.get(kind) for kind in table.kinds))
