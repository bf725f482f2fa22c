"""Learnt customers: what follows of the names in a file, once it is known with whom else they were seen.

Who speaks to whom was learnt in digests (`rules.mentions`), and is looked up after the file was read: this is the second half of
content-wrong-customer, as pure as its first.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rules.base import About, Action, Finding
from rules.mentions import Mention, digest

SHARE: Final = 0.9
"""Of all messages in which a name stood so many went to one customer: then it is that one's name."""
_STRONG: Final = frozenset({"addressed", "titled", "told"})
"""What says for whom a file is."""
_NAMED: Final = frozenset({"addressed", "titled", "opening", "spoken"})
"""Names that are a company's by their form."""
_AWARE: Final = frozenset({"announced"})
"""Who speaks of the other customer in the text sends its file on purpose."""
_INNER = frozenset({"co", "com", "ne", "or", "ac", "go", "ed", "lg", "gr", "ad", "net", "org", "gov", "edu"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """How often a name stood in what went to a customer."""

    customer: str
    addressed: int
    """Messages in which it was whom they were for."""
    spoken: int
    """Messages in which it stood at all."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a message has been read."""

    spoken: Mapping[bytes, Sequence[Spoken]]
    """By digest: the customers it was seen with."""
    to: frozenset[str]
    """The customers that get the message, as `rules.providers.customer_of` makes them."""
    partners: frozenset[str] = frozenset()
    """Customers who regularly get files of others: subcontractors, agents, auditors. They neither share a name nor are asked about."""


def core_of(domain: str) -> str:
    """The word of a domain that names its owner.

    >>> core_of("mail.aoki.co.jp"), core_of("aoki.example"), core_of("kimura@gmail.com")
    ('aoki', 'aoki', 'kimura@gmail.com')
    """
    labels = domain.split(".")[:-1]
    while len(labels) > 1 and labels[-1] in _INNER:
        labels.pop()
    return domain if "@" in domain or not labels else labels[-1]


def own_digests(customers: Collection[str]) -> frozenset[bytes]:
    """What the domains of customers say of them without being learnt."""
    names = {digest("name", core_of(one).replace("-", "")) for one in customers}
    return frozenset(names | {digest("domain", one) for one in customers})


def findings(mentions: Sequence[Mention], known: Known, messages: int) -> Iterator[Finding]:
    """Yield one for each file that speaks of exactly one other customer, and not of anybody who gets it.

    `messages`: so many at least were addressed to a customer by a name of its own.
    """
    cores = {core_of(one) for one in known.to}
    theirs = own_digests(known.to)
    owners = {m.digest: owner for m in mentions if (owner := _owner(m.digest, known, cores, messages))}
    aware = {owners.get(m.digest) for m in mentions if m.how in _AWARE} - {None}
    for part in dict.fromkeys(m.part for m in mentions if m.part):
        said = [m for m in mentions if m.part == part]
        if any(m.digest in theirs or _is_theirs(known.spoken.get(m.digest, ()), cores) for m in said):
            continue
        others = {owners[m.digest] for m in said if m.digest in owners}
        if len(others) == 1:
            (other,) = others
            strong = _is_for(other, said, owners) and other not in aware and not known.to <= known.partners
            seen = max(s.addressed for m in said for s in known.spoken.get(m.digest, ()) if s.customer == other)
            yield _finding(part, other, known.to, seen, strong=strong)


def _is_for(other: str, said: Sequence[Mention], owners: Mapping[bytes, str]) -> bool:
    """Whether a file says that it is for that customer, or names nobody else and that one at its top."""
    if any(m.how in _STRONG for m in said if m.digest in owners):
        return True
    alone = all(owners.get(m.digest) == other for m in said if m.how in _NAMED)
    return alone and any(m.how == "opening" for m in said)


def _owner(name: bytes, known: Known, cores: Collection[str], messages: int) -> str:
    """Whose name it is; "" where it is nobody's, or was seen with somebody who gets the message."""
    seen = known.spoken.get(name, ())
    spoken = [s for s in seen if s.customer not in known.partners]
    if not spoken or any(core_of(s.customer) in cores for s in seen):
        return ""
    most = max(spoken, key=lambda s: (s.addressed, s.spoken))
    together = sum(s.spoken for s in spoken if core_of(s.customer) == core_of(most.customer))
    alone = together >= SHARE * sum(s.spoken for s in spoken)
    return most.customer if most.addressed >= messages and alone else ""


def _is_theirs(spoken: Sequence[Spoken], cores: Collection[str]) -> bool:
    """Whether files to somebody who gets the message were addressed by it."""
    return any(s.addressed and core_of(s.customer) in cores for s in spoken)


def _finding(part: str, other: str, to: frozenset[str], seen: int, *, strong: bool) -> Finding:
    goes = ", ".join(sorted(to)[:3])
    words = {
        "ja": f"「{part}」は別の取引先（{other}）宛てのファイルのようですが、宛先は {goes} です。ファイルの取り違えがないか、ご確認ください。",
        "en": f"“{part}” seems to be a file for another customer ({other}), but the message goes to {goes}. Please check that it is the right file.",
    }
    action = None if strong else Action.NOTE
    return Finding(
        About(part=part),
        words,
        evidence={"messages": seen},
        score=0.7 if strong else 0.2,
        action=action,
        reason="learnt" if strong else "weak",
    )
