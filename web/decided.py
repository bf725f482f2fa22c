"""Decided: what was answered about one send, point by point, and who did what to it when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from store.holds import Hold
from store.shelves import Shelves

ACTS: Final = ("send", "cancel", "bring-back", "ask-approval", "take-back", "approve", "send-back")


@dataclass(frozen=True, slots=True)
class Act:
    """One line of what was done."""

    at: datetime
    who: str
    what: str
    """One of `ACTS`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the answer said of the message beside its recipients' addresses."""

    confirmed: frozenset[str]
    """Recipients that somebody checked."""
    removed: tuple[str, ...]
    """Files that were taken out."""
    agreed: tuple[str, ...]
    """Files that may go as they are; "" for the message."""
    hidden: bool
    """The recipients do not see one another."""


def decided(holds: Sequence[Hold]) -> Decided:
    """Read it from the copies of one send."""
    decisions = [hold.decision or {} for hold in holds]
    return Decided(
        confirmed=frozenset(_all(decisions, "confirmed")),
        removed=tuple(_all(decisions, "remove")),
        agreed=tuple(_all(decisions, "agreed")),
        hidden=any(decision.get("hide") for decision in decisions),
    )


def history(shelves: Shelves, holds: Sequence[Hold]) -> tuple[Act, ...]:
    """Who did what to it, the first first."""
    return tuple(Act(row["at"], row["who"], row["act"]) for row in shelves.audit.of(holds[0].group_id, ACTS))


def _all(decisions: Sequence[Mapping[str, Any]], name: str) -> dict[str, None]:
    return dict.fromkeys(each for decision in decisions for each in decision.get(name, ()))
