"""Reminding: the privacy officer and the leader hear of a hard date before it comes, and of one that passed; each time once.

Of a real case management hears, too, when a date has passed; of a drill nobody of management hears anything.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mail.address import key
from notifier.clock_notices import deadline_near
from notifier.options import Organisation
from response.office import GATEWAY, Office
from store.deadlines import DeadlineRow
from store.shelves import Shelves

HOUR = 3600


def due(shelves: Shelves, office: Office) -> Sequence[str]:
    """What is to be told of now: case, rule and step in one word."""
    furthest = shelves.now + timedelta(seconds=max(office.options.deadline_reminders, default=0))
    clocks = shelves.deadlines.clocks(kind="hard", until=furthest)
    return tuple(
        f"{clock.ticket_id}/{clock.deadline.rule}/{clock.deadline.step}"
        for clock in clocks
        if reminder(office, clock.deadline, shelves.now) is not None
    )


def remind(shelves: Shelves, office: Office, which: str) -> None:
    """Tell of one, if nobody has yet."""
    ticket_id, rule, step = which.split("/")
    ticket = shelves.tickets.get(ticket_id)
    row = next((d for d in shelves.deadlines.of(ticket_id) if (d.rule, d.step) == (rule, step)), None)
    before = reminder(office, row, shelves.now) if row else None
    if ticket is None or row is None or before is None or not shelves.deadlines.reminded(ticket_id, row, before):
        return
    people = told(office.organisation, passed=before == 0, drill=ticket.kind == "drill")
    deadline_near(shelves, office.organisation, ticket, row, people, hours=-(-before // HOUR))
    body = {"rule": rule, "step": step, "seconds_before": before, "people": list(people)}
    shelves.evidence.add(ticket_id, GATEWAY, "reminded", "deadline", body)


def reminder(office: Office, row: DeadlineRow, now: datetime) -> int | None:
    """Which reminder is to be sent now, in seconds before the date, 0 when it has passed; None: none that was not sent.

    Of several that were missed only the last one.
    """
    if not row.runs or row.kind != "hard" or row.due is None:
        return None
    left = (row.due - now).total_seconds()
    reached = [seconds for seconds in (*office.options.deadline_reminders, 0) if left <= seconds]
    nearest = min(reached, default=None)
    return nearest if nearest is not None and (row.reminded is None or nearest < row.reminded) else None


def told(organisation: Organisation, *, passed: bool, drill: bool) -> tuple[str, ...]:
    """Who hears of it, each once; where nobody holds those roles, the admins."""
    roles = ("privacy officer", "leader", *(("management",) if passed else ()))
    spared = {key(p.address) for p in organisation.with_role("management")} if drill else set()
    people = {key(p.address): p.address for role in roles for p in organisation.with_role(role)}
    found = tuple(address for own, address in people.items() if own not in spared)
    return found or (() if drill else organisation.admins)
