"""/sign-out: end this session, or every one of that person."""

from starlette.requests import Request
from starlette.responses import Response

from store.later import Unit
from store.sessions import Session
from store.shelves import Shelves
from web import forms
from web.pages import Pages
from web.session import SESSION, bound_to, set_cookie, signed_in
from web.sign_in import PATH as SIGN_IN

PATH = "/sign-out"


async def show(pages: Pages, request: Request) -> Response:
    """Show who is signed in with the two buttons; or that nobody is."""
    session = await signed_in(pages, request)
    if session is None:
        return pages.show(request, "signed_out.html", {"again": pages.path(request, SIGN_IN)})
    own = {"session": session, "form_token": forms.form_token(pages.form_key, bound_to(session), [PATH])}
    return pages.show(request, "sign_out.html", own | {"action": pages.path(request, PATH)})


async def end(pages: Pages, request: Request) -> Response:
    """Sign out; who is not signed in any more is told so."""
    session = await signed_in(pages, request)
    form = await request.form(max_files=0, max_fields=10)
    if session is None:
        return pages.again(request, PATH)
    if forms.fit(pages.form_key, bound_to(session), [PATH], forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    await pages.store.commit(_ending(session, everywhere=forms.single(form, "where") == "everywhere"))
    response = pages.again(request, PATH)
    set_cookie(response, request, SESSION, "", 0)
    return response


def _ending(session: Session, *, everywhere: bool) -> Unit[None]:
    def unit(shelves: Shelves) -> None:
        count = shelves.sessions.end_all(session.person) if everywhere else int(shelves.sessions.end(session.id))
        shelves.audit.add(session.person, "sign-out", session.place, {"sessions": count})

    return unit
