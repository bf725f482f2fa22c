"""/q/TOKEN: the page on which a sender answers, sees what became of it, brings back, and reports what was noticed too late."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gateway.again import Similar
from gateway.decision import Decision, Others, Outcome, Plan, plan
from gateway.friction import look_of
from mail.address import key
from response.desk import Report
from store.approvals import Requirement
from store.holds import Delivery, Hold, State
from web import forms, own_case
from web.cards import STOP, Card, cards
from web.kept import choices_of, with_choices
from web.pages import Pages
from web.session import signed_in
from web.sign_in import sign_in_first
from web.view import NOBODY, Answer, eligible, held, last_round, page, reached, state_of, state_seen, waits_for

LEAVE = "leave"
"""The act that changes nothing. It stands last, so that a machine that clicks through every choice ends on it."""
WAITING = frozenset({"cancel", "take-back", LEAVE})
BACK = frozenset({"bring-back", LEAVE})
ACTS = {State.HELD: frozenset({"cancel", "send", LEAVE}), State.CANCELLED: BACK, State.EXPIRED: BACK}


async def show(pages: Pages, request: Request) -> Response:
    """Show the state of the message; a GET changes nothing."""
    token = request.path_params["token"]
    holds = await pages.flow.question(token)
    kept = choices_of(request.query_params.get("kept", ""), pages.form_key, token)
    given = Answer(
        choices=kept,
        kept=bool(kept),
        similar=kept.pop("similar", ""),
        words=kept.pop("why", ""),
        approvers=tuple(kept.pop("approvers", "").split()),
    )
    return await page(pages, request, holds, given) if holds else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Send, cancel, bring back: what the form says, when it says everything."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=3000)
    holds = await pages.flow.question(token)
    if not holds:
        return pages.not_found(request)
    similar = await pages.flow.similar(token)
    refused = await _stale(pages, request, holds, form, similar)
    if refused:
        return refused
    asked: tuple[Card, ...] = ()
    if waits_for(holds, await last_round(pages, holds)):
        given = _read_waiting(form)
    else:
        link = await pages.store.read(lambda shelves: shelves.links.follow(token, "question"))
        people = await pages.flow.people_for(holds, link.person) if link else ()
        asked = cards(held(holds), pages.organisation, "en")
        given = _read(holds, asked, people, similar, form)
    given.shown_at = forms.shown_at(pages.form_key, token, forms.single(form, "form"))
    if given.missing:
        return await page(pages, request, holds, given, status=422)
    decision = _decision(given, asked, similar)
    if decision is None:
        return await page(pages, request, holds, given, notice="nothing-done")
    person = await pages.store.read(lambda shelves: shelves.links.follow(token, "question"))
    session = await signed_in(pages, request)
    proved = session is not None and person is not None and key(session.person) == key(person.person)
    open_for = (pages.clock.now() - given.shown_at).total_seconds() if given.shown_at else None
    looked_at = forms.text(form, "look")
    decision = replace(decision, signed_in=proved, open_for=open_for, looked_at=looked_at)
    outcome = await pages.flow.decide(token, decision)
    if outcome is None or person is None:
        return pages.not_found(request)
    other = await _not_taken(pages, request, holds, given, decision, outcome, person.person)
    return other or pages.again(request, f"/q/{token}")


async def _not_taken(
    pages: Pages,
    request: Request,
    holds: Sequence[Hold],
    given: Answer,
    decision: Decision,
    outcome: Outcome,
    person: str,
) -> Response | None:
    """Show what is to be done first, where the answer did not count; None where it did, or somebody had answered before."""
    token = request.path_params["token"]
    if outcome.result == "sign-in":
        others = {"similar": given.similar, "why": given.words, "approvers": " ".join(given.approvers)}
        kept = given.choices | {name: value for name, value in others.items() if value}
        back = with_choices(f"/q/{token}", pages.form_key, token, kept)
        return await sign_in_first(pages, request, person, back)
    if outcome.result == "look":
        given.look = look_of(held(holds), decision, frozenset(pages.organisation.domains))
        given.missing = [("look", "look")]
        looked = "look-again" if decision.looked_at else "look"
        return await page(pages, request, holds, given, status=422, notice=looked)
    if outcome.result == "missing":
        given.missing = [(m, m) if m in {"why", "approvers"} else (f"choice-{m}", "choice") for m in outcome.missing]
        return await page(pages, request, holds, given, status=422)
    if outcome.result in {"not-possible", "changed"}:
        now = await pages.flow.question(token) or holds
        shown = given if outcome.result == "not-possible" else Answer()
        return await page(pages, request, now, shown, status=409, notice=outcome.result)
    return None


async def report(pages: Pages, request: Request) -> Response:
    """Open a ticket: it went to the wrong one after all; certain because the link proves who says it."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=3000)
    holds = await pages.flow.question(token)
    link = await pages.store.read(lambda shelves: shelves.links.follow(token, "question"))
    if not holds or link is None:
        return pages.not_found(request)
    refused = await _stale(pages, request, holds, form, await pages.flow.similar(token))
    if refused:
        return refused
    given = _read_report(holds, form)
    if given.missing:
        return await page(pages, request, holds, given, status=422)
    concerned = next((h for h in holds if any(r.send_to in given.wrong for r in h.recipients)), holds[0])
    ticket = await pages.desk.report(
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
    await own_case.begin(pages, ticket.id, link.person)
    return pages.again(request, f"/q/{token}")


async def _stale(
    pages: Pages, request: Request, holds: Sequence[Hold], form: FormData, similar: Sequence[Similar]
) -> Response | None:
    """Answer a form that is not ours, or older than what happened since; None for a good one."""
    token = request.path_params["token"]
    of = await last_round(pages, holds)
    match forms.fit(pages.form_key, token, state_seen(holds, of, similar), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return await page(pages, request, holds, Answer(), status=409, notice="changed")
    return None


def _read_waiting(form: FormData) -> Answer:
    """Read what a sender does with a message that waits for somebody else's yes."""
    given = Answer(act=forms.single(form, "act"))
    if given.act not in WAITING:
        given.missing.append(("act", "act"))
    return given


def _read(
    holds: Sequence[Hold],
    asked: Sequence[Card],
    people: Sequence[Requirement],
    similar: Sequence[Similar],
    form: FormData,
) -> Answer:
    """Read the answer of a form, with everything that is still missing in the order of the page."""
    given = Answer(act=forms.single(form, "act"), words=forms.text(form, "why"), similar=_of_others(form))
    given.approvers = tuple(a for name, a in eligible(people).items() if forms.single(form, name) == "yes")
    for card in asked:
        value = forms.single(form, card.field)
        if value in card.offered:
            given.choices[card.key] = value
        for member in card.members:
            if (own := forms.single(form, member.field)) in card.choices:
                given.choices[member.risk.id] = own
        answered = _answers(given, card).values()
        if not all(choice in card.choices for choice in answered) and given.act not in {"cancel", LEAVE}:
            given.missing.append((card.field, STOP if value == STOP else "choice"))
    if given.act == "send" and "ask" in _choices(given, asked).values():
        given.missing += _lacking(given, people)
    may = {"cancel", LEAVE, "same"} if all(other.same for other in similar) else {"cancel", LEAVE}
    if similar and given.act != LEAVE and given.similar not in may:
        given.missing.append(("similar", "choice"))
    if given.act not in ACTS.get(state_of(holds), frozenset()):
        given.missing.append(("act", "act"))
    elif given.act == "send" and not given.missing and _nobody_left(holds, _choices(given, asked)):
        given.missing.append(("act", "nobody"))
    return given


def _of_others(form: FormData) -> str:
    """Tell what becomes of the similar messages: who only cancels this one leaves them as they are."""
    only_cancels = forms.single(form, "act") == "cancel" and not forms.several(form, "similar")
    return LEAVE if only_cancels else forms.single(form, "similar")


def _lacking(given: Answer, people: Sequence[Requirement]) -> list[tuple[str, str]]:
    """Tell what must still be said to ask somebody else."""
    enough = all(len(set(one.people) & set(given.approvers)) >= one.needed for one in people if one.chooses)
    return [(name, name) for name, there in (("approvers", enough), ("why", given.words)) if not there]


def _answers(given: Answer, card: Card) -> Mapping[str, str]:
    """Risk id → what is chosen for it: of one of several recipients its own answer before the one for all."""
    of_all = given.choices.get(card.key, "")
    ids = [member.risk.id for member in card.members] or [card.risk.id]
    return {risk: given.choices.get(risk, of_all) for risk in ids}


def _choices(given: Answer, asked: Sequence[Card]) -> Mapping[str, str]:
    return {risk: choice for card in asked for risk, choice in _answers(given, card).items()}


def _decision(given: Answer, asked: Sequence[Card], similar: Sequence[Similar]) -> Decision | None:
    """What a complete form decides; None when it says to leave everything as it is."""
    others: Others = next((word for word in get_args(Others) if word == given.similar), "leave")
    shown = tuple(other.group_id for other in similar)
    match given.act:
        case "send":
            choices = _choices(given, asked)
            return Decision("send", choices, given.words, given.approvers, others=others, similar=shown)
        case "cancel":
            return Decision("cancel", others=others, similar=shown)
        case "bring-back":
            return Decision("bring-back")
        case "take-back":
            return Decision("take-back")
    return None


def _read_report(holds: Sequence[Hold], form: FormData) -> Answer:
    """Which recipients were wrong, and what the sender says of it."""
    wrong = tuple(address for name, address in reached(holds).items() if forms.single(form, name) == "yes")
    given = Answer(act="report", wrong=wrong, words=forms.text(form, "words"))
    if forms.several(form, NOBODY):
        given.missing.append(("wrong", "nobody"))
    elif not wrong:
        given.missing.append(("wrong", "wrong"))
    return given


def _nobody_left(holds: Sequence[Hold], choices: Mapping[str, str]) -> bool:
    """Whether leaving out everyone would make a send of nothing."""
    made = plan(held(holds), Decision("send", choices))
    # Nobody waiting at all is no answer of this form: somebody else decided while we read, and `decide` says so.
    waiting = {r.address for h in holds for r in h.recipients if r.state is Delivery.HELD}
    return bool(waiting) and isinstance(made, Plan) and waiting <= made.omit
