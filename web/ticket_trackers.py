"""The trackers of a ticket: what each outside tracker was told, when it was read back, what did not fit; and "try again"."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from response.mirroring import try_again
from store.shelves import Shelves
from store.trackers import Mirror, TrackerState
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    def found(shelves: Shelves) -> list[tuple[Mirror, TrackerState]]:
        mine = shelves.trackers.of_ticket(opened.ticket.id)
        return [(mirror, shelves.trackers.state(mirror.tracker)) for mirror in mine]

    return {"mirrors": await pages.store.read(found)}


async def _again(pages: Pages, opened: Opened, form: FormData) -> Done:
    name = forms.single(form, "tracker")
    asked = await pages.store.commit(lambda shelves: try_again(shelves, opened.ticket.id, name, by=opened.person))
    return "" if asked else "unknown", "trackers"


TRACKERS = Section("trackers", "ticket_trackers.html", _context, {"again": _again})
