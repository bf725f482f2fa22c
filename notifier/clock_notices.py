"""Notices of legal deadlines: who is reminded of one, and who hears that it has passed. As `notifier.notices`, whose doors they use."""

from collections.abc import Iterable
from datetime import datetime

from notifier import addressees
from notifier.notices import of_case, queued
from notifier.options import Organisation
from notifier.words import one_line
from store.deadlines import DeadlineRow
from store.ids import shown
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket


def deadline_near(
    shelves: Shelves,
    organisation: Organisation,
    ticket: Ticket,
    deadline: DeadlineRow,
    people: Iterable[str],
    *,
    hours: int,
) -> tuple[Notice, ...]:
    """Remind of a hard date: less than so many hours are left; 0: it has passed. Counts and rules only, nothing of the mail."""
    assert deadline.due is not None
    facts = {
        "number": shown(ticket.id),
        "drill": ticket.kind == "drill",
        "rule": deadline.rule,
        "due": deadline.due.isoformat(),
        "hours": hours,
    }
    made = []
    for person in people:
        words = deadline.details.get("to", {})
        to = one_line(words.get(addressees.language(organisation, person), ""))
        made.append(of_case(organisation, "deadline_near", person, ticket, {**facts, "to": to}))
    return queued(shelves, made)


def deadline_moved(
    shelves: Shelves,
    organisation: Organisation,
    ticket: Ticket,
    deadline: DeadlineRow,
    people: Iterable[str],
    *,
    was: datetime,
) -> tuple[Notice, ...]:
    """Say that a hard date is earlier now than it `was`. Rules and dates only, nothing of the mail."""
    assert deadline.due is not None
    facts = {
        "number": shown(ticket.id),
        "drill": ticket.kind == "drill",
        "rule": deadline.rule,
        "was": was.isoformat(),
        "due": deadline.due.isoformat(),
    }
    made = []
    for person in people:
        to = one_line(deadline.details.get("to", {}).get(addressees.language(organisation, person), ""))
        made.append(of_case(organisation, "deadline_moved", person, ticket, {**facts, "to": to}))
    return queued(shelves, made)
