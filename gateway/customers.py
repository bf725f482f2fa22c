"""Customers: with whom the names in a file were seen before is looked up when it was read, and learnt when it was delivered (decision 0027)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.senders import with_findings
from mail.address import is_inside
from mail.envelope import Envelope
from notifier.options import Organisation
from rules import content_wrong_customer as rule
from rules.base import Action, Finding
from rules.company_names import key_of
from rules.learnt_customers import Known, Spoken, findings, own_digests
from rules.mentions import digest
from rules.policy_findings import strength
from rules.providers import FREE_MAIL, customer_of
from rules.verdict import WRONG_CUSTOMER, Policy, RuleSettings, Verdict
from store.customer_names import Lesson, number_of
from store.engine import Store
from store.shelves import Shelves

NAME: Final = WRONG_CUSTOMER
TEACHES: Final = frozenset({"addressed", "titled", "greeted", "coded", "mailed"})
"""What is a customer's own as soon as nobody else's files bear it."""
MOST: Final = 60
"""Names that one message teaches."""
_FREE: Final = frozenset(digest("domain", domain) for domain in FREE_MAIL)

Numbers = tuple[tuple[int, bool], ...]
"""Names of a message by their numbers, and whether it was addressed by them."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking up the names of a message brought."""

    verdict: Verdict
    names: Numbers = ()


class Customers:
    """Knows the store's salt, and of one organisation which names are its own."""

    def __init__(self, store: Store, organisation: Organisation) -> None:
        self._store = store
        self._domains = frozenset(organisation.domains)
        self._own = own_digests(organisation.domains) | {digest("name", key_of(organisation.name))} | _FREE
        self._salt = b""

    async def look_up(self, verdict: Verdict, envelope: Envelope, policy: Policy) -> Looked:
        """The verdict with what follows from the names in files; what was found already of a file is not said twice."""
        said = [m for m in verdict.mentions if m.digest not in self._own]
        if not said:
            return Looked(verdict)
        to = frozenset(customer_of(a) for a in envelope.recipients if not is_inside(a, self._domains))
        if not to:
            return Looked(verdict)
        salt = await self._salted()
        numbers = {m.digest: number_of(m.digest, salt) for m in said}
        settings = policy.rules.get(NAME) or RuleSettings(rule.ACTION, rule.Options())
        least = settings.options.messages

        def unit(shelves: Shelves) -> tuple[Mapping[int, Sequence[Spoken]], frozenset[str]]:
            rows = shelves.customer_names.of(numbers.values())
            seen = {s.customer for spoken in rows.values() for s in spoken}
            doubtful = any(s.addressed >= least and s.customer not in to for spoken in rows.values() for s in spoken)
            return rows, shelves.customer_names.partners(seen | to) if doubtful else frozenset()

        rows, partners = await self._store.read(unit)
        known = Known({d: rows[n] for d, n in numbers.items() if n in rows}, to, partners)
        found = [_named(f, settings.action) for f in findings(said, known, least)]
        teach = {numbers[m.digest]: False for m in said} | {numbers[m.digest]: True for m in said if m.how in TEACHES}
        first = sorted(teach.items(), key=lambda one: not one[1])
        return Looked(_with(verdict, found), tuple(first[:MOST]))

    async def _salted(self) -> bytes:
        """Made once, by the first who needs it; the same for every node."""
        if not self._salt:
            self._salt = await self._store.commit(_salt)
        return self._salt


def _salt(shelves: Shelves) -> bytes:
    return shelves.customer_names.salt()


def lessons(names: Numbers, addresses: Iterable[str], organisation: Organisation) -> tuple[Lesson, ...]:
    """What a delivered message teaches: whose names they are where it went to one customer, else only that they are shared."""
    domains = frozenset(organisation.domains)
    to = sorted({customer_of(address) for address in addresses if not is_inside(address, domains)})
    if len(to) > MOST // 20:
        return ()  # a circular says nothing of anybody
    return tuple(Lesson(one, name, own and len(to) == 1) for one in to for name, own in names)


def _named(found: Finding, action: Action) -> Finding:
    """As `judge` does: the finding's own action before the rule's, but a rule that only notes, notes."""
    follows = action if found.action is None or action is Action.NOTE else found.action
    return replace(found, rule=NAME, action=follows)


def _with(verdict: Verdict, found: Sequence[Finding]) -> Verdict:
    """The strongest first, as ever."""
    there = {f.about.part for f in verdict.findings if f.rule == NAME}
    new = [f for f in found if f.about.part not in there]
    if not new:
        return verdict
    return with_findings(verdict, tuple(sorted((*verdict.findings, *new), key=lambda f: -strength(f))))
