"""/clocks: every legal deadline that runs, over all tickets, the nearest first; hard dates apart from advice. Numbers of tickets, nothing of the mail."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from response import need_to_know
from store import ids
from store.deadlines import Clock
from store.sessions import Session
from store.shelves import Shelves
from web.pages import Pages
from web.session import signed_in
from web.sign_in import first_sign_in
from web.sign_out import PATH as SIGN_OUT

PATH: Final = "/clocks"
StaffPage = Callable[[Pages, Request, Session], Awaitable[Response]]


def for_desk(page: StaffPage) -> Callable[[Pages, Request], Awaitable[Response]]:
    """A page for whoever is signed in and works at the desk; for everybody else it does not exist."""

    async def guarded(pages: Pages, request: Request) -> Response:
        session = await signed_in(pages, request)
        if session is None:
            return first_sign_in(pages, request)
        return await page(pages, request, session) if pages.may(session.person, "desk") else pages.not_found(request)

    return guarded


@for_desk
async def show(pages: Pages, request: Request, session: Session) -> Response:
    """Show the board; of a case that somebody need not know its dates, and no link."""
    hard, soft = await pages.store.read(_clocks)
    office = pages.desk.office
    knows = await pages.store.read(lambda shelves: need_to_know.of(shelves, office, session.person))

    def rows(clocks: tuple[Clock, ...]) -> list[tuple[Clock, str]]:
        return [(one, _place(one)) for one in clocks]

    def _place(one: Clock) -> str:
        return pages.path(request, f"/tickets/{ids.shown(one.ticket_id)}/clocks") if one.ticket_id in knows else ""

    context = {
        "real": rows(tuple(one for one in hard if not one.drill)),
        "drills": rows(tuple(one for one in (*hard, *soft) if one.drill)),
        "soft": rows(tuple(one for one in soft if not one.drill)),
        "desk": pages.path(request, "/desk"),
        "sign_out": pages.path(request, SIGN_OUT),
    }
    return pages.show(request, "clocks.html", context)


def _clocks(shelves: Shelves) -> tuple[tuple[Clock, ...], tuple[Clock, ...]]:
    return shelves.deadlines.clocks(kind="hard"), shelves.deadlines.clocks(kind="soft")
