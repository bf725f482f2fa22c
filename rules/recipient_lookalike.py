"""Asks about a recipient whose domain looks like another: in foreign letters, a known doppelganger, or confusable with one that we know."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from mail.address import domain_key, is_inside, key, split
from rules.base import About, Action, Example, Facts, Finding, Mail
from rules.examples import about, contact, facts, mail
from rules.look_alikes import skeleton, strict_skeleton
from rules.marks import marked
from rules.providers import FREE

ACTION = Action.HOLD
Sensitivity = Literal["quiet", "normal", "strict"]


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-lookalike]`."""

    sensitivity: Sensitivity = "normal"
    """quiet: only what imitates a domain that we know. normal: also every domain in other letters that is new. strict: also e for c, l for i."""


class _Seen(NamedTuple):
    """What is wrong with a domain."""

    reason: str
    usual: str
    """The domain that it looks like; "" where there is none."""
    score: float


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding a recipient, and what its domain looks like. A vouched contact is never asked about."""
    for address in dict.fromkeys(given.envelope.recipients):
        of = known.of(address)
        if (of.known and of.known.vouched) or is_inside(address, known.own_domains):
            continue
        local, domain = split(key(address))
        crowds = {name: count for name, count in of.crowds.items() if name != domain}
        usual = frozenset(crowds) | {split(key(c.address))[1] for c in of.candidates if c.vouched}
        seen = _doppelganger(domain)
        if seen is None and (not of.domain_known or of.domain_doubtful):
            seen = _imitates(domain, (usual, known.own_domains, FREE), options) or _foreign(domain, options)
        if seen is None and not of.known:
            seen = _mixed(local)
        if seen:
            yield _finding(address, seen, crowds.get(seen.usual, 0), known)


@lru_cache(maxsize=1)
def doppelgangers() -> Mapping[str, str]:
    """Every known doppelganger with the provider's domain."""
    lines = (files("rules") / "doppelgangers.txt").read_text("utf-8").splitlines()
    words = [line.split() for line in lines if not line.startswith("#")]
    return {domain_key(name): usual for usual, *names in words for name in names}


def _doppelganger(domain: str) -> _Seen | None:
    usual = doppelgangers().get(domain)
    return _Seen("doppelganger", usual, 1.0) if usual else None


def _imitates(domain: str, usual: Iterable[frozenset[str]], options: Options) -> _Seen | None:
    """A domain that we know and that an eye takes it for."""
    form = skeleton if options.sensitivity == "strict" else strict_skeleton
    looks = form(domain)
    found = min(
        (name for names in usual for name in _of_looks(names, form).get(looks, ()) if name != domain), default=""
    )
    return _Seen("confusable", found, 0.95) if found else None


@lru_cache(maxsize=256)
def _of_looks(names: frozenset[str], form: Callable[[str], str]) -> Mapping[str, tuple[str, ...]]:
    """Domains by what they look like: our own and those of providers are the same for every mail."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        found[form(name)] = (*found.get(form(name), ()), name)
    return found


def _foreign(domain: str, options: Options) -> _Seen | None:
    """A domain with letters beyond ASCII that nobody here has written to."""
    if (domain.isascii() and "xn--" not in domain) or options.sensitivity == "quiet":
        return None
    return _Seen("mixed-letters" if any(map(is_mixed, domain.split("."))) else "other-letters", "", 0.9)


def _mixed(local: str) -> _Seen | None:
    """A local part in two alphabets, of which one imitates the other."""
    return _Seen("mixed-local", "", 0.9) if is_mixed(local) else None


def is_mixed(label: str) -> bool:
    """Whether Latin letters stand beside Greek or Cyrillic ones, or others that imitate them (UTS #39, section 5.1).

    >>> is_mixed("tanаka"), is_mixed("日本abc"), is_mixed("müller")
    (True, False, False)
    """
    if label.isascii():
        return False
    alphabets = {unicodedata.name(c, "?").split(" ", 1)[0] for c in label if c.isalpha()}
    return "LATIN" in alphabets and bool(
        alphabets - {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
    )


def _finding(address: str, seen: _Seen, crowd: int, known: Facts) -> Finding:
    suggestion = f"{split(address)[0]}@{seen.usual}" if seen.usual else ""
    evidence: dict[str, int | float] = {"contacts_at_usual": crowd} if seen.usual else {}
    return Finding(
        About(recipient=address),
        _imitation_words(address, suggestion, seen, crowd, known) if seen.usual else _letter_words(address, seen),
        suggestion=suggestion,
        evidence=evidence,
        score=seen.score,
        reason=seen.reason,
    )


def _imitation_words(address: str, suggestion: str, seen: _Seen, crowd: int, known: Facts) -> Mapping[str, str]:
    domain = split(key(address))[1]
    differs = marked(address, suggestion).words
    ours = seen.usual in known.own_domains
    who_ja = "自社のドメイン" if ours else f"取引実績のある宛先が{crowd:,}件ある" if crowd else "広く使われている"
    who_en = "our own domain" if ours else f"where {crowd:,} of our contacts are" if crowd else "which is widely used"
    if seen.reason == "doppelganger":
        ja, en = "打ち間違いのメールを受け取ることで知られるドメイン", "is known to receive mistyped mail instead of"
        return {
            "ja": f"{domain} は、{seen.usual}（{who_ja}）の{ja}です。違い: {differs['ja']}。",
            "en": f"{domain} {en} {seen.usual}, {who_en}. What differs: {differs['en']}.",
        }
    return {
        "ja": f"{domain} は初めてのドメインで、{seen.usual}（{who_ja}）と見分けがつきません。違い: {differs['ja']}。",
        "en": f"{domain} is new and looks the same as {seen.usual}, {who_en}. What differs: {differs['en']}.",
    }


def _letter_words(address: str, seen: _Seen) -> Mapping[str, str]:
    local, domain = split(key(address))
    text = local if seen.reason == "mixed-local" else domain
    letters = " ".join(dict.fromkeys(f"{c} (U+{ord(c):04X})" for c in text if not c.isascii()))
    if seen.reason == "mixed-local":
        return {
            "ja": f"{address} の @ の前には、英字に似た別の文字が混ざっています: {letters}。",
            "en": f"Before the @ of {address} stand letters of another alphabet that look like Latin ones: {letters}.",
        }
    mixed_ja = (
        "、英字に似た別の文字が混ざっています" if seen.reason == "mixed-letters" else "英数字以外の文字を含みます"
    )
    mixed_en = "mixes letters that look alike" if seen.reason == "mixed-letters" else "holds letters beyond a to z"
    shown = letters or domain
    return {
        "ja": f"{domain} は初めてのドメインで{mixed_ja}: {shown}。",
        "en": f"{domain} is a new domain and {mixed_en}: {shown}.",
    }


_KIMURA = contact("kimura@customer.example")


def _case(name: str, address: str, hits: int, suggestion: str = "", **known: object) -> Example:
    return Example(name, mail(address), about(address, **known), hits, suggestion)


EXAMPLES = (
    _case("a known doppelganger of a provider", "ken@gmai.com", 1, "ken@gmail.com"),
    _case("a doppelganger, though somebody wrote there once", "ken@iclud.com", 1, "ken@icloud.com", domain_known=True),
    _case("a zero for an o", "new@cust0mer.example", 1, "new@customer.example", crowds={"customer.example": 12}),
    _case("r and n for an m", "new@custorner.example", 1, "new@customer.example", candidates=(_KIMURA,)),
    _case("a Cyrillic letter in the name of a customer", "new@xn--custmer-djg.example", 1, "new@customer.example", crowds={"customer.example": 12}),
    _case("our own domain with a letter of another alphabet", "ken@t\u0430chibana.example", 1, "ken@tachibana.example"),
    _case("a first mail to a domain in Japanese", "ken@日本語.example", 1),
    _case("a Cyrillic letter before the @", "t\u0430naka@customer.example", 1, domain_known=True),
    _case("somebody here writes to that domain", "ken@日本語.example", 0, domain_known=True),
    _case("a vouched contact", "ken@日本語.example", 0, known=contact("ken@日本語.example")),
    _case("another letter, not one that looks the same", "new@custamer.example", 0, crowds={"customer.example": 12}),
    Example("nothing foreign", mail("ken@customer.example"), facts(), 0),
)  # fmt: skip
"""Hits and near misses."""
