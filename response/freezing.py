"""Freezing: what is kept of a case as it was when it was reported: once written, never changed, each record on the one before."""

from collections.abc import Iterable
from typing import Any

import msgspec

from response.who_got_it import Copy
from store.holds import Hold
from store.outbox import Notice
from store.shelves import Shelves
from store.tickets import Ticket

COLLECTOR = "sekisho"


def freeze(shelves: Shelves, ticket: Ticket, copies: Iterable[Copy]) -> int:
    """Freeze every copy: journal line, verdict as shown, what was asked and who decided, delivery; the number of records.

    The held content itself is kept from pruning. No record holds a value that was found: the verdict has counts only.
    """
    copies, records = tuple(copies), 0
    for copy in copies:
        line = msgspec.to_builtins(copy.line)
        verdict = line.pop("verdict")
        delivery = line.pop("recipients")
        for about, body in (("journal", line), ("verdict", {"journal_id": copy.line.id, **verdict})):
            shelves.evidence.add(ticket.id, COLLECTOR, "collected", about, body)
        if copy.hold:
            shelves.holds.freeze(copy.hold.id)
            shelves.evidence.add(ticket.id, COLLECTOR, "collected", "decision", _decision(shelves, copy.hold))
        state = {"journal_id": copy.line.id, "journal": delivery, "hold": _states(copy.hold)}
        shelves.evidence.add(ticket.id, COLLECTOR, "collected", "delivery", state)
        records += 4 if copy.hold else 3
    said = shelves.machine_reports.of([copy.line.id for copy in copies])
    if said:
        body = {"said": msgspec.to_builtins(said)}
        shelves.evidence.add(ticket.id, COLLECTOR, "collected", "machine-reports", body)
    return records + bool(said)


def _decision(shelves: Shelves, hold: Hold) -> dict[str, Any]:
    """What was asked of whom and when, who was asked for a yes and what they said, and who decided what."""
    kept = {
        name: getattr(hold, name)
        for name in ("id", "group_id", "kind", "state", "asked", "asked_at", "deadline", "reminders")
    }
    kept |= {
        name: getattr(hold, name) for name in ("decided_at", "decided_by", "decision", "sha256", "size", "received_at")
    }
    rounds = shelves.approvals.of(hold.group_id)
    shown = [_shown(notice) for notice in shelves.outbox.of_hold(hold.group_id)]
    plain: dict[str, Any] = msgspec.to_builtins({**kept, "shown": shown, "approvals": rounds})
    return plain


def _shown(notice: Notice) -> dict[str, Any]:
    """A notice as it was said: its kind, its facts, when it left."""
    names = (
        "kind",
        "channel",
        "recipient",
        "language",
        "facts",
        "state",
        "created_at",
        "sent_at",
        "reply",
        "message_id",
    )
    return {name: getattr(notice, name) for name in names}


def _states(hold: Hold | None) -> list[Any]:
    """Each recipient with the next hop's own words."""
    if hold is None:
        return []
    names = ("address", "send_to", "state", "attempts", "reply", "changed_at")
    rows: list[Any] = msgspec.to_builtins([{name: getattr(r, name) for name in names} for r in hold.recipients])
    return rows
