"""The manual of a ticket: which kind of mistake it is for, in which version; another kind is chosen here, with the reason."""

from collections.abc import Mapping
from typing import Any, get_args

from starlette.datastructures import FormData

from response.manual import KINDS, Kind
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    office, version = pages.desk.office, opened.ticket.manual_version
    manual = await pages.store.read(lambda shelves: office.manual_of(shelves, version))
    current = {one.version for one in (office.manual, *office.manual.kinds.values())}
    return {
        "manual": manual,
        "is_current": version in current,
        "kinds": KINDS if office.manual.kinds else (),
    }


async def _change(pages: Pages, opened: Opened, form: FormData) -> Done:
    chosen, reason = forms.single(form, "kind"), forms.text(form, "reason")
    kind: Kind | None = next((one for one in get_args(Kind) if one == chosen), None)
    if kind is None:
        return "kind", "kind"
    return await pages.desk.change_kind(opened.ticket.id, kind, by=opened.person, reason=reason), "kind"


MANUAL = Section("manual", "ticket_manual.html", _context, {"kind": _change})
