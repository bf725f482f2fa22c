"""How long a ticket is kept: until when, and the legal holds that keep it longer."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from response import keeping
from store import ids
from store.shelves import Shelves
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    ticket = opened.ticket
    return {
        "legal_holds": await pages.store.read(lambda shelves: shelves.legal_holds.of("ticket", ticket.id)),
        "kept_until": keeping.kept_until(pages.desk.office, ticket),
        "kept_days": pages.desk.office.options.evidence_days,
    }


async def _place(pages: Pages, opened: Opened, form: FormData) -> Done:
    ticket, reason = opened.ticket, forms.text(form, "reason")
    made = await pages.store.commit(
        lambda shelves: keeping.place(shelves, "ticket", ticket.id, by=opened.person, reason=reason)
    )
    return ("" if made else "reason-missing"), "keeping"


async def _end(pages: Pages, opened: Opened, form: FormData) -> Done:
    number, why = ids.parse(forms.single(form, "hold")) or "", forms.text(form, "note")
    if not why:
        return "reason-missing", "keeping"

    def unit(shelves: Shelves) -> bool:
        mine = any(one.id == number for one in shelves.legal_holds.of("ticket", opened.ticket.id))
        return mine and keeping.end(shelves, number, by=opened.person, why=why)

    return ("" if await pages.store.commit(unit) else "already"), "keeping"


KEEPING = Section("keeping", "ticket_keeping.html", _context, {"legal-hold": _place, "end-legal-hold": _end})
