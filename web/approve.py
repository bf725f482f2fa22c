"""/a/TOKEN: the page of somebody who is asked to approve another person's message: what was found, who asks and why, yes or back.

A machine that opens the link releases nothing: yes needs an answer to each thing that is asked, under a name that depends on the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gateway import approval_request
from gateway.decision import risks, unquestioned
from gateway.exposed import wants_sign_in
from mail.address import key
from store.holds import Delivery, State
from web import forms
from web.cards import Card, cards
from web.kept import choices_of, with_choices
from web.pages import Pages
from web.session import signed_in
from web.sign_in import sign_in_first
from web.view import held, state_of, state_seen

ACTS = frozenset({"send-back", "approve"})
YES = "yes"
_MAY_GET_IT = frozenset({Delivery.HELD, Delivery.STOPPED})
Mode = Literal["ask", "waits", "left", "over"]
"""ask: it is this person's to answer · waits: they have, others have not · left: they are no approver any more · over."""


@dataclass(slots=True)
class Given:
    """What was filled in, and what is missing: (id of the field, word of a closed list)."""

    act: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    missing: list[tuple[str, str]] = field(default_factory=list)


async def show(pages: Pages, request: Request) -> Response:
    """Show what is asked, or what became of it; a GET changes nothing."""
    token = request.path_params["token"]
    asked = await pages.flow.request(token)
    kept = choices_of(request.query_params.get("kept", ""), pages.form_key, token)
    given = Given(comment=kept.pop("comment", ""), choices=kept)
    return _page(pages, request, asked, given) if asked else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Approve or send back: what the form says, when it says everything."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=3000)
    asked = await pages.flow.request(token)
    if asked is None:
        return pages.not_found(request)
    match forms.fit(pages.form_key, token, _state(asked), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return _page(pages, request, asked, Given(), status=409, notice="changed")
    if mode(pages, asked) != "ask":
        return _page(pages, request, asked, Given(), status=409)
    given = _read(_asked(asked, cards(held(asked.holds), pages.organisation, "en", singly=True)), form)
    if given.missing:
        return _page(pages, request, asked, given, status=422)
    if given.act == "approve" and wants_sign_in(asked.holds, pages.flow.options.hold):
        session = await signed_in(pages, request)
        if session is None or key(session.person) != key(asked.person):
            kept = given.choices | ({"comment": given.comment} if given.comment else {})
            back = with_choices(f"/a/{token}", pages.form_key, token, kept)
            return await sign_in_first(pages, request, asked.person, back)
    outcome = await pages.flow.say(token, approve=given.act == "approve", comment=given.comment)
    if outcome is None:
        return pages.not_found(request)
    return pages.again(request, f"/a/{token}")


def mode(pages: Pages, asked: approval_request.Request) -> Mode:
    """Tell what the page is for this person now."""
    if not asked.is_open:
        return "over"
    approvers = pages.flow.options.approvers
    mine = approvers.identity(asked.person)
    if any(p.said for p in asked.round.people if approvers.identity(p.address) == mine):
        return "waits"
    return "ask" if asked.may_answer else "left"


def _state(asked: approval_request.Request) -> tuple[str, ...]:
    """Tell what a form was made for: an answer of somebody else does not make it stale as long as theirs is wanted."""
    return (*state_seen(asked.holds, asked.round), asked.person)


def _asked(asked: approval_request.Request, every: Sequence[Card]) -> list[Card]:
    """Choose what the approver is asked: of everything that was found, what its sender asks about."""
    return [card for card in every if asked.round.choices.get(card.risk.id) == "ask"]


def _read(asked: Sequence[Card], form: FormData) -> Given:
    """Read the answer of a form, with everything that is still missing in the order of the page."""
    given = Given(act=forms.single(form, "act"), comment=forms.text(form, "comment"))
    for card in asked:
        value = forms.single(form, card.field)
        if value in {YES, "no"}:
            given.choices[card.risk.id] = value
        if value != YES and given.act != "send-back":
            given.missing.append((card.field, "no" if value == "no" else "choice"))
    if given.act == "send-back" and not given.comment:
        given.missing.append(("comment", "comment"))
    if given.act not in ACTS:
        given.missing.append(("act", "act"))
    return given


def _goes_to(asked: approval_request.Request) -> tuple[str, ...]:
    """Who would get it by the answers of its sender, whatever is asked about."""
    waiting, choices = held(asked.holds), asked.round.choices
    chosen = {risk.finding["about"].get("recipient"): (risk, choices.get(risk.id)) for risk in risks(waiting)}
    every = dict.fromkeys(r.address for hold in waiting for r in hold.recipients if r.state in _MAY_GET_IT)
    sent_to = {address: address for address in every}
    for address, (risk, choice) in chosen.items():
        if choice == "correct" and address in sent_to:
            sent_to[address] = risk.finding["suggestion"]
        elif choice == "omit":
            sent_to.pop(address, None)
    return tuple(dict.fromkeys(sent_to.values()))


def _outcome(asked: approval_request.Request) -> str:
    """Tell how it ended for those who were asked: a word of a closed list."""
    state = state_of(asked.holds)
    if asked.round.state in {"sent-back", "taken-back", "changed"} and state is State.HELD:
        return asked.round.state
    decided = {State.RELEASED: "released", State.EXPIRED: "expired", State.CANCELLED: "cancelled"}
    return decided.get(state, "expired" if asked.round.state == "expired" else "over")


def _page(
    pages: Pages,
    request: Request,
    asked: approval_request.Request,
    given: Given,
    *,
    status: int = 200,
    notice: str = "",
) -> Response:
    token, first = request.path_params["token"], asked.holds[0]
    person = pages.organisation.person(asked.person)
    language = (person.language if person else None) or first.language
    waiting, shown_in = held(asked.holds), pages.language(request, language)
    context = {
        "hold": first,
        "mode": mode(pages, asked),
        "outcome": _outcome(asked),
        "round": asked.round,
        "left": asked.standing.left,
        "cards": cards(waiting, pages.organisation, shown_in, singly=True) if waiting else (),
        "unquestioned": unquestioned(waiting) if waiting else (),
        "goes_to": _goes_to(asked) if waiting else (),
        "deadline": min((h.deadline for h in waiting if h.deadline), default=None),
        "given": given,
        "missing": dict(given.missing),
        "notice": notice,
        "number": first.group_id,
        "form_token": forms.form_token(pages.form_key, token, _state(asked)),
        "action": pages.path(request, f"/a/{token}"),
    }
    return pages.show(request, "approve.html", context, status=status, fallback=language)
