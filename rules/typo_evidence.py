"""Evidence that an address is a slip for a contact: what speaks for it and against it, weighed by `typo_weights.toml`.

For every contact near the address a handful of numbers is written down (`typo_signs.evidence`): what differs, how likely someone new is written so,
how often the contact is written to. Their weighed sum is the logarithm of the odds that the contact was meant. The weights are learnt
by `benchmarks/train_typo.py` from invented books; no single case decides.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import Literal

from mail.address import key, split
from rules.address_forms import domain_stem, suffix_split
from rules.base import Contact, RecipientFacts
from rules.providers import FREE
from rules.slips import Kind, Slip, between, distance
from rules.typo_signs import Given, about, evidence

Sensitivity = Literal["quiet", "normal", "strict"]
_MODEL = tomllib.loads((files("rules") / "typo_weights.toml").read_text("utf-8"))
WEIGHTS: dict[str, float] = _MODEL["weights"]
THRESHOLD: dict[str, float] = _MODEL["threshold"]

_SHORT_STEM = 3
_FOLDED = 6
"""More letters than three look-alikes of two letters each differ in: nothing is near."""
PROVIDER = 0.4
"""A slip for a great provider, and nobody known there: asked about when strict. Those that take mail stand in `doppelgangers.txt`."""
OURS = 0.9
"""A slip for a domain of ours."""
OUR_SUFFIX = 0.4
"""Our own name with another suffix: as a rule a sister company, or a stranger."""


@dataclass(frozen=True, slots=True)
class Likely:
    """One address that was probably meant."""

    meant: str
    score: float
    slips: tuple[Slip, ...]
    contact: Contact | None = None
    """None: a domain of ours or of a mail provider, whoever is meant there."""


def likely(address: str, facts: RecipientFacts, own_domains: frozenset[str]) -> Likely | None:
    """What was most probably meant instead of the address, however improbable; None when nothing is near."""
    found = list(_contacts(about(address, facts))) if facts.candidates else []
    if not facts.domain_known or facts.domain_doubtful:
        found += _domains(address, own_domains)
    return max(found, key=lambda one: (one.score, one.contact.count if one.contact else 0), default=None)


def near(given: Given) -> Iterator[tuple[Contact, tuple[Slip, ...], dict[str, float]]]:
    """Vouched contacts one slip away, two in a long local part, or one on either side; with the evidence."""
    for contact in given.facts.candidates:
        local, domain = split(key(contact.address))
        if not contact.vouched or (local, domain) == (given.local, given.domain):
            continue
        if (
            domain != given.domain
            and given.in_use
            and (local != given.local or not _other_suffix(given.domain, domain))
        ):
            continue  # nobody mistypes himself into a domain that is written to, but by choosing the wrong suffix
        in_local = between(given.local, local, "local")
        if in_local is None and local != given.local:
            continue
        in_domain = between(given.domain, domain, "domain")
        if in_domain is None and domain != given.domain:
            continue
        slips = tuple(s for s in (in_local, in_domain) if s)
        yield contact, slips, evidence(given, contact, in_local, in_domain)


def _other_suffix(a: str, b: str) -> bool:
    return domain_stem(a) == domain_stem(b)


def weighed(found: Mapping[str, float]) -> float:
    """How probable the contact was meant, 0 to 1."""
    total = sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _contacts(given: Given) -> Iterator[Likely]:
    for contact, slips, found in near(given):
        yield Likely(contact.address, round(weighed(found), 3), slips, contact)


def _domains(address: str, own_domains: frozenset[str]) -> Iterator[Likely]:
    """Domains that everyone knows: ours, and the great providers, one slip away; whoever is meant there."""
    local, domain = split(key(address))
    for usual, found in _near_domains(domain, own_domains):
        ours = OUR_SUFFIX if found.kind is Kind.SUFFIX else OURS
        yield Likely(f"{local}@{usual}", ours if usual in own_domains else PROVIDER, (found,))


@lru_cache(maxsize=4096)
def _near_domains(domain: str, own_domains: frozenset[str]) -> tuple[tuple[str, Slip], ...]:
    """Domains that everyone knows, one slip from this one."""
    if domain in FREE or domain in own_domains:
        return ()
    near: list[tuple[str, Slip]] = []
    for usual in sorted(own_domains | FREE):
        if domain_stem(usual) != domain_stem(domain) and distance(domain, usual, _FOLDED) > _FOLDED:
            continue
        found = between(domain, usual, "domain")
        if found is None or found.kind is Kind.TWO or (usual in FREE and len(suffix_split(usual)[0]) <= _SHORT_STEM):
            continue
        if usual in own_domains or found.kind not in {Kind.SUFFIX, Kind.DIGIT}:
            near.append((usual, found))
    return tuple(near)
