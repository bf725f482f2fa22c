"""Says when an answer goes to a domain that the earlier mail did not have: somebody else's customer slipped in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mail.address import domain_key, split
from rules.base import About, Action, Example, Facts, Finding, Mail, RecipientFacts
from rules.examples import contact, facts, mail, thread

ACTION = Action.NOTE


@dataclass(frozen=True, slots=True)
class Options:
    """`[rules.recipient-reply-extra]`."""

    sensitivity: Literal["quiet", "normal", "strict"] = "normal"
    """quiet: only domains nobody here writes to; normal: also recipients this sender never wrote to; strict: every one."""


def check(given: Mail, known: Facts, options: Options) -> Iterator[Finding]:
    """Yield one finding for each outside recipient at a domain that is new to the thread."""
    if not known.thread:
        return
    for address in dict.fromkeys(given.envelope.recipients):
        domain = domain_key(split(address)[1])
        of = known.of(address)
        if domain in known.thread or not known.is_outside(address) or _is_usual(of, options):
            continue
        words = {
            "ja": f"返信ですが、{address} のドメインはこれまでのやり取りに入っていませんでした。",
            "en": f"This is an answer, and the domain of {address} was not in the mail before it.",
        }
        evidence = {"thread_domains": len(known.thread), "sent_by_sender": of.known.sender_count if of.known else 0}
        yield Finding(About(recipient=address), words, evidence=evidence, score=0.3 if of.known else 0.5)


def _is_usual(of: RecipientFacts, options: Options) -> bool:
    """Whether a recipient is so well known that its domain may join unasked."""
    if options.sensitivity == "strict":
        return False
    if options.sensitivity == "quiet":
        return of.domain_known
    return of.known is not None and of.known.sender_count > 0


_NEW = "kimura@other.example"

EXAMPLES = (
    Example("a domain that was not there", mail("sato@customer.example", _NEW), thread("customer.example"), 1),
    Example("known to colleagues only", mail(_NEW), thread("customer.example", **{_NEW: RecipientFacts(contact(_NEW, 0), domain_known=True)}), 1),
    Example("strict: one's own contact, too", mail(_NEW), thread("customer.example", **{_NEW: RecipientFacts(contact(_NEW))}), 1, options={"sensitivity": "strict"}),
    Example("one's own contact", mail(_NEW), thread("customer.example", **{_NEW: RecipientFacts(contact(_NEW))}), 0),
    Example("quiet: a domain we write to", mail(_NEW), thread("customer.example", **{_NEW: RecipientFacts(domain_known=True)}), 0, options={"sensitivity": "quiet"}),
    Example("another person of the thread's domain", mail("mori@customer.example"), thread("customer.example"), 0),
    Example("a colleague joins", mail("ken@tachibana.example"), thread("customer.example"), 0),
    Example("no answer", mail(_NEW), facts(), 0),
)  # fmt: skip
