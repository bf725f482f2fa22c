"""/drills: every drill and its trend; /drills/NUMBER: the debrief sheet, to be printed, and the button that stops it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from response import debrief, drill, need_to_know, quiz
from response.debrief import FIGURES, Sheet
from store import ids
from store.drills import Drill
from store.sessions import Session
from store.shelves import Shelves
from web import forms
from web.language import words
from web.pages import Pages, elapsed
from web.session import bound_to, signed_in
from web.sign_in import first_sign_in
from web.sign_out import PATH as SIGN_OUT

PATH: Final = "/drills"
LISTED: Final = 20
TREND: Final = ("known-superior", "known-report", "known-contained", "known-delete-request", "known-draft")
"""Figures that are compared from one drill to the next."""


async def show(pages: Pages, request: Request) -> Response:
    """List the drills, the newest first, each beside the one before it."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    if not pages.may(session.person, "desk"):
        return pages.not_found(request)

    def unit(shelves: Shelves) -> tuple[tuple[Sheet, ...], bool]:
        office = pages.desk.office
        knows = need_to_know.of(shelves, office, session.person)
        sheets = tuple(debrief.of(shelves, office, one).of_known(knows) for one in shelves.drills.listing(LISTED))
        last = shelves.drills.last_ended()
        return sheets, last is None or pages.clock.now() - last > drill.OVERDUE

    sheets, overdue = await pages.store.read(unit)
    context = {
        "rows": [(sheet, pages.path(request, f"{PATH}/{ids.shown(sheet.drill.id)}")) for sheet in sheets],
        "trend": TREND,
        "overdue": overdue,
        **_shared(pages, request),
    }
    return pages.show(request, "drills.html", context)


async def sheet(pages: Pages, request: Request) -> Response:
    """Show what one drill showed."""
    session, found = await _opened(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    if found is None:
        return pages.not_found(request)
    year = found.started_at.year

    def unit(shelves: Shelves) -> tuple[Sheet, tuple[int, int]]:
        knows = need_to_know.of(shelves, pages.desk.office, session.person)
        return debrief.of(shelves, pages.desk.office, found).of_known(knows), quiz.total(shelves.quiz.of_year(year))

    made, taken = await pages.store.read(unit)
    ticket = {case.ticket.id: pages.path(request, f"/tickets/{ids.shown(case.ticket.id)}") for case in made.cases}
    context = {
        "sheet": made,
        "figures": FIGURES,
        "ticket": ticket,
        "quiz": taken,
        "year": year,
        "action": pages.path(request, f"{PATH}/{ids.shown(found.id)}"),
        "form_token": forms.form_token(pages.form_key, bound_to(session), [PATH, found.id, found.state]),
        "drills": pages.path(request, PATH),
        **_shared(pages, request),
    }
    return pages.show(request, "drill.html", context)


async def stop(pages: Pages, request: Request) -> Response:
    """End everything of it, now; one press."""
    session, found = await _opened(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    if found is None:
        return pages.not_found(request)
    form = await request.form(max_files=0, max_fields=100)
    state = [PATH, found.id, "running"]
    if forms.fit(pages.form_key, bound_to(session), state, forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    if found.state == "running":
        await drill.stop(pages.store, pages.desk.office, by=session.person)
    return pages.again(request, f"{PATH}/{ids.shown(found.id)}")


async def _opened(pages: Pages, request: Request) -> tuple[Session | None, Drill | None]:
    session, number = await signed_in(pages, request), ids.parse(request.path_params["number"])
    if session is None or number is None or not pages.may(session.person, "desk"):
        return session, None
    return session, await pages.store.read(lambda shelves: shelves.drills.get(number))


def _shared(pages: Pages, request: Request) -> Mapping[str, Any]:
    return {
        "span": _span(pages, request),
        "desk": pages.path(request, "/desk"),
        "sign_out": pages.path(request, SIGN_OUT),
    }


def _span(pages: Pages, request: Request) -> Callable[[float], str]:
    """Seconds in words; the reports to the ticket are seconds, all else is minutes and more."""
    language = pages.language(request)
    _ = words(language).gettext

    def said(seconds: float) -> str:
        if seconds < 60:  # noqa: PLR2004 - a minute
            return _("%(seconds)d s") % {"seconds": round(seconds)}
        return elapsed(timedelta(seconds=seconds), language)

    return said
