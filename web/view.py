"""View: what the page of one send shows in each state, as plain values for its two templates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import approval_request
from gateway.again import Similar
from gateway.decision import risks, unquestioned
from gateway.friction import Look
from mail.address import key
from response.own_case import reported
from store.approvals import Requirement, Round
from store.holds import Delivery, Hold, State
from store.links import Link
from store.shelves import Shelves
from store.tickets import Ticket
from web import forms
from web.cards import cards
from web.decided import Act, decided, history
from web.envelope import envelope
from web.own_case import path_of
from web.pages import Pages
from web.quiz import PATH as QUIZ

NOBODY = "wrong-none"
"""The box that says none of the recipients was wrong; it contradicts every other one."""
BACK_TO_SENDER = frozenset({"sent-back", "changed", "expired"})
"""How a request for approval ends so that its sender answers anew."""
UNDER_WAY = frozenset({Delivery.HELD, Delivery.WAITING, Delivery.SENDING, Delivery.STOPPING})


@dataclass(slots=True)
class Answer:
    """What was filled in, and what is missing: (id of the field, word of a closed list)."""

    act: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    """Whom the sender asks, where the sender chooses."""
    words: str = ""
    similar: str = ""
    """What becomes of the similar messages: "cancel", "same", "leave"."""
    missing: list[tuple[str, str]] = field(default_factory=list)
    shown_at: datetime | None = None
    """When the page was opened, where it is shown once more with what is missing."""
    kept: bool = False
    """It was filled in before its person signed in: nothing was done with it."""
    look: Look | None = None
    """What is to be looked at once more before "it is right" counts."""


def state_of(holds: Sequence[Hold]) -> State:
    """Tell the state of the send as a whole: a copy that waits for an answer comes first, then one that was sent."""
    states = {hold.state for hold in holds}
    return next((state for state in (State.HELD, State.RELEASED) if state in states), holds[0].state)


def reached(holds: Sequence[Hold]) -> dict[str, str]:
    """Name the form field of each recipient whom the message was meant to reach in the end.

    Each has its own field, so that a machine that ticks one box of every name ticks them all, and "none of these" with them.
    """
    left_out = _left_out(holds)
    addresses = dict.fromkeys(r.send_to for hold in holds for r in hold.recipients if r.address not in left_out)
    return {f"wrong-{place}": address for place, address in enumerate(addresses, 1)}


def held(holds: Sequence[Hold]) -> tuple[Hold, ...]:
    """Give the copies that wait for an answer; the others are decided."""
    return tuple(hold for hold in holds if hold.state is State.HELD)


def state_seen(holds: Sequence[Hold], of: Round | None, similar: Sequence[Similar] = ()) -> tuple[str, ...]:
    """Tell what a form was made for: another copy, risk, state, deadline, request for approval or similar message makes it stale.

    While somebody else is asked a new deadline does not: it begins when the request has left, with the sender's page open.
    """
    asked = f"{of.number} {of.state}" if of else ""
    waits = waits_for(holds, of)
    copies = (f"{hold.id} {hold.state} {'' if waits else hold.deadline}" for hold in holds)
    others = (f"{other.group_id} {other.same}" for other in similar)
    return (*copies, asked, *(risk.id for risk in _risks(holds)), *others)


def waits_for(holds: Sequence[Hold], of: Round | None) -> bool:
    """Whether it is not the sender's to answer now, but that of somebody who was asked."""
    return bool(held(holds)) and of is not None and of.is_open


async def last_round(pages: Pages, holds: Sequence[Hold]) -> Round | None:
    """Whom the sender asked for a yes the last time."""
    return await pages.store.read(lambda shelves: shelves.approvals.latest(holds[0].group_id))


def eligible(people: Sequence[Requirement]) -> dict[str, str]:
    """Name the form field of each person whom the sender may choose; each has its own, so that a machine ticks them all."""
    every = dict.fromkeys(address for one in people if one.chooses for address in one.people)
    return {f"approver-{place}": address for place, address in enumerate(every, 1)}


async def page(
    pages: Pages, request: Request, holds: Sequence[Hold], given: Answer, *, status: int = 200, notice: str = ""
) -> Response:
    """Show the page for the state the message is in now."""
    token = request.path_params["token"]
    first = holds[0]
    similar = await pages.flow.similar(token)
    around = await pages.store.read(lambda shelves: _around(pages, shelves, token, holds))
    of = around.round
    context: dict[str, Any] = {
        "hold": first,
        "state": state_of(holds),
        "given": given,
        "notice": notice,
        "missing": dict(given.missing),
        "number": first.group_id,
        "whose": _whose(first, around.link),
        "partly": any(hold.verdict.get("policy", {}).get("partly") for hold in holds),
        "acts": around.acts,
        "form_token": forms.form_token(
            pages.form_key, token, state_seen(holds, of, similar), given.shown_at or pages.clock.now()
        ),
        "action": pages.path(request, f"/q/{token}"),
    }
    if of and waits_for(holds, of):
        context |= _waiting(pages, request, held(holds), of, around.left)
        return pages.show(request, "waiting.html", context, status=status, fallback=first.language)
    if held(holds):
        returned = of if of and of.state in BACK_TO_SENDER else None
        context |= _question(pages, request, holds) | {"returned": returned}
        context |= {"people": around.people, "eligible": eligible(around.people)}
        context |= {"similar": similar, "similar_same": all(other.same for other in similar)}
        return pages.show(request, "question.html", context, status=status, fallback=first.language)
    context |= _answered(pages, request, holds) | {
        "ticket": around.ticket,
        "own_case": path_of(pages, request, *around.own_case) if any(around.own_case) else "",
        "superior": pages.superior_of(around.link.person if around.link else ""),
        "approval": of if of and of.state == "approved" and state_of(holds) is State.RELEASED else None,
    }
    return pages.show(request, "answered.html", context, status=status, fallback=first.language)


def _whose(hold: Hold, link: Link | None) -> str:
    """Name whose message it is, for whoever is not its sender; "" for the sender."""
    is_own = link is not None and bool(hold.reverse_path) and key(link.person) == key(hold.reverse_path)
    return "" if is_own else hold.reverse_path


def _question(pages: Pages, request: Request, holds: Sequence[Hold]) -> dict[str, Any]:
    """Tell what is asked about the copies that wait."""
    waiting = held(holds)
    deadline = min((h.deadline for h in waiting if h.deadline), default=None)
    return {
        "cards": cards(waiting, pages.organisation, pages.language(request, waiting[0].language)),
        "unquestioned": unquestioned(waiting),
        "envelope": envelope(holds, waiting, deadline),
        "deadline": deadline,
        "leaves": min((h.release_at for h in waiting if h.release_at), default=None),
        "silence": "" if len({h.silence for h in waiting}) > 1 else waiting[0].silence or "",
        "days_back": pages.bring_back.days,
    }


def _waiting(pages: Pages, request: Request, holds: Sequence[Hold], of: Round, left: Sequence[str]) -> dict[str, Any]:
    """Tell what waits for whose yes, and what the sender answered to the rest."""
    return {
        "cards": cards(holds, pages.organisation, pages.language(request, holds[0].language), singly=True),
        "deadline": min((h.deadline for h in holds if h.deadline), default=None),
        "days_back": pages.bring_back.days,
        "round": of,
        "left": left,
        "back": pages.flow.options.approval.silence == "return",
    }


def _answered(pages: Pages, request: Request, holds: Sequence[Hold]) -> dict[str, Any]:
    """Tell what became of a send, per recipient."""
    recipients = tuple(r for hold in holds for r in hold.recipients)
    left_out = _left_out(holds)
    decided_at = max((hold.decided_at for hold in holds if hold.decided_at), default=None)
    until = decided_at + pages.bring_back if decided_at else None
    return {
        "recipients": recipients,
        "left_out": left_out,
        "decided": decided(holds),
        "only_sent_to": _only_sent_to(holds),
        "progress": _progress([r.state for r in recipients if r.address not in left_out]),
        "until": until,
        "may_bring_back": until is not None and pages.clock.now() < until and not any(hold.frozen for hold in holds),
        "reached": reached(holds),
        "report_action": pages.path(request, f"/q/{request.path_params['token']}/report"),
        "quiz": pages.path(request, QUIZ),
    }


def _left_out(holds: Sequence[Hold]) -> frozenset[str]:
    return frozenset(a for hold in holds for a in (hold.decision or {}).get("omit", ()))


def _only_sent_to(holds: Sequence[Hold]) -> frozenset[str]:
    """Who was corrected in the delivery and not in To and Cc, where the address stands in a way that is not touched, or not at all."""
    decisions = [hold.decision or {} for hold in holds]
    return frozenset(a for d in decisions for a in d.get("redirect", ()) if a not in d.get("rewrite", ()))


def _risks(holds: Sequence[Hold]) -> tuple[Any, ...]:
    return risks(held(holds)) if held(holds) else ()


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a send in the store."""

    link: Link | None
    ticket: Ticket | None
    """The open one of this message."""
    round: Round | None
    people: tuple[Requirement, ...]
    """Whom its sender can ask."""
    left: tuple[str, ...]
    """Who was asked and is no approver any more."""
    acts: tuple[Act, ...]
    """Who did what to it."""
    own_case: tuple[str, str] = ("", "")
    """Ticket and person, where whoever holds the link has reported it."""


def _around(pages: Pages, shelves: Shelves, token: str, holds: Sequence[Hold]) -> _Around:
    found = (shelves.tickets.open_for(message_id=hold.message_id, hold_id=hold.id) for hold in holds)
    link, of = shelves.links.follow(token, "question"), shelves.approvals.latest(holds[0].group_id)
    options = pages.flow.options
    request = (
        approval_request.follow(shelves, of.group_id, of.people[0].address, options) if of and of.is_open else None
    )
    people = approval_request.people_for(shelves, holds, link.person, options) if link and not request else ()
    left = request.standing.left if request else ()
    ticket = next((ticket for ticket in found if ticket), None)
    theirs = ticket and link and reported(shelves, pages.desk.office, ticket.id, link.person)
    own = (ticket.id, link.person) if ticket and link and theirs else ("", "")
    return _Around(link, ticket, of, people, left, history(shelves, holds), own)


def _progress(states: Sequence[Delivery]) -> str:
    """How far a released message is: "delivered", "failed", "partly" or "under-way"."""
    if any(state in UNDER_WAY for state in states):
        return "under-way"
    if all(state is Delivery.DELIVERED for state in states):
        return "delivered"
    return "partly" if any(state is Delivery.DELIVERED for state in states) else "failed"
