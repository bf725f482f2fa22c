"""/statistics: how soon the desk hears of what went wrong, through which channel, and what is late. Cases, never persons; drills apart."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from response import need_to_know
from store.desk_overview import CaseTimes
from store.sessions import Session
from store.shelves import Shelves
from web import desk_figures, figures
from web.clocks import PATH as CLOCKS
from web.clocks import for_desk
from web.pages import Pages
from web.sign_out import PATH as SIGN_OUT

PATH: Final = "/statistics"
PERIODS: Final = (90, 365)
"""Days over which it may be counted."""
MONTHS: Final = 365
"""Days of the chart of near misses."""
MOST: Final = 10_000
"""Deadlines that have passed: more are not counted."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the store says at once."""

    cases: tuple[CaseTimes, ...]
    months: tuple[tuple[str, str, int], ...]
    overdue_steps: int
    overdue_deadlines: int
    are_all: bool
    """Whether no case is left out because one need not know of it."""


@for_desk
async def show(pages: Pages, request: Request, session: Session) -> Response:
    """Show the figures of one of the periods, of the cases that one need know of."""
    days = next((n for n in PERIODS if str(n) == request.query_params.get("days")), PERIODS[-1])
    now = pages.clock.now()
    today = now.astimezone(ZoneInfo(pages.organisation.time_zone)).date()
    counts = await pages.store.read(lambda shelves: _counts(shelves, pages, session.person, today, days))
    real, drills = ([c for c in counts.cases if (c.kind == "drill") is drill] for drill in (False, True))
    all_of = desk_figures.reported(real)
    months = figures.prevented(counts.months)
    context = {
        "days": days,
        "are_all": counts.are_all,
        "periods": [(n, pages.path(request, PATH, days=str(n))) for n in PERIODS],
        "channels": all_of,
        "columns": figures.columns(dict(enumerate(all_of[0].steps))) if all_of else (),
        "steps": desk_figures.STEPS,
        "middles": desk_figures.middles(real),
        "drills": desk_figures.reported(drills),
        "drill_middles": desk_figures.middles(drills),
        "months": months,
        "month_columns": figures.columns(months),
        "near_misses": sum(months.values()),
        "overdue_steps": counts.overdue_steps,
        "overdue_deadlines": counts.overdue_deadlines,
        "desk": pages.path(request, "/desk"),
        "clocks": pages.path(request, CLOCKS),
        "sign_out": pages.path(request, SIGN_OUT),
    }
    return pages.show(request, "statistics.html", context)


def _counts(shelves: Shelves, pages: Pages, person: str, today: date, days: int) -> Counts:
    knows = need_to_know.of(shelves, pages.desk.office, person)
    passed = shelves.deadlines.clocks(kind="hard", until=shelves.now, limit=MOST)
    return Counts(
        cases=tuple(one for one in shelves.desk_overview.times(shelves.now - timedelta(days=days)) if one.id in knows),
        months=shelves.outcomes.months(today, MONTHS),
        overdue_steps=sum(n for case, n in shelves.desk_overview.overdue_steps().items() if case in knows),
        overdue_deadlines=sum(one.ticket_id in knows for one in passed if not one.drill),
        are_all=knows.everything,
    )
