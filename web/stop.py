"""/s/TOKEN: the page on which a colleague in To or Cc stops a held message. It can cancel, and nothing else; the sender brings back."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from notifier.addressees import shown_name
from notifier.hold_facts import for_colleagues
from rules.marks import marked
from store.holds import Hold
from web import forms
from web.pages import Pages
from web.view import state_of, state_seen

STOP, LEAVE = "stop", "leave"
"""What leaves everything as it is stands last, so that a machine that clicks through every choice ends on it."""


async def show(pages: Pages, request: Request) -> Response:
    """Show the message and its state; a GET changes nothing."""
    holds = await pages.flow.question(request.path_params["token"], "stop")
    return _page(pages, request, holds) if holds else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Stop it, when the form says so."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=20)
    holds = await pages.flow.question(token, "stop")
    if not holds:
        return pages.not_found(request)
    match forms.fit(pages.form_key, token, state_seen(holds, None), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return _page(pages, request, holds, status=409, notice="changed")
    match forms.single(form, "act"):
        case "stop":
            if await pages.flow.stop(token) is None:
                return pages.not_found(request)
            return pages.again(request, f"/s/{token}")
        case "leave":
            return _page(pages, request, holds, notice="nothing-done")
    return _page(pages, request, holds, status=422, missing=True)


def _page(
    pages: Pages,
    request: Request,
    holds: Sequence[Hold],
    *,
    status: int = 200,
    notice: str = "",
    missing: bool = False,
) -> Response:
    first, token = holds[0], request.path_params["token"]
    language = pages.language(request, pages.organisation.language)
    context = {
        "hold": first,
        "state": state_of(holds),
        "notice": notice,
        "missing": missing,
        "sender": shown_name(pages.organisation, first.reverse_path),
        "decided_by": next((shown_name(pages.organisation, h.decided_by) for h in holds if h.decided_by), ""),
        "reasons": [_reason(found, language) for hold in holds for found in for_colleagues(hold)],
        "form_token": forms.form_token(pages.form_key, token, state_seen(holds, None)),
        "action": pages.path(request, f"/s/{token}"),
        "report": pages.path(request, "/report"),
    }
    return pages.show(request, "stop.html", context, status=status)


def _reason(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    """One finding about a recipient in To or Cc: its words, and the two addresses letter by letter."""
    given, usual = found["about"]["recipient"], found.get("suggestion", "")
    words = str(found["words"].get(language) or next(iter(found["words"].values()), ""))
    return {"given": given, "words": words, "marks": marked(given, usual) if usual else None}
