"""Answers: what a sender's or operator's decision does to a hold, and how a late copy joins or follows it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway import approval_request, approving, friction, maillog, outcomes
from gateway.blocked import with_blocks
from gateway.decision import Decision, Outcome, Plan, plan
from gateway.exposed import wants_sign_in
from gateway.letting_go import QuickerError, end_question, let_go, move
from gateway.rooms import FlowOptions
from mail.address import is_inside, key
from notifier import addressees, notices
from notifier.working_time import WorkingTime
from store.holds import Delivery, Hold, Recipient, State
from store.shelves import Shelves

DecideUnit = Callable[[Shelves], Outcome | None]


class ChangedError(Exception):
    """Of several that were answered at once, one is not any more what was shown; nothing is kept."""


def decide(
    shelves: Shelves, hold_id: str, decision: Decision, by: str, options: FlowOptions, *, operator: bool = False
) -> Outcome | None:
    """Apply a decision to all copies of one send, in the caller's transaction; None where there is no such hold."""
    found = shelves.holds.get(hold_id)
    if found is None or found.kind != "hold":
        return None
    shelves.holds.alone(*found.keys)
    copies = approval_request.asked_about(shelves, shelves.holds.group(found.group_id), by, options)
    held = [hold for hold in copies if hold.state is State.HELD]
    match decision.kind:
        case "send" | "bring-back" if not (operator or all(_is_asked(hold, by, options) for hold in copies)):
            outcome = Outcome("not-possible")
        case "send":
            outcome = _send(shelves, held, decision, by, options, operator=operator)
        case "cancel":
            outcome = _cancel(shelves, held, by, options)
        case "bring-back":
            outcome = _bring_back(shelves, copies, by, options)
        case "take-back":
            outcome = approving.take_back(shelves, held, by, options)
    if outcome.result == "done" and decision.kind != "take-back":
        details = {"operator": operator, "signed_in": decision.signed_in}
        reason = {"reason": decision.reason} if decision.reason else {}
        shelves.audit.add(by, decision.kind, found.group_id, details | reason)
        if not operator and not found.drill:
            friction.remember(shelves, decision, by, options.hold.friction)
        _tell(shelves, copies[0], decision, by, options, operator=operator)
    maillog.decided(found.group_id, decision.kind, by, outcome.result)
    return outcome


def _is_asked(hold: Hold, by: str, options: FlowOptions) -> bool:
    """Whether it is theirs to let go: not the sender's where others are asked (an incident, a program's owner)."""
    organisation = options.organisation
    people = addressees.asked(organisation, hold)
    if hold.asked and key(by) != key(hold.reverse_path):
        return True  # they have a link: whether it still opens, `question_link` says
    admins = () if hold.asked else (*organisation.admins, *(p.address for p in organisation.with_role("admin")))
    return key(by) in {key(one) for one in (*people, *addressees.deputies(organisation, people), *admins)}


def stop_waiting(shelves: Shelves, hold_id: str, by: str) -> int:
    """Stop what was released or kept and has not left: by an operator; how many recipients.

    One that is being handed over is left alone, unless the store is frozen: then nobody is at it.
    """
    hold = shelves.holds.get(hold_id)
    states = {Delivery.WAITING, Delivery.SENDING} if shelves.high_water.frozen() else {Delivery.WAITING}
    stopped = [
        r
        for r in (hold.recipients if hold else ())
        if r.state in states and shelves.deliveries.set(hold_id, r.position, Delivery.STOPPED, seen=r.state)
    ]
    for recipient in stopped:
        shelves.journal.set_recipient(hold_id, recipient.address, "stopped", "")
    if stopped:
        shelves.audit.add(by, "cancel", hold_id, {"operator": True, "recipients": len(stopped)})
        maillog.decided(hold_id, "cancel", by, "stopped")
    return len(stopped)


def _send(
    shelves: Shelves, held: Sequence[Hold], decision: Decision, by: str, options: FlowOptions, *, operator: bool
) -> Outcome:
    if not held:
        return Outcome("already")
    planned = Plan() if operator and not decision.choices else plan(held, decision)
    if not operator and (more := _asks_more(shelves, held, decision, planned, by, options)):
        return more
    if isinstance(planned, tuple):
        return Outcome("missing", planned)
    if not operator and shelves.approvals.open([held[0].group_id]):
        return Outcome("already")  # answered in another window: it waits for somebody else now
    if planned.ask:
        return approving.begin(shelves, held, decision, planned.ask, by, options)
    return Outcome("done", near_miss=let_go(shelves, held, decision, planned, by, options))


def _asks_more(
    shelves: Shelves,
    held: Sequence[Hold],
    decision: Decision,
    planned: Plan | tuple[str, ...],
    by: str,
    options: FlowOptions,
) -> Outcome | None:
    """What somebody who may not simply let it go has to do first: sign in, or look once more."""
    if not decision.signed_in and wants_sign_in(held, options.hold):
        return Outcome("sign-in")
    domains = frozenset(options.organisation.domains)
    complete = not isinstance(planned, tuple)
    if complete and friction.wants(shelves, held, decision, by, options.hold.friction, domains):
        return Outcome("look")
    return None


def _cancel(shelves: Shelves, held: Sequence[Hold], by: str, options: FlowOptions) -> Outcome:
    near_miss = outcomes.cancelled(shelves, held, options)
    for hold in held:
        move(shelves, hold, State.CANCELLED, by, {"kind": "cancel"})
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "stopped", "")
    return Outcome("done" if held else "already", near_miss=near_miss)


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
    approving.close(shelves, copies[0], "cancelled", by, options)
    outcomes.brought_back(shelves, ended, options)
    for hold in ended:
        if not shelves.holds.move(hold.id, hold.state, State.HELD, by=by, deadline=deadline):
            raise QuickerError
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "held", "")
    shelves.links.expire(copies[0].group_id, "question", deadline + timedelta(seconds=options.hold.bring_back))
    return Outcome("done")


def _tell(shelves: Shelves, hold: Hold, decision: Decision, by: str, options: FlowOptions, *, operator: bool) -> None:
    """End the question: no reminder any more, the link shows the state for seven days, the others hear of it."""
    organisation = options.organisation
    if decision.kind == "bring-back":
        return
    approving.close(shelves, hold, "cancelled" if decision.kind == "cancel" else "overruled", by, options)
    end_question(shelves, hold.group_id, options)
    told = notices.cancelled(shelves, organisation, hold, by=by) if decision.kind == "cancel" else ()
    if operator and decision.kind == "send":
        told = notices.released_by_desk(shelves, organisation, hold, by=by, reason=decision.reason)
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
    # What waits for an answer and what waits for the clock are two: an answer is no answer about what leaves by itself anyhow.
    waiting = [h for h in holds if h.state is State.HELD]
    if held := next((h for h in waiting if h.delayed == new.delayed), None):
        return new.beside(held), False
    ended = [h for h in holds if h.state is not State.HELD]
    if not ended:
        return new, True
    # Of a send that was let go, a copy all of whose recipients were left out is cancelled: that says nothing of this one.
    sent = [h for h in ended if (h.decision or {}).get("kind") == "send"]
    if sent:
        known = (*named, *(r.address for h in holds for r in h.recipients))
        if any(h.decision and h.decision.get("approved") for h in sent):
            known = tuple(r.address for h in sent for r in h.recipients)  # whom the approvers had before them
        covered = _only_to(new, known, frozenset(options.organisation.domains))
        (judged,) = with_blocks(shelves, (new,), options.policy, options.organisation.time_zone)
        give_up_at = shelves.now + timedelta(seconds=options.next_hop.retry_for)
        copies = ((replace(judged, group_id=h.group_id), h) for h in sent if covered)
        followed = (_following(copy, first, shelves.now, give_up_at) for copy, first in copies)
        found = next((copy for copy in followed if copy), None)
        return found or new, found is None
    first = ended[0]
    stopped = tuple(replace(r, state=Delivery.STOPPED) for r in new.recipients)
    stays = replace(
        new, state=first.state, decided_at=shelves.now, decided_by=first.decided_by, decision=first.decision
    )
    return replace(stays, group_id=first.group_id, recipients=stopped), False


def _only_to(copy: Hold, known: Collection[str], domains: frozenset[str]) -> bool:
    """Whether all outside recipients are people whom the sender had before him when he answered."""
    keys = {key(address) for address in known}
    return all(is_inside(r.address, domains) or key(r.address) in keys for r in copy.recipients)


def _following(copy: Hold, first: Hold, now: datetime, give_up_at: datetime) -> Hold | None:
    """Released like the first, if its answer covers everything that is asked about this copy; None otherwise."""
    decision = dict(first.decision or {})
    planned = plan([copy], Decision("send", decision.get("choices", {})), decision.get("approved", ()))
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
