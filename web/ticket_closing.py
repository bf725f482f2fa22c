"""What is learnt from a ticket: why it happened, what is done about it with owner and date, and what came of that; asked for before it is closed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from gateway.lesson_proposals import exemption_of, proposals
from response.measures import Plan
from store.learning import CAUSES
from store.measures import CHANGES, Change, Measure
from store.shelves import Shelves
from store.tickets import ENDED, Ticket
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section

CHANGED = ("corrected", "left-out", "cancelled", "withdrawn")
"""Outcomes of a hold whose sender did not let it go as it was."""


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    ticket = opened.ticket

    def read(shelves: Shelves) -> Mapping[str, Any]:
        measures = shelves.measures.of_ticket(ticket.id)
        return {
            "cause": shelves.learning.cause(ticket.id),
            "measures": [(one, effect(shelves, one)) for one in measures],
            "proposed": _proposed(pages, shelves, ticket),
        }

    return {
        **await pages.store.read(read),
        "causes": CAUSES,
        "exemption_of": lambda change: exemption_of(change, pages.flow.options),
        "is_admin": pages.may(opened.person, "admin"),
        "is_over": ticket.state in ENDED,
        "changes": CHANGES,
    }


def effect(shelves: Shelves, measure: Measure) -> Mapping[str, int] | None:
    """How many holds it made since it was applied, and how many of them were changed; None where it makes none."""
    if measure.applied_at is None:
        return None
    became = shelves.outcomes.of_measure(measure.id)
    return {"asked": became.get("asked", 0), "changed": sum(became.get(name, 0) for name in CHANGED)}


def _proposed(pages: Pages, shelves: Shelves, ticket: Ticket) -> Mapping[str, Change]:
    line = shelves.journal.get(ticket.journal_id) if ticket.journal_id else None
    return proposals(ticket, line, pages.flow.options)


async def _cause(pages: Pages, opened: Opened, form: FormData) -> Done:
    cause = forms.single(form, "cause")
    if cause not in CAUSES:
        return "cause", "cause"
    said = await pages.desk.lessons.say_cause(opened.ticket.id, cause, forms.text(form, "note"), by=opened.person)
    return said, "cause"


async def _plan(pages: Pages, opened: Opened, form: FormData) -> Done:
    proposed = await pages.store.read(lambda shelves: _proposed(pages, shelves, opened.ticket))
    chosen = forms.single(form, "change")
    if chosen and chosen not in proposed:
        return "change-impossible", "plan"
    given = Plan(
        words=forms.text(form, "words"),
        owner=forms.text(form, "owner"),
        due=_end_of(forms.single(form, "due"), pages.organisation.time_zone),
        test=forms.text(form, "test"),
        change=proposed[chosen] if chosen else Change(),
    )
    return await pages.desk.lessons.plan(opened.ticket.id, given, by=opened.person), "plan"


async def _apply(pages: Pages, opened: Opened, form: FormData) -> Done:
    measure = await _mine(pages, opened, form)
    return (await pages.desk.lessons.apply(measure, by=opened.person) if measure else "unknown"), f"measure-{measure}"


async def _finish(pages: Pages, opened: Opened, form: FormData) -> Done:
    measure = await _mine(pages, opened, form)
    if not measure:
        return "unknown", "measures"
    effect = forms.text(form, "effect")
    return await pages.desk.lessons.finish(measure, by=opened.person, effect=effect), f"measure-{measure}"


async def _withdraw(pages: Pages, opened: Opened, form: FormData) -> Done:
    measure = await _mine(pages, opened, form)
    if not measure:
        return "unknown", "measures"
    reason = forms.text(form, "reason")
    return await pages.desk.lessons.withdraw(measure, by=opened.person, reason=reason), f"measure-{measure}"


async def _mine(pages: Pages, opened: Opened, form: FormData) -> str:
    """The measure of the form, if it is one of this ticket; else ""."""
    named = forms.single(form, "measure")
    mine = await pages.store.read(lambda shelves: shelves.measures.of_ticket(opened.ticket.id))
    return named if any(one.id == named for one in mine) else ""


def _end_of(day: str, zone: str) -> datetime | None:
    """The end of a day as it is written in a date field, in the organisation's zone; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


CLOSING = Section(
    "closing",
    "ticket_closing.html",
    _context,
    {"cause": _cause, "plan": _plan, "apply": _apply, "finish": _finish, "withdraw": _withdraw},
)
