"""Counted: one thing that is counted of questions and answers."""

from dataclasses import dataclass
from typing import Literal

Became = Literal[
    "asked", "confirmed", "corrected", "left-out", "approved", "cancelled", "withdrawn", "expired", "left", "released"
]
"""confirmed: sent as it was · corrected: to another address, recipients hidden, or without a file · left-out: without some recipient ·
approved: sent because somebody else agreed · withdrawn: cancelled while it waited for the clock alone · left: sent because nobody answered,
as the settings say · released: by an operator, unanswered."""
UNTIMED = 0
"""The step of speed of what nobody took time to answer."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that is counted."""

    day: str
    """In the organisation's zone, as `date.isoformat`."""
    rule: str
    people: str
    became: str
    speed: int = UNTIMED
    count: int = 1
    """Less than nothing: taken back."""
