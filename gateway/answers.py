"""Answers: what a sender's or operator's decision does to a hold, and how a late copy joins or follows it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway import confirmed, maillog
from gateway.blocked import with_blocks
from gateway.decision import Decision, Outcome, Plan, plan
from gateway.rooms import FlowOptions
from mail.address import is_inside, key
from notifier import notices
from notifier.working_time import WorkingTime
from store.holds import Delivery, Hold, Recipient, State
from store.shelves import Shelves

DecideUnit = Callable[[Shelves], Outcome | None]


class QuickerError(Exception):
    """Somebody else decided between our look and our act; nothing of ours is kept."""


def decide(
    shelves: Shelves, hold_id: str, decision: Decision, by: str, options: FlowOptions, *, operator: bool = False
) -> Outcome | None:
    """Apply a decision to all copies of one send, in the caller's transaction; None where there is no such hold."""
    found = shelves.holds.get(hold_id)
    if found is None or found.kind != "hold":
        return None
    shelves.holds.alone(*found.keys)
    copies = with_blocks(shelves, shelves.holds.group(found.group_id), options.policy, options.organisation.time_zone)
    match decision.kind:
        case "send":
            outcome = _send(shelves, copies, decision, by, options, operator=operator)
        case "cancel":
            outcome = _cancel(shelves, copies, by)
        case "bring-back":
            outcome = _bring_back(shelves, copies, by, options)
    if outcome.result == "done":
        shelves.audit.add(by, decision.kind, found.group_id, {"operator": operator})
        _tell(shelves, copies[0], decision, by, options)
    maillog.decided(found.group_id, decision.kind, by, outcome.result)
    return outcome


def stop_waiting(shelves: Shelves, hold_id: str, by: str) -> int:
    """Stop what was released or kept and has not left: by an operator; how many recipients.

    One that is being handed over is left alone, unless the store is frozen: then nobody is at it.
    """
    hold = shelves.holds.get(hold_id)
    states = {Delivery.WAITING, Delivery.SENDING} if shelves.high_water.frozen() else {Delivery.WAITING}
    stopped = [
        r
        for r in (hold.recipients if hold else ())
        if r.state in states and shelves.holds.set_recipient(hold_id, r.position, Delivery.STOPPED, seen=r.state)
    ]
    for recipient in stopped:
        shelves.journal.set_recipient(hold_id, recipient.address, "stopped", "")
    if stopped:
        shelves.audit.add(by, "cancel", hold_id, {"operator": True, "recipients": len(stopped)})
        maillog.decided(hold_id, "cancel", by, "stopped")
    return len(stopped)


def _send(
    shelves: Shelves, copies: Sequence[Hold], decision: Decision, by: str, options: FlowOptions, *, operator: bool
) -> Outcome:
    held = [hold for hold in copies if hold.state is State.HELD]
    if not held:
        return Outcome("already")
    planned = Plan() if operator and not decision.choices else plan(held, decision)
    if isinstance(planned, tuple):
        return Outcome("missing", planned)
    kept = {"kind": "send", "choices": dict(decision.choices), **planned.as_json()}
    for hold in held:
        if all(r.address in planned.omit for r in hold.recipients):
            _move(shelves, hold, State.CANCELLED, by, kept)
            continue
        _move(shelves, hold, State.RELEASED, by, kept, shelves.now + timedelta(seconds=options.next_hop.retry_for))
        for recipient in hold.recipients:
            if recipient.address in planned.omit:
                shelves.holds.set_recipient(hold.id, recipient.position, Delivery.STOPPED)
                shelves.journal.set_recipient(hold.id, recipient.address, "stopped", "")
            elif recipient.address in planned.redirect:
                shelves.holds.redirect(hold.id, recipient.position, planned.redirect[recipient.address])
    confirmed.remember(shelves, held, decision, planned, by, options)
    for address in planned.confirmed:
        shelves.contacts.confirmed(copies[0].reverse_path, address)
    return Outcome("done")


def _cancel(shelves: Shelves, copies: Sequence[Hold], by: str) -> Outcome:
    held = [hold for hold in copies if hold.state is State.HELD]
    for hold in held:
        _move(shelves, hold, State.CANCELLED, by, {"kind": "cancel"})
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "stopped", "")
    return Outcome("done" if held else "already")


def _bring_back(shelves: Shelves, copies: Sequence[Hold], by: str, options: FlowOptions) -> Outcome:
    """A cancelled or expired message is asked about again, with a new deadline, for seven days (decisions: a hold)."""
    ended = [h for h in copies if h.state in {State.CANCELLED, State.EXPIRED}]
    if not ended:
        return Outcome("already")
    oldest = shelves.now - timedelta(seconds=options.hold.bring_back)
    if any(h.frozen or h.decided_at is None or h.decided_at < oldest for h in ended):
        return Outcome("not-possible")
    organisation = options.organisation
    deadline = WorkingTime(organisation.hours, organisation.time_zone).after(shelves.now, options.hold.deadline)
    for hold in ended:
        if not shelves.holds.move(hold.id, hold.state, State.HELD, by=by, deadline=deadline):
            raise QuickerError
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "held", "")
    shelves.links.expire(copies[0].group_id, "question", deadline + timedelta(seconds=options.hold.bring_back))
    return Outcome("done")


def _move(
    shelves: Shelves, hold: Hold, to: State, by: str, decision: dict[str, object], give_up_at: datetime | None = None
) -> None:
    if not shelves.holds.move(hold.id, State.HELD, to, by=by, decision=decision, give_up_at=give_up_at):
        raise QuickerError


def _tell(shelves: Shelves, hold: Hold, decision: Decision, by: str, options: FlowOptions) -> None:
    """End the question: no reminder any more, the link shows the state for seven days, the others hear of it."""
    organisation = options.organisation
    if decision.kind == "bring-back":
        return
    shelves.outbox.withdraw(hold.group_id, ("question", "reminder"))
    shelves.links.expire(hold.group_id, "question", shelves.now + timedelta(seconds=options.hold.bring_back))
    told = notices.cancelled(shelves, organisation, hold, by=by) if decision.kind == "cancel" else ()
    if not told:
        notices.decided_by_other(shelves, organisation, hold, by=by, sent=decision.kind == "send")


def joined(
    shelves: Shelves, new: Hold, earlier: Sequence[Hold], named: Collection[str], options: FlowOptions
) -> tuple[Hold, bool]:
    """A copy of a send that is already here: it joins the question, or follows the answer. Second: whether it asks by itself.

    `named`: the addresses of To and Cc, the same in every copy.
    """
    holds = [h for h in earlier if h.kind == "hold"]
    if not holds:
        return new, True
    if held := next((h for h in holds if h.state is State.HELD), None):
        copy = replace(new, group_id=held.group_id, asked_at=held.asked_at, deadline=held.deadline, remind_at=None)
        return copy, False
    # Of a send that was let go, a copy all of whose recipients were left out is cancelled: that says nothing of this one.
    sent = [h for h in holds if (h.decision or {}).get("kind") == "send"]
    if sent:
        known = (*named, *(r.address for h in holds for r in h.recipients))
        covered = _only_to(new, known, frozenset(options.organisation.domains))
        (judged,) = with_blocks(shelves, (new,), options.policy, options.organisation.time_zone)
        give_up_at = shelves.now + timedelta(seconds=options.next_hop.retry_for)
        copies = ((replace(judged, group_id=h.group_id), h) for h in sent if covered)
        followed = (_following(copy, first, shelves.now, give_up_at) for copy, first in copies)
        found = next((copy for copy in followed if copy), None)
        return found or new, found is None
    first = holds[0]
    stopped = tuple(replace(r, state=Delivery.STOPPED) for r in new.recipients)
    ended = replace(
        new, state=first.state, decided_at=shelves.now, decided_by=first.decided_by, decision=first.decision
    )
    return replace(ended, group_id=first.group_id, recipients=stopped), False


def _only_to(copy: Hold, known: Collection[str], domains: frozenset[str]) -> bool:
    """Whether all outside recipients are people whom the sender had before him when he answered."""
    keys = {key(address) for address in known}
    return all(is_inside(r.address, domains) or key(r.address) in keys for r in copy.recipients)


def _following(copy: Hold, first: Hold, now: datetime, give_up_at: datetime) -> Hold | None:
    """Released like the first, if its answer covers everything that is asked about this copy; None otherwise."""
    decision = dict(first.decision or {})
    planned = plan([copy], Decision("send", decision.get("choices", {})))
    if isinstance(planned, tuple):
        return None

    def after(recipient: Recipient) -> Recipient:
        if recipient.address in planned.omit:
            return replace(recipient, state=Delivery.STOPPED)
        send_to = planned.redirect.get(recipient.address, recipient.address)
        return replace(recipient, state=Delivery.WAITING, next_try=now, give_up_at=give_up_at, send_to=send_to)

    recipients = tuple(after(r) for r in copy.recipients)
    return replace(
        copy,
        state=State.RELEASED,
        decided_at=now,
        decided_by=first.decided_by,
        decision=decision,
        recipients=recipients,
    )
