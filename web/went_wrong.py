"""/mail/wrong/… and /w/TOKEN: "this went to the wrong one", for a message that was delivered; certain, because its sender says it.

Who says it is proved by a session, or by the link of the receipt that went to the sender alone.
"""

from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from response.desk import Report
from response.own_case import reported
from store.journal import Line
from store.shelves import Shelves
from store.tickets import Ticket
from web import forms, own_case
from web.behind import is_line
from web.my_mail import PATH, mailboxes_of, outside_of
from web.pages import Pages
from web.session import bound_to, signed_in
from web.sign_in import first_sign_in
from web.view import NOBODY, Answer


@dataclass(frozen=True, slots=True)
class Opened:
    """A message whose sender looks at it."""

    line: Line
    person: str
    bound: str
    """What its forms are bound to: the token of the link, or the session."""
    path: str
    channel: Literal["page", "link"]
    back: str
    """Where somebody came from; "" from a mail."""


async def show(pages: Pages, request: Request) -> Response:
    """Show the form; or the ticket, once it is open."""
    opened = await _of_session(pages, request)
    return opened if isinstance(opened, Response) else await _page(pages, request, opened, Answer())


async def send(pages: Pages, request: Request) -> Response:
    """Open a ticket, or join the one there is."""
    opened = await _of_session(pages, request)
    return opened if isinstance(opened, Response) else await _report(pages, request, opened)


async def show_linked(pages: Pages, request: Request) -> Response:
    """Show the same by the link of a receipt."""
    opened = await _of_link(pages, request)
    return await _page(pages, request, opened, Answer()) if opened else pages.not_found(request)


async def send_linked(pages: Pages, request: Request) -> Response:
    """Report by the link of a receipt."""
    opened = await _of_link(pages, request)
    return await _report(pages, request, opened) if opened else pages.not_found(request)


async def _of_session(pages: Pages, request: Request) -> Opened | Response:
    """The line, if it is theirs and reached somebody outside; what is not theirs does not exist."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    wanted, mine = request.path_params["line"], mailboxes_of(pages, session)
    line = await pages.store.read(lambda shelves: shelves.own_mail.line(mine, wanted)) if is_line(wanted) else None
    if line is None or not outside_of(pages, line):
        return pages.not_found(request)
    back = pages.path(request, PATH, show="sent")
    return Opened(line, session.person, bound_to(session), f"{PATH}/wrong/{line.id}", "page", back)


async def _of_link(pages: Pages, request: Request) -> Opened | None:
    """The line of a receipt's link, while it is good."""
    token = request.path_params["token"]

    def unit(shelves: Shelves) -> tuple[Line | None, str]:
        link = shelves.links.follow(token, "sent")
        return (shelves.journal.by_queue_id(link.object_id), link.person) if link else (None, "")

    line, person = await pages.store.read(unit)
    return Opened(line, person, token, f"/w/{token}", "link", "") if line and outside_of(pages, line) else None


async def _report(pages: Pages, request: Request, opened: Opened) -> Response:
    line, form = opened.line, await request.form(max_files=0, max_fields=3000)
    if forms.fit(pages.form_key, opened.bound, [line.id], forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    given = _read(pages, line, form)
    if given.missing:
        return await _page(pages, request, opened, given, status=422)
    ticket = await pages.desk.report(
        Report(
            channel=opened.channel,
            reporter=opened.person,
            words=given.words,
            journal_id=line.id,
            hold_id=line.hold_id,
            message_id=line.message_id,
            wrong=given.wrong,
            proven=True,
            first_known_at=pages.clock.now(),
        )
    )
    await own_case.begin(pages, ticket.id, opened.person)
    return pages.again(request, opened.path)


def _fields(pages: Pages, line: Line) -> dict[str, str]:
    """Name the box of each recipient; each its own, so that a machine that ticks every box ticks "none of these", too."""
    return {f"wrong-{place}": address for place, address in enumerate(outside_of(pages, line), 1)}


def _read(pages: Pages, line: Line, form: FormData) -> Answer:
    wrong = tuple(address for name, address in _fields(pages, line).items() if forms.single(form, name) == "yes")
    given = Answer(act="report", wrong=wrong, words=forms.text(form, "words"))
    if forms.several(form, NOBODY):
        given.missing.append(("wrong", "nobody"))
    elif not wrong:
        given.missing.append(("wrong", "wrong"))
    return given


async def _page(pages: Pages, request: Request, opened: Opened, given: Answer, *, status: int = 200) -> Response:
    line = opened.line

    def about(shelves: Shelves) -> tuple[Ticket | None, bool]:
        found = shelves.tickets.open_for(message_id=line.message_id, hold_id=line.hold_id)
        return found, found is not None and reported(shelves, pages.desk.office, found.id, opened.person)

    ticket, is_theirs = await pages.store.read(about)
    context = {
        "line": line,
        "ticket": ticket,
        "own_case": own_case.path_of(pages, request, ticket.id, opened.person) if ticket and is_theirs else "",
        "reached": _fields(pages, line),
        "given_as": {r.send_to: r.address for r in line.recipients if r.corrected},
        "given": given,
        "missing": dict(given.missing),
        "superior": pages.superior_of(opened.person),
        "form_token": forms.form_token(pages.form_key, opened.bound, [line.id]),
        "action": pages.path(request, opened.path),
        "back": opened.back,
    }
    return pages.show(request, "went_wrong.html", context, status=status)
