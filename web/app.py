"""The applications: pages for senders, pages for staff, or both on one address. Every path is written out here, once."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from store.errors import StoreError
from store.sessions import Place
from web import (
    admin,
    admin_exempt,
    admin_held,
    admin_journal,
    api,
    approve,
    clocks,
    confirm,
    contacts,
    desk,
    desk_new,
    drills,
    measures,
    my_mail,
    oidc,
    own_case,
    quiz,
    reach,
    report,
    sign_in,
    sign_out,
    statistics,
    stop,
    unintended,
    went_wrong,
)
from web.guard import Guard, origin
from web.pages import HERE, Pages, prefix_of
from web.ticket_sections import TICKET

Page = Callable[[Pages, Request], Awaitable[Response]]
STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
KEEP = "public, max-age=31536000, immutable"
"""The address of the style sheet carries its digest."""


def sender_app(pages: Pages) -> ASGIApp:
    """Serve what a sender opens: the question, and the report form for everyone inside."""
    return _application(pages, [*_sender_routes(pages), *_sign_in_routes(pages)], pages.options.base_url, "web")


def staff_app(pages: Pages) -> ASGIApp:
    """Serve what the desk opens, on its own address."""
    base_url = pages.options.staff.base_url or pages.options.base_url
    return _application(pages, [*_staff_routes(pages), *_sign_in_routes(pages)], base_url, "staff")


def whole_app(pages: Pages) -> ASGIApp:
    """Both on one address."""
    routes = [*_sender_routes(pages), *_staff_routes(pages), *_sign_in_routes(pages)]
    return _application(pages, routes, pages.options.base_url, "web")


def _sender_routes(pages: Pages) -> list[Route]:
    return [
        _route(pages, "/q/{token}", confirm.show, "GET"),
        _route(pages, "/q/{token}", confirm.answer, "POST"),
        _route(pages, "/q/{token}/report", confirm.report, "POST"),
        # What is missing is shown at the address of the form: a reload or the other language asks for it with GET.
        _route(pages, "/q/{token}/report", confirm.show, "GET"),
        _route(pages, "/s/{token}", stop.show, "GET"),
        _route(pages, "/s/{token}", stop.answer, "POST"),
        _route(pages, "/a/{token}", approve.show, "GET"),
        _route(pages, "/a/{token}", approve.answer, "POST"),
        _route(pages, "/w/{token}", went_wrong.show_linked, "GET"),
        _route(pages, "/w/{token}", went_wrong.send_linked, "POST"),
        _route(pages, "/r/{token}", own_case.show, "GET"),
        _route(pages, "/r/{token}", own_case.answer, "POST"),
        _route(pages, "/u/{token}", unintended.show, "GET"),
        _route(pages, "/u/{token}", unintended.answer, "POST"),
        _route(pages, report.PATH, report.show, "GET"),
        _route(pages, report.PATH, report.send, "POST"),
        _route(pages, my_mail.PATH, my_mail.show, "GET"),
        _route(pages, f"{my_mail.PATH}/case/{{number}}", own_case.of_session, "GET"),
        _route(pages, f"{my_mail.PATH}/{{number}}", my_mail.question, "GET"),
        _route(pages, f"{my_mail.PATH}/wrong/{{line}}", went_wrong.show, "GET"),
        _route(pages, f"{my_mail.PATH}/wrong/{{line}}", went_wrong.send, "POST"),
        _route(pages, quiz.PATH, quiz.show, "GET"),
        _route(pages, quiz.PATH, quiz.answer, "POST"),
    ]


def _sign_in_routes(pages: Pages) -> list[Route]:
    """On both addresses, each with sessions of its own."""
    return [
        _route(pages, sign_in.PATH, sign_in.show, "GET"),
        _route(pages, sign_in.PATH, sign_in.ask, "POST"),
        _route(pages, f"{sign_in.PATH}/sent", sign_in.sent, "GET"),
        _route(pages, f"{sign_in.PATH}/oidc", oidc.start, "POST"),
        _route(pages, oidc.BACK, oidc.back, "GET"),
        _route(pages, f"{sign_in.PATH}/{{token}}", sign_in.link, "GET"),
        _route(pages, f"{sign_in.PATH}/{{token}}", sign_in.enter, "POST"),
        _route(pages, sign_out.PATH, sign_out.show, "GET"),
        _route(pages, sign_out.PATH, sign_out.end, "POST"),
    ]


def _staff_routes(pages: Pages) -> list[Route]:
    return [
        *_ticket_routes(pages),
        _route(pages, "/c/{token}", reach.show, "GET"),
        _route(pages, "/c/{token}", reach.answer, "POST"),
        _route(pages, contacts.PATH, contacts.show, "GET"),
        _route(pages, contacts.PATH, contacts.begin, "POST"),
        _route(pages, "/desk", desk.listing_of_staff, "GET"),
        # Before the link of the desk: "new" is no token.
        _route(pages, desk_new.PATH, desk_new.show, "GET"),
        _route(pages, desk_new.PATH, desk_new.send, "POST"),
        _route(pages, api.PATH, api.send, "POST"),
        _route(pages, "/desk/{token}", desk.listing, "GET"),
        _route(pages, clocks.PATH, clocks.show, "GET"),
        _route(pages, statistics.PATH, statistics.show, "GET"),
        _route(pages, measures.PATH, measures.show, "GET"),
        _route(pages, drills.PATH, drills.show, "GET"),
        _route(pages, f"{drills.PATH}/{{number}}", drills.sheet, "GET"),
        _route(pages, f"{drills.PATH}/{{number}}", drills.stop, "POST"),
        _route(pages, admin.PATH, admin.show, "GET"),
        _route(pages, admin.HELD, admin_held.show, "GET"),
        _route(pages, f"{admin.HELD}/{{number}}", admin_held.one, "GET"),
        _route(pages, f"{admin.HELD}/{{number}}", admin_held.act, "POST"),
        _route(pages, admin.JOURNAL, admin_journal.show, "GET"),
        _route(pages, admin.EXEMPT, admin_exempt.show, "GET"),
        _route(pages, admin.EXEMPT, admin_exempt.revoke, "POST"),
        _route(pages, admin.SETTINGS, admin_exempt.settings, "GET"),
    ]


def _ticket_routes(pages: Pages) -> list[Route]:
    """A ticket by three doors: its own link, the link of the desk, and for who signed in; each with its sections."""
    doors = [
        path
        for door in ("/t/{token}", "/desk/{token}/{number}", "/tickets/{number}")
        for path in (door, f"{door}/{{section}}")
    ]
    ways = (("GET", TICKET.show), ("POST", TICKET.act))
    return [_route(pages, path, page, method) for path in doors for method, page in ways]


def _route(pages: Pages, path: str, page: Page, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        return await page(pages, request)

    return Route(path, endpoint, methods=[method])


def _application(pages: Pages, routes: Sequence[Route], base_url: str, place: Place) -> ASGIApp:
    """Routes, static files, and the guard around them all."""

    async def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code in {404, 405}:
            return pages.not_found(request)
        status = (
            error.status_code if isinstance(error, HTTPException) else 503 if isinstance(error, StoreError) else 500
        )
        return pages.refused(request, status)

    app = Starlette(
        routes=[*routes, Route("/static/{name}", _static)],
        exception_handlers={HTTPException: refused, StoreError: refused, 500: refused},
    )
    app.router.redirect_slashes = False
    app.state.prefix = prefix_of(base_url)
    app.state.place = place
    app.state.secure = base_url.lower().startswith("https:")

    def page_of(status: int) -> ASGIApp:
        async def refusal(scope: Scope, receive: Receive, send: Send) -> None:
            scope["app"] = app
            await pages.refused(Request(scope, receive), status)(scope, receive, send)

        return refusal

    outside = {origin(pages.options.outside_url)} if pages.options.outside_url and place == "web" else set()
    return Guard(app, frozenset({origin(base_url), *outside}), page_of)


async def _static(request: Request) -> Response:
    """One of two files; the name never reaches the file system."""
    kind = STATIC.get(request.path_params["name"])
    if kind is None:
        raise HTTPException(404)
    return FileResponse(HERE / "static" / request.path_params["name"], media_type=kind, headers={"Cache-Control": KEEP})
