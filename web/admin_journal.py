"""/admin/journal: a search in the journal over everybody's mail, page by page; who searched for what stands in the audit log."""

import contextlib
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from rules.verdict import ASKING
from store import ids
from store.journal import Line
from store.overview import Found, Search
from store.sessions import Session
from store.shelves import Shelves
from store.storable import clean
from web.admin import HELD, JOURNAL, around, for_admins
from web.behind import is_line
from web.pages import Pages

PAGE: Final = 25
LONGEST: Final = 400
"""Letters of what is looked for."""


@for_admins
async def show(pages: Pages, request: Request, session: Session) -> Response:
    """Show the form, and what was found."""
    asked = {name: _given(request, name) for name in ("address", "words", "number", "since", "until")}
    wanted = _search(asked, pages.organisation.time_zone)
    found = Found(())
    if looked := any(asked.values()) or request.query_params.get("all") == "yes":
        behind = request.query_params.get("behind", "")
        wanted = replace(wanted, behind=behind if is_line(behind) else "")
        found = await pages.store.commit(lambda shelves: _looked(shelves, session.person, wanted))
    kept = {name: value for name, value in asked.items() if value} or {"all": "yes"}
    context = {
        **around(pages, request, session, JOURNAL),
        "asked": asked,
        "wrong": [name for name in ("since", "until") if asked[name] and getattr(wanted, name) is None],
        "looked": looked,
        "lines": [(line, _rules(line), _href(pages, request, line)) for line in found.lines],
        "looked_until": found.looked_until,
        "first": pages.path(request, JOURNAL, **kept) if wanted.behind else "",
        "older": pages.path(request, JOURNAL, **kept, behind=found.older) if found.older else "",
        "action": pages.path(request, JOURNAL).partition("?")[0],
        "everything": pages.path(request, JOURNAL, all="yes"),
    }
    return pages.show(request, "admin_journal.html", context)


def _looked(shelves: Shelves, who: str, wanted: Search) -> Found:
    """Look, and write down for what."""
    shelves.audit.add(who, "journal-search", "journal", {n: str(v) for n, v in asdict(wanted).items() if v})
    return shelves.overview.search(wanted, PAGE)


def _given(request: Request, name: str) -> str:
    """What was typed; without what no database keeps."""
    return clean(request.query_params.get(name, "").strip(), LONGEST)


def _search(asked: dict[str, str], zone: str) -> Search:
    """Days are those of the organisation, both included. What is no whole address is looked for as words."""
    address, words = asked["address"], asked["words"]
    local, at, domain = address.rpartition("@")
    if address and not (local and at and domain):
        address, words = "", f"{words} {address}"
    since, until = _day(asked["since"], zone), _day(asked["until"], zone, after=timedelta(days=1))
    return Search(address, words.strip(), asked["number"], since, until)


def _day(text: str, zone: str, after: timedelta = timedelta()) -> datetime | None:
    """Midnight of a day as 2026-11-29, or so much later; None where it is none."""
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.combine(date.fromisoformat(text) + after, time(), ZoneInfo(zone)).astimezone(UTC)
    return None


def _rules(line: Line) -> tuple[str, ...]:
    """The names of the rules that asked."""
    found: list[dict[str, Any]] = list(line.verdict.get("findings", ()))
    asking = {str(action) for action in ASKING} | {"reject"}
    return tuple(dict.fromkeys(str(one["rule"]) for one in found if one.get("action") in asking))


def _href(pages: Pages, request: Request, line: Line) -> str:
    """Where it is held; "" for what passed."""
    held = line.hold_id and line.disposition == "hold"
    return pages.path(request, f"{HELD}/{ids.shown(line.hold_id)}") if held else ""
