"""Times of a case: the seven and its end, each with the record of evidence that proves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from response.office import GATEWAY, Office
from store.evidence import Entry
from store.facts import FactRow
from store.shelves import Shelves
from store.tickets import Ticket


@dataclass(frozen=True, slots=True)
class KnownTime:
    """When something happened; `at` None: not yet."""

    at: datetime | None = None
    by: str = ""
    """Who did it or said it; "" unknown."""
    proof: int | None = None
    """Number of the record of evidence that proves it."""


TIMES = (
    "sent_at",
    "first_known_at",
    "superior_told_at",
    "reported_at",
    "opened_at",
    "contained_at",
    "confirmed_at",
    "assessed_at",
    "closed_at",
)
_PROOFS: Mapping[str, tuple[str, str]] = {
    "sent_at": ("collected", "delivery"),
    "reported_at": ("reported", "report"),
    "opened_at": ("reported", "report"),
    "superior_told_at": ("told", "superior"),
    "contained_at": ("contained", "recipients"),
    "closed_at": ("closed", "ticket"),
}
"""Event and object of the record that proves it."""
_LAST = frozenset({"closed_at", "confirmed_at"})
"""What may happen twice: the last one counts."""


def of(shelves: Shelves, office: Office, ticket: Ticket, said: Mapping[str, FactRow]) -> dict[str, KnownTime]:
    """All of them, in their order."""
    events = ("collected", "reported", "merged", "told", "contained", "step", "closed", "fact")
    entries = shelves.evidence.of_events(ticket.id, *events)
    found = {name: _proven(name, getattr(ticket, name, None), entries) for name in TIMES}
    found["first_known_at"] = _first_known(ticket, entries, said.get("known_at"))
    confirming = {f"step {step.id}" for step in office.manual.steps if step.sets == "confirmed_at"}
    steps = [e for e in entries if e.event == "step" and e.object in confirming and e.body.get("state") == "done"]
    found["confirmed_at"] = _time(ticket.confirmed_at, steps[-1] if steps else None)
    assessed = said.get("assessed_at")
    if assessed and assessed.value:
        found["assessed_at"] = KnownTime(datetime.fromisoformat(assessed.value), assessed.by, assessed.proof)
    return found


def know_from(shelves: Shelves, ticket: Ticket, known_at: datetime) -> None:
    """The clock of first knowledge begins at another time: what counts from it is due as much earlier, or later."""
    for step in ticket.steps:
        if step.clock == "K" and step.due:
            shelves.tickets.set_due(ticket.id, step.step, step.due - (ticket.first_known_at - known_at))


def _proven(name: str, at: datetime | None, entries: tuple[Entry, ...]) -> KnownTime:
    event, about = _PROOFS.get(name, ("", ""))
    those = [entry for entry in entries if (entry.event, entry.object) == (event, about)]
    return _time(at, those[-1 if name in _LAST else 0] if those else None)


def _first_known(ticket: Ticket, entries: tuple[Entry, ...], said: FactRow | None) -> KnownTime:
    """Who knew first: as a person corrected it, else the report that said so; of a double that joined: the record of the joining."""
    if said and said.value and datetime.fromisoformat(said.value) == ticket.first_known_at:
        return KnownTime(ticket.first_known_at, said.by, said.proof)
    reports = (e for e in entries if e.event == "reported" and _is_at(e, ticket.first_known_at))
    joined = (e for e in entries if e.event == "merged" and e.body.get("known_earlier"))
    return _time(ticket.first_known_at, next(reports, None) or next(joined, None))


def _is_at(entry: Entry, known_at: datetime) -> bool:
    """Whether a report says so, in whatever zone."""
    said = entry.body.get("first_known_at")
    return isinstance(said, str) and datetime.fromisoformat(said) == known_at


def _time(at: datetime | None, entry: Entry | None) -> KnownTime:
    if at is None:
        return KnownTime()
    return KnownTime(at, entry.actor if entry and entry.actor != GATEWAY else "", entry.seq if entry else None)
