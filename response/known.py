"""Known: everything that is known of a case, each thing with where it comes from; what is not known says so.

    what a person said last ─► what the inspection found ─► what the settings say ─► unknown (None)

The upper bound of the inspection counts until a person corrects it. Nothing here is content: counts, yes and no, times, people's words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from response import times
from response.deadlines import Facts, facts_of
from response.fact_names import NAMES
from response.office import Office
from response.times import KnownTime
from rules.personal.kinds import leak
from rules.personal.recogniser import Leak
from store.facts import FactRow
from store.measures import MeasureState
from store.shelves import Shelves
from store.tickets import Ticket

_UNIQUE_IN_KOREA = frozenset({"kr_rrn", "passport", "driver_licence", "residence_card"})
"""개인정보 보호법 시행령 제19조: 고유식별정보."""
Source = Literal["person", "inspection", "settings", "report", "unknown"]
"""Who says so: a person on the desk · the rules that read the message · `[response]` · the report · nobody yet."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, or known to be unknown."""

    name: str
    value: Any
    """As its kind in `response.fact_names` says; None: unknown."""
    source: Source
    by: str = ""
    """Who said it; "" nobody in person."""
    at: datetime | None = None
    why: str = ""
    proof: int | None = None
    """Number of the record of evidence that shows it."""

    @property
    def is_known(self) -> bool:
        """Whether it has a value; of a number of persons: whether there is an upper bound."""
        return self.value is not None and not (self.name == "persons" and self.value["max"] is None)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one case, now."""

    ticket: Ticket
    found: Mapping[str, Fact]
    """Every name of `response.fact_names`, in that order."""
    times: Mapping[str, KnownTime]
    """The seven times, when it was contained, and when it was closed; `at` None: not yet."""
    zone: str = "UTC"
    """The organisation's, IANA."""

    def fact(self, name: str) -> Fact:
        """One fact with where it comes from. Raises KeyError: no such name."""
        return self.found[name]

    def value(self, name: str) -> Any:
        """One value; None: unknown. Raises KeyError: no such name."""
        return self.found[name].value

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of what nobody knows yet."""
        return tuple(name for name, fact in self.found.items() if not fact.is_known)

    @property
    def persons_max(self) -> int | None:
        """The number of persons that counts for every threshold; None: unknown."""
        most: int | None = (self.value("persons") or {}).get("max")
        return most

    def given(self) -> dict[str, Any]:
        """The facts as `sekisho deadlines --facts` takes them, JSON: what is unknown is null, what nobody spoke of is left out."""
        said = {n: f for n, f in self.found.items() if NAMES[n].law and (f.source != "unknown" or NAMES[n].unsure)}
        given = {NAMES[name].law: fact.value for name, fact in said.items()}
        return given | {"subjects": self.persons_max, "tz": self.zone}

    def facts(self) -> Facts:
        """The same, checked."""
        return facts_of(self.given())


def known(shelves: Shelves, office: Office, ticket: Ticket) -> Known:
    """Gather what is known of a case now. Reads only."""
    said = shelves.facts.latest(ticket.id)
    moments = times.of(shelves, office, ticket, said)
    assumed = _assumed(office, ticket, moments) | _learnt(shelves, ticket)
    found = {name: _said(said[name]) if name in said else assumed.get(name, _nobody(name)) for name in NAMES}
    return Known(ticket, found, moments, office.organisation.time_zone)


def _said(row: FactRow) -> Fact:
    return Fact(row.name, row.value, "person", row.by, row.at, row.why, row.proof)


def _nobody(name: str) -> Fact:
    return Fact(name, None, "unknown")


def _assumed(office: Office, ticket: Ticket, moments: Mapping[str, KnownTime]) -> dict[str, Fact]:
    """What is known before a person said anything."""
    first = moments["first_known_at"]
    facts = [
        Fact("known_at", ticket.first_known_at.isoformat(), "report", first.by, ticket.reported_at, proof=first.proof),
        # What is reported is a mail that went astray; a person who suspects harm says so.
        Fact("malicious", False, "report", first.by, ticket.reported_at, proof=first.proof),
        Fact("jurisdictions", [_code(one) for one in office.options.jurisdictions], "settings"),
        *(Fact(name, value, "inspection") for name, value in inspected(ticket.exposure).items()),
    ]
    return {fact.name: fact for fact in facts}


def _learnt(shelves: Shelves, ticket: Ticket) -> dict[str, Fact]:
    """Why it happened and what is done about it, as the lessons of the case say it."""
    facts = []
    if (cause := shelves.learning.cause(ticket.id)) and cause.words:
        facts.append(Fact("cause", cause.words, "person", cause.by, cause.at))
    planned = [one for one in shelves.measures.of_ticket(ticket.id) if one.state is not MeasureState.WITHDRAWN]
    if planned:
        last = planned[-1]
        words = "\n".join(one.words for one in planned)
        facts.append(Fact("prevention", words, "person", last.proposed_by, last.proposed_at))
    return {fact.name: fact for fact in facts}


def inspected(exposure: Mapping[str, Any]) -> dict[str, Any]:
    """What the rules found out by reading the message, by name of fact; only what they can know (`response.exposure.of_case`).

    No rule knows special-care data when it reads it, so that stays unknown unless no personal datum at all was found. A kind that
    was not found is "no" only where everything could be read.
    """
    persons, kinds = exposure.get("persons") or {"min": 0, "max": None}, exposure.get("kinds") or {}
    found: dict[str, Any] = {"persons": {"min": persons["min"], "max": persons["max"]}}
    if not exposure.get("known"):
        return found
    whole = not exposure.get("unread")
    found["kinds"] = {kind: count for kind, count in kinds.items() if count}
    costly = any(leak(kind) is Leak.COSTS_MONEY for kind in found["kinds"])
    mine = bool(kinds.get("my_number"))
    found |= {name: True for name, is_there in (("financial", costly), ("my_number", mine)) if is_there}
    if whole:
        found |= {"financial": costly, "my_number": mine}
        # An encrypted part could not have been read.
        found["encrypted"] = False
        if not found["kinds"] and not persons["max"]:
            found["sensitive"] = False  # whether that means no risk is for a person to say: it ends duties
    if mine:
        found["my_number_subjects"] = kinds["my_number"]
    if _UNIQUE_IN_KOREA & set(found["kinds"]):
        found["unique_id"] = True
    return found


def _code(jurisdiction: str) -> str:
    """The settings say US for the one law of that country that is known here."""
    return "US-HIPAA" if jurisdiction == "US" else jurisdiction
