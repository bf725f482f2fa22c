"""/sign-in: a link by mail, or the organisation's provider. The page asks and answers alike whoever is typed; a GET signs nobody in.

address ──► row for this browser (cookie) + mail, where that person may ──► link ──► button ──► session ──► back
"""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway import maillog, metrics
from mail.address import key
from notifier import notices
from store.ids import new_id
from store.later import Unit
from store.sessions import Session, Way
from store.shelves import Shelves
from store.sign_ins import SignIn
from web import forms
from web.kept import opened, path_of_ours, sealed
from web.limit import client_of
from web.pages import Pages
from web.session import ASKED, SESSION, cookie, may_stay, place_of, set_cookie, signed_in

PATH = "/sign-in"
PURPOSES = {"web": "sign-in", "staff": "staff-sign-in"}
PER_PERSON, WINDOW = 12, timedelta(minutes=15)
"""So many links for one mailbox in that time, and fewer for one client (`Pages.asks`): whoever asks in somebody's name does not keep
them out. Who asks for more gets none, and the page does not say so."""
ADDRESS_LIMIT = 254
"""RFC 5321 4.5.3.1.3, without the angle brackets."""


async def show(pages: Pages, request: Request) -> Response:
    """Ask for the address; who is signed in goes on at once."""
    back = path_of_ours(request.query_params.get("next", ""))
    session = await signed_in(pages, request)
    return go_on(pages, request, session, back) if session else page(pages, request, back)


async def ask(pages: Pages, request: Request) -> Response:
    """Send the link where the person may have one; answer the same in any case."""
    form = await request.form(max_files=0, max_fields=10)
    back, address = path_of_ours(forms.single(form, "next")), forms.text(form, "address")
    match forms.dated_fit(pages.form_key, PATH, forms.single(form, "form"), pages.clock.now()):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return page(pages, request, back, problem="stale", person=address, status=409)
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > ADDRESS_LIMIT or any(c.isspace() for c in address):
        return page(pages, request, back, problem="address", person=address, status=422)
    if not pages.sign_ins.takes(client_of(request), pages.clock.now()):
        metrics.signed_in("mail", "limited")
        return page(pages, request, back, problem="limited", person=address, status=429)
    browser = secrets.token_urlsafe(32)
    await pages.store.commit(_asking(pages, request, address, back, browser))
    pages.flow.wake.set("notify")
    metrics.signed_in("mail", "asked")
    response = pages.again(request, f"{PATH}/sent")
    set_cookie(response, request, ASKED, browser, pages.options.sign_in.link)
    return response


async def sent(pages: Pages, request: Request) -> Response:
    """Say what happens now."""
    minutes = pages.options.sign_in.link // 60
    return pages.show(request, "sign_in_sent.html", {"minutes": minutes, "again": pages.path(request, PATH)})


async def link(pages: Pages, request: Request) -> Response:
    """Show the button, in the browser that asked; machines open links, too."""
    found = await _waiting(pages, request)
    if found is None:
        return await _over(pages, request)
    token = request.path_params["token"]
    own = {"form_token": forms.form_token(pages.form_key, token, [found.id]), "person": found.person}
    return pages.show(request, "sign_in_link.html", own | {"action": pages.path(request, f"{PATH}/{token}")})


async def enter(pages: Pages, request: Request) -> Response:
    """Sign in: once, in time, in the browser that asked, and only who may be there."""
    token, form = request.path_params["token"], await request.form(max_files=0, max_fields=10)
    found = await _waiting(pages, request)
    if found is None:
        return await _over(pages, request)
    if forms.fit(pages.form_key, token, [found.id], forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    return await begin(pages, request, found, found.person) or await _over(pages, request)


async def begin(pages: Pages, request: Request, asked: SignIn, person: str) -> Response | None:
    """Begin a session for who has proved it, and go back; None where somebody was quicker. Always with a new token."""
    token, before, browser = secrets.token_urlsafe(32), cookie(request, SESSION), cookie(request, ASKED)
    lasts = timedelta(seconds=pages.options.sign_in.longest)

    def unit(shelves: Shelves) -> bool:
        if not shelves.sign_ins.use(asked.id):
            return False
        shelves.sessions.end(shelves.sessions.id_of(before))
        as_staff = pages.may(person, "desk")
        shelves.sessions.begin(token, person, asked.place, asked.way, as_staff=as_staff, lasts=lasts)
        shelves.links.expire(asked.id, PURPOSES[asked.place], shelves.now)
        shelves.audit.add(person, "sign-in", asked.place, {"way": asked.way})
        return True

    if not await pages.store.commit(unit):
        return None
    maillog.signed_in(person, asked.place, asked.way)
    metrics.signed_in(asked.way, "done")
    response = pages.again_at(request, opened(asked.back, browser) or home(request))
    set_cookie(response, request, SESSION, token, pages.options.sign_in.longest)
    set_cookie(response, request, ASKED, "", 0)
    return response


def first_sign_in(pages: Pages, request: Request) -> Response:
    """Lead to the sign-in, and back to this page; a form that came after the end of a session is not taken, and not lost."""
    if request.method == "POST":
        back = path_of_ours(f"{request.url.path}{f'?{request.url.query}' if request.url.query else ''}")
        return page(pages, request, back, problem="over", status=401)
    query = f"?{request.url.query}" if request.url.query else ""
    return pages.again(request, PATH, next=f"{request.url.path}{query}")


async def sign_in_first(pages: Pages, request: Request, person: str, back: str) -> Response:
    """Answer that something needs a session of that very person, and lead there and back (`back`: a path of ours with its query)."""
    session = await signed_in(pages, request)
    other = session.person if session and key(session.person) != key(person) else ""
    return page(pages, request, path_of_ours(back), problem="needed", person=person, other=other, status=403)


def page(
    pages: Pages,
    request: Request,
    back: str,
    *,
    problem: str = "",
    person: str = "",
    other: str = "",
    status: int = 200,
) -> Response:
    """Show the two ways to sign in, with why somebody came here or what went wrong."""
    context = {
        "problem": problem,
        "person": person,
        "other": other,
        "back": back,
        "provider": pages.options.oidc.name or pages.options.oidc.issuer if pages.provider else "",
        "form_token": forms.dated_token(pages.form_key, PATH, pages.clock.now()),
        "action": pages.path(request, PATH),
        "provider_action": pages.path(request, f"{PATH}/oidc"),
    }
    return pages.show(request, "sign_in.html", context, status=status)


def go_on(pages: Pages, request: Request, session: Session, back: str) -> Response:
    """Lead somebody who is signed in to where they wanted to go."""
    assert may_stay(pages, session)
    return pages.again_at(request, back or home(request))


def home(request: Request) -> str:
    """Name the first page of this address."""
    return "/desk" if place_of(request) == "staff" else "/mail"


def asking(request: Request, way: Way, person: str, back: str, browser: str) -> SignIn:
    """Make the row of somebody who asks."""
    return SignIn(new_id() + new_id(), person, place_of(request), way, sealed(back or home(request), browser))


def _asking(pages: Pages, request: Request, address: str, back: str, browser: str) -> Unit[None]:
    # Known by an alias or with a +tag: the mailbox is that of the settings, for somebody else may have the one that was typed.
    known = pages.organisation.person(address)
    address = known.address if known else address
    asked = asking(request, "mail", address, back, browser)
    lasts = timedelta(seconds=pages.options.sign_in.link)
    may = pages.may(address, "desk" if asked.place == "staff" else "mail")
    few = pages.asks.takes(f"{client_of(request)} {key(address)}", pages.clock.now())

    def unit(shelves: Shelves) -> None:
        often = shelves.sign_ins.asked_since(address, shelves.now - WINDOW)
        shelves.sign_ins.ask(asked, browser, lasts)
        if may and few and often < PER_PERSON:
            notices.sign_in(
                shelves, pages.organisation, address, sign_in_id=asked.id, place=asked.place, until=shelves.now + lasts
            )

    return unit


async def _waiting(pages: Pages, request: Request) -> SignIn | None:
    """Follow the link, in the browser that asked for it; None for everything else."""
    token, browser, place = request.path_params["token"], cookie(request, ASKED), place_of(request)

    def unit(shelves: Shelves) -> SignIn | None:
        link = shelves.links.follow(token, PURPOSES[place])
        found = shelves.sign_ins.waiting(browser, place, "mail") if link and browser else None
        return found if found and link and found.id == link.object_id else None

    found = await pages.store.read(unit)
    return found if found and pages.may(found.person, "desk" if place == "staff" else "mail") else None


async def _over(pages: Pages, request: Request) -> Response:
    """Give one answer to unknown, used, late and foreign links, and to the right one in another browser."""
    session = await signed_in(pages, request)
    if session:
        return go_on(pages, request, session, "")
    metrics.signed_in("mail", "refused")
    maillog.not_signed_in(place_of(request), "mail", "link")
    minutes = pages.options.sign_in.link // 60
    return pages.show(
        request, "sign_in_over.html", {"minutes": minutes, "again": pages.path(request, PATH)}, status=404
    )
