"""The same mistake elsewhere: other mail that went the same wrong way, each opened as a linked case by a press; and the cases that belong together."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from response import need_to_know
from response.related import same_mistakes
from store.shelves import Shelves
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    ticket, office = opened.ticket, pages.desk.office

    def read(shelves: Shelves) -> Mapping[str, Any]:
        links = shelves.learning.links(ticket.id)
        knows = need_to_know.of(shelves, office, opened.person, [link.other_id for link in links])
        cases = [(link, other, other.id in knows) for link in links if (other := shelves.tickets.get(link.other_id))]
        same = same_mistakes(shelves, office, ticket)
        lines = [line for one in same if (line := shelves.journal.get(one.journal_id))]
        hidden = need_to_know.hidden_lines(shelves, office, opened.person, lines)
        return {"same": same, "cases": cases, "hidden": hidden}

    return await pages.store.read(read)


async def _open_linked(pages: Pages, opened: Opened, form: FormData) -> Done:
    made = await pages.desk.lessons.open_linked(
        opened.ticket.id, forms.single(form, "journal"), forms.single(form, "wrong"), by=opened.person
    )
    return ("" if made else "already"), "linked"


RELATED = Section("related", "ticket_related.html", _context, {"open-linked": _open_linked})
