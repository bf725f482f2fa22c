"""Flood: one address, or many strangers, cannot bury the desk in tickets; what is not opened joins, and nothing is lost.

A certain report always opens its ticket. Counted is per reporter and window, and over all strangers together.
"""

from datetime import timedelta

from response.arrived import Arrived
from response.containing import is_open
from response.office import Office
from store.shelves import Shelves
from store.tickets import Ticket

WINDOW = timedelta(minutes=15)
"""An unmatched report joins the unmatched ticket that its reporter opened less than so long ago."""
TICKETS = 10
"""Uncertain reports of one address open at most so many tickets in the window; further ones join the newest of them."""
STRANGERS = 30
"""Unmatched reports from outside or by machines open at most so many tickets in the window, whoever wrote them; those on the page, too."""
WHOLE = 20
"""So many reports that joined a ticket are kept with their words and original; of further ones only the digest."""


def joinable(shelves: Shelves, office: Office, arrived: Arrived) -> Ticket | None:
    """The ticket that a report joins because its reporter wrote a moment ago; None for what deserves its own.

    A certain report always does. An unmatched one joins the reporter's unmatched ticket of the last minutes. Of any other
    uncertain ones so many open a ticket, and the next join the newest: their messages stand in its evidence.
    """
    if arrived.certain:
        return None
    recent = shelves.tickets.opened_since(arrived.at - WINDOW, reporter=arrived.report.reporter)
    recent = tuple(t for t in recent if is_open(t) and (t.kind == "drill") is arrived.report.drill)
    unmatched = [t for t in recent if not t.journal_id]
    if not arrived.line and unmatched:
        return unmatched[0]
    if len(recent) >= TICKETS:
        return recent[0]
    return None if arrived.line else _strangers(shelves, office, arrived)


def _strangers(shelves: Shelves, office: Office, arrived: Arrived) -> Ticket | None:
    """The ticket that unmatched reports of ever other strangers join: the report address is known, and so gets spam.

    So is the page, where anybody types whatever address of ours he likes: of it nobody is known.
    """
    page = arrived.report.channel == "page"
    if office.is_ours(arrived.report.reporter) and not arrived.report.automatic and not page:
        return None
    recent = shelves.tickets.opened_since(arrived.at - WINDOW, limit=10 * STRANGERS)
    alike = [t for t in recent if not t.journal_id and _is_strange(t, page=page) and is_open(t) and t.kind == "real"]
    return alike[0] if len(alike) >= STRANGERS and not arrived.report.drill else None


def _is_strange(ticket: Ticket, *, page: bool) -> bool:
    return ticket.channel == "page" if page else ticket.reporter_class in {"unknown", "machine"}
