"""/r/TOKEN: the reporter's own view of a case, by the link of the thanks: exactly one next step; nothing that others wrote.

/mail/case/NUMBER leads whoever reported it there, once they are signed in.
"""

from datetime import timedelta
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from response import own_case
from response.own_case import OwnCase, Said
from store import ids
from store.links import Link
from store.shelves import Shelves
from web import forms
from web.pages import Pages, prefix
from web.session import signed_in
from web.sign_in import first_sign_in

LASTS = timedelta(days=30)
"""As long as the link of the thanks."""
LATER = "later"
"""What changes nothing stands last, so that a machine that takes every choice ends on it."""


async def show(pages: Pages, request: Request) -> Response:
    """Show what comes next; a GET changes nothing."""
    link, seen = await _open(pages, request)
    return _page(pages, request, seen) if link and seen else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Write down that the superior was told, or could not be reached."""
    link, seen = await _open(pages, request)
    if link is None or seen is None:
        return pages.not_found(request)
    form = await request.form(max_files=0, max_fields=20)
    match forms.fit(pages.form_key, request.path_params["token"], _state(seen), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return _page(pages, request, seen, status=409)
    given = forms.single(form, "said")
    said: Said | None = next((one for one in get_args(Said) if one == given), None)
    if said is None:
        return _page(pages, request, seen, status=200 if given == LATER else 422, missing=given != LATER)
    office = pages.desk.office
    await pages.store.commit(lambda shelves: own_case.say(shelves, office, link.object_id, link.person, said))
    return pages.again(request, f"/r/{request.path_params['token']}")


async def of_session(pages: Pages, request: Request) -> Response:
    """Lead somebody to their own view of a case that they reported; for everybody else it does not exist."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    number, office, person = ids.parse(request.path_params["number"]) or "", pages.desk.office, session.person
    if not number or not await pages.store.read(lambda s: own_case.reported(s, office, number, person)):
        return pages.not_found(request)
    await begin(pages, number, person)
    return pages.again_at(request, path_of(pages, request, number, person).removeprefix(prefix(request)))


async def begin(pages: Pages, ticket_id: str, person: str) -> None:
    """Somebody has reported, and proved who they are: their own view is there from now on."""
    await pages.store.commit(lambda s: s.links.make(ticket_id, person, "own", s.now + LASTS))


def path_of(pages: Pages, request: Request, ticket_id: str, person: str = "") -> str:
    """Where the own view of a case is: of a person who holds a link or is signed in; of anybody once they are."""
    if not person:
        return pages.path(request, f"/mail/case/{ids.shown(ticket_id)}")
    return pages.path(request, f"/r/{pages.store.seal.token(ticket_id, person, 'own')}")


async def _open(pages: Pages, request: Request) -> tuple[Link | None, OwnCase | None]:
    token, office = request.path_params["token"], pages.desk.office

    def unit(shelves: Shelves) -> tuple[Link | None, OwnCase | None]:
        link = shelves.links.follow(token, "own")
        return link, own_case.look(shelves, office, link.object_id, link.person) if link else None

    return await pages.store.read(unit)


def _state(seen: OwnCase) -> list[str]:
    return [seen.ticket.id, seen.tell.address if seen.tell else ""]


def _page(pages: Pages, request: Request, seen: OwnCase, *, status: int = 200, missing: bool = False) -> Response:
    token = request.path_params["token"]
    context = {
        "case": seen,
        "missing": missing,
        "whom": pages.organisation.person,
        "form_token": forms.form_token(pages.form_key, token, _state(seen)),
        "action": pages.path(request, f"/r/{token}"),
    }
    return pages.show(request, "own_case.html", context, status=status)
