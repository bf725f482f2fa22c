"""/admin: how it goes: the gate, what is held and since when, what became of questions, and which rule asks in vain. Numbers, no names."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from store.counted import Counted
from store.holds import Hold
from store.overview import COUNTED
from store.sessions import Session
from store.shelves import Shelves
from web import figures
from web.pages import Pages
from web.session import signed_in
from web.sign_in import first_sign_in
from web.sign_out import PATH as SIGN_OUT

PATH: Final = "/admin"
HELD, JOURNAL, EXEMPT, SETTINGS = (f"{PATH}/{name}" for name in ("held", "journal", "exemptions", "settings"))
PERIODS: Final = (30, 90)
"""Days over which it may be counted."""
MONTHS: Final = 365
"""Days of the chart of months."""
AdminPage = Callable[[Pages, Request, Session], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the store says at once."""

    held: int
    oldest: tuple[Hold, ...]
    counted: tuple[Counted, ...]
    lately: tuple[Counted, ...]
    """Of the longest period: a rule that asks in vain is judged by many answers."""
    months: tuple[tuple[str, str, int], ...]


def for_admins(page: AdminPage) -> Callable[[Pages, Request], Awaitable[Response]]:
    """A page for whoever is signed in with the role admin; for everybody else it does not exist."""

    async def guarded(pages: Pages, request: Request) -> Response:
        session = await signed_in(pages, request)
        if session is None:
            return first_sign_in(pages, request)
        return await page(pages, request, session) if pages.may(session.person, "admin") else pages.not_found(request)

    return guarded


def around(pages: Pages, request: Request, session: Session, here: str) -> dict[str, Any]:
    """What every page of the admin carries: the other ones."""
    return {
        "session": session,
        "here_is": here,
        "places": [(path, pages.path(request, path)) for path in (PATH, HELD, JOURNAL, EXEMPT, SETTINGS)],
        "sign_out": pages.path(request, SIGN_OUT),
        "counted": COUNTED,
        "desk": pages.path(request, "/desk"),
    }


@for_admins
async def show(pages: Pages, request: Request, session: Session) -> Response:
    """Show the figures of one of the periods."""
    days = next((n for n in PERIODS if str(n) == request.query_params.get("days")), PERIODS[0])
    today = pages.clock.now().astimezone(ZoneInfo(pages.organisation.time_zone)).date()
    counts = await pages.store.read(lambda shelves: _counts(shelves, today, days))
    rules = figures.by_rule(counts.counted)
    months = figures.prevented(counts.months)
    context = {
        **around(pages, request, session, PATH),
        "days": days,
        "periods": [(n, pages.path(request, PATH, days=str(n))) for n in PERIODS],
        "gate": positions(pages),
        "held": counts.held,
        "oldest": counts.oldest[0] if counts.oldest else None,
        "rules": rules,
        "groups": figures.by_group(counts.counted) if pages.flow.options.groups else (),
        "became": figures.became_of(rules),
        "bars": (bars := figures.bars(rules)),
        "high": len(bars) * figures.ROW,
        "months": months,
        "columns": figures.columns(months),
        "this_month": months.get(today.isoformat()[:7], 0),
        "all_months": sum(months.values()),
        "retire": figures.to_retire(figures.by_rule(counts.lately), pages.flow.options.hold.habit),
        "longest": PERIODS[-1],
    }
    return pages.show(request, "admin.html", context)


def positions(pages: Pages) -> Mapping[str, Any]:
    """The gate by group; "" is everyone."""
    return pages.running.gate.settings() if pages.running.gate else {}


def _counts(shelves: Shelves, today: date, days: int) -> Counts:
    lately = shelves.outcomes.since(today - timedelta(days=PERIODS[-1] - 1))
    return Counts(
        held=shelves.overview.held_count(),
        oldest=shelves.overview.held(behind=None, most=1),
        counted=lately if days == PERIODS[-1] else shelves.outcomes.since(today - timedelta(days=days - 1)),
        lately=lately,
        months=shelves.outcomes.months(today, MONTHS),
    )
