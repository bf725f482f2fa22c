"""/q/TOKEN: the page on which a sender answers, sees what became of it, brings back, and reports what was noticed too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gateway.decision import Decision, Plan, plan, risks, unquestioned
from response.desk import Report
from store.holds import Delivery, Hold, State
from store.links import Link
from store.shelves import Shelves
from store.tickets import Ticket
from web import forms
from web.cards import Card, cards
from web.pages import Pages

CLOSED = frozenset({State.CANCELLED, State.EXPIRED})


@dataclass(slots=True)
class Answer:
    """What was filled in, and what is missing: (id of the field, word of a closed list)."""

    act: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    words: str = ""
    missing: list[tuple[str, str]] = field(default_factory=list)


async def show(pages: Pages, request: Request) -> Response:
    """Show the state of the message; a GET changes nothing."""
    token = request.path_params["token"]
    holds = await pages.flow.question(token)
    return await _page(pages, request, holds, Answer()) if holds else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Send, cancel, bring back: what the form says, when it says everything."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=3000)
    holds = await pages.flow.question(token)
    if not holds:
        return pages.not_found(request)
    refused = await _stale(pages, request, holds, form)
    if refused:
        return refused
    given = _read(holds, cards(holds, pages.organisation, "en"), form)
    if given.missing:
        return await _page(pages, request, holds, given, status=422)
    decision = Decision(
        "send" if given.act == "send" else "cancel" if given.act == "cancel" else "bring-back", given.choices
    )
    outcome = await pages.flow.decide(token, decision)
    if outcome is None:
        return pages.not_found(request)
    if outcome.result == "missing":
        given.missing = [(f"choice-{risk}", "choice") for risk in outcome.missing]
        return await _page(pages, request, holds, given, status=422)
    if outcome.result == "not-possible":
        return await _page(
            pages, request, await pages.flow.question(token) or holds, given, status=409, notice="not-possible"
        )
    return pages.again(request, f"/q/{token}")


async def report(pages: Pages, request: Request) -> Response:
    """Open a ticket: it went to the wrong one after all; certain because the link proves who says it."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=3000)
    holds = await pages.flow.question(token)
    link = await pages.store.read(lambda shelves: shelves.links.follow(token, "question"))
    if not holds or link is None:
        return pages.not_found(request)
    refused = await _stale(pages, request, holds, form)
    if refused:
        return refused
    given = _read_report(holds, form)
    if given.missing:
        return await _page(pages, request, holds, given, status=422)
    concerned = next((h for h in holds if any(r.address in given.wrong for r in h.recipients)), holds[0])
    await pages.desk.report(
        Report(
            channel="link",
            reporter=link.person,
            words=given.words,
            hold_id=concerned.id,
            message_id=concerned.message_id,
            wrong=given.wrong,
            proven=True,
            first_known_at=pages.clock.now(),
        )
    )
    return pages.again(request, f"/q/{token}")


def state_seen(holds: Sequence[Hold]) -> tuple[str, ...]:
    """Tell what a form was made for: another copy, another risk or another state makes it stale."""
    found = [risk.id for risk in risks(holds)] if _state(holds) is State.HELD else []
    return (*(f"{hold.id} {hold.state}" for hold in holds), *found)


async def _stale(pages: Pages, request: Request, holds: Sequence[Hold], form: FormData) -> Response | None:
    """Answer a form that is not ours, or older than what happened since; None for a good one."""
    token = request.path_params["token"]
    match forms.fit(pages.form_key, token, state_seen(holds), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return await _page(pages, request, holds, Answer(), status=409, notice="changed")
    return None


def _read(holds: Sequence[Hold], asked: Sequence[Card], form: FormData) -> Answer:
    """Read the answer of a form, with everything that is still missing in the order of the page."""
    given = Answer(act=forms.single(form, "act"))
    for card in asked:
        value = forms.single(form, card.field)
        if value in card.choices:
            given.choices[card.risk.id] = value
        elif given.act != "cancel" and _state(holds) is State.HELD:
            given.missing.append((card.field, "choice"))
    allowed = (
        {"send", "cancel"} if _state(holds) is State.HELD else {"bring-back"} if _state(holds) in CLOSED else set()
    )
    if given.act not in allowed:
        given.missing.append(("act", "act"))
    elif given.act == "send" and not given.missing and _nobody_left(holds, given.choices):
        given.missing.append(("act", "nobody"))
    _check_number(holds, form, given)
    return given


def _read_report(holds: Sequence[Hold], form: FormData) -> Answer:
    """Which recipients were wrong, and what the sender says of it."""
    every = {r.address for hold in holds for r in hold.recipients}
    given = Answer(
        act="report",
        wrong=tuple(a for a in forms.several(form, "wrong") if a in every),
        words=forms.text(form, "words"),
    )
    if not given.wrong:
        given.missing.append(("wrong", "wrong"))
    _check_number(holds, form, given)
    return given


def _check_number(holds: Sequence[Hold], form: FormData, given: Answer) -> None:
    if not forms.answers_number(forms.single(form, "number"), holds[0].group_id):
        given.missing.append(("number", "number"))


def _nobody_left(holds: Sequence[Hold], choices: Mapping[str, str]) -> bool:
    """Whether leaving out everyone would make a send of nothing."""
    made = plan(holds, Decision("send", choices))
    return (
        isinstance(made, Plan)
        and {r.address for h in holds for r in h.recipients if r.state is Delivery.HELD} <= made.omit
    )


def _state(holds: Sequence[Hold]) -> State:
    """Of the send as a whole: a copy that still waits for an answer comes before those that were answered."""
    return State.HELD if any(hold.state is State.HELD for hold in holds) else holds[0].state


async def _page(
    pages: Pages, request: Request, holds: Sequence[Hold], given: Answer, *, status: int = 200, notice: str = ""
) -> Response:
    """Show the page for the state the message is in now."""
    token = request.path_params["token"]
    state, first = _state(holds), holds[0]
    language = pages.language(request, first.language)
    link, ticket = await pages.store.read(lambda shelves: _around(shelves, token, holds))
    context: dict[str, Any] = {
        "hold": first,
        "state": state,
        "given": given,
        "notice": notice,
        "missing": dict(given.missing),
        "number": first.group_id,
        "tail": first.group_id[-forms.TAIL :],
        "days_back": pages.bring_back.days,
        "form_token": forms.form_token(pages.form_key, token, state_seen(holds)),
        "action": pages.path(request, f"/q/{token}"),
        "report_action": pages.path(request, f"/q/{token}/report"),
        "person": link.person if link else "",
        "ticket": ticket,
        "superior": pages.superior_of(link.person if link else ""),
    }
    if state is State.HELD:
        deadline = min((h.deadline for h in holds if h.deadline and h.state is State.HELD), default=None)
        context |= {
            "cards": cards(holds, pages.organisation, language),
            "unquestioned": unquestioned(holds),
            "deadline": deadline,
        }
        return pages.show(request, "question.html", context, status=status, fallback=first.language)
    recipients = tuple(r for hold in holds for r in hold.recipients)
    left_out = frozenset((first.decision or {}).get("omit", ())) if state is State.RELEASED else frozenset()
    context |= {
        "recipients": recipients,
        "left_out": left_out,
        "progress": _progress([r.state for r in recipients if r.address not in left_out]),
        "until": first.decided_at + pages.bring_back if first.decided_at else None,
    }
    return pages.show(request, "answered.html", context, status=status, fallback=first.language)


def _around(shelves: Shelves, token: str, holds: Sequence[Hold]) -> tuple[Link | None, Ticket | None]:
    """Who looks, and the open ticket of this message."""
    found = (shelves.tickets.open_for(message_id=hold.message_id, hold_id=hold.id) for hold in holds)
    return shelves.links.follow(token, "question"), next((ticket for ticket in found if ticket), None)


def _progress(states: Sequence[Delivery]) -> str:
    """How far a released message is: "delivered", "failed", "partly" or "under-way"."""
    if any(state in {Delivery.HELD, Delivery.WAITING, Delivery.SENDING} for state in states):
        return "under-way"
    if all(state is Delivery.DELIVERED for state in states):
        return "delivered"
    return "partly" if any(state is Delivery.DELIVERED for state in states) else "failed"
