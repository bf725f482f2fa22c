"""/mail: what is held, waiting, sent and cancelled of whoever is signed in, and of their teams, each with its reasons."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from gateway.mailboxes import mailboxes
from mail.address import is_inside, key
from notifier.addressees import may_answer
from store import ids
from store.holds import Hold, State
from store.journal import Line
from store.sessions import Session
from store.shelves import Shelves
from web import figures
from web.behind import behind_of, is_line, read_behind
from web.mail_entry import Entry, reasons, silence
from web.pages import Pages
from web.quiz import PATH as QUIZ
from web.session import signed_in
from web.sign_in import first_sign_in
from web.sign_out import PATH as SIGN_OUT

PATH = "/mail"
List = Literal["held", "waiting", "sent", "cancelled"]
PAGE = 25


async def show(pages: Pages, request: Request) -> Response:
    """Show one of the four lists."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    asked = request.query_params.get("show", "held")
    which: List = next((name for name in get_args(List) if name == asked), "held")
    entries, older = await _entries(pages, request, session, which)
    today = pages.clock.now().astimezone(ZoneInfo(pages.organisation.time_zone)).date()
    months = await pages.store.read(lambda shelves: shelves.outcomes.months(today, today.day))
    context = {
        "prevented": sum(figures.prevented(months).values()),
        "which": which,
        "session": session,
        "teams": mailboxes_of(pages, session)[1:],
        "lists": [(name, pages.path(request, PATH, show=name)) for name in get_args(List)],
        "entries": entries,
        "first": pages.path(request, PATH, show=which) if request.query_params.get("behind") else "",
        "older": pages.path(request, PATH, show=which, behind=older) if older else "",
        "sign_out": pages.path(request, SIGN_OUT),
        "quiz": pages.path(request, QUIZ) if session.place == "web" else "",
        "admin": pages.path(request, "/admin") if _has_admin(pages, session) else "",
        "desk": pages.path(request, "/desk") if session.place == "web" and _has_desk(pages, session) else "",
    }
    return pages.show(request, "my_mail.html", context)


async def question(pages: Pages, request: Request) -> Response:
    """Lead to the page of a held message, under a link of whoever is signed in; it is theirs or it does not exist."""
    session, number = await signed_in(pages, request), ids.parse(request.path_params["number"])
    if session is None:
        return first_sign_in(pages, request)
    mine, keep = mailboxes_of(pages, session), pages.bring_back

    def unit(shelves: Shelves) -> str:
        hold = shelves.own_mail.hold(mine, number or "")
        if hold is None or not _has_page(hold, shelves.now - keep):
            return ""
        return shelves.links.make(hold.group_id, session.person, "question", hold.decided_at and hold.decided_at + keep)

    token = await pages.store.commit(unit)
    return pages.again(request, f"/q/{token}") if token else pages.not_found(request)


def mailboxes_of(pages: Pages, session: Session) -> tuple[str, ...]:
    """Whose mail somebody sees: their own first, then that of their teams."""
    return mailboxes(session.person, pages.flow.options.senders, pages.organisation)


def outside_of(pages: Pages, line: Line) -> tuple[str, ...]:
    """Recipients outside who got it."""
    domains = frozenset(pages.organisation.domains)
    got = (r.send_to for r in line.recipients if r.state == "delivered" and not is_inside(r.send_to, domains))
    return tuple(dict.fromkeys(got))


async def _entries(pages: Pages, request: Request, session: Session, which: List) -> tuple[list[Entry], str]:
    """One page of a list, and where the next one begins ("" when there is none)."""
    mine, behind = mailboxes_of(pages, session), request.query_params.get("behind", "")
    if which == "sent":
        lines = await pages.store.read(
            lambda s: s.own_mail.sent(mine, behind=behind if is_line(behind) else "", most=PAGE + 1)
        )
        entries = [_of_line(pages, request, session, line) for line in lines[:PAGE]]
        return entries, lines[PAGE - 1].id if len(lines) > PAGE else ""
    start = read_behind(behind)

    def unit(shelves: Shelves) -> tuple[Hold, ...]:
        own = shelves.own_mail
        if which == "waiting":
            return own.under_way(mine, behind=start, most=PAGE + 1)
        states = (State.HELD,) if which == "held" else (State.CANCELLED, State.EXPIRED)
        return own.in_state(mine, *states, behind=start, most=PAGE + 1)

    holds = await pages.store.read(unit)
    theirs = [hold for hold in holds[:PAGE] if may_answer(pages.organisation, hold, session.person)]
    last = holds[PAGE - 1] if len(holds) > PAGE else None
    older = behind_of(last) if last else ""
    return [_of_hold(pages, request, session, copies) for copies in _sends(theirs)], older


def _sends(holds: Sequence[Hold]) -> Iterable[Sequence[Hold]]:
    """Copies of one send are one entry, where the first of them stands."""
    groups: dict[str, list[Hold]] = {}
    for hold in holds:
        groups.setdefault(hold.group_id, []).append(hold)
    return groups.values()


def _of_hold(pages: Pages, request: Request, session: Session, copies: Sequence[Hold]) -> Entry:
    first = copies[0]
    reachable = _has_page(first, pages.clock.now() - pages.bring_back)
    recipients = dict.fromkeys((r.send_to, r.address, str(r.state)) for copy in copies for r in copy.recipients)
    return Entry(
        subject=first.subject,
        at=first.received_at,
        sender=_other(session, first.reverse_path),
        number=first.group_id if first.kind == "hold" else "",
        recipients=tuple(recipients),
        reasons=reasons([copy.verdict for copy in copies], pages.language(request)),
        href=pages.path(request, f"{PATH}/{ids.shown(first.id)}") if reachable else "",
        wrong="",
        until=first.deadline if first.state is State.HELD else None,
        silence=silence(copies),
        leaves=first.release_at if first.state is State.HELD else None,
        state=str(first.state),
        decided_by=first.decided_by if first.state is State.CANCELLED else "",
    )


def _of_line(pages: Pages, request: Request, session: Session, line: Line) -> Entry:
    return Entry(
        subject=line.subject,
        at=line.at,
        sender=_other(session, line.reverse_path),
        number="",
        recipients=tuple((r.send_to, r.address, r.state) for r in line.recipients),
        reasons=reasons([line.verdict], pages.language(request)),
        href="",
        wrong=pages.path(request, f"{PATH}/wrong/{line.id}") if outside_of(pages, line) else "",
        until=None,
        silence="cancel",
        leaves=None,
        state="sent",
        decided_by="",
    )


def _has_page(hold: Hold, oldest: datetime) -> bool:
    """Whether the page of the question still shows it."""
    return hold.kind == "hold" and (hold.decided_at is None or hold.decided_at > oldest)


def _has_desk(pages: Pages, session: Session) -> bool:
    return not pages.options.staff.listen and pages.may(session.person, "desk")


def _has_admin(pages: Pages, session: Session) -> bool:
    return not pages.options.staff.listen and pages.may(session.person, "admin")


def _other(session: Session, sender: str) -> str:
    return "" if key(sender) == key(session.person) else sender
