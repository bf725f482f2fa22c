"""/contacts: the contact tree with every number, to print and hang up; and whether the last test reached everybody."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from response import reach
from response.contact_tree import everyone
from response.organisation_check import missing
from response.reach_calendar import due_at
from store.sessions import Session
from store.shelves import Shelves
from web import forms
from web.pages import Pages
from web.session import bound_to, signed_in
from web.sign_in import first_sign_in

PATH: Final = "/contacts"
MAY_TEST = frozenset({"leader", "deputy", "privacy officer", "admin"})


async def show(pages: Pages, request: Request) -> Response:
    """Show the tree to somebody of the desk who signed in."""
    session = await _session(pages, request)
    return session if isinstance(session, Response) else await _page(pages, request, session)


async def begin(pages: Pages, request: Request) -> Response:
    """Begin a test now."""
    session = await _session(pages, request)
    if isinstance(session, Response):
        return session
    form = await request.form(max_files=0, max_fields=20)
    fits = forms.fit(pages.form_key, bound_to(session), [PATH], forms.single(form, "form")) is forms.Fit.FITS
    if not fits or forms.single(form, "act") != "reach-test" or not _may_test(pages, session):
        return pages.refused(request, 403)
    office = pages.desk.office
    begun = await pages.store.commit(lambda shelves: reach.begin(shelves, office, session.person))
    return pages.again(request, PATH) if begun else await _page(pages, request, session, status=409)


async def _session(pages: Pages, request: Request) -> Session | Response:
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    return session if pages.may(session.person, "desk") else pages.not_found(request)


def _may_test(pages: Pages, session: Session) -> bool:
    person = pages.organisation.person(session.person)
    return bool(person and MAY_TEST & set(person.roles))


async def _page(pages: Pages, request: Request, session: Session, *, status: int = 200) -> Response:
    office = pages.desk.office

    def unit(shelves: Shelves) -> Mapping[str, Any]:
        since = reach.began(shelves)
        return {
            "last": reach.last(shelves, office),
            "due": due_at(office, since) if since and office.options.reach_test != "never" else None,
        }

    context = {
        **await pages.store.read(unit),
        "people": everyone(pages.organisation),
        "lacks": missing(pages.organisation.model_copy(update={"language": pages.language(request)})),
        "whom": pages.organisation.person,
        "minutes": office.options.acknowledge_after // 60,
        "may_test": _may_test(pages, session),
        "running": status == 409,  # noqa: PLR2004 - the status it is answered with
        "desk": pages.path(request, "/desk"),
        "form_token": forms.form_token(pages.form_key, bound_to(session), [PATH]),
        "action": pages.path(request, PATH),
    }
    return pages.show(request, "contacts.html", context, status=status)
