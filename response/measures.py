"""Measures: what people decide to do so that it does not happen again; a change of a rule is applied by an admin, dated, and can be withdrawn."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from mail.address import domain_key, is_inside, key
from response.containing import is_open
from response.may import may
from response.office import Office
from store.blocks import BlockRow
from store.ids import new_id, shown
from store.measures import CHANGES, TRANSITIONS, Change, Measure, MeasureState
from store.shelves import Shelves

Refusal = Literal[
    "",
    "unknown",
    "already",
    "words-missing",
    "owner-missing",
    "due-missing",
    "test-missing",
    "effect-missing",
    "change-impossible",
    "not-admin",
    "reason-missing",
]
KEPT: Final = timedelta(days=365)
"""For so long a block is kept by a measure; then somebody looks at it again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A measure as it is written down."""

    words: str
    owner: str
    due: datetime | None
    test: str
    """How it will be seen whether it helps."""
    change: Change = field(default_factory=Change)


def plan(shelves: Shelves, office: Office, ticket_id: str, given: Plan, *, by: str) -> Refusal:
    """Plan a measure for an open case: what, who, until when, and how its effect is tested."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return "unknown"
    if not is_open(ticket):
        return "already"
    if missing := _missing(office, given):
        return missing
    assert given.due is not None
    number = new_id()
    words, test = given.words.strip(), given.test.strip()
    shelves.measures.add(Measure(number, ticket_id, words, given.owner, given.due, test, given.change, proposed_by=by))
    body = {"state": "planned", "change": given.change.as_json(), "owner": given.owner, "due": given.due.isoformat()}
    shelves.evidence.add(ticket_id, by, "measure", shown(number), body | {"words": words})
    shelves.audit.add(by, "measure-plan", number, {"ticket": ticket_id, "change": given.change.kind})
    return ""


def apply(shelves: Shelves, office: Office, measure_id: str, *, by: str) -> Refusal:
    """Bring a change of a rule into force, by an admin's press; what is done by hand is not applied but finished."""
    measure = shelves.measures.get(measure_id)
    if measure is None or measure.change.kind not in CHANGES:
        return "unknown"
    if not may(by, "admin", office.organisation):
        return "not-admin"
    if measure.state is not MeasureState.PLANNED or not shelves.measures.apply(measure_id, by):
        return "already"
    if not _done(shelves, measure):
        raise NotAppliedError(measure_id)
    _write_down(shelves, measure, by, MeasureState.APPLIED)
    return ""


class NotAppliedError(ValueError):
    """A change found nothing to change: its unit is undone."""


def finish(shelves: Shelves, measure_id: str, *, by: str, effect: str) -> Refusal:
    """Say what was seen of its effect: without that no measure is done, and a change of a rule not before it is in force."""
    measure = shelves.measures.get(measure_id)
    if measure is None:
        return "unknown"
    if not effect.strip():
        return "effect-missing"
    unapplied = measure.change.kind in CHANGES and measure.state is MeasureState.PLANNED
    if unapplied or MeasureState.DONE not in TRANSITIONS[measure.state]:
        return "already"
    if not shelves.measures.end(measure, MeasureState.DONE, by=by, effect=effect):
        return "already"
    _write_down(shelves, measure, by, MeasureState.DONE, effect)
    return ""


def withdraw(shelves: Shelves, office: Office, measure_id: str, *, by: str, reason: str) -> Refusal:
    """Take a measure back, with a reason; of one in force an admin. Its block ends; that a contact was fixed stays: a person vouches anew."""
    measure = shelves.measures.get(measure_id)
    if measure is None:
        return "unknown"
    if not reason.strip():
        return "reason-missing"
    if measure.in_force and not may(by, "admin", office.organisation):
        return "not-admin"
    if MeasureState.WITHDRAWN not in TRANSITIONS[measure.state]:
        return "already"
    if not shelves.measures.end(measure, MeasureState.WITHDRAWN, by=by, effect=reason):
        return "already"
    if measure.change.kind == "keep-block":
        shelves.blocks.lift(measure_id, by)
    _write_down(shelves, measure, by, MeasureState.WITHDRAWN, reason)
    return ""


def _missing(office: Office, given: Plan) -> Refusal:
    if not given.words.strip():
        return "words-missing"
    if not office.is_ours(given.owner):
        return "owner-missing"
    if given.due is None:
        return "due-missing"
    if not given.test.strip():
        return "test-missing"
    change = given.change
    blocks = change.kind in {"keep-block", "unvouch", "merge"}
    wrong = blocks and (
        not change.target or is_inside("x" + _at(change.target), frozenset(office.organisation.domains))
    )
    return "change-impossible" if wrong else ""


def _at(target: str) -> str:
    """`@domain` of a target."""
    return "@" + target.rpartition("@")[2]


def _done(shelves: Shelves, measure: Measure) -> bool:
    """What a change does beside being read by judging; whether it could."""
    change = measure.change
    match change.kind:
        case "keep-block":
            reason, until = measure.words, shelves.now + KEPT
            target = domain_key(change.target[1:]) if change.target.startswith("@") else key(change.target)
            row = BlockRow(measure.id, target, False, measure.owner, reason, measure.ticket_id, shelves.now, until)
            shelves.blocks.add(row)
        case "unvouch":
            shelves.contacts.disown(change.target)
        case "merge":
            return shelves.contacts.merge(change.right, change.target, add=True)
    return True


def _write_down(shelves: Shelves, measure: Measure, by: str, to: MeasureState, words: str = "") -> None:
    body = {"state": str(to), "change": measure.change.as_json()} | ({"words": words} if words else {})
    shelves.evidence.add(measure.ticket_id, by, "measure", shown(measure.id), body)
    shelves.audit.add(by, f"measure-{to}", measure.id, {"ticket": measure.ticket_id, "change": measure.change.kind})
