"""Related: the same mistake elsewhere in the journal: the same wrong address, or the same wrong domain; each opens a linked case on a press."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from mail.address import domain_key, exact_key, split
from response import opening
from response.office import Office
from response.report import Report, clues
from rules.providers import FREE_MAIL
from store.ids import shown
from store.journal import Line
from store.shelves import Shelves
from store.tickets import Ticket

Why = Literal["same-address", "same-domain"]
MOST: Final = 20
"""Found messages that are shown."""
BACK: Final = timedelta(days=400)
"""So far back it is looked."""


@dataclass(frozen=True, slots=True)
class Same:
    """One message that went the same wrong way."""

    journal_id: str
    at: datetime
    sender: str
    subject: str
    address: str
    """The recipient that is wrong, too."""
    state: str
    """Of this recipient."""
    why: Why


def same_mistakes(shelves: Shelves, office: Office, ticket: Ticket) -> tuple[Same, ...]:
    """Other messages to a wrong address of this case, whoever sent them; and to a domain that is itself the slip. The newest first."""
    since, found = shelves.now - BACK, dict[tuple[str, str], Same]()
    for recipient in ticket.recipients:
        if recipient.wrong != "yes" or office.is_ours(recipient.address):
            continue
        for line in shelves.journal.search(recipient=recipient.address, since=since, limit=MOST + 1):
            _add(found, ticket, line, frozenset({exact_key(recipient.address)}), "same-address")
        if domain := _wrong_domain(recipient.address, recipient.intended):
            for line in shelves.journal.search(recipient=f"@{domain}", since=since, limit=MOST + 1):
                there = frozenset(exact_key(r.send_to) for r in line.recipients if _domain(r.send_to) == domain)
                _add(found, ticket, line, there, "same-domain")
    return tuple(sorted(found.values(), key=lambda one: one.at, reverse=True)[:MOST])


def open_linked(
    shelves: Shelves, office: Office, ticket_id: str, journal_id: str, address: str, *, by: str
) -> Ticket | None:
    """Open a case for one of them, or take the one that is open; both say that they belong together. None when it is none of them.

    What stands behind the address is the same as in the first case, so the report is certain: what is still here is stopped.
    """
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return None
    same = next(
        (s for s in same_mistakes(shelves, office, ticket) if (s.journal_id, s.address) == (journal_id, address)), None
    )
    if same is None:
        return None
    words = office.say(f"関連するチケット：{shown(ticket_id)}", f"Belongs to ticket {shown(ticket_id)}")
    report = Report("page", by, words=words, journal_id=journal_id, wrong=(address,), proven=True)
    made = opening.take(shelves, office, report, clues(report), shelves.now)
    link(shelves, ticket_id, made.id, same.why, by=by)
    return made


def link(shelves: Shelves, one: str, other: str, why: str, *, by: str) -> bool:
    """Say in both cases that they belong together; False when they said so already."""
    if not shelves.learning.link(one, other, why, by):
        return False
    for here, there in ((one, other), (other, one)):
        shelves.evidence.add(here, by, "linked", shown(there), {"why": why})
    shelves.audit.add(by, "ticket-link", one, {"other": other, "why": why})
    return True


def _add(found: dict[tuple[str, str], Same], ticket: Ticket, line: Line, wrong: frozenset[str], why: Why) -> None:
    if line.id == ticket.journal_id or (ticket.message_id and line.message_id == ticket.message_id):
        return
    for each in line.recipients:
        if exact_key(each.send_to) in wrong:
            one = Same(line.id, line.at, line.reverse_path, line.subject, each.send_to, each.state, why)
            found.setdefault((line.id, exact_key(each.send_to)), one)


def _wrong_domain(address: str, intended: str) -> str:
    """The domain, where that is what was wrong; "" where the slip stands before the @, and for public providers."""
    domain = _domain(address)
    return domain if intended and _domain(intended) != domain and domain not in FREE_MAIL else ""


def _domain(address: str) -> str:
    return domain_key(split(address)[1])


def linked(shelves: Shelves, ticket_id: str) -> Iterator[tuple[str, str]]:
    """Numbers of the cases that belong to one, and why."""
    for one in shelves.learning.links(ticket_id):
        yield one.other_id, one.why
