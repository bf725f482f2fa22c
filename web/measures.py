"""/measures: what came of all cases so that it does not happen again, the newest first, each with what it has done since; nothing of a case that one need not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from response import need_to_know
from store import ids
from store.measures import Measure, MeasureState
from store.shelves import Shelves
from web.pages import Pages
from web.session import signed_in
from web.sign_in import first_sign_in
from web.sign_out import PATH as SIGN_OUT
from web.ticket_closing import effect

PATH: Final = "/measures"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, as whoever looks may see it."""

    measure: Measure
    effect: Mapping[str, int] | None
    opens: bool
    """Whether they may open its case; otherwise its words stay there."""
    is_late: bool


async def show(pages: Pages, request: Request) -> Response:
    """Show them to the desk and to admins, who bring changes of rules into force."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    if not (pages.may(session.person, "desk") or pages.may(session.person, "admin")):
        return pages.not_found(request)
    rows = await pages.store.read(lambda shelves: _rows(shelves, pages, session.person))
    context = {
        "rows": [(row, pages.path(request, f"/tickets/{ids.shown(row.measure.ticket_id)}/closing")) for row in rows],
        "desk": pages.path(request, "/desk"),
        "sign_out": pages.path(request, SIGN_OUT),
    }
    return pages.show(request, "measures.html", context)


def _rows(shelves: Shelves, pages: Pages, person: str) -> tuple[Row, ...]:
    measures = shelves.measures.newest()
    knows = need_to_know.of(shelves, pages.desk.office, person)
    return tuple(
        Row(
            one,
            effect(shelves, one),
            one.ticket_id in knows,
            one.due <= shelves.now and one.state in {MeasureState.PLANNED, MeasureState.APPLIED},
        )
        for one in measures
    )
