"""Figures of the desk: how soon what went wrong was reported, by channel and by whom; of cases, never of a person. Pure."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from store.desk_overview import CaseTimes

STEPS: Final = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 4 * 60, 24 * 60, 72 * 60))
"""In which the time from sending to the report is counted; what took longer comes last."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Cases of one channel, or of all."""

    channel: str
    """"" for all."""
    cases: int
    by_sender: int
    half: timedelta | None
    """The median of the time from sending to the report; None where nothing of it had left."""
    steps: tuple[int, ...]
    """How many within each of `STEPS`, and after the last."""

    @property
    def by_sender_percent(self) -> int | None:
        """How many of a hundred their own senders reported; None without cases."""
        return round(100 * self.by_sender / self.cases) if self.cases else None


@dataclass(frozen=True, slots=True)
class Middle:
    """How long one part of the way took: the median and over how many cases."""

    name: str
    half: timedelta | None
    cases: int


def reported(cases: Iterable[CaseTimes]) -> tuple[Reported, ...]:
    """All cases together, then each channel, the one with most first."""
    by_channel: dict[str, list[CaseTimes]] = defaultdict(list)
    for case in cases:
        by_channel[""].append(case)
        by_channel[case.channel].append(case)
    found = [_of(channel, mine) for channel, mine in by_channel.items()]
    return tuple(sorted(found, key=lambda one: (one.channel != "", -one.cases, one.channel)))


def middles(cases: Sequence[CaseTimes]) -> tuple[Middle, ...]:
    """The parts of the way: known to superior told, known to reported, reported to ticket, ticket to contained, ticket to closed."""
    parts = (
        ("known-superior", "first_known_at", "superior_told_at"),
        ("known-reported", "first_known_at", "reported_at"),
        ("reported-ticket", "reported_at", "opened_at"),
        ("ticket-contained", "opened_at", "contained_at"),
        ("ticket-closed", "opened_at", "closed_at"),
    )
    made = []
    for name, start, end in parts:
        taken = [max(b - a, timedelta()) for c in cases if (a := getattr(c, start)) and (b := getattr(c, end))]
        made.append(Middle(name, _half(taken), len(taken)))
    return tuple(made)


def _of(channel: str, cases: Sequence[CaseTimes]) -> Reported:
    taken = [max(c.reported_at - c.sent_at, timedelta()) for c in cases if c.sent_at]
    counted = Counter(bisect_left(STEPS, time) for time in taken)
    steps = tuple(counted[step] for step in range(len(STEPS) + 1))
    by_sender = sum(case.reporter_class == "sender" for case in cases)
    return Reported(channel, len(cases), by_sender, _half(taken), steps)


def _half(taken: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in taken)) if taken else None
