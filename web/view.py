"""View: what the page of one send shows in each state, as plain values for its two templates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.decision import risks, unquestioned
from store.holds import Delivery, Hold, State
from store.links import Link
from store.shelves import Shelves
from store.tickets import Ticket
from web import forms
from web.cards import cards
from web.pages import Pages

NOBODY = "wrong-none"
"""The box that says none of the recipients was wrong; it contradicts every other one."""
UNDER_WAY = frozenset({Delivery.HELD, Delivery.WAITING, Delivery.SENDING, Delivery.STOPPING})


@dataclass(slots=True)
class Answer:
    """What was filled in, and what is missing: (id of the field, word of a closed list)."""

    act: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    words: str = ""
    missing: list[tuple[str, str]] = field(default_factory=list)


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


def state_seen(holds: Sequence[Hold]) -> tuple[str, ...]:
    """Tell what a form was made for: another copy, risk, state or deadline makes it stale."""
    return (*(f"{hold.id} {hold.state} {hold.deadline}" for hold in holds), *(risk.id for risk in _risks(holds)))


async def page(
    pages: Pages, request: Request, holds: Sequence[Hold], given: Answer, *, status: int = 200, notice: str = ""
) -> Response:
    """Show the page for the state the message is in now."""
    token = request.path_params["token"]
    first = holds[0]
    link, ticket = await pages.store.read(lambda shelves: _around(shelves, token, holds))
    context: dict[str, Any] = {
        "hold": first,
        "state": state_of(holds),
        "given": given,
        "notice": notice,
        "missing": dict(given.missing),
        "number": first.group_id,
        "form_token": forms.form_token(pages.form_key, token, state_seen(holds)),
        "action": pages.path(request, f"/q/{token}"),
    }
    if held(holds):
        context |= _question(pages, request, held(holds))
        return pages.show(request, "question.html", context, status=status, fallback=first.language)
    context |= _answered(pages, request, holds) | {
        "ticket": ticket,
        "superior": pages.superior_of(link.person if link else ""),
    }
    return pages.show(request, "answered.html", context, status=status, fallback=first.language)


def _question(pages: Pages, request: Request, holds: Sequence[Hold]) -> dict[str, Any]:
    """Tell what is asked about the copies that wait."""
    return {
        "cards": cards(holds, pages.organisation, pages.language(request, holds[0].language)),
        "unquestioned": unquestioned(holds),
        "deadline": min((h.deadline for h in holds if h.deadline), default=None),
        "days_back": pages.bring_back.days,
    }


def _answered(pages: Pages, request: Request, holds: Sequence[Hold]) -> dict[str, Any]:
    """Tell what became of a send, per recipient."""
    recipients = tuple(r for hold in holds for r in hold.recipients)
    left_out = _left_out(holds)
    decided = max((hold.decided_at for hold in holds if hold.decided_at), default=None)
    until = decided + pages.bring_back if decided else None
    return {
        "recipients": recipients,
        "left_out": left_out,
        "only_sent_to": _only_sent_to(holds),
        "progress": _progress([r.state for r in recipients if r.address not in left_out]),
        "until": until,
        "may_bring_back": until is not None and pages.clock.now() < until and not any(hold.frozen for hold in holds),
        "reached": reached(holds),
        "report_action": pages.path(request, f"/q/{request.path_params['token']}/report"),
    }


def _left_out(holds: Sequence[Hold]) -> frozenset[str]:
    return frozenset(a for hold in holds for a in (hold.decision or {}).get("omit", ()))


def _only_sent_to(holds: Sequence[Hold]) -> frozenset[str]:
    """Who was corrected in the delivery and not in To and Cc, where the address stands in a way that is not touched, or not at all."""
    decisions = [hold.decision or {} for hold in holds]
    return frozenset(a for d in decisions for a in d.get("redirect", ()) if a not in d.get("rewrite", ()))


def _risks(holds: Sequence[Hold]) -> tuple[Any, ...]:
    return risks(held(holds)) if held(holds) else ()


def _around(shelves: Shelves, token: str, holds: Sequence[Hold]) -> tuple[Link | None, Ticket | None]:
    """Who looks, and the open ticket of this message."""
    found = (shelves.tickets.open_for(message_id=hold.message_id, hold_id=hold.id) for hold in holds)
    return shelves.links.follow(token, "question"), next((ticket for ticket in found if ticket), None)


def _progress(states: Sequence[Delivery]) -> str:
    """How far a released message is: "delivered", "failed", "partly" or "under-way"."""
    if any(state in UNDER_WAY for state in states):
        return "under-way"
    if all(state is Delivery.DELIVERED for state in states):
        return "delivered"
    return "partly" if any(state is Delivery.DELIVERED for state in states) else "failed"
