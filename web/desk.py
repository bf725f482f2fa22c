"""/desk/TOKEN, /desk: the list of tickets, what is due next first."""

from starlette.requests import Request
from starlette.responses import Response

from response import need_to_know
from store import ids
from store.tickets import ENDED
from web.clocks import PATH as CLOCKS
from web.contacts import PATH as CONTACTS
from web.desk_new import PATH as ENTER
from web.drills import PATH as DRILLS
from web.measures import PATH as MEASURES
from web.pages import Pages
from web.session import signed_in
from web.sign_in import first_sign_in
from web.sign_out import PATH as SIGN_OUT
from web.statistics import PATH as STATISTICS
from web.ticket import next_step


async def listing(pages: Pages, request: Request) -> Response:
    """List the tickets by what is due next, each with its link under the same token."""
    token = request.path_params["token"]
    link = await pages.store.read(lambda shelves: shelves.links.follow(token, "desk"))
    if link is None or not pages.may(link.person, "desk"):
        return pages.not_found(request)
    return await _listing(pages, request, f"/desk/{token}", link.person)


async def listing_of_staff(pages: Pages, request: Request) -> Response:
    """List the same for somebody of the staff who signed in."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    return (
        await _listing(pages, request, "/tickets", session.person, pages.path(request, SIGN_OUT))
        if pages.may(session.person, "desk")
        else pages.not_found(request)
    )


async def _listing(pages: Pages, request: Request, below: str, person: str, sign_out: str = "") -> Response:
    """Of what somebody need not know there are number and state: no next step, no link."""
    tickets, office = await pages.desk.tickets(), pages.desk.office
    knows = await pages.store.read(lambda shelves: need_to_know.of(shelves, office, person))
    rows = [
        (t, next_step(t), pages.path(request, f"{below}/{ids.shown(t.id)}")) if t.id in knows else (t, None, "")
        for t in tickets
    ]
    open_, ended = ([r for r in rows if (r[0].state in ENDED) is over] for over in (False, True))
    admin = pages.path(request, "/admin") if sign_out and await _is_admin(pages, request) else ""
    linked = (
        ("clocks", CLOCKS),
        ("contacts", CONTACTS),
        ("statistics", STATISTICS),
        ("measures", MEASURES),
        ("enter", ENTER),
        ("drills", DRILLS),
    )
    places = {name: pages.path(request, path) for name, path in linked} if sign_out else {}
    context = {"open": open_, "ended": ended, "sign_out": sign_out, "admin": admin, "places": places}
    return pages.show(request, "desk.html", context)


async def _is_admin(pages: Pages, request: Request) -> bool:
    session = await signed_in(pages, request)
    return session is not None and pages.may(session.person, "admin")
