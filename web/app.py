"""The applications: pages for senders, pages for staff, or both on one address. Every path is written out here, once."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from store.errors import StoreError
from web import confirm, report, ticket
from web.guard import Guard, origin
from web.pages import HERE, Pages, prefix_of

Page = Callable[[Pages, Request], Awaitable[Response]]
STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
KEEP = "public, max-age=31536000, immutable"
"""The address of the style sheet carries its digest."""


def sender_app(pages: Pages) -> ASGIApp:
    """Serve what a sender opens: the question, and the report form for everyone inside."""
    return _application(pages, _sender_routes(pages), pages.options.base_url)


def staff_app(pages: Pages) -> ASGIApp:
    """Serve what the desk opens, on its own address."""
    return _application(pages, _staff_routes(pages), pages.options.staff.base_url or pages.options.base_url)


def whole_app(pages: Pages) -> ASGIApp:
    """Both on one address."""
    return _application(pages, [*_sender_routes(pages), *_staff_routes(pages)], pages.options.base_url)


def _sender_routes(pages: Pages) -> list[Route]:
    return [
        _route(pages, "/q/{token}", confirm.show, "GET"),
        _route(pages, "/q/{token}", confirm.answer, "POST"),
        _route(pages, "/q/{token}/report", confirm.report, "POST"),
        # What is missing is shown at the address of the form: a reload or the other language asks for it with GET.
        _route(pages, "/q/{token}/report", confirm.show, "GET"),
        _route(pages, report.PATH, report.show, "GET"),
        _route(pages, report.PATH, report.send, "POST"),
    ]


def _staff_routes(pages: Pages) -> list[Route]:
    return [
        _route(pages, "/t/{token}", ticket.show, "GET"),
        _route(pages, "/t/{token}", ticket.act, "POST"),
        _route(pages, "/desk/{token}", ticket.listing, "GET"),
        _route(pages, "/desk/{token}/{number}", ticket.show, "GET"),
        _route(pages, "/desk/{token}/{number}", ticket.act, "POST"),
    ]


def _route(pages: Pages, path: str, page: Page, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        return await page(pages, request)

    return Route(path, endpoint, methods=[method])


def _application(pages: Pages, routes: Sequence[Route], base_url: str) -> ASGIApp:
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

    def page_of(status: int) -> ASGIApp:
        async def refusal(scope: Scope, receive: Receive, send: Send) -> None:
            scope["app"] = app
            await pages.refused(Request(scope, receive), status)(scope, receive, send)

        return refusal

    return Guard(app, frozenset({origin(base_url)}), page_of)


async def _static(request: Request) -> Response:
    """One of two files; the name never reaches the file system."""
    kind = STATIC.get(request.path_params["name"])
    if kind is None:
        raise HTTPException(404)
    return FileResponse(HERE / "static" / request.path_params["name"], media_type=kind, headers={"Cache-Control": KEEP})
