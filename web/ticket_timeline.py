"""The timeline of a ticket: every record of its evidence in order; nobody changes one."""

from collections.abc import Mapping
from typing import Any

from response.fact_names import NAMES
from store.evidence import ERASED
from web.pages import Pages
from web.ticket_pages import Opened, Section

SHOWN_OF_BODY = ("note", "reason", "outcome", "words", "why", "result")
"""What is shown of a record; the rest is counts and ids, for the export."""


async def _context(pages: Pages, opened: Opened, language: str) -> Mapping[str, Any]:
    kept = await pages.store.read(lambda shelves: shelves.evidence.of(opened.ticket.id))
    entries = tuple(entry for entry in kept if entry.body != ERASED)  # the last one says that the others were erased
    names = {name: fact.words(language) for name, fact in NAMES.items()}
    return {"entries": entries, "shown_of_body": SHOWN_OF_BODY, "fact_names": names}


TIMELINE = Section("timeline", "ticket_timeline.html", _context, {})
