"""Evidence that an address is a slip for a contact: a score from 0 to 1 out of readable weights, no single case decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mail.address import key, split
from rules.base import Contact, RecipientFacts
from rules.latin_names import is_name, with_initial
from rules.slips import SEPARATORS, Kind, Slip, between, name_parts, romaji, suffix_split

Sensitivity = Literal["quiet", "normal", "strict"]
THRESHOLD: dict[str, float] = {"quiet": 0.7, "normal": 0.5, "strict": 0.3}

BASE = {
    Kind.TRANSPOSITION: 0.9, Kind.DOUBLED: 0.9, Kind.LOOK_ALIKE: 0.9, Kind.INSERTION: 0.85, Kind.OMISSION: 0.85, Kind.SUBSTITUTION: 0.8,
    Kind.SEPARATOR: 0.8, Kind.SWAPPED: 0.75, Kind.SUFFIX: 0.75, Kind.ROMAJI: 0.7, Kind.DIGIT: 0.25,
}  # fmt: skip
YEAR_BROKEN = 0.5
"""The usual address ends in a year of birth and the given one in something that is none."""
OTHER_NAME = -0.5
"""What differs is a name in both: tanaka and takada are two people."""
OTHER_INITIAL = -0.6
"""t.saito and k.saito are two people."""
SHORT = -0.4
"""In three letters everything is one slip from everything."""
DOMAIN_IN_USE = -0.7
"""Somebody here writes to the given domain: it is no slip of another."""
WEAK_LOCAL = -0.2
"""The local part alone says little (info@, sato@), with another suffix or a name of three letters."""
VERY_COMMON = -0.1
"""… and less where very many contacts carry it."""
FREE_MAIL = -0.1
"""With millions of users each near spelling is somebody's."""
BOTH_SIDES = -0.3
OWN_SUFFIX = -0.3
"""Our own name with another suffix, and no colleague known who is called so: as a rule a sister company, or a stranger."""

_SHORT_LOCAL = 3
_SHORT_STEM = 3
_MANY = 100
_LETTER_KINDS = frozenset(
    {Kind.TRANSPOSITION, Kind.DOUBLED, Kind.LOOK_ALIKE, Kind.INSERTION, Kind.OMISSION, Kind.SUBSTITUTION}
)
_YEARS = range(1930, 2031)
_YEAR_DIGITS = 4
FREE = frozenset(
    (
        "gmail.com", "googlemail.com", "yahoo.co.jp", "ymail.ne.jp", "yahoo.com", "hotmail.com", "hotmail.co.jp", "outlook.com", "outlook.jp", "live.jp",
        "icloud.com", "me.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "nifty.com", "biglobe.ne.jp",
        "ocn.ne.jp", "so-net.ne.jp", "excite.co.jp", "goo.jp", "aol.com", "gmx.de", "gmx.com", "web.de", "mail.ru", "qq.com", "163.com", "naver.com",
    ),
)  # fmt: skip


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
    local, domain = split(key(address))
    found = [*_contacts(local, domain, facts), *_domains(local, domain, facts, own_domains)]
    return max(found, key=lambda one: (one.score, one.contact.count if one.contact else 0), default=None)


def _contacts(local: str, domain: str, facts: RecipientFacts) -> Iterator[Likely]:
    """Vouched contacts one slip away, or one slip on either side."""
    for contact in facts.candidates:
        usual_local, usual_domain = split(key(contact.address))
        if not contact.vouched or (usual_local, usual_domain) == (local, domain):
            continue
        in_local = between(local, usual_local, "local")
        in_domain = between(domain, usual_domain, "domain")
        if (local != usual_local and in_local is None) or (domain != usual_domain and in_domain is None):
            continue
        slips = tuple(s for s in (in_local, in_domain) if s)
        if len(slips) > 1 and not all(s.kind in _LETTER_KINDS for s in slips):
            continue  # a slip on either side is rare; two that may be habits say nothing
        scores = [
            _local_score(s, local, usual_local, domain, facts)
            if s is in_local
            else _domain_score(s, local, domain, facts)
            for s in slips
        ]
        score = min(scores) + (BOTH_SIDES if len(slips) > 1 else 0)
        yield Likely(contact.address, _bounded(score), slips, contact)


def _domains(local: str, domain: str, facts: RecipientFacts, own_domains: frozenset[str]) -> Iterator[Likely]:
    """Domains that everyone knows: ours, and the great providers, one slip away; whoever is meant there."""
    if not facts.domain_known:
        for usual, found in _near_domains(domain, own_domains):
            score = BASE[found.kind] + (OWN_SUFFIX if found.kind is Kind.SUFFIX else 0)
            yield Likely(f"{local}@{usual}", _bounded(score), (found,))


@lru_cache(maxsize=4096)
def _near_domains(domain: str, own_domains: frozenset[str]) -> tuple[tuple[str, Slip], ...]:
    """Domains that everyone knows, one slip from this one."""
    if domain in FREE or domain in own_domains:
        return ()
    near: list[tuple[str, Slip]] = []
    for usual in sorted(own_domains | FREE):
        found = between(domain, usual, "domain")
        if found is None or (usual in FREE and len(suffix_split(usual)[0]) <= _SHORT_STEM):
            continue
        if usual in own_domains or found.kind not in {Kind.SUFFIX, Kind.DIGIT}:
            near.append((usual, found))
    return tuple(near)


def _local_score(found: Slip, given: str, usual: str, domain: str, facts: RecipientFacts) -> float:
    """A slip in front of the @."""
    score = BASE[found.kind]
    if domain in FREE:
        score += FREE_MAIL
    if found.kind is Kind.DIGIT:
        return score + (YEAR_BROKEN if _year_broken(given, usual) else 0)
    if max(len(given), len(usual)) <= _SHORT_LOCAL:
        score += SHORT
    if found.kind in {Kind.SWAPPED, Kind.SEPARATOR, Kind.LOOK_ALIKE} or _is_cut(given, usual):
        return score
    if romaji(given) == romaji(usual):
        return min(score, BASE[Kind.ROMAJI])
    if found.kind is not Kind.DOUBLED and _other_initial(given, usual, facts):
        return score + OTHER_INITIAL
    return score + (OTHER_NAME if _other_name(given, usual, facts) else 0)


def _domain_score(found: Slip, local: str, domain: str, facts: RecipientFacts) -> float:
    """A slip behind the @; the local part is the contact's, or nearly."""
    score = (
        BASE[found.kind] if found.kind is not Kind.DIGIT else BASE[Kind.SUBSTITUTION]
    )  # domains are not numbered like people
    if facts.domain_known:
        score += DOMAIN_IN_USE
    parts = name_parts(local)
    bearers = facts.name_tokens.get(parts[0], 0) if parts == (local,) else 0
    if bearers > 1 and (found.kind is Kind.SUFFIX or len(suffix_split(domain)[0]) <= _SHORT_STEM):
        score += WEAK_LOCAL + (VERY_COMMON if bearers >= _MANY else 0)
    return score


def _changed(given: str, usual: str) -> tuple[tuple[str, str], ...]:
    """The pieces of the local part that are not the same, side by side."""
    a, b = name_parts(given), name_parts(usual)
    return tuple((x, y) for x, y in zip(a, b, strict=False) if x != y) if len(a) == len(b) else ()


def _is_cut(given: str, usual: str) -> bool:
    """Whether the given one begins or ends with a separator, as nobody's address does: "-miura" for "y-miura"."""
    return given.strip(SEPARATORS) != given and usual.strip(SEPARATORS) == usual


def _other_name(given: str, usual: str, facts: RecipientFacts) -> bool:
    """Whether what differs is a name on both sides."""
    changed = _changed(given, usual)
    return bool(changed) and all(is_name(x, facts.name_tokens) for x, _ in changed)


def _other_initial(given: str, usual: str, facts: RecipientFacts) -> bool:
    """Whether only an initial differs: t.saito, k.saito; tsaito, ksaito; or an initial was added: saito, ksaito."""
    a, b = name_parts(given), name_parts(usual)
    if len(a) != len(b):
        extra = set(a) ^ set(b)
        return len(extra) == 1 and all(len(x) == 1 for x in extra)
    if any(len(x) == len(y) == 1 for x, y in _changed(given, usual)):
        return True
    # An initial written to the name: only where no other name or initial stands beside it.
    return len(a) == 1 and any(
        _without(a[0], at) in {b[0], b[0][1:], b[0][:-1]} for at in with_initial(a[0], facts.name_tokens)
    )


def _without(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _year_broken(given: str, usual: str) -> bool:
    """Whether the usual address ends in a year and the given one in no year."""
    digits, other = _digits_at_end(usual), _digits_at_end(given)
    return (
        len(digits) == _YEAR_DIGITS
        and int(digits) in _YEARS
        and not (len(other) == _YEAR_DIGITS and int(other) in _YEARS)
    )


def _digits_at_end(local: str) -> str:
    """The ASCII digits at the end."""
    return local[len(local.rstrip("0123456789")) :]


def _bounded(score: float) -> float:
    return round(min(1.0, max(0.0, score)), 3)
