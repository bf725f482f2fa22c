"""Outcomes: what is counted of questions and answers, rule by rule, once for each send (decision 0046).

Of every rule and day: asked = confirmed + corrected + left-out + approved + cancelled + expired + left + released + what still waits. What
is brought back waits again: it is taken back from where it was counted. What only waits for the clock is not asked about; that its sender
cancelled it counts for the message as a whole (withdrawn).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gateway.decision import Decision, risks
from gateway.gate import is_member
from gateway.rooms import FlowOptions
from store.counted import UNTIMED, Became, Counted
from store.holds import Hold, State
from store.outcomes import MEASURE, WHOLE, speed_of
from store.shelves import Shelves

_CHOSEN: Final[Mapping[str, Became]] = {
    "correct": "corrected",
    "bcc": "corrected",
    "remove": "corrected",
    "omit": "left-out",
    "ask": "approved",
    "right": "confirmed",
    "agree": "confirmed",
}
_STRONGEST: Final[Sequence[Became]] = ("corrected", "left-out", "approved", "confirmed")
"""A rule may ask several things about one message: what changed most of it counts."""
NEAR_MISS: Final[frozenset[str]] = frozenset({"corrected", "left-out", "cancelled", "withdrawn"})
"""A hold that its sender cancelled or corrected: a leak that did not happen."""

_BY_CLOCK: Final = frozenset({"asked", "expired", "left"})
"""Nobody took any time to answer."""


def rules_of(holds: Sequence[Hold]) -> frozenset[str]:
    """The rules that ask something about them."""
    return frozenset(rule for risk in risks(holds) for rule in risk.rules)


def asked(shelves: Shelves, hold: Hold, beside: Iterable[Hold], options: FlowOptions) -> None:
    """A message is held; of a copy only what its send was not asked about before (`beside`)."""
    if hold.state is not State.HELD or hold.delayed:
        return
    copies = [one for one in _waiting(beside) if one.group_id == hold.group_id]
    before = rules_of(copies)
    new = rules_of([hold]) - before
    _count(shelves, hold, dict.fromkeys(new, "asked"), options, whole="" if before or not new else "asked")


def sent(shelves: Shelves, held: Sequence[Hold], decision: Decision, options: FlowOptions) -> bool:
    """These copies are let go as somebody answered; whether that is a near miss."""
    waiting = _waiting(held)
    became = _of_send(waiting, decision)
    if not became:
        return False
    whole = min(became.values(), key=lambda one: _STRONGEST.index(one) if one in _STRONGEST else len(_STRONGEST))
    _count(shelves, waiting[0], became, options, whole=whole)
    return whole in NEAR_MISS


def cancelled(shelves: Shelves, held: Sequence[Hold], options: FlowOptions) -> bool:
    """These copies are cancelled; whether that is a near miss, as nearly all are."""
    rules = rules_of(waiting) if (waiting := _waiting(held)) else frozenset()
    if not held or held[0].drill or not (rules or held[0].delayed):
        return False
    _count(shelves, held[0], dict.fromkeys(rules, "cancelled"), options, whole="cancelled" if rules else "withdrawn")
    return True


def unanswered(shelves: Shelves, hold: Hold, became: Became, copies: Iterable[Hold], options: FlowOptions) -> None:
    """Nobody answered about this one until its deadline; its copies end one by one, what they ask alike counts with the last."""
    others = [one for one in _waiting(copies) if one.id != hold.id]
    rest = rules_of(others) if others else frozenset()
    rules = rules_of([hold])
    _count(shelves, hold, dict.fromkeys(rules - rest, became), options, whole="" if rest or not rules else became)


def brought_back(shelves: Shelves, ended: Sequence[Hold], options: FlowOptions) -> None:
    """Waits again: not cancelled, not expired. A copy that was left out of what was sent is asked about anew."""
    whole = [one for one in ended if (one.decision or {}).get("kind") != "send"]
    first, rules = (whole or ended)[0], rules_of(whole or ended)
    if not whole:
        _count(shelves, first, dict.fromkeys(rules, "asked"), options, whole="asked" if rules else "")
    elif first.release_at:
        _count(shelves, first, {}, options, whole="withdrawn", back=first.decided_at)
        _count(shelves, first, dict.fromkeys(rules, "asked"), options, whole="asked" if rules else "")
    else:
        became: Became = "expired" if first.state is State.EXPIRED else "cancelled"
        _count(
            shelves, first, dict.fromkeys(rules, became), options, whole=became if rules else "", back=first.decided_at
        )


def group_of(sender: str, options: FlowOptions) -> str:
    """The first of the groups of `[gate.groups]` that the sender is in; "" for none."""
    return next((name for name, members in options.groups.items() if is_member(sender, members)), "")


def _waiting(holds: Iterable[Hold]) -> list[Hold]:
    """What waits for an answer, not for the clock."""
    return [one for one in holds if one.state is State.HELD and not one.delayed]


def _of_measures(hold: Hold, became: Mapping[str, str]) -> dict[str, str]:
    """The measures after earlier cases that made it ask, as if each was a rule."""
    named = ((number, became.get(f["rule"])) for f in hold.verdict["findings"] for number in f.get("measures", ()))
    return {MEASURE + number: one for number, one in named if one}


def _of_send(held: Sequence[Hold], decision: Decision) -> dict[str, Became]:
    said: dict[str, set[Became]] = {}
    for risk in risks(held) if held else ():
        for rule in risk.rules:
            said.setdefault(rule, set()).add(_CHOSEN.get(decision.choices.get(risk.id, ""), "released"))
    return {rule: next((one for one in _STRONGEST if one in chosen), "released") for rule, chosen in said.items()}


def _count(
    shelves: Shelves,
    hold: Hold,
    became: Mapping[str, str],
    options: FlowOptions,
    *,
    whole: str,
    back: datetime | None = None,
) -> None:
    """`back`: when it was counted that is taken back now. A drill is counted nowhere."""
    if hold.drill:
        return
    at = back or shelves.now
    day = at.astimezone(ZoneInfo(options.organisation.time_zone)).date().isoformat()
    took = speed_of((at - (hold.asked_at or hold.received_at)).total_seconds())
    people = group_of(hold.reverse_path, options)
    every = {**became, **({WHOLE: whole} if whole else {})} | _of_measures(hold, became)
    shelves.outcomes.add(
        Counted(day, rule, people, one, UNTIMED if one in _BY_CLOCK else took, -1 if back else 1)
        for rule, one in every.items()
    )
