"""Notices of legal deadlines: who is reminded of one, and who hears that it has passed. As in `notifier.notices`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from notifier import addressees
from notifier.making import notice_to, queued
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
    return _tell(shelves, organisation, "deadline_near", ticket, deadline, people, {"hours": hours})


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
    return _tell(shelves, organisation, "deadline_moved", ticket, deadline, people, {"was": was.isoformat()})


def _tell(
    shelves: Shelves,
    organisation: Organisation,
    kind: str,
    ticket: Ticket,
    deadline: DeadlineRow,
    people: Iterable[str],
    more: Mapping[str, Any],
) -> tuple[Notice, ...]:
    """The rule, the date and to whom it is owed, that in the language of each reader."""
    assert deadline.due is not None
    facts = {"number": shown(ticket.id), "drill": ticket.kind == "drill", "rule": deadline.rule}
    facts |= {"due": deadline.due.isoformat(), **more}
    to: Mapping[str, str] = deadline.details.get("to", {})
    made = []
    for person in people:
        owed = one_line(to.get(addressees.language(organisation, person), ""))
        made.append(notice_to(organisation, kind, person, {**facts, "to": owed}, ticket=ticket))
    return queued(shelves, made)
