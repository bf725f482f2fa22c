"""The scenario of a closed ticket as a file, for drills; it holds nothing of the case but its kind and its size."""

from starlette.requests import Request
from starlette.responses import Response

from response import case_scenario
from store.shelves import Shelves
from web.pages import Pages
from web.ticket_pages import Opened, Section


async def _answers(pages: Pages, request: Request, opened: Opened) -> Response:
    def read(shelves: Shelves) -> tuple[str | None, str]:
        kind = pages.desk.office.manual_of(shelves, opened.ticket.manual_version).kind or "wrong-recipient"
        made = case_scenario.scenario(shelves, pages.desk.office, opened.ticket)
        return made, case_scenario.name_of(opened.ticket, kind)

    text, name = await pages.store.read(read)
    if text is None:
        return pages.not_found(request)
    given = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
    return Response(text, media_type="application/toml", headers=given)


async def _nothing(_pages: Pages, _opened: Opened, _language: str) -> dict[str, str]:
    return {}


SCENARIO = Section("scenario", "", _nothing, {}, answers=_answers)
