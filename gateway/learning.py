"""Learning: what delivered mail teaches about those it reached, what a refusal does, and of which mail nothing is learnt."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from gateway import thread
from gateway.customers import Numbers, lessons
from mail.address import domain_key, is_inside, key
from mail.envelope import Envelope
from mail.headers import Headers
from notifier.options import Organisation
from store.contact_counts import Delivered
from store.shelves import Shelves

NIGHT: Final = timedelta(hours=4)
"""A day ends at four in the morning of the organisation: who writes three times around midnight wrote on one day."""
_REPLY = re.compile(r"(?:re|aw|sv|vs|antw|res|rv|r|返信|回复|回覆|답장)(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
"""How programs begin the subject of an answer."""


def teaches(envelope: Envelope, headers: Headers, *, attended: bool) -> bool:
    """Whether somebody chose its recipients: of programs, lists, bulk mail and automatic answers nothing is learnt.

    `attended`: whether a person sent it (`gateway.senders.is_unattended`).
    """
    return bool(envelope.reverse_path) and attended and not (headers.is_automatic or headers.is_list_mail)


def delivered(
    envelope: Envelope, headers: Headers, addresses: Sequence[str], organisation: Organisation, names: Numbers = ()
) -> Delivered:
    """What a message teaches that reached these addresses when it came."""
    domains = frozenset(organisation.domains)
    answers = thread.answered(headers)
    if _is_of_colleague(answers, domains):
        answers = ""  # it need not have come through here, and proves nothing of whom the answer goes to
    outside = [a for a in envelope.recipients if not is_inside(a, domains)] if answers else []
    # Of several any one may have been added by hand; a forward names what it forwards, and answers nobody.
    alone = len(outside) == 1 and outside[0] in addresses and [*map(key, headers.addresses("to"))] == [key(outside[0])]
    if not alone or not _REPLY.match(headers.subject):
        answers, outside = "", [""]
    at = on_its_day(envelope.received_at, organisation)
    taught = lessons(names, addresses, organisation) if names else ()
    return Delivered(envelope.reverse_path, addresses, at, headers.subject, answers, outside[0], taught)


def _is_of_colleague(message_id: str, domains: frozenset[str]) -> bool:
    """Whether a host of ours gave it out (RFC 5322 3.6.4: on its right stands as a rule the name of that host)."""
    host = domain_key(message_id.rpartition("@")[2].rstrip(">"))
    return any(f".{host}".endswith(f".{domain}") for domain in domains)


def on_its_day(at: datetime, organisation: Organisation) -> datetime:
    """The same moment in a zone whose days end when the nights of the organisation do."""
    offset = at.astimezone(ZoneInfo(organisation.time_zone)).utcoffset() or timedelta()
    return at.astimezone(timezone(offset - NIGHT))


def learn_from(shelves: Shelves, deliveries: Sequence[Delivered]) -> None:
    """What delivered mail teaches: the counts of contacts, and who lately wrote to whom."""
    shelves.contacts.delivered(deliveries)
    shelves.recent_mail.learn(deliveries)
    shelves.customer_names.learn([lesson for one in deliveries for lesson in one.lessons])
    if answers := [one for one in deliveries if one.answers]:
        # What is answered and did not leave here came from there: the address writes to us (decisions: contacts).
        ours = shelves.journal.seen([one.answers for one in answers])
        for one in answers:
            if one.answers not in ours:
                shelves.contacts.answered(one.answered)


def learn_refused(shelves: Shelves, refused: Sequence[Sequence[str]]) -> None:
    """What a refusal teaches: nobody has that mailbox, and what was delivered there before proves nothing."""
    for address in sorted({address for one in refused for address in one}):
        shelves.contacts.bounced(address)
