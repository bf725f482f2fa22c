"""Asks about a recipient who is new and one slip away from a known contact, from a domain of ours, or from a great provider."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mail.address import is_inside, key
from rules.base import About, Action, Contact, Example, Facts, Finding, Mail
from rules.examples import about, contact, facts, mail
from rules.marks import marked
from rules.typo_evidence import THRESHOLD, Likely, Sensitivity, likely
from rules.words import day_en, day_ja, some

ACTION = Action.HOLD


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-typo]`."""

    sensitivity: Sensitivity = "normal"
    """quiet, normal or strict: how sure it must be."""
    inside: bool = False
    """Also ask about recipients in our own domains."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding a recipient: the contact that was most probably meant. A vouched contact is never asked about."""
    for address in dict.fromkeys(given.envelope.recipients):
        of = known.of(address)
        if (of.known and of.known.vouched) or (not options.inside and is_inside(address, known.own_domains)):
            continue
        found = likely(address, of, known.own_domains)
        if found is not None and found.score >= THRESHOLD[options.sensitivity] and key(found.meant) != key(address):
            yield _finding(address, found, of.known, known)


def _finding(address: str, found: Likely, known: Contact | None, facts_: Facts) -> Finding:
    meant = found.contact
    evidence: dict[str, int | float] = {"sent": known.count if known else 0}
    if meant:
        evidence |= {"sent_usual": meant.count, "sent_usual_by_sender": meant.sender_count}
        if meant.last_sent:
            evidence["days_since_usual"] = (facts_.today - meant.last_sent).days
    return Finding(
        About(recipient=address),
        _words(address, found, known, facts_),
        suggestion=found.meant,
        evidence=evidence,
        score=found.score,
        reason=str(found.slips[0].kind) if len(found.slips) == 1 else "two-slips",
    )


def _words(address: str, found: Likely, known: Contact | None, facts_: Facts) -> Mapping[str, str]:
    differs = marked(address, found.meant).words
    if known and known.count:
        new = {
            "ja": f"{address} へはこれまで{known.count}通だけ送っています",
            "en": f"Only {some(known.count, 'message')} went to {address} so far",
        }
    else:
        new = {"ja": f"{address} へは初めての送信です", "en": f"{address} is written to for the first time"}
    usual_ja, usual_en = _usual(found, facts_)
    return {
        "ja": f"{new['ja']}。{usual_ja}とよく似ています。違い: {differs['ja']}。",
        "en": f"{new['en']}. It is very near to {usual_en}. What differs: {differs['en']}.",
    }


def _usual(found: Likely, facts_: Facts) -> tuple[str, str]:
    """Who is meant, and how well known."""
    if found.contact is None:
        domain = found.meant.rpartition("@")[2]
        if domain in facts_.own_domains:
            return f"自社のドメイン {domain} ", f"our own domain {domain}"
        return f"広く使われているドメイン {domain} ", f"the widely used domain {domain}"
    count, last = found.contact.count, found.contact.last_sent
    if not count or last is None:
        return f"登録済みの宛先 {found.meant} ", f"the known contact {found.meant}"
    return (
        f"{count:,}通送ったことのある {found.meant}（最後は{day_ja(last, facts_.today)}）",
        f"{found.meant}, to whom {some(count, 'message')} went, the last on {day_en(last, facts_.today)}",
    )


_KIMURA = contact("kimura@customer.example")
_TARO = contact("taro.yamada@customer.example")


def _case(name: str, address: str, usual: Contact, hits: int, **known: object) -> Example:
    return Example(
        name, mail(address), about(address, candidates=(usual,), **known), hits, usual.address if hits else ""
    )


EXAMPLES = (
    _case("a letter is missing before the @", "kimra@customer.example", _KIMURA, 1, domain_known=True),
    _case("two letters are swapped after the @", "kimura@cusotmer.example", _KIMURA, 1),
    _case("the names are in the other order", "yamada.taro@customer.example", _TARO, 1, domain_known=True),
    _case("another separator", "taro_yamada@customer.example", _TARO, 1, domain_known=True),
    _case("a known contact that does not vouch", "kimra@customer.example", _KIMURA, 1, known=contact("kimra@customer.example", 1, vouched=False)),
    Example("our own domain", mail("ken@tachibama.example"), facts(), 1, "ken@tachibana.example"),
    Example("a provider, and nobody known there", mail("ken.kimura@gmaeil.com"), facts(), 1, "ken.kimura@gmail.com", {"sensitivity": "strict"}),
    Example("a provider's suffix", mail("ken.kimura@yahoo.fr"), facts(), 0),
    _case("a vouched contact is never a slip", "kimra@customer.example", _KIMURA, 0, known=contact("kimra@customer.example")),
    _case("an unvouched contact proves nothing", "kimra@customer.example", contact("kimura@customer.example", vouched=False), 0),
    _case("another initial is another person", "t.kimura@customer.example", contact("k.kimura@customer.example"), 0, domain_known=True),
    _case("another name is another person", "hirata@customer.example", contact("hirota@customer.example"), 0, name_tokens={"hirata": 3}),
    _case("another number is another person", "kimura2@customer.example", contact("kimura3@customer.example"), 0, domain_known=True),
    _case("a domain that we write to", "kimura@customer.example", contact("kimura@custamer.example"), 0, domain_known=True),
    Example("our own name with another suffix, and no colleague known", mail("ken@tachibana.test"), facts(), 0),
    Example("nobody near", mail("ken@customer.example"), facts(), 0),
)  # fmt: skip
