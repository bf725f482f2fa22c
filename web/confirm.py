"""/q/TOKEN: the page on which a sender answers, sees what became of it, brings back, and reports what was noticed too late."""

from collections.abc import Mapping, Sequence

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gateway.decision import Decision, Plan, plan
from response.desk import Report
from store.holds import Delivery, Hold, State
from web import forms
from web.cards import STOP, Card, cards
from web.pages import Pages
from web.view import NOBODY, Answer, held, page, reached, state_of, state_seen

LEAVE = "leave"
"""The act that changes nothing. It stands last, so that a machine that clicks through every choice ends on it."""
BACK = frozenset({"bring-back", LEAVE})
ACTS = {State.HELD: frozenset({"cancel", "send", LEAVE}), State.CANCELLED: BACK, State.EXPIRED: BACK}


async def show(pages: Pages, request: Request) -> Response:
    """Show the state of the message; a GET changes nothing."""
    token = request.path_params["token"]
    holds = await pages.flow.question(token)
    return await page(pages, request, holds, Answer()) if holds else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Send, cancel, bring back: what the form says, when it says everything."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=3000)
    holds = await pages.flow.question(token)
    if not holds:
        return pages.not_found(request)
    refused = await _stale(pages, request, holds, form)
    if refused:
        return refused
    given = _read(holds, cards(held(holds), pages.organisation, "en"), form)
    if given.missing:
        return await page(pages, request, holds, given, status=422)
    decision = _decision(given)
    if decision is None:
        return await page(pages, request, holds, given, notice="nothing-done")
    outcome = await pages.flow.decide(token, decision)
    if outcome is None:
        return pages.not_found(request)
    if outcome.result == "missing":
        given.missing = [(f"choice-{risk}", "choice") for risk in outcome.missing]
        return await page(pages, request, holds, given, status=422)
    if outcome.result == "not-possible":
        return await page(
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
        return await page(pages, request, holds, given, status=422)
    concerned = next((h for h in holds if any(r.send_to in given.wrong for r in h.recipients)), holds[0])
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


async def _stale(pages: Pages, request: Request, holds: Sequence[Hold], form: FormData) -> Response | None:
    """Answer a form that is not ours, or older than what happened since; None for a good one."""
    token = request.path_params["token"]
    match forms.fit(pages.form_key, token, state_seen(holds), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return await page(pages, request, holds, Answer(), status=409, notice="changed")
    return None


def _read(holds: Sequence[Hold], asked: Sequence[Card], form: FormData) -> Answer:
    """Read the answer of a form, with everything that is still missing in the order of the page."""
    given = Answer(act=forms.single(form, "act"))
    for card in asked:
        value = forms.single(form, card.field)
        if value in card.offered:
            given.choices[card.risk.id] = value
        if value not in card.choices and given.act not in {"cancel", LEAVE}:
            given.missing.append((card.field, STOP if value == STOP else "choice"))
    if given.act not in ACTS.get(state_of(holds), frozenset()):
        given.missing.append(("act", "act"))
    elif given.act == "send" and not given.missing and _nobody_left(holds, given.choices):
        given.missing.append(("act", "nobody"))
    return given


def _decision(given: Answer) -> Decision | None:
    """What a complete form decides; None when it says to leave everything as it is."""
    match given.act:
        case "send":
            return Decision("send", given.choices)
        case "cancel":
            return Decision("cancel")
        case "bring-back":
            return Decision("bring-back")
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
