"""/report: the form for anyone inside who noticed that a mail went to the wrong one. It proves nothing, so it stops nothing by itself."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mail.address import is_inside
from response.desk import Report
from store import ids
from web import forms
from web.limit import client_of
from web.own_case import path_of
from web.pages import Pages

PATH = "/report"
FIELDS = ("address", "about", "words")


async def show(pages: Pages, request: Request) -> Response:
    """Show the form, or the number of the ticket after it was sent."""
    number = forms.read_receipt(pages.form_key, request.query_params.get("done", ""), pages.clock.now())
    return _page(
        pages, request, {"ticket": number or "", "own_case": path_of(pages, request, number) if number else ""}
    )


async def send(pages: Pages, request: Request) -> Response:
    """Open a ticket, or join the one there is; the desk matches it to the message."""
    form = await request.form(max_files=0, max_fields=20)
    given = {name: forms.text(form, name) for name in FIELDS}
    match forms.dated_fit(pages.form_key, PATH, forms.single(form, "form"), pages.clock.now()):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return _page(pages, request, {"stale": True, "given": given}, status=409)
    missing = _missing(given, frozenset(pages.organisation.domains))
    if missing:
        return _page(pages, request, {"missing": missing, "given": given}, status=422)
    if not pages.reports.takes(client_of(request), pages.clock.now()):
        return pages.refused(request, 429)
    number, message_id = ids.parse(given["about"]), _message_id(given["about"])
    ticket = await pages.desk.report(
        Report(
            channel="page",
            reporter=given["address"],
            words=given["words"],
            hold_id=number or "",
            message_id="" if number else message_id,
            search="" if number or message_id else given["about"],
            first_known_at=pages.clock.now(),
        )
    )
    return pages.again(request, PATH, done=forms.receipt(pages.form_key, ticket.id, pages.clock.now()))


def _missing(given: Mapping[str, str], domains: frozenset[str]) -> dict[str, str]:
    """Tell which fields must still be filled in."""
    local, at, _ = given["address"].rpartition("@")
    missing: dict[str, str] = {}
    if not (local and at and is_inside(given["address"], domains)) or any(c.isspace() for c in given["address"]):
        missing["address"] = "address"
    if not given["about"] and not given["words"]:
        missing["about"] = "about"
    return missing


def _message_id(text: str) -> str:
    """Recognise a Message-ID (RFC 5322 3.6.4): in angle brackets, or one word that cannot be a recipient's address."""
    plain = text.strip()
    return plain if plain.startswith("<") and plain.endswith(">") and "@" in plain else ""


def _page(pages: Pages, request: Request, context: Mapping[str, Any], *, status: int = 200) -> Response:
    empty = {"ticket": "", "own_case": "", "missing": {}, "stale": False, "given": dict.fromkeys(FIELDS, "")}
    token = forms.dated_token(pages.form_key, PATH, pages.clock.now())
    own = {"form_token": token, "action": pages.path(request, PATH)}
    return pages.show(request, "report.html", {**empty, **own, **context}, status=status)
