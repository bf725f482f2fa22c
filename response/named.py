"""Named: a report that names a case by its number, and no message, is a word on that case: kept with it, and told to who works on it.

| what | from whom | |
|---|---|---|
| note | one of ours who has proved it and may know of the case; its sender and its reporter, too | also when the case is closed |
| claim | anybody else: a number can be guessed, or overheard | the desk looks at it, and hears of it once in a while |

Neither stops, finishes or answers anything. What a machine wrote is kept, and nobody is told.
"""

from datetime import timedelta
from typing import Final, Literal

from mail.address import key
from notifier import addressees, call_notices
from response import need_to_know
from response.arrived import Arrived
from response.office import Office, same
from response.roles import responders
from store.shelves import Shelves
from store.tickets import Ticket

Standing = Literal["", "note", "claim"]
QUIET: Final = timedelta(minutes=15)
"""So long nobody is told of further claims on the same case."""


def standing(shelves: Shelves, office: Office, arrived: Arrived) -> Standing:
    """What a report is to the case it names; "" where it names none, or a message."""
    report, match = arrived.report, arrived.match
    # By a link of ours it is no guess, and its page tells the desk itself.
    ticket = shelves.tickets.get(match.ticket_id) if match.method == "ticket" and report.channel != "link" else None
    if ticket is None:
        return ""
    own = office.main_address(report.reporter)
    if not report.proven or report.automatic:
        return "claim"
    theirs = any(same(own, office.main_address(one)) for one in (ticket.sender, ticket.reporter))
    return "note" if theirs or need_to_know.standing(shelves, office, ticket, report.reporter) else "claim"


def tell(shelves: Shelves, office: Office, ticket: Ticket, said: Standing, arrived: Arrived) -> None:
    """Tell who works on the case: whoever has taken it, and the responders who may know of it; not who wrote."""
    if not said or arrived.report.automatic or (said == "claim" and _told_lately(shelves, ticket)):
        return
    took = [one.person for one in shelves.calls.of(ticket.id) if one.acknowledged_at]
    roles = [person.address for person, _ in responders(office.organisation)]
    knowing = [one for one in roles if need_to_know.standing(shelves, office, ticket, one)]
    people = {key(one): one for one in (*took, *knowing) if not same(one, office.main_address(arrived.report.reporter))}
    told = tuple(people.values()) if took or roles else addressees.admins(office.organisation)
    call_notices.case_word(shelves, office.organisation, ticket, told, trusted=said == "note")


def _told_lately(shelves: Shelves, ticket: Ticket) -> bool:
    since = shelves.now - QUIET
    words = (n for n in shelves.outbox.of_ticket(ticket.id) if n.kind == "case_word" and not n.facts["trusted"])
    return any(one.created_at and one.created_at > since for one in words)
