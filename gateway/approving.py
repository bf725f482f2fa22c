"""Approving: a message that waits for somebody else's yes: asked for, given, sent back, asked of others; each in the caller's transaction.

    ask ─► round open ─┬─► enough approved ─► released as the sender answered
                       ├─► sent back · taken back · changed ─► the sender answers anew
                       ├─► nobody answers ─► reminded, deputies asked ─► cancelled and told, or back to the sender; never sent
                       └─► cancelled by its sender, overruled by an operator

The message is HELD all the while. What counts is what stands in the store under `holds.alone`: one answer a person, one end a round.
"""

from collections.abc import Sequence
from datetime import timedelta

from gateway import maillog
from gateway.approval_request import follow, own_of
from gateway.decision import Decision, Outcome, Plan, Risk, plan, seen_as
from gateway.letting_go import QuickerError, end_question, let_go
from gateway.rooms import FlowOptions
from notifier import approval_notices as told
from notifier.working_time import WorkingTime
from store.approvals import Requirement, Round, RoundState
from store.holds import Hold, State
from store.shelves import Shelves

_ASKED = ("approval_asked", "approval_reminder")


def begin(
    shelves: Shelves, held: Sequence[Hold], decision: Decision, ask: Sequence[Risk], by: str, options: FlowOptions
) -> Outcome:
    """A sender's complete answer asks somebody else: kept as it is, until they have said yes."""
    if not decision.why.strip():
        return Outcome("missing", ("why",))
    first = held[0]
    own = own_of(shelves, held, by, options)
    required = options.approvers.required([risk.rules for risk in ask], first, by, own)
    if required is None:
        return Outcome("not-possible")
    chosen = options.approvers.chosen(required, decision.approvers)
    if chosen is None:
        return Outcome("missing", ("approvers",))
    of = shelves.approvals.begin(first.group_id, by, decision.why, decision.choices, seen_as(held), chosen)
    shelves.outbox.withdraw(first.group_id, ("question", "reminder", "sent_back"))
    shelves.links.expire(first.group_id, "approval", None)
    shelves.questions.ask_anew(first.group_id)
    _ask(shelves, first, of, [p.address for p in of.people], options)
    shelves.audit.add(by, "ask-approval", first.group_id, {"people": len(of.people)})
    maillog.approval(first.group_id, "asked", by, people=len(of.people))
    return Outcome("asked")


def say(
    shelves: Shelves, group_id: str, person: str, options: FlowOptions, *, approve: bool, comment: str = ""
) -> Outcome | None:
    """What somebody who was asked says. The last yes that is needed releases; one no sends it back. None: nobody asked them."""
    found = shelves.holds.group(group_id)
    if not found:
        return None
    shelves.holds.alone(*{one for hold in found for one in hold.keys})
    request = follow(shelves, group_id, person, options)
    if request is None:
        return None
    if not request.is_open:
        return Outcome("already")
    if not request.may_answer:
        return Outcome("not-possible")
    if not approve and not comment.strip():
        return Outcome("missing", ("comment",))
    of, held = request.round, tuple(hold for hold in request.holds if hold.state is State.HELD)
    if approve and seen_as(held) != of.seen:
        back_to_sender(shelves, held[0], of, "changed", "", options)
        return Outcome("already")
    address = _own_row(of, person, options)
    if not shelves.approvals.say(of, address, "approved" if approve else "sent-back", comment):
        return Outcome("already")
    shelves.audit.add(person, "approve" if approve else "send-back", group_id, {"round": of.number})
    maillog.approval(group_id, "approved" if approve else "sent-back", person)
    if approve:
        return Outcome("done", near_miss=_release_if_complete(shelves, held, of, person, options))
    back_to_sender(shelves, held[0], of, "sent-back", person, options, comment=comment)
    return Outcome("done")


def close(shelves: Shelves, hold: Hold, state: RoundState, by: str, options: FlowOptions) -> bool:
    """The message was decided otherwise, or its sender wants to answer anew: nobody is asked any more. False: nobody was."""
    of = shelves.approvals.latest(hold.group_id)
    if of is None or not shelves.approvals.end(of, state, by):
        return False
    _tell_over(shelves, hold, of, state, by, options)
    return True


def take_back(shelves: Shelves, held: Sequence[Hold], by: str, options: FlowOptions) -> Outcome:
    """The sender answers anew: as the page is open before them, nobody has to tell them; a deadline runs at once."""
    if not held or not close(shelves, held[0], "taken-back", by, options):
        return Outcome("already")
    organisation = options.organisation
    until = WorkingTime(organisation.hours, organisation.time_zone).after(shelves.now, options.hold.deadline)
    shelves.questions.ask_until(held[0].group_id, until, shelves.now + timedelta(seconds=options.hold.remind_after))
    shelves.audit.add(by, "take-back", held[0].group_id)
    return Outcome("done")


def back_to_sender(
    shelves: Shelves, hold: Hold, of: Round, state: RoundState, by: str, options: FlowOptions, *, comment: str = ""
) -> bool:
    """The round ends, and its sender is asked anew, with a new deadline. False: it has ended already."""
    if not shelves.approvals.end(of, state, by):
        return False
    _tell_over(shelves, hold, of, state, by, options)
    shelves.questions.ask_anew(hold.group_id)
    told.sent_back(
        shelves,
        options.organisation,
        hold,
        of,
        state=state,
        by=by,
        comment=comment,
        deadline_seconds=options.hold.deadline,
        remind_after=options.hold.remind_after,
    )
    maillog.approval(hold.group_id, f"back: {state}", by)
    return True


def escalate(shelves: Shelves, hold: Hold, of: Round, options: FlowOptions) -> None:
    """Nobody answers: they are reminded, and their deputies are asked, too."""
    own = own_of(shelves, (hold,), of.asked_by, options)
    silent = [p.address for p in of.people if not p.said]
    told.approval_reminder(shelves, options.organisation, hold, of, _inside(silent, of, hold, own, options))
    requirements = options.approvers.with_deputies(of, own)
    if requirements != of.requirements:
        _ask_more(shelves, hold, of, requirements, options)


def lacking(shelves: Shelves, options: FlowOptions) -> tuple[str, ...]:
    """The sends of whose approvers so many are none any more that the rest cannot do, and others are there to be asked."""
    return tuple(of.group_id for of in shelves.approvals.open() if _in_place(shelves, of, options))


def ask_in_place(shelves: Shelves, group_id: str, options: FlowOptions) -> None:
    """Ask those others."""
    shelves.holds.alone(*{one for hold in shelves.holds.group(group_id) for one in hold.keys})
    of = shelves.approvals.latest(group_id)
    if of and of.is_open and (found := _in_place(shelves, of, options)):
        _ask_more(shelves, found[0], of, found[1], options)


def _in_place(shelves: Shelves, of: Round, options: FlowOptions) -> tuple[Hold, tuple[Requirement, ...]] | None:
    holds = [h for h in shelves.holds.group(of.group_id) if h.state is State.HELD]
    if not holds:
        return None
    own = own_of(shelves, holds, of.asked_by, options)
    requirements = options.approvers.in_place(of, holds[0], own)
    return None if requirements == of.requirements else (holds[0], requirements)


def _ask_more(
    shelves: Shelves, hold: Hold, of: Round, requirements: tuple[Requirement, ...], options: FlowOptions
) -> None:
    known = {options.approvers.identity(p.address) for p in of.people}
    further = [a for r in requirements for a in r.people if options.approvers.identity(a) not in known]
    now = shelves.approvals.ask(of, requirements, further)
    if further:
        _ask(shelves, hold, now, further, options, in_place=True)
        maillog.approval(hold.group_id, "asked in place", "", people=len(further))


def _ask(
    shelves: Shelves, hold: Hold, of: Round, people: Sequence[str], options: FlowOptions, *, in_place: bool = False
) -> None:
    times = {"deadline_seconds": options.approval.deadline, "remind_after": options.approval.escalate_after}
    told.approval_asked(shelves, options.organisation, hold, of, people, **times, in_place=in_place)


def _release_if_complete(shelves: Shelves, held: Sequence[Hold], of: Round, by: str, options: FlowOptions) -> bool:
    """Enough different people have agreed to every part of it: it goes as its sender answered, and in no other way.

    Whether it is a near miss.
    """
    first = held[0]
    now = shelves.approvals.latest(first.group_id)
    own = own_of(shelves, held, of.asked_by, options)
    if now is None or not options.approvers.standing(now, first, own).complete:
        return False
    approved = frozenset(risk for risk, choice in now.choices.items() if choice == "ask")
    decision = Decision("send", now.choices)
    planned = plan(held, decision, approved)
    if not isinstance(planned, Plan):
        back_to_sender(shelves, first, now, "changed", "", options)
        return False
    if not shelves.approvals.end(now, "approved", by):
        raise QuickerError
    said = [p for p in now.people if p.said == "approved" and p.at]
    kept = {
        "approved": sorted(approved),
        "asked_by": now.asked_by,
        "approvals": [{"person": p.address, "at": p.at.isoformat(), "comment": p.comment} for p in said if p.at],
    }
    near_miss = let_go(shelves, held, decision, planned, by, options, kept)
    end_question(shelves, first.group_id, options)
    _tell_over(shelves, first, now, "approved", by, options)
    told.approval_given(shelves, options.organisation, first, now)
    return near_miss


def _tell_over(shelves: Shelves, hold: Hold, of: Round, state: RoundState, by: str, options: FlowOptions) -> None:
    """Those who have not answered hear that they need not."""
    shelves.outbox.withdraw(hold.group_id, _ASKED)
    silent = [p.address for p in of.people if not p.said]
    told.approval_over(shelves, options.organisation, hold, silent, state=state, by=by)


def _own_row(of: Round, person: str, options: FlowOptions) -> str:
    """Under which of their addresses somebody was asked."""
    one = options.approvers.identity(person)
    return next(p.address for p in of.people if options.approvers.identity(p.address) == one)


def _inside(addresses: Sequence[str], of: Round, hold: Hold, own: frozenset[str], options: FlowOptions) -> list[str]:
    return [a for a in addresses if options.approvers.may_answer(of, a, hold, own)]
