"""Again: a similar message to the same recipients while one is held: people send anew when they grow impatient.

Each stays a hold of its own, with its own question and link. The store keeps which belong together, the later question names the earlier
message, and the page of either takes one answer for all: do the same with them, cancel them, or leave them. What is not answered for is
left as it is; and nothing is sent by "the same" about which something else is asked.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway import answers, approval_request
from gateway.decision import Decision, Outcome, Risk, risks
from gateway.rooms import FlowOptions
from mail.address import is_inside, key
from mail.marks import stream_safe
from store.holds import Hold, State
from store.shelves import Shelves

LATEST: Final = 10
"""Of so many held messages of a sender it is asked whether they are alike."""
NEAR: Final = 85
"""Out of 100: from here on two subjects are nearly the same (a number added, a word changed)."""
_TAKEN: Final = frozenset({"done", "asked"})
_SIZE: Final = 0.1
"""Messages without a subject are alike when their sizes differ by no more than this share."""
_PREFIX: Final = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg)\s*[:：]|[\[【(（]?(?:再送信?|再度送付|resen[dt])[\]】)）]?\s*[:：]?)\s*"
)


@dataclass(frozen=True, slots=True)
class Similar:
    """Another message of the same sender to the same recipients that waits for an answer."""

    copies: tuple[Hold, ...]
    same: bool
    """What is answered about the one answers all that is asked about this one."""

    @property
    def group_id(self) -> str:
        """By which it is decided."""
        return self.copies[0].group_id


def is_like(new: Hold, other: Hold, domains: frozenset[str]) -> bool:
    """Whether they have the same outside recipients (where there are none: the same recipients) and nearly the same subject."""
    if key(new.reverse_path) != key(other.reverse_path) or _recipients(new, domains) != _recipients(other, domains):
        return False
    one, two = _plain(new.subject), _plain(other.subject)
    if not one or not two:
        return one == two and abs(new.size - other.size) <= _SIZE * max(new.size, other.size)
    if one == two:
        return True
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - 60 ms that a command without mail does not need

    return ratio(one, two) >= NEAR


def remember(shelves: Shelves, options: FlowOptions, holds: Sequence[Hold]) -> dict[str, Hold]:
    """Write down which of these are like one that is held already; by id, the newest of the earlier ones."""
    domains = frozenset(options.organisation.domains)
    found: dict[str, Hold] = {}
    for place, new in enumerate(holds):
        if not new.reverse_path:
            continue
        later = [hold.id for hold in holds[place:]]
        earlier = (
            hold for hold in shelves.again.held_of(new.reverse_path, LATEST, but=later) if hold.group_id != new.group_id
        )
        if other := next((hold for hold in earlier if is_like(new, hold, domains)), None):
            shelves.again.add(new.group_id, other.group_id)
            found[new.id] = other
    return found


def similar(shelves: Shelves, group_id: str, person: str, options: FlowOptions) -> tuple[Similar, ...]:
    """What else of the same sender belongs together with this send and waits, the newest first; () where that does not wait."""
    others = shelves.again.others(group_id)
    held = (
        _held(approval_request.asked_about(shelves, shelves.holds.group(group_id), person, options)) if others else ()
    )
    if not held:
        return ()
    found = []
    for number in others:
        other = _held(approval_request.asked_about(shelves, shelves.holds.group(number), person, options))
        if other and other[0].asked == held[0].asked and not shelves.approvals.open([number]):
            found.append(Similar(other, _covers(shelves, held, other, options)))
    return tuple(sorted(found, key=lambda each: (each.copies[0].received_at, each.group_id), reverse=True))


def decide(shelves: Shelves, group_id: str, decision: Decision, by: str, options: FlowOptions) -> Outcome | None:
    """Answer for these copies, and for the similar ones the decision names, all or nothing.

    "changed": one of them does not wait any more, or something else is asked about it: then nothing is done at all.
    """
    if decision.others == "leave" or not decision.similar:
        return answers.decide(shelves, group_id, decision, by, options)
    groups = (group_id, *decision.similar)
    shelves.holds.alone(*{k for group in groups for hold in shelves.holds.group(group) for k in hold.keys})
    standing = {each.group_id: each for each in similar(shelves, group_id, by, options)}
    mine = _held(approval_request.asked_about(shelves, shelves.holds.group(group_id), by, options))
    wanted = {group: _for_other(decision, mine, standing.get(group)) for group in decision.similar}
    outcome = answers.decide(shelves, group_id, replace(decision, similar=()), by, options)
    if outcome is None or outcome.result not in _TAKEN:
        return outcome
    for group, theirs in wanted.items():
        other = answers.decide(shelves, group, theirs, by, options) if theirs else None
        if other is None or other.result not in _TAKEN:
            raise answers.ChangedError
    return outcome


def _for_other(decision: Decision, held: Sequence[Hold], other: Similar | None) -> Decision | None:
    """What the decision does to a similar message; None where it does not wait, or is asked about something else."""
    if other is None:
        return None
    if decision.kind == "cancel" or decision.others == "cancel":
        return Decision("cancel")
    if not other.same:
        return None
    mine = {_point(risk): decision.choices.get(risk.id, "") for risk in risks(held)}
    choices = {risk.id: mine[_point(risk)] for risk in risks(other.copies)}
    return replace(decision, choices=choices, others="leave", similar=())


def _covers(shelves: Shelves, held: Sequence[Hold], other: Sequence[Hold], options: FlowOptions) -> bool:
    """Whether an answer about the first says everything that is asked about the other: points, choices, files, and who gets it."""
    domains = frozenset(options.organisation.domains)
    if not _outside(other, domains) <= _outside(held, domains):
        return False
    mine = {_point(risk): risk for risk in risks(held)}
    theirs = risks(other)
    for risk in theirs:
        own = mine.get(_point(risk))
        if own is None or set(own.choices) != set(risk.choices):
            return False
    if any(not risk.finding["about"].get("recipient") for risk in theirs):
        return _files(shelves, other) == _files(shelves, held)
    return True


def _point(risk: Risk) -> str:
    """What is asked, without the number that depends on the message; of content with what was counted there."""
    said = []
    for found in (risk.finding, *risk.also):
        names = ("rule", "action", "about", "suggestion", "reason")
        more = () if found["about"].get("recipient") else ("words", "evidence")
        said.append({name: found.get(name) for name in (*names, *more)})
    return json.dumps(said, sort_keys=True, default=str)


def _files(shelves: Shelves, holds: Sequence[Hold]) -> frozenset[tuple[str, str]]:
    """Names and digests of the parts."""
    lines = (shelves.journal.by_hold(hold.id) for hold in holds)
    return frozenset((part["name"], part["sha256"]) for line in lines if line for part in line.parts)


def _recipients(hold: Hold, domains: frozenset[str]) -> frozenset[str]:
    return _outside((hold,), domains) or frozenset(key(r.address) for r in hold.recipients)


def _outside(holds: Sequence[Hold], domains: frozenset[str]) -> frozenset[str]:
    return frozenset(key(r.address) for hold in holds for r in hold.recipients if not is_inside(r.address, domains))


def _plain(subject: str) -> str:
    """A subject without what programs and people put before it when they send it anew."""
    text, before = unicodedata.normalize("NFKC", stream_safe(subject)).casefold(), ""
    while text != before:
        before, text = text, _PREFIX.sub("", text)
    return " ".join(text.split())


def _held(holds: Sequence[Hold]) -> tuple[Hold, ...]:
    """What waits for an answer, not for the clock."""
    return tuple(hold for hold in holds if hold.state is State.HELD and not hold.delayed)
