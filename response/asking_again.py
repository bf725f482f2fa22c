"""Asking again: after 4, 24 and 72 hours without an answer a further letter is drafted, or sent by itself where the settings say so.

After the third the leader hears that nothing came; the block stays. What a person has to do (a reply to be read) is never overtaken by a letter.
"""

from typing import Any

from response import letters
from response.acts import gate_is_open
from response.containing import is_open
from response.duty import Duty
from response.letter_answers import prolong, tell
from response.letters import WAITS, Wish
from response.office import GATEWAY, Office
from store.letters import Inquiry, Letter
from store.shelves import Shelves
from store.tickets import Ticket


def _due(shelves: Shelves, _office: Office) -> list[str]:
    return [f"{ticket_id} {recipient}" for ticket_id, recipient in shelves.letters.due()]


def _do(shelves: Shelves, office: Office, found: str) -> None:
    """Ask one recipient again, claimed by the number of askings."""
    ticket_id, _, recipient = found.partition(" ")
    ticket, seen = shelves.tickets.get(ticket_id), shelves.letters.inquiry(ticket_id, recipient)
    if ticket is None or seen is None or seen.next_at is None or seen.next_at > shelves.now:
        return
    if not is_open(ticket) or seen.state not in {"open", "replied"} or letters.of_ticket(ticket, recipient) is None:
        shelves.letters.set_inquiry(ticket_id, recipient, seen, next_at=None)
    elif lost := _lost(shelves, ticket, recipient):
        undelivered(shelves, office, ticket, seen, lost)
    else:
        _ask(shelves, office, ticket, seen)


ASK_AGAIN = Duty("ask-again", _due, _do)
"""Of the desk's clockwork."""


def undelivered(shelves: Shelves, office: Office, ticket: Ticket, seen: Inquiry, lost: Letter) -> None:
    """A letter did not arrive: whoever leads hears so, and no further one is sent there by itself."""
    shelves.letters.move(lost.id, "sent", "not-delivered")
    if shelves.letters.set_inquiry(ticket.id, seen.recipient, seen, state="undeliverable", next_at=None):
        body = {"letter": lost.id, "recipient": seen.recipient, "version": lost.version}
        shelves.evidence.add(ticket.id, GATEWAY, "letter", "not-delivered", body)
        tell(shelves, office, ticket, "undelivered", seen.recipient)


def _ask(shelves: Shelves, office: Office, ticket: Ticket, seen: Inquiry) -> None:
    first = seen.first_asked_at or shelves.now
    # After a standstill one letter makes up for all that were due meanwhile.
    again = max(seen.again + 1, sum(first + wait <= shelves.now for wait in WAITS))
    last = again >= len(WAITS)
    after: dict[str, Any] = {"again": again, "next_at": None if last else first + WAITS[again]}
    after |= {"state": "silent"} if last and seen.state == "open" else {}
    if not shelves.letters.set_inquiry(ticket.id, seen.recipient, seen, **after):
        return
    sent = _written(shelves, office, ticket, seen, again) if seen.state == "open" else False
    shelves.evidence.add(
        ticket.id, GATEWAY, "letter", "again", {"recipient": seen.recipient, "again": again, "sent": sent}
    )
    if seen.state == "replied":
        tell(shelves, office, ticket, "replied", seen.recipient, again)
    elif last:
        prolong(shelves, office, ticket, seen.recipient, GATEWAY)
        tell(shelves, office, ticket, "silent", seen.recipient, again)
    else:
        tell(shelves, office, ticket, "asked" if sent else "due", seen.recipient, again)


def _written(shelves: Shelves, office: Office, ticket: Ticket, seen: Inquiry, again: int) -> bool:
    """Draft the further letter, as the last one was worded; and whether it was sent by itself."""
    before = _newest(shelves, ticket, seen.recipient)
    wish = Wish()
    if before:
        names = bool(before.facts["mail_subject"])
        wish = Wish("ja" if before.language == "ja" else "en", names_subject=names, words=before.facts["words"])
    made = letters.draft(shelves, office, ticket, seen.recipient, wish, by=GATEWAY, again=again)
    by_itself = office.options.ask_again == "send" and before is not None and before.state == "sent"
    if not isinstance(made, Letter) or not by_itself or not gate_is_open(ticket):
        return False
    # Not `sure`: a look-alike domain is written to by a person's second press alone.
    return letters.send(shelves, office, ticket, made.id, by=GATEWAY) == ""


def _newest(shelves: Shelves, ticket: Ticket, recipient: str) -> Letter | None:
    """The last letter that was sent; drafts of a person who has not finished do not count."""
    mine = [one for one in shelves.letters.of_ticket(ticket.id) if one.recipient == recipient]
    return next((one for one in reversed(mine) if one.state != "draft"), None)


def _lost(shelves: Shelves, ticket: Ticket, recipient: str) -> Letter | None:
    """The last letter, where the outbox gave it up."""
    sent = _newest(shelves, ticket, recipient)
    notice = shelves.outbox.get(sent.notice_id) if sent and sent.state == "sent" and sent.notice_id else None
    return sent if sent and notice and notice.state == "failed" else None
