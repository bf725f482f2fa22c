"""A book of contacts in memory that answers what the store answers; for measuring the rules without a database.

The index is the smallest that serves the rule: contacts by token inside a domain, and, where a domain has few contacts, all of them.
"""

from collections import Counter, defaultdict

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mail.address import key, split
from rules.address_forms import asked_names, name_parts
from rules.base import Contact, RecipientFacts
from rules.local_form import form
from rules.slip_tokens import domain_asked, domain_kept, local_asked, local_kept
from rules.slips import MIN_TWO

CANDIDATES = 50
NEAR_DOMAINS = 10
TWO_SLIPS_WITHIN = 3_000
"""In domains of so many contacts two slips are looked for."""


class Book:
    """Contacts with an index of tokens."""

    def __init__(self, contacts: list[Contact]) -> None:
        self.by_key = {key(c.address): c for c in contacts}
        self.by_domain: dict[str, list[str]] = defaultdict(list)
        self.domains: dict[str, list[str]] = defaultdict(list)
        self.locals: dict[int, list[str]] = defaultdict(list)
        self.names: Counter[str] = Counter()
        self.forms: dict[str, Counter[str]] = defaultdict(Counter)
        self.mails: Counter[str] = Counter()
        for address, contact in self.by_key.items():
            local, domain = split(address)
            self.by_domain[domain].append(local)
            self.names.update(set(name_parts(local)))
            self.forms[domain][form(local)] += 1
            self.mails[domain] += contact.count
            for token in local_kept(local):
                self.locals[hash((token, domain))].append(local)
        for domain in self.by_domain:
            for token in domain_kept(domain):
                self.domains[token].append(domain)

    def facts(self, address: str) -> RecipientFacts:
        """What the store would say of an address."""
        local, domain = split(key(address))
        near: set[str] = set()
        tokens = local_asked(local)
        around = (domain, *self._near_domains(local, domain))
        for each in around:
            found = {other for token in tokens for other in self.locals.get(hash((token, each)), ())}
            if len(local) >= MIN_TWO and len(self.by_domain.get(each, ())) <= TWO_SLIPS_WITHIN:
                found |= self._two_slips(local, each)
            near |= {f"{other}@{each}" for other in found if f"{other}@{each}" in self.by_key}
        near.discard(f"{local}@{domain}")
        chosen = sorted((self.by_key[a] for a in near), key=lambda c: -c.count)[:CANDIDATES]
        borne = {word: self.names[word] for word in asked_names(local) if self.names[word]}
        crowds = {each: len(self.by_domain[each]) for each in around if each in self.by_domain}
        return RecipientFacts(
            known=self.by_key.get(f"{local}@{domain}"),
            candidates=tuple(chosen),
            domain_known=domain in self.by_domain,
            crowds=crowds,
            forms={each: self.forms[each] for each in around if each in self.forms},
            contacts=len(self.by_key),
            name_tokens=borne,
        )

    def _near_domains(self, local: str, domain: str) -> list[str]:
        """Those that know the same local part, then the most used."""
        found = {other for token in domain_asked(domain) for other in self.domains.get(token, ())} - {domain}
        order = sorted(found, key=lambda other: (f"{local}@{other}" not in self.by_key, -self.mails[other], other))
        return order[:NEAR_DOMAINS]

    def _two_slips(self, local: str, domain: str) -> set[str]:
        there = self.by_domain.get(domain, [])
        return {name for name, _, _ in process.extract(local, there, scorer=OSA.distance, score_cutoff=2, limit=None)}
