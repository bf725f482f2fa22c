"""Letting go: what a complete answer does to the copies that are held, whoever gave it; and the end of the question."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from gateway import confirmed, outcomes
from gateway.decision import Decision, Plan
from gateway.rooms import FlowOptions
from notifier.kinds import AWAITED
from store.holds import Delivery, Hold, State
from store.shelves import Shelves


class QuickerError(Exception):
    """Somebody else decided between our look and our act; nothing of ours is kept."""


def let_go(
    shelves: Shelves,
    held: Sequence[Hold],
    decision: Decision,
    planned: Plan,
    by: str,
    options: FlowOptions,
    also: Mapping[str, Any] | None = None,
) -> bool:
    """Release what is held as it was answered; `also`: what else is kept with the decision. Raises ValueError while a yes is missing.

    Whether it is a near miss: sent, but not as it was written (`gateway.outcomes`).
    """
    if planned.ask:
        raise ValueError("somebody else must agree first")
    kept = {"kind": "send", "choices": dict(decision.choices), **planned.as_json(), **(also or {})}
    give_up_at = shelves.now + timedelta(seconds=options.next_hop.retry_for)
    for hold in held:
        if all(r.address in planned.omit for r in hold.recipients):
            move(shelves, hold, State.CANCELLED, by, kept)
            continue
        move(shelves, hold, State.RELEASED, by, kept, give_up_at)
        for recipient in hold.recipients:
            if recipient.address in planned.omit:
                shelves.deliveries.set(hold.id, recipient.position, Delivery.STOPPED)
                shelves.journal.set_recipient(hold.id, recipient.address, "stopped", "")
            elif recipient.address in planned.redirect:
                send_to = planned.redirect[recipient.address]
                shelves.deliveries.redirect(hold.id, recipient.position, send_to)
                shelves.journal.correct(hold.id, recipient.address, send_to)
    if held[0].drill:  # nobody chose that address, and nothing is counted of it
        return False
    confirmed.remember(shelves, held, decision, planned, by, options)
    for address in planned.confirmed:
        shelves.contacts.confirmed(held[0].reverse_path, address)
    return outcomes.sent(shelves, held, decision, options)


def move(
    shelves: Shelves, hold: Hold, to: State, by: str, decision: Mapping[str, Any], give_up_at: datetime | None = None
) -> None:
    """One held copy goes there. Raises `QuickerError` when it is not held any more."""
    if not shelves.holds.move(hold.id, State.HELD, to, by=by, decision=decision, give_up_at=give_up_at):
        raise QuickerError


def end_question(shelves: Shelves, group_id: str, options: FlowOptions) -> None:
    """No question and no reminder any more; every link shows the state for seven days."""
    shelves.outbox.withdraw(group_id, AWAITED)
    for purpose in ("question", "approval", "stop"):
        shelves.links.expire(group_id, purpose, shelves.now + timedelta(seconds=options.hold.bring_back))
