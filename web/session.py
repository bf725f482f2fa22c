"""Session: who is signed in, by a cookie of this address alone; and the cookies themselves."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from store.sessions import SEEN, Place, Session
from web.pages import Pages

SESSION, ASKED = "session", "sign-in"
"""What the two cookies are for: who is signed in; which browser asked to be."""


async def signed_in(pages: Pages, request: Request) -> Session | None:
    """Who is signed in at this address; None for nobody. Asked anew each time: a role that ended ends the session."""
    token = cookie(request, SESSION)
    if not token:
        return None
    idle = timedelta(seconds=pages.options.sign_in.idle)
    session = await pages.store.read(lambda shelves: shelves.sessions.follow(token, place_of(request), idle))
    if session is None:
        return None
    if not may_stay(pages, session):
        await pages.store.commit(lambda shelves: shelves.sessions.end(session.id))
        return None
    if pages.clock.now() - session.seen_at >= SEEN:
        pages.store.later(lambda shelves: shelves.sessions.seen(session.id))
    return session


def may_stay(pages: Pages, session: Session) -> bool:
    """Whether somebody is still who they were when they signed in: a mailbox of ours, staff with a role."""
    staff = session.as_staff or session.place == "staff"
    return pages.may(session.person, "desk" if staff else "mail")


def bound_to(session: Session) -> str:
    """What the forms of somebody signed in are bound to, as others are to their link."""
    return f"session:{session.id}"


def place_of(request: Request) -> Place:
    """Tell which address of ours this is."""
    place: Place = request.app.state.place
    return place


def cookie_name(request: Request, purpose: str) -> str:
    """Name a cookie: apart for each address of ours, for cookies do not know ports (RFC 6265 8.5).

    Where there is https, `__Host-` (RFC 6265bis 4.1.3.2): nobody beside us, nor a neighbour below the same domain, can set it.
    """
    prefix = "__Host-" if request.app.state.secure else ""
    return f"{prefix}sekisho-{place_of(request)}-{purpose}"


def cookie(request: Request, purpose: str) -> str:
    """Read a cookie; "" without, and where there are two: one of them was put there by somebody else."""
    name = cookie_name(request, purpose)
    pairs = (pair.strip().partition("=") for line in request.headers.getlist("cookie") for pair in line.split(";"))
    values = [value for given, _, value in pairs if given == name]
    return values[0] if len(values) == 1 else ""


def set_cookie(response: Response, request: Request, purpose: str, value: str, seconds: int) -> None:
    """Give a cookie that no script reads and that forms from elsewhere do not carry; with "" take it away."""
    response.set_cookie(
        cookie_name(request, purpose),
        value,
        max_age=seconds if value else 0,
        path="/",
        secure=request.app.state.secure,
        httponly=True,
        samesite="lax",  # a link in a mail is to open a page; what acts is a POST, which this does not carry from elsewhere
    )
