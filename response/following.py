"""Following: what becomes of each recipient after a case was opened: released, cancelled, handed over, given up; the later word counts.

What came by mail (a bounce) is written into the case by whoever read it; nothing older overwrites it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mail.address import exact_key
from response import who_got_it
from response.containing import prove
from response.matching import copies
from response.office import GATEWAY, Office
from response.who_got_it import Copy
from store.shelves import Shelves
from store.tickets import Ticket, TicketRecipient


def due(shelves: Shelves, office: Office) -> Sequence[str]:  # noqa: ARG001 - the shape of a duty
    """Cases of which a recipient stands otherwise than the case says."""
    tickets = (shelves.tickets.get(one) for one in shelves.desk_overview.moved())
    return tuple(ticket.id for ticket in tickets if ticket and changed(shelves, ticket))


def follow(shelves: Shelves, office: Office, ticket_id: str) -> None:
    """Write into the case what became of its recipients, each with the next hop's own words, as evidence."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return
    news = changed(shelves, ticket)
    for was, now in news:
        body = {"address": now.address, "was": was.delivery, "now": now.delivery, "reply": now.reply}
        shelves.evidence.add(ticket.id, GATEWAY, "delivery", "recipient", body)
        shelves.tickets.set_recipient(ticket.id, now)
    left = [now.at for _, now in news if now.delivery == "delivered" and now.at]
    if left and ticket.sent_at is None:
        shelves.tickets.set_times(ticket.id, sent_at=min(left))
    again = shelves.tickets.get(ticket.id)
    if news and again:
        prove(shelves, office, again)


def changed(shelves: Shelves, ticket: Ticket) -> list[tuple[TicketRecipient, TicketRecipient]]:
    """Recipients of whom something newer is known: as the case says, and as it is."""
    line = shelves.journal.get(ticket.journal_id) if ticket.journal_id else None
    if line is None:
        return []
    newest = _newest(who_got_it.copies_with_holds(shelves, copies(shelves, line)))
    pairs = ((was, newest.get(exact_key(was.address))) for was in ticket.recipients)
    return [
        (was, replace(was, delivery=now.delivery, reply=now.reply, at=now.at))
        for was, now in pairs
        if now and now.delivery != was.delivery and now.at and was.at and now.at > was.at
    ]


def _newest(found: Iterable[Copy]) -> dict[str, TicketRecipient]:
    """What is known of each recipient (exact key) over all copies: the one that got furthest."""
    everyone: dict[str, TicketRecipient] = {}
    for copy in found:
        for now in who_got_it.delivered(copy):
            before = everyone.get(exact_key(now.address))
            if before is None or who_got_it.rank(now.delivery) < who_got_it.rank(before.delivery):
                everyone[exact_key(now.address)] = now
    return everyone
