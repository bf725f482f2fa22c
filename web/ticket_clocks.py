"""The clocks of a ticket: what the law asks, hard dates apart from advice; what became of each; what changed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from response import clocks, fulfilling
from response.fact_names import NAMES
from response.facts import ValueRefusedError
from response.signing import may_sign
from store.deadlines import DeadlineRow
from store.evidence import Entry
from store.shelves import Shelves
from web import forms
from web.fact_forms import local_time
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


@dataclass(frozen=True, slots=True)
class Rows:
    """The deadlines as they are shown: the two kinds never in one list."""

    hard: tuple[DeadlineRow, ...]
    soft: tuple[DeadlineRow, ...]
    not_owed: tuple[DeadlineRow, ...]
    counted: tuple[Entry, ...]
    """Each counting that changed something, the newest first."""

    @property
    def headline(self) -> DeadlineRow | None:
        """The earliest hard date that runs."""
        return clocks.headline(self.hard)


async def _context(pages: Pages, opened: Opened, language: str) -> Mapping[str, Any]:
    zone = ZoneInfo(pages.organisation.time_zone)
    by_law = {fact.law: (fact.words(language), fact.kind) for fact in NAMES.values() if fact.law}
    return {
        "rows": await pages.store.read(lambda shelves: _rows(shelves, opened.ticket.id)),
        "needs_reason": fulfilling.needs_reason,
        "may_sign": may_sign(pages.desk.office, opened.ticket, opened.person),
        "fact_of": lambda law: by_law.get(law, (law, "text")),
        "zone": pages.organisation.time_zone,
        "local_now": pages.clock.now().astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S"),
    }


def _rows(shelves: Shelves, ticket_id: str) -> Rows:
    every = shelves.deadlines.of(ticket_id)
    return Rows(
        tuple(row for row in every if row.kind == "hard" and (row.owed or row.state != "running")),
        tuple(row for row in every if row.kind == "soft" and (row.owed or row.state != "running")),
        tuple(row for row in every if not row.owed and row.state == "running"),
        tuple(reversed(shelves.evidence.of_events(ticket_id, "counted"))),
    )


async def _meet(pages: Pages, opened: Opened, form: FormData) -> Done:
    rule, step, place = _which(form)
    try:
        at: datetime = local_time(forms.single(form, "at"), ZoneInfo(pages.organisation.time_zone))
    except ValueRefusedError:
        return "when", place
    how, late, ticket = forms.text(form, "how"), forms.text(form, "late_reason"), opened.ticket.id
    office = pages.desk.office
    refused = await pages.store.commit(
        lambda shelves: fulfilling.meet(
            shelves, office, ticket, rule, step, by=opened.person, at=at, how=how, late_reason=late
        )
    )
    return refused, place


async def _void(pages: Pages, opened: Opened, form: FormData) -> Done:
    (rule, step, place), reason = _which(form), forms.text(form, "reason")
    office, ticket = pages.desk.office, opened.ticket.id
    refused = await pages.store.commit(
        lambda shelves: fulfilling.void(shelves, office, ticket, rule, step, by=opened.person, reason=reason)
    )
    return refused, place


async def _explain(pages: Pages, opened: Opened, form: FormData) -> Done:
    (rule, step, place), reason = _which(form), forms.text(form, "reason")
    refused = await pages.store.commit(
        lambda shelves: fulfilling.explain(shelves, opened.ticket.id, rule, step, by=opened.person, late_reason=reason)
    )
    return refused, place


async def _run_on(pages: Pages, opened: Opened, form: FormData) -> Done:
    (rule, step, place), reason = _which(form), forms.text(form, "reason")
    refused = await pages.store.commit(
        lambda shelves: fulfilling.run_on(shelves, opened.ticket.id, rule, step, by=opened.person, reason=reason)
    )
    return refused, place


def _which(form: FormData) -> tuple[str, str, str]:
    """Rule, step, and their place on the page."""
    rule, step = forms.single(form, "rule"), forms.single(form, "of")
    return rule, step, f"clock-{rule}-{step}"


CLOCKS = Section(
    "clocks",
    "ticket_clocks.html",
    _context,
    {"meet": _meet, "void": _void, "explain": _explain, "run-on": _run_on},
)
