"""Mirroring: which tickets outside trackers have to hear of, and what became of it; each function within one transaction.

    look: the newest evidence is another ──► facts compared ──► due ──► claim (lease) ──► told over HTTP ──► kept | failed
                                                                   ^                                     │
                                                                   └───── changed meanwhile, or later ◄──┘

The ticket is the truth. A tracker that was down gets the newest state once, not every state it missed. Drills never reach one.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifier.asking import OutsideError
from notifier.tracker_notices import trouble
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case
from response.case_facts import case_of, facts_of, is_new
from response.known import known
from response.office import GATEWAY, Office
from store.ids import shown
from store.shelves import Shelves
from store.trackers import Mirror

LEASE = timedelta(minutes=3)
"""Longer than one ticket can take at one tracker (`response.tracker_post.TIME_LIMIT`)."""
WAITS = (10, 60, 300, 900, 3600)
"""Seconds between two tries; the last one repeats, for a tracker that is down for a day is caught up with within the hour."""
DOWN = timedelta(hours=1)
"""A tracker that does not answer for so long is told of."""
AT_ONCE = 100
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError)
"""What a row raises that is otherwise than its reader expects: that one case is not told, and keeps no other back."""
_HTTP_GONE = 410


@dataclass(frozen=True, slots=True)
class Around:
    """What the functions need beside the store."""

    office: Office
    base_url: str
    """Of the staff's pages."""
    node: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """One ticket that is to be told to one tracker now, as it is now."""

    mirror: Mirror
    tracker: Tracker
    case: Case


def look(shelves: Shelves, around: Around, tracker: Tracker) -> int:
    """Compare the tickets with which something was done; how many that were."""
    changed = shelves.trackers.changed(tracker.name, AT_ONCE)
    for ticket_id in changed:
        known = shelves.trackers.get(ticket_id, tracker.name)
        try:
            now = _facts(shelves, around, ticket_id)
        except UNREADABLE:
            shelves.trackers.compared(ticket_id, tracker.name, due=True)  # whoever claims it says what is wrong
            continue
        due = is_new(known.sent if known else None, now, tracker.events)
        shelves.trackers.compared(ticket_id, tracker.name, due=due, sent=None if known or due else now)
    return len(changed)


def claim(shelves: Shelves, around: Around, tracker: Tracker) -> Claimed | None:
    """Take one that is due."""
    if shelves.trackers.state(tracker.name).gone == address_of(tracker):
        return None
    mirror = shelves.trackers.claim((tracker.name,), around.node, shelves.now + LEASE)
    if mirror is None:
        return None
    try:
        facts = _facts(shelves, around, mirror.ticket_id)
    except UNREADABLE as error:
        problem = f"the case cannot be read: {type(error).__name__}"
        shelves.trackers.book(replace(mirror, state="failed", problem=problem, next_try=None), around.node)
        return claim(shelves, around, tracker)
    case = case_of(facts, tracker, around.office, before=mirror.sent, version=mirror.version, at=shelves.now)
    return Claimed(mirror, tracker, case)


def kept(shelves: Shelves, around: Around, claimed: Claimed, carried: Carried) -> str:
    """Book that it was told: ok, mismatch, or "" when another node had taken it meanwhile."""
    before, sent, now = claimed.mirror, claimed.case.facts, shelves.now
    told = f"mismatch {' '.join(carried.fields)}" if carried.fields else ""
    booked = replace(
        before,
        state="mismatch" if carried.fields else "ok",
        reference=carried.reference,
        url=carried.url,
        sent=sent,
        version=before.version + (sent != before.sent),
        fields=carried.fields,
        problem="",
        told=told,
        attempts=before.attempts if carried.fields else 0,
        next_try=_later(now, before.attempts, WAITS) if carried.fields else None,
        read_at=now if carried.is_read else before.read_at,
    )
    if is_new(sent, _facts(shelves, around, before.ticket_id), claimed.tracker.events):
        booked = replace(booked, state="waiting", attempts=0, next_try=now)
    if not shelves.trackers.book(booked, around.node):
        return ""
    shelves.trackers.set_state(
        replace(shelves.trackers.state(before.tracker), reached_at=now, down_since=None, told_at=None)
    )
    if sent != before.sent or carried.fields != before.fields:
        body = {"reference": carried.reference, "version": booked.version, "differs": list(carried.fields)}
        shelves.evidence.add(before.ticket_id, GATEWAY, "mirrored", before.tracker, body)
    if told and told != before.told:
        _tell(shelves, around, claimed, "tracker-mismatch", {"fields": ", ".join(carried.fields)})
    return "mismatch" if carried.fields else "ok"


def failed(shelves: Shelves, around: Around, claimed: Claimed, error: OutsideError, waits: Sequence[int] | None) -> str:
    """Book that it could not be told: down, refused, gone, later, or "" when another node had taken it. `waits`: of the kind, then final."""
    before, now = claimed.mirror, shelves.now
    gone = error.status == _HTTP_GONE and claimed.tracker.kind == "webhook"
    is_over = gone or (waits is not None and before.attempts > len(waits))
    next_try = None if is_over else _later(now, before.attempts, waits or WAITS, error.wait)
    refused = error.permanent or is_over
    told = f"refused {error}" if refused else before.told
    booked = replace(before, state="failed" if refused else "waiting", problem=str(error), told=told, next_try=next_try)
    if not shelves.trackers.book(booked, around.node):
        return ""
    if gone:
        shelves.trackers.set_state(replace(shelves.trackers.state(before.tracker), gone=address_of(claimed.tracker)))
        _tell(shelves, around, claimed, "tracker-gone", {})
        return "gone"
    if refused and told != before.told:
        _tell(shelves, around, claimed, "tracker-refused", {"reason": str(error)})
    if error.down:
        _down(shelves, around, claimed, next_try)
    return "refused" if refused else "down" if error.down else "later"


def try_again(shelves: Shelves, ticket_id: str, tracker: str, *, by: str) -> bool:
    """Tell it to the tracker now, because a person wants it; False when there is nothing to tell."""
    if not shelves.trackers.try_again(ticket_id, tracker):
        return False
    shelves.evidence.add(ticket_id, by, "mirror-again", tracker, {})
    shelves.audit.add(by, "tracker-again", ticket_id, {"tracker": tracker})
    return True


def address_of(tracker: Tracker) -> str:
    """Name an address without saying it: it may carry a secret of its own."""
    return hashlib.sha256(tracker.url.encode()).hexdigest()


def _down(shelves: Shelves, around: Around, claimed: Claimed, until: datetime | None) -> None:
    """Nothing else of that tracker is tried meanwhile; after an hour it is told of, once."""
    now, state = shelves.now, shelves.trackers.state(claimed.tracker.name)
    if until:
        shelves.trackers.put_off(claimed.tracker.name, until)
    since = state.down_since or now
    tell = now - since >= DOWN and state.told_at is None
    shelves.trackers.set_state(replace(state, down_since=since, told_at=now if tell else state.told_at))
    if tell:
        _tell(shelves, around, claimed, "tracker-down", {})


def _later(now: datetime, attempts: int, waits: Sequence[int], asked: float = 0) -> datetime:
    """When it is tried again; up to a quarter later than the schedule says, so that many do not come at once."""
    wait = max(waits[min(max(attempts, 1), len(waits)) - 1], asked)
    return now + timedelta(seconds=wait * (1 + secrets.randbelow(250) / 1000))


def _tell(shelves: Shelves, around: Around, claimed: Claimed, kind: str, more: dict[str, str]) -> None:
    facts = {"tracker": claimed.tracker.name, "number": shown(claimed.mirror.ticket_id), **more}
    trouble(shelves, around.office.organisation, kind, facts)


def _facts(shelves: Shelves, around: Around, ticket_id: str) -> dict[str, str]:
    ticket = shelves.tickets.get(ticket_id)
    assert ticket is not None  # a mirror goes with its ticket
    runs = [one.due for one in shelves.deadlines.of(ticket_id) if one.runs and one.due]
    persons = known(shelves, around.office, ticket).value("persons")
    return facts_of(ticket, around.base_url, persons=persons, deadline=min(runs, default=None))
