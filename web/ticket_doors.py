"""The three doors of a ticket: its own link, the link of the desk with its number, the session of who signed in; each as far as one may know.

What somebody need not know does not exist for them: 404, as for any other address.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from response import need_to_know
from store import ids
from store.tickets import Ticket
from web import forms
from web.pages import Pages
from web.session import bound_to, signed_in
from web.sign_in import first_sign_in


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was followed to a ticket."""

    ticket: Ticket
    person: str
    token: str
    """What its forms are bound to: the token of the link, or the session."""
    path: str
    """Of the ticket, without section, prefix and query."""
    may_work: bool
    desk: str
    """Path of the list of tickets; "" from a link to one ticket alone."""
    reads_only: bool = False
    """On the need-to-know list without a role of the desk."""


async def open_ticket(pages: Pages, request: Request) -> Opened | None:
    """Follow the link: of one ticket, or of the desk with the number in the path; or the session of who signed in."""
    if "token" not in request.path_params:
        return await _open_for_staff(pages, request)
    token, number = request.path_params["token"], request.path_params.get("number")
    purpose = "ticket" if number is None else "desk"
    link = await pages.store.read(lambda shelves: shelves.links.follow(token, purpose))
    ticket_id = (link.object_id if number is None else ids.parse(number)) if link else None
    ticket = await pages.desk.ticket(ticket_id) if ticket_id else None
    if link is None or ticket is None or (number is not None and not pages.may(link.person, "desk")):
        return None
    standing = await pages.store.read(lambda s: need_to_know.by_link(s, pages.desk.office, ticket, link.person))
    if not standing:
        return None
    path = f"/t/{token}" if number is None else f"/desk/{token}/{ids.shown(ticket.id)}"
    may = standing == "work" and forms.may_work(
        pages.form_key, token, request.query_params.get("work", ""), pages.clock.now()
    )
    desk = "" if number is None else f"/desk/{token}"
    return Opened(ticket, link.person, token, path, may, desk, reads_only=standing == "read")


async def _open_for_staff(pages: Pages, request: Request) -> Opened | None:
    session, number = await signed_in(pages, request), ids.parse(request.path_params["number"])
    ticket = await pages.desk.ticket(number) if session and number else None
    if session is None or ticket is None:
        return None
    standing = await pages.store.read(
        lambda shelves: need_to_know.standing(shelves, pages.desk.office, ticket, session.person)
    )
    if not standing:
        return None
    path, desk = f"/tickets/{ids.shown(ticket.id)}", "/desk" if pages.may(session.person, "desk") else ""
    works = standing == "work"
    return Opened(ticket, session.person, bound_to(session), path, works, desk, reads_only=not works)


async def unopened(pages: Pages, request: Request) -> Response:
    """Nothing there; who is not signed in is asked to."""
    asked = "token" not in request.path_params and await signed_in(pages, request) is None
    return first_sign_in(pages, request) if asked else pages.not_found(request)
