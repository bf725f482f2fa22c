"""Case facts: a ticket as an outside tracker may see it: number, state, times, counts, the way to our page; and whether that changed."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime

from notifier.tracker_options import Event, Tracker
from notifier.tracker_words import summary, text
from notifier.trackers import UNKNOWN, Case
from response.office import Office
from store.ids import shown
from store.tickets import ENDED, State, Ticket

_TIMES = {
    "opened": "opened_at",
    "first_known": "first_known_at",
    "reported": "reported_at",
    "sent": "sent_at",
    "superior_told": "superior_told_at",
    "contained": "contained_at",
    "confirmed": "confirmed_at",
    "closed": "closed_at",
}
_WATCHED: Mapping[str, tuple[str, ...]] = {
    "state": ("state", *_TIMES, "persons_min", "persons_max"),
    "closed": ("ended",),
    "deadline": ("due", "deadline"),
}
"""Event of the settings → facts whose change it is."""


def facts_of(
    ticket: Ticket,
    base_url: str,
    *,
    persons: Mapping[str, int | None] | None = None,
    deadline: datetime | None = None,
) -> dict[str, str]:
    """By the names of `notifier.trackers.FACTS`. Neither subject nor address nor words: a tracker would be where they leak a second time.

    `persons`: {"min", "max"} as a person corrected it, where somebody did. `deadline`: the nearest that the law sets, where one is known.
    """
    number, counted = shown(ticket.id), persons or ticket.exposure.get("persons", {})
    due = min((step.due for step in ticket.steps if step.state == "todo" and step.due), default=None)
    ended = ticket.state in ENDED
    return {
        "case": number,
        "kind": ticket.kind,
        "state": str(ticket.state),
        **{fact: _time(getattr(ticket, name)) for fact, name in _TIMES.items()},
        "due": "" if ended else _time(due),
        "deadline": "" if ended else _time(deadline),
        "persons_min": str(counted.get("min", 0)),
        "persons_max": UNKNOWN if counted.get("max") is None else str(counted["max"]),
        "link": f"{base_url.rstrip('/')}/tickets/{number}",
    }


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""


def is_new(before: Mapping[str, str] | None, now: Mapping[str, str], events: Collection[Event]) -> bool:
    """Whether the tracker is to hear of it: by the events of its settings. Whatever it hears, it hears all of it."""
    if before is None:
        return "opened" in events
    names = [name for event in events for name in _WATCHED.get(event, ())]
    return any(_with_end(before).get(name) != _with_end(now).get(name) for name in names)


def event_of(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    """Name what happened, by the most important part of it."""
    if before is None:
        return "ticket.opened"
    was, is_ = _with_end(before), _with_end(now)
    if is_["ended"] == "yes" and was["ended"] == "no":
        return "ticket.closed"
    return "ticket.deadline" if all(was.get(n) == is_.get(n) for n in _WATCHED["state"]) else "ticket.state"


def _with_end(facts: Mapping[str, str]) -> Mapping[str, str]:
    return {**facts, "ended": "yes" if State(facts["state"]) in ENDED else "no"}


def case_of(
    facts: Mapping[str, str],
    tracker: Tracker,
    office: Office,
    *,
    before: Mapping[str, str] | None,
    version: int,
    at: datetime,
) -> Case:
    """Put it into words for a tracker. `version`: how often it was written there; with the facts it makes the id of this state."""
    organisation = office.organisation
    language = organisation.language
    identity = json.dumps([tracker.name, version, dict(sorted(facts.items()))], ensure_ascii=False)
    return Case(
        id=f"msg_{hashlib.sha256(identity.encode()).hexdigest()[:32]}",
        number=facts["case"],
        facts=facts,
        summary=summary(facts["case"], facts["state"], language),
        text=text(facts, language, organisation.time_zone),
        zone_day=_days(facts, office),
        event=event_of(before, facts),
        at=at,
        language=language,
    )


def _days(facts: Mapping[str, str], office: Office) -> Mapping[str, date]:
    times = {name: facts[name] for name in (*_TIMES, "due", "deadline") if facts[name]}
    return {name: datetime.fromisoformat(said).astimezone(office.zone).date() for name, said in times.items()}
