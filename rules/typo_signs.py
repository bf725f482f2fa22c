"""What speaks for and against a contact that an address may have been meant for, in numbers that have names.

The names are those of `typo_weights.toml`; what they weigh is learnt, what they are is here. No number holds an address or a name.
"""

import re
from dataclasses import dataclass
from math import log, log1p

from mail.address import key, split
from rules.address_forms import name_parts, romaji, suffix_split
from rules.base import Contact, RecipientFacts
from rules.keyboard import beside
from rules.latin_names import chance, is_name, with_initial
from rules.local_form import form, strangeness, turned
from rules.providers import FREE
from rules.slips import Kind, Slip, distance

_RARE = -30.0
"""The logarithm below which "someone new may be written so" says no more."""
_LONG = 12
_SHORT_STEM = 3
_LETTERS = frozenset(
    {
        Kind.TRANSPOSITION,
        Kind.DOUBLED,
        Kind.LOOK_ALIKE,
        Kind.INSERTION,
        Kind.OMISSION,
        Kind.SUBSTITUTION,
        Kind.SEPARATOR,
    }
)
_ROMAJI_TOO = frozenset({Kind.INSERTION, Kind.OMISSION, Kind.SUBSTITUTION})
_AMID = re.compile(r"\d[a-z]")
_STRAY = re.compile(r"^[._-]|[._-]$|[._-]{2}")
_YEARS = range(1930, 2031)
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Given:
    """The address in question, with what holds of it whoever was meant."""

    local: str
    domain: str
    facts: RecipientFacts
    chance: float
    """Logarithm of how likely someone new is written so."""
    in_use: bool
    """Somebody else is known at the domain, and somebody vouches: that the slip itself was written to before speaks for nothing."""


def about(address: str, facts: RecipientFacts) -> Given:
    """The address with what holds of it."""
    local, domain = split(key(address))
    is_in_use = facts.domain_known and not facts.domain_doubtful
    others = facts.crowds.get(domain, 2) - (facts.known is not None)
    return Given(local, domain, facts, chance(local, facts.name_tokens, facts.contacts), is_in_use and others > 0)


def evidence(given: Given, contact: Contact, in_local: Slip | None, in_domain: Slip | None) -> dict[str, float]:
    """What speaks for and against the contact, by the names that the weights have."""
    local, domain = split(key(contact.address))
    where = "local" if in_domain is None else "domain suffix" if in_domain.kind is Kind.SUFFIX else "domain slip"
    found: dict[str, float] = {where: 1.0, f"{where} mails to the contact": log1p(min(contact.count, 100))}
    if in_local:
        found |= _local_evidence(given, local, in_local)
    if in_domain:
        found |= _domain_evidence(given, domain, in_domain)
    if in_local and in_domain:
        found["both sides"] = 1.0
        found["both sides habit"] = float(not {in_local.kind, in_domain.kind} <= _LETTERS)
    return found


def _local_evidence(given: Given, usual: str, found: Slip) -> dict[str, float]:
    """A slip in front of the @."""
    kind = _habit(given.local, usual, found.kind)
    crowd = log1p(given.facts.crowds.get(given.domain, 0))
    noted = {
        f"local {kind}": 1.0,
        "local free mail": float(given.domain in FREE),
    }
    letters = sum(c.isalpha() for c in given.local)
    noted["local two slips length" if kind is Kind.TWO else "local length"] = min(letters, _LONG) / _LONG
    noted["local stray separator"] = float(bool(_STRAY.search(given.local)) and not _STRAY.search(usual))
    noted["local digit before a letter"] = float(bool(_AMID.search(given.local)) and not _AMID.search(usual))
    if kind is Kind.DIGIT:
        noted["local year broken"] = float(_year_broken(given.local, usual))
        noted["local number crowd at the domain"] = crowd
        noted["local number unlikely name"] = -max(given.chance, _RARE)
        return noted
    group = "habit" if kind in {Kind.SEPARATOR, Kind.SWAPPED, Kind.ROMAJI} else "two" if kind is Kind.TWO else "slip"
    noted[f"local {group} crowd at the domain"] = crowd
    noted[f"local {group} strange form"] = strangeness(given.local, given.facts.forms.get(given.domain, {}))
    noted[f"local {group} strange form of the usual one"] = strangeness(usual, given.facts.forms.get(given.domain, {}))
    noted[f"local {group} unlikely name"] = -max(given.chance, _RARE)
    if group != "habit":
        before = chance(usual, given.facts.name_tokens, given.facts.contacts)
        noted[f"local {group} less of a name"] = max(-6.0, min(14.0, before - given.chance))
        noted |= _changed_evidence(given, usual, found)
    if kind is Kind.SEPARATOR:
        noted["local separator beside one letter"] = float(_initials(given.local) != _initials(usual))
    if kind is Kind.SWAPPED:
        forms, mine, theirs = given.facts.forms.get(given.domain, {}), form(given.local), form(usual)
        if turned(mine) != mine or turned(theirs) != theirs:
            mine, theirs = (mine, turned(mine)) if turned(mine) != mine else (turned(theirs), theirs)
            noted["local swapped order of the house"] = log((forms.get(theirs, 0) + 0.5) / (forms.get(mine, 0) + 0.5))
        noted["local swapped initial"] = float(any(len(part) == 1 for part in name_parts(usual)))
    return noted


def _changed_evidence(given: Given, usual: str, found: Slip) -> dict[str, float]:
    """What the slip made of the piece that it changed."""
    facts, noted = given.facts, dict[str, float]()
    a, b = name_parts(given.local), name_parts(usual)
    changed = [(x, y) for x, y in zip(a, b, strict=False) if x != y] if len(a) == len(b) else []
    if len(a) != len(b):
        extra = set(a) ^ set(b)
        noted["local initial more or less"] = float(len(extra) == 1 and all(len(x) == 1 for x in extra))
        noted["local pieces more or less"] = 1.0 - noted["local initial more or less"]
    elif any(len(x) == len(y) == 1 for x, y in changed):
        noted["local other initial"] = 1.0
    elif len(a) == 1 and any(
        _without(a[0], at) in {b[0], b[0][1:], b[0][:-1]} for at in with_initial(a[0], facts.name_tokens)
    ):
        noted[
            "local other initial written to the name" if len(a[0]) == len(b[0]) else "local initial written to the name"
        ] = 1.0
    elif changed:
        noted["local other name"] = float(all(is_name(x, facts.name_tokens) for x, _ in changed))
        noted["local borne by others"] = log1p(min(facts.name_tokens.get(x, 0) for x, _ in changed))
    if found.kind in {Kind.SUBSTITUTION, Kind.INSERTION}:
        noted[f"local {found.kind} beside on the keyboard"] = float(beside(given.local, usual, found))
    return noted


def _domain_evidence(given: Given, usual: str, found: Slip) -> dict[str, float]:
    """A slip behind the @; the local part is the contact's, or nearly."""
    kind = Kind.SUBSTITUTION if found.kind is Kind.DIGIT else found.kind
    stem = suffix_split(usual)[0]
    noted = {
        f"domain {kind}": 1.0,
        "domain short": float(len(stem) <= _SHORT_STEM),
    }
    group = "suffix" if kind is Kind.SUFFIX else "slip"
    if given.in_use:
        noted["domain suffix in use"] = 1.0
        noted["domain crowd in use"] = log1p(given.facts.crowds.get(given.domain, 1))
        noted["domain strange form in use"] = strangeness(given.local, given.facts.forms.get(given.domain, {}))
    noted[f"domain {group} strange form"] = strangeness(given.local, given.facts.forms.get(usual, {}))
    if kind is Kind.SUFFIX:
        noted["domain sisters"] = log(max(1, sum(suffix_split(name)[0] == stem for name in given.facts.crowds)))
    noted[f"domain {group} unlikely name"] = -max(given.chance, _RARE)
    noted[f"domain {group} crowd at the usual one"] = log1p(given.facts.crowds.get(usual, 0))
    noted["domain size of the book"] = log(max(given.facts.contacts, 1000) / 1000)
    noted[f"domain {group} of a provider"] = float(usual in FREE)
    if kind is Kind.SUFFIX:
        noted["domain suffix cut or misspelt"] = float(_cut_or_misspelt(given.domain, usual))
    noted[f"domain {group} number in the local part"] = min(len(_digits_at_end(given.local)), 3)
    if kind is not Kind.SUFFIX and len(found.at_a) + len(found.at_b) <= 2:  # noqa: PLR2004 - one letter
        noted["domain slip in the suffix"] = float(min((*found.at_a, *found.at_b), default=0) > len(stem))
    if not given.domain.isascii():
        noted["domain of other letters"] = 1.0
    return noted


def _habit(given: str, usual: str, kind: Kind) -> Kind:
    """A slip of one letter that is another romaji of the same name: saitoh for saito."""
    same = kind in _ROMAJI_TOO and not _initial_differs(given, usual) and romaji(given) == romaji(usual)
    return Kind.ROMAJI if same else kind


def _initial_differs(given: str, usual: str) -> bool:
    return any(len(a) == len(b) == 1 and a != b for a, b in zip(name_parts(given), name_parts(usual), strict=False))


def _initials(local: str) -> int:
    return sum(len(part) == 1 for part in name_parts(local))


def _cut_or_misspelt(given: str, usual: str) -> bool:
    """Whether the suffix was hardly chosen: co for co.jp, con for com."""
    a, b = suffix_split(given)[1], suffix_split(usual)[1]
    return b.startswith(f"{a}.") or (len(a) > 1 and distance(a, b, 1) == 1)


def _without(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _year_broken(given: str, usual: str) -> bool:
    """Whether the usual address ends in a year and the given one in no year."""
    digits, other = _digits_at_end(usual), _digits_at_end(given)
    return _is_year(digits) and not _is_year(other)


def _is_year(digits: str) -> bool:
    return len(digits) == _YEAR_DIGITS and int(digits) in _YEARS


def _digits_at_end(local: str) -> str:
    """The ASCII digits at the end."""
    return local[len(local.rstrip("0123456789")) :]
