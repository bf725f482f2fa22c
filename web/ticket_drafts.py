"""The drafts of a ticket: reports and notices to look at; taking one out as a file or for paper is a record of the evidence."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from notifier.options import Language
from response.draft_docx import word_file
from response.drafts import Draft, draft, drafts, record, record_sheet
from store.shelves import Shelves
from web import forms
from web.language import LANGUAGES
from web.pages import LANGUAGE_NAMES, Pages
from web.ticket_pages import Opened, Section

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def _context(pages: Pages, opened: Opened, language: str) -> Mapping[str, Any]:
    spoken = _language(language)
    found = await pages.store.read(lambda shelves: drafts(shelves, pages.desk.office, opened.ticket, spoken))
    wanted = [one for one in found if one.is_owed]
    return {
        "wanted": wanted,
        "further": [one for one in found if not one.is_owed],
        "draft_languages": [(name, LANGUAGE_NAMES[name], name == spoken) for name in LANGUAGES],
    }


async def _give(pages: Pages, request: Request, opened: Opened, form: FormData) -> Response | None:
    """A draft as a Word file, or as a page for paper."""
    name, language = forms.single(form, "draft"), forms.single(form, "language")
    shape = forms.single(form, "shape")
    if language not in LANGUAGES or shape not in {"docx", "print"}:
        return None
    made = await pages.store.read(
        lambda shelves: draft(shelves, pages.desk.office, opened.ticket, name, _language(language))
    )
    if made is None:
        return None
    if shape == "print":
        sheet = pages.show(request, "draft_sheet.html", {"draft": made, "back": _back(pages, request, opened)})
        await pages.store.commit(partial(_record, made=made, opened=opened, shape="print", content=bytes(sheet.body)))
        return sheet
    content = await asyncio.to_thread(word_file, made)
    await pages.store.commit(partial(_record, made=made, opened=opened, shape="docx", content=content))
    headers = {"Content-Disposition": f'attachment; filename="{made.file_name}.docx"'}
    return Response(content, media_type=WORD, headers=headers)


async def _sheet(pages: Pages, request: Request, opened: Opened, _form: FormData) -> Response:
    """The whole ticket on one sheet."""
    from web.ticket_sections import TICKET  # noqa: PLC0415 - it holds this section, too

    parts = Markup(await TICKET.sheet(pages, request, opened))  # noqa: S704 - rendered by our own templates
    context = {"ticket": opened.ticket, "parts": parts, "back": _back(pages, request, opened)}
    sheet = pages.show(request, "ticket_sheet.html", context)
    content = bytes(sheet.body)
    await pages.store.commit(lambda s: record_sheet(s, opened.ticket.id, by=opened.person, content=content))
    return sheet


def _record(shelves: Shelves, *, made: Draft, opened: Opened, shape: Any, content: bytes) -> None:
    record(shelves, made, opened.ticket.id, by=opened.person, shape=shape, content=content)


def _back(pages: Pages, request: Request, opened: Opened) -> str:
    return pages.path(request, f"{opened.path}/drafts")


def _language(name: str) -> Language:
    return "ja" if name == "ja" else "en"


DRAFTS = Section("drafts", "ticket_drafts.html", _context, {}, gives={"draft": _give, "sheet": _sheet}, on_sheet=False)
