"""Tells the admins when a program, forwarder or alias sends to a domain that is one slip from a known one: there is no one to ask."""

from collections.abc import Iterator
from dataclasses import dataclass

from mail.address import domain_key, key, split
from rules.base import About, Action, Example, Facts, Finding, Mail, RecipientFacts
from rules.examples import OWN, TODAY, contact, mail
from rules.typo_evidence import THRESHOLD, Sensitivity, likely

ACTION = Action.NOTE


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-stray-domain]`."""

    sensitivity: Sensitivity = "normal"
    """quiet, normal or strict: how sure it must be."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each such recipient; what a person sends is `recipient-typo`'s."""
    if not known.nobody_to_ask:
        return
    for address in dict.fromkeys(given.envelope.recipients):
        of = known.of(address)
        if of.domain_known and of.known is not None and of.known.vouched:
            continue
        found = likely(address, of, known.own_domains)
        domain = domain_key(split(address)[1])
        # A slip for a domain that everyone knows is enough: of a person's it would be too often somebody else's domain.
        if found is None or (found.contact and found.score < THRESHOLD[options.sensitivity]):
            continue
        meant = split(key(found.meant))[1]
        if meant != domain:
            words = {
                "ja": f"自動送信または転送のメールが {domain} へ送られています。{meant} の間違いかもしれません。",
                "en": f"Automatic or forwarded mail goes to {domain}, which may be a slip for {meant}.",
            }
            yield Finding(About(recipient=address), words, found.meant, score=found.score)


def _unasked(**recipients: RecipientFacts) -> Facts:
    return Facts(TODAY, OWN, recipients, nobody_to_ask=True)


_STRAY, _USUAL = "kimura@gmial.com", contact("kimura@customer.example")

EXAMPLES = (
    Example("a provider's name with two letters swapped", mail(_STRAY), _unasked(), 1, "kimura@gmail.com"),
    Example("a customer's domain with a letter missing", mail("kimura@custmer.example"), _unasked(**{"kimura@custmer.example": RecipientFacts(candidates=(_USUAL,))}), 1, _USUAL.address),
    Example("a person sends", mail(_STRAY), Facts(TODAY, OWN), 0),
    Example("a known domain", mail(_USUAL.address), _unasked(**{_USUAL.address: RecipientFacts(known=_USUAL, domain_known=True)}), 0),
    Example("a slip in front of the @", mail("kimra@customer.example"), _unasked(**{"kimra@customer.example": RecipientFacts(candidates=(_USUAL,), domain_known=True)}), 0),
)  # fmt: skip
