"""Says which outside recipients have never been written to; a note by default, for a tenth of all mail goes to somebody new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.base import About, Action, Example, Facts, Finding, Mail
from rules.examples import about, contact, facts, mail

ACTION = Action.NOTE
GOES_WITHOUT_SAYING = True
"""Where another rule speaks of the same recipient."""


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-first-time]`."""

    by_sender: bool = False
    """Also where colleagues have written to it, but this sender has not."""
    known_domains: bool = True
    """Also at a domain that somebody here writes to."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each new recipient outside."""
    for address in dict.fromkeys(given.envelope.recipients):
        of = known.of(address)
        if not known.is_outside(address) or (of.domain_known and not options.known_domains):
            continue
        colleagues = of.known.count if of.known else 0
        if of.known is None or not (colleagues or of.known.vouched):
            yield Finding(
                About(recipient=address),
                _words(address, of.domain_known),
                evidence={"domain_known": int(of.domain_known)},
                score=0.2 if of.domain_known else 0.4,
                reason="organisation",
            )
        elif options.by_sender and not of.known.sender_count:
            words = {
                "ja": f"{address} へは、あなたからは初めての送信です（社内からはこれまでに{colleagues:,}通）。",
                "en": f"You write to {address} for the first time; colleagues have sent {colleagues:,} before.",
            }
            yield Finding(About(recipient=address), words, evidence={"sent": colleagues}, score=0.1, reason="sender")


def _words(address: str, domain_known: bool) -> Mapping[str, str]:
    domain = address.rpartition("@")[2]
    ja = f"{domain} の他の方へは送信したことがあります" if domain_known else f"{domain} への送信も初めてです"
    en = f"others at {domain} are known" if domain_known else f"so is the domain {domain}"
    return {
        "ja": f"{address} へは社内の誰もまだ送信したことがありません。{ja}。",
        "en": f"{address} is new to everyone here; {en}.",
    }


_NEW = "kimura@customer.example"

EXAMPLES = (
    Example("nobody has written to it", mail(_NEW), facts(), 1),
    Example("a new one at a known domain", mail(_NEW), about(_NEW, domain_known=True), 1),
    Example("new to this sender", mail(_NEW), about(_NEW, known=contact(_NEW, 0)), 1, options={"by_sender": True}),
    Example("a known contact", mail(_NEW), about(_NEW, known=contact(_NEW)), 0),
    Example("imported, never written to", mail(_NEW), about(_NEW, known=contact(_NEW, 0)), 0),
    Example(
        "at a known domain, not asked for",
        mail(_NEW),
        about(_NEW, domain_known=True),
        0,
        options={"known_domains": False},
    ),
    Example("a colleague", mail("ken@tachibana.example"), facts(), 0),
)
