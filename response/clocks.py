"""Clocks of a case: what the law asks, counted when it opens and whenever a fact changes; what became of each; nothing is ever mixed or lost.

    facts ─► response.deadlines ─► rows, and a record of the evidence with every date that changed, from what to what and why

A case that is closed as no leak, or as the double of another, is owed nothing; any other clock runs until somebody answers it
(`response.fulfilling`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifier.clock_notices import deadline_moved
from response.deadlines import Deadline, owed
from response.known import known
from response.office import GATEWAY, Office
from response.reminding import told
from store.deadlines import DeadlineRow
from store.shelves import Shelves
from store.tickets import ENDED, State, Ticket

_LATELY = timedelta(days=366)
MUCH_EARLIER = timedelta(days=1)
"""By more than that a date comes forward, and somebody hears of it at once."""
_GONE = {"ja": "適用される法域ではなくなりました。", "en": "Its jurisdiction no longer applies."}
_CLOSED = {
    State.NOT_A_LEAK: ("漏えいではないと判断して終了", "closed: decided not to be a leak"),
    State.DUPLICATE: ("別のチケットに統合", "counted in the ticket that it is a double of"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One deadline that a counting changed."""

    rule: str
    step: str
    kind: str
    was: datetime | None
    now: datetime | None
    was_owed: bool | None
    """None: it was counted for the first time."""
    is_owed: bool


def count(shelves: Shelves, office: Office, ticket_id: str, *, by: str = GATEWAY) -> tuple[Change, ...]:
    """Count what is owed on the facts as they are now; what that changed. One record of evidence when something did."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return ()
    found = known(shelves, office, ticket)
    before = {(row.rule, row.step): row for row in shelves.deadlines.of(ticket_id)}
    lines = [_row(line, shelves.now) for line in owed(found.facts(), office.options.closed_days)]
    still = {(line.rule, line.step) for line in lines}
    lines += [_gone(row, shelves.now) for key, row in before.items() if key not in still and row.owed]
    changes = tuple(_changes(before, lines))
    shelves.deadlines.count(ticket_id, lines)
    if changes:
        body = {
            "changes": [_plain(change) for change in changes],
            "because": _because(shelves, ticket_id, found.given()),
            "facts": found.given(),
            "versions": {line.rule: line.details["rule_version"] for line in lines if line.details["rule_version"]},
        }
        shelves.evidence.add(ticket_id, by, "counted", "deadlines", body)
        _tell_of_earlier(shelves, office, ticket, changes)
    return changes


def _tell_of_earlier(shelves: Shelves, office: Office, ticket: Ticket, changes: Sequence[Change]) -> None:
    """Privacy officer and leader hear at once of a hard date that came forward by more than a day: plans were made on the other."""
    rows = {(row.rule, row.step): row for row in shelves.deadlines.of(ticket.id)}
    people = told(office.organisation, passed=False, drill=ticket.kind == "drill")
    for change in changes:
        row, was = rows[change.rule, change.step], change.was if change.was_owed else None
        if was and row.runs and row.kind == "hard" and row.due and was - row.due > MUCH_EARLIER:
            deadline_moved(shelves, office.organisation, ticket, row, people, was=was)


def uncounted(shelves: Shelves, office: Office) -> Sequence[str]:  # noqa: ARG001 - the shape of a duty
    """Open cases that nobody has counted: a program of the version before opened them."""
    return shelves.desk_overview.uncounted(shelves.now - _LATELY)


def count_now(shelves: Shelves, office: Office, ticket_id: str) -> None:
    """Count one of them."""
    count(shelves, office, ticket_id)


def close(shelves: Shelves, office: Office, ticket: Ticket, *, by: str) -> None:
    """A case that ended as no leak, or as a double, is owed nothing: what runs is void, for that reason."""
    if ticket.state not in _CLOSED:
        return
    why, ended = office.say(*_CLOSED[ticket.state]), []
    for row in shelves.deadlines.of(ticket.id):
        runs = row.state == "running" and row.owed
        if runs and shelves.deadlines.end(ticket.id, row, "void", at=shelves.now, by=by, how=why):
            ended.append([row.rule, row.step])
    if ended:
        shelves.evidence.add(ticket.id, by, "deadline", "void", {"ended": ended, "note": why})


def reopen(shelves: Shelves, office: Office, ticket: Ticket, *, by: str) -> None:
    """A case is worked on again: what its end made void runs again. `ticket`: as it was while it was closed."""
    for row in shelves.deadlines.of(ticket.id):
        if row.state == "void" and ticket.state in ENDED and row.ended_at == ticket.closed_at:
            shelves.deadlines.run_on(ticket.id, row)
    count(shelves, office, ticket.id, by=by)


def headline(rows: Iterable[DeadlineRow]) -> DeadlineRow | None:
    """The earliest hard date that runs; soft ones never stand here."""
    hard = [row for row in rows if row.runs and row.kind == "hard" and row.due]
    return min(hard, key=lambda row: (row.due, row.rule, row.step), default=None)


def _row(line: Deadline, now: datetime) -> DeadlineRow:
    details = {
        "jurisdiction": line.jurisdiction,
        "to": line.to.model_dump(),
        "basis": list(line.basis),
        "reason": line.reason.model_dump(),
        "note": line.note.model_dump() if line.note else None,
        "source": line.source,
        "url": line.url,
        "zone": line.zone,
        "rule_version": line.rule_version,
    }
    return DeadlineRow(line.rule, line.step, line.due, line.kind, line.owed, details, now)


def _gone(row: DeadlineRow, now: datetime) -> DeadlineRow:
    """A rule of a jurisdiction that applies no more."""
    return DeadlineRow(row.rule, row.step, None, "hard", False, {**row.details, "reason": _GONE, "basis": []}, now)


def _changes(before: Mapping[tuple[str, str], DeadlineRow], lines: Iterable[DeadlineRow]) -> Iterable[Change]:
    for line in lines:
        was = before.get((line.rule, line.step))
        if was is None and not line.owed:
            continue  # it never was owed, and it is not now
        if was is None or (was.due, was.owed, was.kind if was.owed else "") != (
            line.due,
            line.owed,
            line.kind if line.owed else "",
        ):
            yield Change(
                line.rule,
                line.step,
                line.kind,
                was.due if was else None,
                line.due,
                was.owed if was else None,
                line.owed,
            )


def _because(shelves: Shelves, ticket_id: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Which facts differ from those of the last counting; empty for the first."""
    counted = shelves.evidence.of_events(ticket_id, "counted")
    then = counted[-1].body["facts"] if counted else given
    names = [name for name in {**then, **given} if then.get(name) != given.get(name)]
    return [{"name": name, "was": then.get(name), "now": given.get(name)} for name in names]


def _plain(change: Change) -> dict[str, Any]:
    kept = {"rule": change.rule, "step": change.step, "kind": change.kind}
    times = {"was": _iso(change.was), "now": _iso(change.now)}
    return kept | times | {"was_owed": change.was_owed, "is_owed": change.is_owed}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
