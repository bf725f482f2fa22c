"""The facts of a ticket: what is known, where it comes from, who corrected what; its times with their proof; what was shown before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from response import damage, facts
from response.fact_names import JURISDICTIONS, NAMES, RISKS
from response.facts import ValueRefusedError
from response.history import Happened, history
from response.known import Known, known
from rules.personal import kinds
from rules.personal import names as every_kind
from store.evidence import Entry
from store.shelves import Shelves
from web import forms
from web.fact_forms import UNKNOWN, value_of
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


@dataclass(frozen=True, slots=True)
class Around:
    """What the store says for this section."""

    known: Known
    said: Mapping[str, tuple[Entry, ...]]
    """Who said what, by name of fact, the newest first; what it was before stands in each."""
    before: tuple[Happened, ...]


async def _context(pages: Pages, opened: Opened, language: str) -> Mapping[str, Any]:
    around = await pages.store.read(lambda shelves: _around(shelves, pages, opened))
    zone = ZoneInfo(pages.organisation.time_zone)
    return {
        "around": around,
        "estimate": damage.of_case(around.known, great_responsibility=pages.desk.office.options.great_responsibility),
        "names": {name: fact.words(language) for name, fact in NAMES.items()},
        "kind_of": {name: fact.kind for name, fact in NAMES.items()},
        "elsewhere": _elsewhere(around.known),
        "jurisdictions": JURISDICTIONS,
        "risks": RISKS,
        "unknown_word": UNKNOWN,
        "kinds_to_add": sorted(
            (said, kind)
            for kind in every_kind() | set(kinds.SAID_BY_PEOPLE)
            if (said := kinds.name(kind, language)) != kind
        ),
        "kind_name": lambda kind: kinds.name(kind, language),
        "local": lambda text: datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S"),
        "zone": pages.organisation.time_zone,
    }


def _elsewhere(known: Known) -> frozenset[str]:
    """Facts that only a jurisdiction asks for that does not apply; none while nobody knows which apply."""
    apply = known.found["jurisdictions"].value
    return frozenset(name for name, fact in NAMES.items() if apply and fact.of and fact.of not in apply)


def _around(shelves: Shelves, pages: Pages, opened: Opened) -> Around:
    said: dict[str, tuple[Entry, ...]] = {}
    for entry in shelves.evidence.of_events(opened.ticket.id, "fact"):
        said[entry.object] = (entry, *said.get(entry.object, ()))
    found = known(shelves, pages.desk.office, opened.ticket)
    return Around(found, said, history(shelves, opened.ticket.id))


async def _correct(pages: Pages, opened: Opened, form: FormData) -> Done:
    name, proof = forms.single(form, "fact"), forms.single(form, "proof").strip()
    if name not in NAMES:
        return "unknown", "main"
    place = f"fact-{name}"
    try:
        value = value_of(form, name, ZoneInfo(pages.organisation.time_zone))
    except ValueRefusedError as error:
        return "when" if NAMES[name].kind == "time" else error.refusal, place
    if proof and not (proof.isdecimal() and len(proof) < 9):  # noqa: PLR2004 - no case has so many records
        return "proof", place
    why, number = forms.text(form, "why"), int(proof) if proof else None
    office, ticket = pages.desk.office, opened.ticket.id
    refused = await pages.store.commit(
        lambda shelves: facts.correct(shelves, office, ticket, name, value, by=opened.person, why=why, proof=number)
    )
    return refused, place


FACTS = Section(
    "facts",
    "ticket_facts.html",
    _context,
    {"fact": _correct},
)
