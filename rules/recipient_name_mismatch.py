"""Asks when the greeting speaks to somebody else than the address, or when a new address stands under a known person's name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mail.address import key, split
from mail.display_names import display_names
from rules.address_forms import name_parts
from rules.base import About, Action, Contact, Example, Facts, Finding, Mail
from rules.examples import SENDER, about, body, contact, facts, mail, remembered
from rules.family_names import family_of, folded, is_family, readings
from rules.greeting import addressed
from rules.habits import habits
from rules.latin_names import is_listed
from rules.words import some

ACTION = Action.HOLD
_SHORTEST = 3
_FULL = 2
"""Given and family name: one word alone is often a place or an office."""
_WORDS = re.compile(r"[^\W\d_]+")
_Greeted = tuple[tuple[str, ...], tuple[str, ...]]  # names in kanji, words in Latin letters


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-name-mismatch]`."""

    recipients: int = 3
    """Up to so many outside recipients a greeting is held against them; a greeting to many speaks to some of them only."""
    namesakes: int = 3
    """A known contact of the same display name, or of the greeted name, was written to so many times at least."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield a finding for each recipient whose name is another than the greeted one, and for each new namesake of a contact."""
    outside = [a for a in dict.fromkeys(given.envelope.recipients) if known.is_outside(a)]
    yield from (
        _namesake(address, usual)
        for address in outside
        if (usual := _usual_of_that_name(address, known, options)) is not None
    )
    if not outside or len(outside) > options.recipients:
        return
    kanji, words = addressed(given.message.parts)
    if not kanji and not words:
        return
    names = _names(given, known, given.envelope.recipients)
    if any(_is_greeted(a, names[key(a)], kanji, words) for a in given.envelope.recipients):
        return
    slips = any(_is_slip_for_greeted(a, names[key(a)], known, (kanji, words)) for a in outside)
    for address in () if slips else outside:
        if other := _other_name(address, names[key(address)], words) or _book_name(known.of(address).known):
            yield _mismatch(address, other)
        elif of_that_name := _usual_of_greeted(address, (kanji, words), known, options):
            yield _meant(address, *of_that_name)


def _names(given: Mail, known: Facts, addresses: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """By key: the names of the address book and of To and Cc."""
    headers = given.message.headers
    found: dict[str, tuple[str, ...]] = dict.fromkeys(map(key, addresses), ())
    if not isinstance(headers, tuple):
        found |= display_names(headers, found.keys())
    for address in addresses:
        contact_ = known.of(address).known
        if contact_ and contact_.name:
            found[key(address)] = (*found[key(address)], contact_.name)
    return found


def _is_greeted(address: str, names: tuple[str, ...], kanji: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a greeted name is in the local part or in a name that stands beside the address."""
    local = folded("".join(name_parts(split(key(address))[0])))
    asked = {reading for family in kanji for reading in readings(family)} | {folded(word) for word in words}
    if any(reading in local for reading in asked):
        return True
    plain = " ".join(names)
    spoken = {folded(word) for word in _WORDS.findall(plain)}
    families = {family_of(word) for word in _WORDS.findall(plain)}
    said = {reading for family in families for reading in readings(family)}
    return any(family in plain or family in families for family in kanji) or bool(asked & (spoken | said))


def _is_slip_for_greeted(address: str, names: tuple[str, ...], known: Facts, greeted: _Greeted) -> bool:
    """Whether an address that shows no name is near a contact of the greeted one: then only the slip is to be asked about."""
    near = known.of(address).candidates
    return not _other_name(address, names, greeted[1]) and any(
        _is_greeted(c.address, (c.name,), *greeted) for c in near
    )


def _other_name(address: str, names: tuple[str, ...], words: tuple[str, ...]) -> str:
    """The name that the address has instead; "" where it shows none."""
    for name in names:
        if found := family_of(name.replace(" ", "").replace("　", "")):
            return found
        if words and len(_WORDS.findall(name)) > 1 and name.isascii():
            return name
    parts = [part for part in name_parts(split(key(address))[0]) if len(part) >= _SHORTEST]
    if found := next((part for part in parts if is_family(part)), ""):
        return found
    return ".".join(parts) if words and len(parts) > 1 else ""


def _book_name(known: Contact | None) -> str:
    """A person's name in Latin letters that the address book has: 「田中様」 is not John Smith. "" where it may be no person's."""
    words = _WORDS.findall(known.name) if known and known.name.isascii() else []
    return known.name if known and len(words) > 1 and all(is_listed(word.lower()) for word in words) else ""


def _usual_of_greeted(address: str, greeted: _Greeted, known: Facts, options: Options) -> tuple[str, int] | None:
    """Somebody outside of the greeted name whom the sender writes to, and how often lately, where this address is another person's.

    Many a company's addresses show other names than people bear, so that the address alone says nothing: spoken of only where the
    sender hardly writes to it, and often to the other one.
    """
    of, kanji, words = known.of(address).known, *greeted
    own = [part for part in name_parts(split(key(address))[0]) if len(part) >= _SHORTEST]
    if len(own) < _FULL or not all(map(is_listed, own)) or (of is not None and of.sender_count >= options.namesakes):
        return None
    asked = {reading for family in kanji for reading in readings(family)} | {folded(word) for word in words}
    where = habits(known.recent.sent).where
    found = {
        other: len(where.get(number, ()))
        for number, other in known.recent.names.items()
        if asked.intersection(map(folded, name_parts(split(key(other))[0]))) and known.is_outside(other)
    }
    most = max(found, key=lambda other: (found[other], other), default="")
    return (most, found[most]) if most and found[most] >= options.namesakes else None


def _meant(address: str, usual: str, count: int) -> Finding:
    words = {
        "ja": f"本文の宛名は {address} の方ではなく、{usual}（最近{count:,}通）の方のようです。",
        "en": f"The greeting in the text seems to be for {usual} ({some(count, 'recent message')}), not for {address}.",
    }
    return Finding(About(recipient=address), words, usual, {"sent_usual_by_sender": count}, 0.6, reason="greeting")


def _mismatch(address: str, other: str) -> Finding:
    """The greeted name is content, and stays out of the words: they are kept."""
    words = {
        "ja": f"本文の宛名は、宛先 {address}（「{other}」の名前のようです）とは別の方です。",
        "en": f"The greeting in the text speaks to somebody else than {address}, who seems to be “{other}”.",
    }
    return Finding(About(recipient=address), words, score=0.7, reason="greeting")


def _usual_of_that_name(address: str, known: Facts, options: Options) -> Contact | None:
    """The contact that usually stands under the display name of a new address."""
    of = known.of(address)
    if of.known is not None and of.known.vouched:
        return None
    usual = [c for c in of.namesakes if c.vouched and c.count >= options.namesakes and key(c.address) != key(address)]
    return max(usual, key=lambda c: (c.sender_count, c.count), default=None)


def _namesake(address: str, usual: Contact) -> Finding:
    words = {
        "ja": f"「{usual.name}」の宛先はいつも {usual.address}（{usual.count:,}通）ですが、今回は {address} です。",
        "en": f"“{usual.name}” is usually {usual.address} ({some(usual.count, 'message')}); this time it is {address}.",
    }
    evidence = {"sent_usual": usual.count, "sent_usual_by_sender": usual.sender_count}
    return Finding(About(recipient=address), words, usual.address, evidence, 0.6, reason="namesake")


_SUZUKI, _SMITH, _TANAKA = "suzuki@customer.example", "john.smith@customer.example", "taro.tanaka@customer.example"
_SLIP = "kimra@customer.example"
_DEAR = (body("田中様\n\nお世話になっております。"),)
_NAMED = Contact("kimura@customer.example", "木村健", 42, 9, None, vouched=True)

EXAMPLES = (
    Example("田中様 to suzuki@", mail(_SUZUKI, parts=(body("田中様\n\nお世話になっております。"),)), facts(), 1),
    Example("with company and given name", mail(_SUZUKI, parts=(body("株式会社カスタマー\n営業部 田中太郎 様\n\nいつもお世話に"),)), facts(), 1),
    Example("Dear Ms Sato to suzuki@", mail(_SUZUKI, parts=(body("Dear Ms Sato,\n\nThank you"),)), facts(), 1),
    Example("Dear Mr Brown to jane.miller@", mail("jane.miller@customer.example", parts=(body("Dear Mr Brown,\n\nThank you"),)), facts(), 1),
    Example("another name in the address book", mail("s01@customer.example", parts=(body("田中様"),)), about("s01@customer.example", known=Contact("s01@customer.example", "鈴木 一郎", 9, 9, None, vouched=True)), 1),
    Example("a new address under a known name", mail("kimura.ken@other.example"), about("kimura.ken@other.example", namesakes=(_NAMED,)), 1, "kimura@customer.example"),
    Example("a person of another name in the address book, in Latin letters", mail(_SMITH, parts=_DEAR), about(_SMITH, known=Contact(_SMITH, "John Smith", 9, 9, None, vouched=True)), 1),
    Example("another of that name whom the sender writes to", mail(_SMITH, parts=_DEAR), remembered(SENDER, [((_TANAKA,), "資料")] * 3, _SMITH), 1, _TANAKA),
    Example("one of that name whom the sender wrote to once or twice", mail(_SMITH, parts=_DEAR), remembered(SENDER, [((_TANAKA,), "資料")] * 2, _SMITH), 0),
    Example("an address that the sender knows under that name", mail(_SMITH, parts=_DEAR), remembered(SENDER, [((_TANAKA,), "資料")] * 3 + [((_SMITH,), "図面")] * 3, _SMITH), 0),
    Example("an address of another name, and nothing else is known", mail(_SMITH, parts=_DEAR), facts(), 0),
    Example("a shared mailbox beside one of that name", mail("soumu.tokyo@customer.example", parts=_DEAR), remembered(SENDER, [((_TANAKA,), "資料")] * 3, "soumu.tokyo@customer.example"), 0),
    Example("an office in the address book", mail(_SMITH, parts=_DEAR), about(_SMITH, known=Contact(_SMITH, "Customer Support", 9, 9, None, vouched=True)), 0),
    Example("a colleague of that name", mail(_SMITH, parts=_DEAR), remembered(SENDER, [(("tanaka@tachibana.example",), "資料")] * 3, _SMITH), 0),
    Example("the same person", mail(_SUZUKI, parts=(body("鈴木様\n\nお世話になっております。"),)), facts(), 0),
    Example("another spelling", mail("t.satoh@customer.example", parts=(body("佐藤様"),)), facts(), 0),
    Example("a shared mailbox", mail("info@customer.example", parts=(body("田中様"),)), facts(), 0),
    Example("a given name", mail("taro@customer.example", parts=(body("田中様"),)), facts(), 0),
    Example("another letter for the same name", mail("x@customer.example", headers=(("To", "渡邉 <x@customer.example>"),), parts=(body("渡辺様"),)), facts(), 0),
    Example("one of two", mail(_SUZUKI, "tanaka@customer.example", parts=(body("田中様\nCC: 鈴木様"),)), facts(), 0),
    Example("a slip for the greeted one beside another", mail(_SLIP, _SUZUKI, parts=(body("木村様\n\nお世話に"),)), about(_SLIP, candidates=(contact("kimura@customer.example"),)), 0),
    Example("a slip for somebody else beside another", mail(_SLIP, _SUZUKI, parts=(body("佐藤様\n\nお世話に"),)), about(_SLIP, candidates=(contact("kimura@customer.example"),)), 1),
    Example("another name that is near the greeted one", mail("sato@customer.example", parts=(body("斎藤様\n\nお世話に"),)), about("sato@customer.example", candidates=(contact("saito@customer.example"),)), 1),
    Example("nobody by name", mail(_SUZUKI, parts=(body("関係者各位\nご担当者様\nお客様"),)), facts(), 0),
    Example("a known one under that name", mail(_NAMED.address), about(_NAMED.address, known=contact(_NAMED.address), namesakes=(_NAMED,)), 0),
)  # fmt: skip
