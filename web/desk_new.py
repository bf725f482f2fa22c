"""/desk/new: a telephone call, entered by staff who signed in: a search of the journal, and the form that opens the ticket beside it."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from response import need_to_know
from response.desk import Report
from response.quotations import ADDRESS
from response.search import MOST, Looked, Wanted
from store import ids
from store.sessions import Session
from store.shelves import Shelves
from store.storable import clean
from web import forms
from web.api import FIRST_YEAR
from web.behind import is_line
from web.pages import Pages
from web.session import bound_to, signed_in
from web.sign_in import first_sign_in

PATH = "/desk/new"
SEARCH, FIELDS = ("q", "since", "until"), ("caller", "known", "words", "line", "wrong")
NONE = "none"
"""The choice: none of the messages that were found."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What was filled in."""

    given: Mapping[str, str]
    known_at: datetime | None
    missing: Mapping[str, str]
    """Field → what is wrong."""


async def show(pages: Pages, request: Request) -> Response:
    """Show the search, what it found, and the form."""
    session = await _staff(pages, request)
    if isinstance(session, Response):
        return session
    return await _page(pages, request, session, _asked(request.query_params))


async def send(pages: Pages, request: Request) -> Response:
    """Open the ticket, or let it join the one of the message, and go there."""
    session = await _staff(pages, request)
    if isinstance(session, Response):
        return session
    form = await request.form(max_files=0, max_fields=40)
    asked = {name: clean(forms.single(form, name).strip(), MOST) for name in SEARCH}
    match forms.fit(pages.form_key, bound_to(session), [PATH], forms.single(form, "form")):
        case forms.Fit.FORGED | forms.Fit.STALE:
            return pages.refused(request, 403)
    call = _read(form, pages)
    if call.missing:
        return await _page(pages, request, session, asked, call, status=422)
    ticket = await pages.desk.report(_report(call, session, asked["q"], pages))
    office, number = pages.desk.office, ids.shown(ticket.id)
    if await pages.store.read(lambda shelves: need_to_know.standing(shelves, office, ticket, session.person)):
        return pages.again(request, f"/tickets/{number}")
    return pages.again(request, "/desk", fragment=f"ticket-{number}")  # who entered it need not know of it


async def _staff(pages: Pages, request: Request) -> Session | Response:
    """Whoever is signed in and may work at the desk; what others may not do does not exist."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    return session if pages.may(session.person, "desk") else pages.not_found(request)


def _report(call: _Call, session: Session, searched: str, pages: Pages) -> Report:
    """What the caller said, on the word of who wrote it down: a report by staff is certain."""
    line, callers = call.given["line"], ADDRESS.findall(call.given["caller"])
    return Report(
        channel="phone",
        reporter=callers[0] if callers else session.person,
        words=call.given["words"],
        journal_id=line if is_line(line) else "",
        search="" if is_line(line) else searched,
        wrong=tuple(dict.fromkeys(ADDRESS.findall(call.given["wrong"]))),
        proven=True,
        first_known_at=call.known_at or pages.clock.now(),
        details={"entered_by": session.person, "caller": call.given["caller"]},
    )


def _read(form: FormData, pages: Pages) -> _Call:
    given = {name: forms.text(form, name) for name in FIELDS}
    missing: dict[str, str] = {}
    known = _known_at(given["known"], ZoneInfo(pages.organisation.time_zone))
    if not given["caller"]:
        missing["caller"] = "caller"
    if given["known"] and (known is None or known.year < FIRST_YEAR):
        missing["known"] = "known"
    elif known and known > pages.clock.now() + timedelta(minutes=1):
        missing["known"] = "later"
    if not given["words"] and not is_line(given["line"]):
        missing["words"] = "words"
    return _Call(given, known, missing)


def _known_at(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as a browser writes it (2026-11-29T09:30), in the organisation's zone; None where it is none."""
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    return None


def _asked(given: QueryParams) -> dict[str, str]:
    """What was typed; without what no database keeps."""
    return {name: clean(given.get(name, "").strip(), MOST) for name in SEARCH}


def _wanted(asked: Mapping[str, str], zone: ZoneInfo) -> Wanted:
    """Days are those of the organisation, both included; "until" may also be the moment a look has come to."""
    since, until = _day(asked["since"], zone), _day(asked["until"], zone, after=timedelta(days=1))
    return Wanted(asked["q"], since, until or _known_at(asked["until"], zone))


def _day(text: str, zone: ZoneInfo, after: timedelta = timedelta()) -> datetime | None:
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.combine(date.fromisoformat(text) + after, time(), zone).astimezone(UTC)
    return None


async def _look(pages: Pages, session: Session, wanted: Wanted) -> Looked:
    """Look, and write down for what."""
    kept = {name: str(value) for name, value in (("since", wanted.since), ("until", wanted.until)) if value}

    def unit(shelves: Shelves) -> None:
        shelves.audit.add(session.person, "journal-search", "journal", {"words": wanted.text, **kept})

    await pages.store.commit(unit)
    return await pages.desk.look_for(wanted, by=session.person)


async def _page(
    pages: Pages,
    request: Request,
    session: Session,
    asked: Mapping[str, str],
    call: _Call | None = None,
    *,
    status: int = 200,
) -> Response:
    zone = ZoneInfo(pages.organisation.time_zone)
    wanted = _wanted(asked, zone)
    found = await _look(pages, session, wanted) if wanted.text else Looked(())
    now = pages.clock.now().astimezone(zone)
    given = call.given if call else dict.fromkeys(FIELDS, "") | {"known": f"{now:%Y-%m-%dT%H:%M}"}
    until = found.looked_until.astimezone(zone).isoformat(timespec="microseconds")[:26] if found.looked_until else ""
    context = {
        "asked": asked,
        "looked": bool(wanted.text),
        "found": found,
        "none": NONE,
        "given": given,
        "missing": call.missing if call else {},
        "bad_days": _bad_days(asked, wanted),
        "further": pages.path(request, PATH, q=asked["q"], since=asked["since"], until=until) if until else "",
        "form_token": forms.form_token(pages.form_key, bound_to(session), [PATH]),
        "action": pages.path(request, PATH),
        "search_action": pages.path(request, PATH).partition("?")[0],
        "desk": pages.path(request, "/desk"),
    }
    return pages.show(request, "desk_new.html", context, status=status)


def _bad_days(asked: Mapping[str, str], wanted: Wanted) -> Sequence[str]:
    return [name for name in ("since", "until") if asked[name] and getattr(wanted, name) is None]
