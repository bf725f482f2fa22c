"""Letters as notices: the one mail that asks somebody outside to delete, and what the desk hears of answers, silence and holds.

A letter has the number, the day, who we are and how to answer: never content, a file name, another recipient, or a threat.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from mail.address import ascii_domain, key, split
from notifier import addressees
from notifier.making import queued
from notifier.options import Organisation
from notifier.words import LONGEST_SUBJECT, one_line
from store.ids import new_id, shown
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket

News = Literal["replied", "answered", "refused", "silent", "undelivered", "due", "asked", "note"]
"""What became of a letter. due: it is time to ask again, and a person has to; asked: it went by itself."""


def letter_facts(
    ticket: Ticket,
    recipient: str,
    language: str,
    *,
    internal: bool,
    again: int,
    reach: str,
    names_subject: bool,
    words: str,
) -> Mapping[str, Any]:
    """What a letter says; `reach`: how to telephone us; `words`: a sentence that a person added."""
    return {
        "number": shown(ticket.id),
        "drill": ticket.kind == "drill",
        "at": ticket.sent_at.isoformat() if ticket.sent_at else "",
        "mail_subject": one_line(ticket.subject, LONGEST_SUBJECT) if names_subject else "",
        "internal": internal,
        "again": again,
        "reach": one_line(reach),
        "words": one_line(words),
        "recipient": recipient,
        "language": language,
    }


def letter(
    organisation: Organisation, ticket: Ticket, facts: Mapping[str, Any], *, report_address: str, by_itself: bool
) -> Notice:
    """Make a letter as it would leave; the caller queues it, or only reads it. `by_itself`: nobody pressed anything (RFC 3834 5)."""
    domain = ascii_domain(split(report_address)[1] or organisation.domains[0])
    return Notice(
        id=new_id() + new_id(),
        kind="letter",
        channel="mail",
        recipient=facts["recipient"],
        language=facts["language"],
        facts={**facts, "report_address": report_address, "by_itself": by_itself},
        ticket_id=ticket.id,
        message_id=f"<{secrets.token_urlsafe(24)}@{domain}>",
    )


def letter_news(
    shelves: Shelves,
    organisation: Organisation,
    ticket: Ticket,
    people: Iterable[str],
    *,
    what: News,
    recipient: str,
    again: int = 0,
) -> tuple[Notice, ...]:
    """Tell the desk what became of a letter, with the link to the case; nothing of what was said."""
    facts = _case(ticket) | {"what": what, "about": one_line(recipient), "again": again}
    return queued(shelves, [_to(organisation, "letter_news", person, facts, ticket) for person in _once(people)])


def contact_held(
    shelves: Shelves,
    organisation: Organisation,
    ticket: Ticket,
    people: Iterable[str],
    *,
    address: str,
    until: datetime,
) -> tuple[Notice, ...]:
    """Tell the desk that a known contact waits for it, until when, with the link under which one press lifts it."""
    facts = _case(ticket) | {"about": one_line(address), "until_at": until.isoformat()}
    return queued(shelves, [_to(organisation, "contact_held", person, facts, ticket) for person in _once(people)])


def contact_waits(
    shelves: Shelves, organisation: Organisation, ticket: Ticket, person: str, *, address: str, until: datetime
) -> tuple[Notice, ...]:
    """Tell the sender the same, without a link: it is the desk that lifts it. Nothing for who is not ours."""
    if not addressees.may_receive(organisation, "contact_waits", person):
        return ()
    facts = _case(ticket) | {"about": one_line(address), "until_at": until.isoformat()}
    return queued(shelves, [_to(organisation, "contact_waits", person, facts, ticket)])


def _case(ticket: Ticket) -> dict[str, Any]:
    return {"number": shown(ticket.id), "drill": ticket.kind == "drill"}


def _once(people: Iterable[str]) -> tuple[str, ...]:
    return tuple({key(person): person for person in people}.values())


def _to(organisation: Organisation, kind: str, person: str, facts: Mapping[str, Any], ticket: Ticket) -> Notice:
    if not addressees.may_receive(organisation, kind, person):
        raise ValueError(f"a notice of kind {kind} may only go to a mailbox of our own domains")
    return Notice(
        id=new_id() + new_id(),
        kind=kind,
        channel="mail",
        recipient=person,
        language=addressees.language(organisation, person),
        facts=facts,
        ticket_id=ticket.id,
        message_id=f"<{secrets.token_urlsafe(24)}@{ascii_domain(organisation.domains[0])}>",
    )
