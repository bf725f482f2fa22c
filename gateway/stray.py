"""Stray: tells the admins, once a domain, that a program or forwarder sends to a near-typo of a domain: there is no one to ask."""

import hashlib

from mail.address import domain_key, split
from mail.envelope import Envelope
from notifier import notices
from notifier.options import Organisation
from rules.verdict import Verdict
from store.engine import Store
from store.shelves import Shelves

RULE = "recipient-stray-domain"


def tell(store: Store, organisation: Organisation, envelope: Envelope, verdict: Verdict) -> None:
    """Queue an alarm for each domain that nobody was told about yet."""
    found = {
        domain_key(split(f.about.recipient)[1]): split(f.suggestion)[1] for f in verdict.findings if f.rule == RULE
    }
    if not found:
        return

    def unit(shelves: Shelves) -> None:
        for domain, meant in found.items():
            mark = f"stray {hashlib.sha256(domain.encode()).hexdigest()[:24]}"
            if shelves.marks.get(mark) is None:
                shelves.marks.set(mark, envelope.id)
                facts = {"domain": domain, "perhaps": meant, "sender": envelope.reverse_path or "<>"}
                notices.alarm(shelves, organisation, "stray-domain", facts)
                return  # one a message: who is told of one looks at the program, and the others come with its next mail

    store.later(unit)
