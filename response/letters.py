"""Letters: the request to delete, to whoever got what was not theirs: drafted at any time, sent only after the superior was told.

    draft ──► read by a person ──► sent by mail on a press (in no drill; to a look-alike domain on a second press)
                              └──► sent by hand, or said by telephone

Every version stays. What a person adds is looked through: nothing that leaks again, no other recipient, no threat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from mail.address import exact_key
from notifier.letter_notices import letter, letter_facts
from notifier.making import queued
from notifier.rendering import render
from response import look_alike, marking
from response.acts import gate_is_open
from response.containing import is_open
from response.letter_wording import WORDS, language_for, unfit
from response.may import may
from response.office import GATEWAY, Office
from response.roles import RESPONDERS, responders
from store.ids import new_id
from store.letters import Letter
from store.shelves import Shelves
from store.tickets import Ticket, TicketRecipient

Refusal = Literal[
    "",
    "unknown",
    "already",
    "gate",
    "not-yours",
    "drill",
    "look-alike",
    "no-case-address",
    "leaks",
    "threat",
    "reason-missing",
]
"""Why not: "" when it was done. already: the case is closed, or somebody was quicker."""
WAITS = (timedelta(hours=4), timedelta(hours=24), timedelta(hours=72))
"""After the first letter or call: when to ask again while nothing was answered, as our manual says."""


LINK_LIFE = timedelta(days=30)
"""Of the link in a letter, from when it was drafted, or sent by mail."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever drafts a letter chooses."""

    language: Literal["", "ja", "en"] = ""
    """"" : by the recipient."""
    names_subject: bool = True
    words: str = ""


def of_ticket(ticket: Ticket, address: str) -> TicketRecipient | None:
    """The wrong recipient of that address; None where there is none: nobody else is written to."""
    wrong = (r for r in ticket.recipients if r.wrong == "yes")
    return next((r for r in wrong if exact_key(r.address) == exact_key(address)), None)


def draft(
    shelves: Shelves, office: Office, ticket: Ticket, address: str, wish: Wish, *, by: str, again: int = 0
) -> Letter | Refusal:
    """Write the next version of a letter to one wrong recipient; it stays with the case, sent or not."""
    recipient = of_ticket(ticket, address)
    if recipient is None:
        return "unknown"
    if not is_open(ticket):
        return "already"
    if refusal := unfit(ticket, recipient, wish.words):
        return refusal
    language = wish.language or language_for(shelves, office, ticket, recipient.address)
    facts = letter_facts(
        ticket,
        recipient.address,
        language,
        internal=office.is_ours(recipient.address),
        again=again,
        reach=office.options.outside_contact,
        names_subject=wish.names_subject,
        words=wish.words[:WORDS],
    )
    made = Letter(
        id=new_id(),
        ticket_id=ticket.id,
        recipient=recipient.address,
        version=shelves.letters.next_version(ticket.id, recipient.address),
        again=again,
        language=language,
        internal=facts["internal"],
        facts=facts,
        text=_text(office, ticket, facts, shelves),
        made_by=by,
    )
    shelves.letters.add(made)
    shelves.links.make(ticket.id, recipient.address, "answers", shelves.now + LINK_LIFE)
    body = {"letter": made.id, "recipient": made.recipient, "version": made.version, "language": language}
    shelves.evidence.add(ticket.id, by, "letter", "drafted", body | {"again": again})
    return made


def send(shelves: Shelves, office: Office, ticket: Ticket, letter_id: str, *, by: str, sure: bool = False) -> Refusal:
    """Send a version by mail from the case address. `sure`: the second press, for a look-alike domain."""
    found = shelves.letters.get(letter_id)
    if refusal := _may_not(office, ticket, found, by):
        return refusal
    assert found is not None
    if ticket.kind == "drill":
        return "drill"
    if not office.options.report_address:
        return "no-case-address"
    recipient = of_ticket(ticket, found.recipient)
    if recipient is None:
        return "unknown"
    imitates = look_alike.usual_domain(shelves, office, found.recipient, recipient.intended)
    if imitates and not sure:
        return "look-alike"
    notice = letter(
        office.organisation,
        ticket,
        found.facts,
        report_address=office.options.report_address,
        by_itself=by == GATEWAY,
    )
    if not shelves.letters.move(found.id, "draft", "sent", by=by, notice_id=notice.id):
        return "already"
    queued(shelves, [notice])
    body = {"letter": found.id, "recipient": found.recipient, "version": found.version, "notice": notice.id}
    shelves.evidence.add(ticket.id, by, "letter", "sent", body | {"look_alike": bool(imitates), "again": found.again})
    shelves.audit.add(by, "letter-send", ticket.id, {"letter": found.id, "look_alike": bool(imitates)})
    begin(shelves, ticket, found.recipient)
    marking.asked(shelves, office, ticket, by=by)
    return ""


def by_hand(shelves: Shelves, office: Office, ticket: Ticket, letter_id: str, *, by: str, note: str) -> Refusal:
    """A person sent or handed over that version in another way; `note`: how and when."""
    found = shelves.letters.get(letter_id)
    if not note.strip():
        return "reason-missing"
    if refusal := _may_not(office, ticket, found, by):
        return refusal
    assert found is not None
    if not shelves.letters.move(found.id, "draft", "by-hand", by=by):
        return "already"
    body = {"letter": found.id, "recipient": found.recipient, "version": found.version, "note": note}
    shelves.evidence.add(ticket.id, by, "letter", "by-hand", body)
    shelves.audit.add(by, "letter-by-hand", ticket.id, {"letter": found.id})
    begin(shelves, ticket, found.recipient)
    marking.asked(shelves, office, ticket, by=by)
    return ""


def phoned(
    shelves: Shelves, office: Office, ticket: Ticket, address: str, *, by: str, note: str, reached: bool = True
) -> Refusal:
    """A person telephoned the recipient, who was asked if `reached`: the clock of asking again begins then."""
    recipient = of_ticket(ticket, address)
    if recipient is None:
        return "unknown"
    if refusal := _may_not_write(office, ticket, by):
        return refusal
    body = {"recipient": recipient.address, "note": note}
    shelves.evidence.add(ticket.id, by, "letter", "phoned" if reached else "not-reached", body)
    shelves.audit.add(by, "letter-phoned", ticket.id, {"reached": reached})
    if reached:
        begin(shelves, ticket, recipient.address)
        marking.asked(shelves, office, ticket, by=by)
    return ""


def begin(shelves: Shelves, ticket: Ticket, address: str) -> None:
    """The clock of asking again begins with the first letter or call; later ones leave it as it is."""
    seen = shelves.letters.begin(ticket.id, address)
    if seen.first_asked_at is None and seen.state == "open":
        shelves.letters.set_inquiry(
            ticket.id, address, seen, first_asked_at=shelves.now, next_at=shelves.now + WAITS[0]
        )


def may_send(office: Office, person: str) -> bool:
    """Whether somebody may write to the outside for us: who holds a role of the desk; where nobody does, whoever works there."""
    mine = office.organisation.person(person)
    if responders(office.organisation):
        return mine is not None and bool(set(mine.roles) & set(RESPONDERS))
    return may(person, "desk", office.organisation, office.options.staff)


def _may_not(office: Office, ticket: Ticket, found: Letter | None, by: str) -> Refusal:
    if found is None or found.ticket_id != ticket.id:
        return "unknown"
    return _may_not_write(office, ticket, by) or ("" if found.state == "draft" else "already")


def _may_not_write(office: Office, ticket: Ticket, by: str) -> Refusal:
    """The gate of the manual, and who may press."""
    if not is_open(ticket):
        return "already"
    if not gate_is_open(ticket):
        return "gate"
    return "" if by == GATEWAY or may_send(office, by) else "not-yours"


def _text(office: Office, ticket: Ticket, facts: Mapping[str, Any], shelves: Shelves) -> str:
    """The letter in plain text, as it is shown to whoever decides about it."""
    own = letter(office.organisation, ticket, facts, report_address=office.options.report_address, by_itself=False)
    return render(own, office.organisation, at=shelves.now).text
