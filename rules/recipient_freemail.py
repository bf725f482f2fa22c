"""Says which recipients have a mailbox at a public provider and are no known contacts: private addresses of staff and strangers."""

from collections.abc import Iterator
from dataclasses import dataclass

from mail.address import domain_key, split
from rules.base import About, Action, Example, Facts, Finding, Mail
from rules.examples import about, contact, facts, mail
from rules.providers import FREE_MAIL

ACTION = Action.NOTE


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-freemail]`."""

    known: bool = False
    """Also for known contacts."""
    also: tuple[str, ...] = ()
    """Further domains that count as public providers."""
    never: tuple[str, ...] = ()
    """Domains of the built-in list that do not."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each recipient at a public provider who is not vouched for."""
    also, never = (frozenset(map(domain_key, names)) for names in (options.also, options.never))
    for address in dict.fromkeys(given.envelope.recipients):
        domain = domain_key(split(address)[1])
        of = known.of(address).known
        if domain not in FREE_MAIL | also or domain in never or not known.is_outside(address):
            continue
        if options.known or of is None or not of.vouched:
            words = {
                "ja": f"{address} は、だれでも取得できるメールサービス（{domain}）の宛先です。",
                "en": f"{address} is a mailbox at {domain}, which anyone can open.",
            }
            yield Finding(About(recipient=address), words, evidence={"sent": of.count if of else 0}, score=0.3)


_FREE = "kimura.ken@gmail.com"

EXAMPLES = (
    Example("a stranger at a provider", mail(_FREE), facts(), 1),
    Example("known, but not vouched for", mail(_FREE), about(_FREE, known=contact(_FREE, 1, vouched=False)), 1),
    Example("a known one, where all are asked for", mail(_FREE), about(_FREE, known=contact(_FREE)), 1, options={"known": True}),
    Example("a provider of one's own list", mail("ken@isp.example"), facts(), 1, options={"also": ("isp.example",)}),
    Example("a known one", mail(_FREE), about(_FREE, known=contact(_FREE)), 0),
    Example("a provider that does not count", mail(_FREE), facts(), 0, options={"never": ("gmail.com",)}),
    Example("a company", mail("kimura@customer.example"), facts(), 0),
)  # fmt: skip
