"""Flood: one address, or many strangers, cannot bury the desk in tickets; what is not opened joins, and nothing is lost.

A certain report always opens its ticket. Counted is per reporter and window, and over all strangers together.
"""

from datetime import datetime, timedelta

from response.arrived import Arrived
from response.containing import is_open
from response.office import Office
from response.report import Report
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
    recent = tuple(t for t in recent if _from_the_same(shelves, office, arrived.report, t.id))
    unmatched = [t for t in recent if not t.journal_id]
    if not arrived.line and unmatched:
        return unmatched[0]
    if len(recent) >= TICKETS:
        return recent[0]
    return None if arrived.line else _strangers(shelves, office, arrived)


def buried_in(shelves: Shelves, office: Office, report: Report, at: datetime) -> str:
    """The number of the unmatched ticket that this reporter has filled a moment ago, "" for none: what names no message is only counted there."""
    if report.drill or (report.proven and report.channel != "mail"):
        return ""
    recent = shelves.tickets.unmatched_of(report.reporter, at - WINDOW)
    theirs = next((one for one in recent if _from_the_same(shelves, office, report, one)), "")
    return theirs if theirs and shelves.evidence.is_more(theirs, "reported", WHOLE) else ""


def _from_the_same(shelves: Shelves, office: Office, report: Report, ticket_id: str) -> bool:
    """Whether one of ours opened that ticket as he reports now: somebody else writes in his name only without proof."""
    return not office.is_ours(report.reporter) or _was_proven(shelves, ticket_id) is report.proven


def _was_proven(shelves: Shelves, ticket_id: str) -> bool:
    return bool(shelves.evidence.first(ticket_id, "reported").get("proven"))


def _strangers(shelves: Shelves, office: Office, arrived: Arrived) -> Ticket | None:
    """The ticket that unmatched reports of ever other strangers join: the report address is known, and so gets spam.

    So is the page, where anybody types whatever address of ours he likes, and a mail from outside that bears one: of them nobody is known.
    """
    report, page = arrived.report, arrived.report.channel == "page"
    known = report.proven or report.channel not in {"page", "mail"}
    if report.drill or (office.is_ours(report.reporter) and not report.automatic and known):
        return None
    since = arrived.at - WINDOW
    if not page and office.is_ours(report.reporter):
        found = shelves.tickets.unmatched_since(since, classes=("colleague", "staff"), limit=3 * STRANGERS)
        alike = tuple(one for one in found if not _was_proven(shelves, one))
    else:
        by = {"channels": ("page",)} if page else {"classes": ("unknown", "machine")}
        alike = shelves.tickets.unmatched_since(since, **by, limit=STRANGERS)
    return shelves.tickets.get(alike[0]) if len(alike) >= STRANGERS else None
