"""Fulfilling: what becomes of a legal deadline: met, late with its reason, void with a signature and its reason; or it runs again."""

from datetime import datetime
from typing import Literal

from response import marking
from response.office import Office
from response.signing import may_sign
from store.deadlines import DeadlineRow
from store.shelves import Shelves

Refusal = Literal["", "already", "unknown", "reason-missing", "late-reason", "when", "signer"]
"""late-reason: it is past its date, say why · when: a time that cannot be · signer: this person may not sign."""


def meet(
    shelves: Shelves,
    office: Office,
    ticket_id: str,
    rule: str,
    step: str,
    *,
    by: str,
    at: datetime,
    how: str,
    late_reason: str = "",
) -> Refusal:
    """Write down that what was owed is done: when, how; past its date with the reason (GDPR Art. 33(1), SG regulation 5(2))."""
    row = _row_of(shelves, ticket_id, rule, step)
    if row is None:
        return "unknown"
    if row.state != "running" or not row.owed:
        return "already"
    if at > shelves.now:
        return "when"
    if not how.strip():
        return "reason-missing"
    late = row.due is not None and at > row.due
    if late and not late_reason.strip():
        return "late-reason"
    state: Literal["late", "met"] = "late" if late else "met"
    refusal = _end(shelves, ticket_id, row, state, by=by, at=at, how=how, late_reason=late_reason if late else "")
    if not refusal:
        marking.filed(shelves, office, ticket_id, row, how, by=by)
    return refusal


def void(shelves: Shelves, office: Office, ticket_id: str, rule: str, step: str, *, by: str, reason: str) -> Refusal:
    """Sign that a deadline does not bind us, with the reason; only who may sign decisions of the case may sign this."""
    ticket, row = shelves.tickets.get(ticket_id), _row_of(shelves, ticket_id, rule, step)
    if ticket is None or row is None:
        return "unknown"
    if row.state != "running" or not row.owed:
        return "already"
    if not may_sign(office, ticket, by):
        return "signer"
    if not reason.strip():
        return "reason-missing"
    return _end(shelves, ticket_id, row, "void", by=by, at=shelves.now, how=reason)


def explain(shelves: Shelves, ticket_id: str, rule: str, step: str, *, by: str, late_reason: str) -> Refusal:
    """Give the reason of one that was met, and is late since new facts brought its date forward."""
    row = _row_of(shelves, ticket_id, rule, step)
    if row is None:
        return "unknown"
    if not needs_reason(row):
        return "already"
    if not late_reason.strip():
        return "reason-missing"
    assert row.ended_at is not None
    return _end(shelves, ticket_id, row, "late", by=by, at=row.ended_at, how=row.how, late_reason=late_reason)


def run_on(shelves: Shelves, ticket_id: str, rule: str, step: str, *, by: str, reason: str) -> Refusal:
    """Let one run again that was met or void, with the reason."""
    row = _row_of(shelves, ticket_id, rule, step)
    if row is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    if row.state == "running" or not shelves.deadlines.run_on(ticket_id, row):
        return "already"
    body = {"rule": rule, "step": step, "was": row.state, "reason": reason}
    shelves.evidence.add(ticket_id, by, "deadline", "running", body)
    shelves.audit.add(by, "deadline-running", ticket_id, {"rule": rule, "step": step})
    return ""


def needs_reason(row: DeadlineRow) -> bool:
    """Whether it was met, but after the date that it has now."""
    return row.state == "met" and row.due is not None and row.ended_at is not None and row.ended_at > row.due


def _end(
    shelves: Shelves,
    ticket_id: str,
    row: DeadlineRow,
    state: Literal["met", "late", "void"],
    *,
    by: str,
    at: datetime,
    how: str,
    late_reason: str = "",
) -> Refusal:
    """Write down what became of one that ran, as evidence and in the audit log; "already": somebody else was quicker."""
    if not shelves.deadlines.end(ticket_id, row, state, at=at, by=by, how=how, late_reason=late_reason):
        return "already"
    body = {
        "rule": row.rule,
        "step": row.step,
        "due": row.due.isoformat() if row.due else None,
        "at": at.isoformat(),
        "note": how,
    }
    shelves.evidence.add(ticket_id, by, "deadline", state, body | {"reason": late_reason})
    shelves.audit.add(by, f"deadline-{state}", ticket_id, {"rule": row.rule, "step": row.step})
    return ""


def _row_of(shelves: Shelves, ticket_id: str, rule: str, step: str) -> DeadlineRow | None:
    return next((row for row in shelves.deadlines.of(ticket_id) if (row.rule, row.step) == (rule, step)), None)
