"""A message that is judged by what is remembered around it: what every feature of recipient-unusual is counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.habits import NEVER, Habits
from rules.recent_mail import Topic

OTHERS = 12
"""So many of the other recipients are looked at together with one."""
NOTHING = -20.0
"""Stands for what cannot be said: of a single recipient nothing about the others."""

Row = dict[str, float]
"""Feature → value: logarithms of counts and days, or shares."""


@dataclass(frozen=True, slots=True)
class Count:
    """What the contacts count: longer than recent mail goes back."""

    by_sender: int = 0
    by_all: int = 0
    days: float = NEVER


@dataclass(frozen=True, slots=True)
class Situation:
    """A message that is judged, and what is remembered around it."""

    minute: int
    topic: Topic
    sender: int
    recipients: Sequence[int]
    sent: Habits
    sender_got: Habits
    got: Mapping[int, Habits]
    counts: Mapping[int, Count]

    def days(self, minute: int) -> float:
        """Since a minute."""
        return max(0, self.minute - minute) / 1440
