"""Figures: what became of questions, rule by rule, as the admin's page shows it; and the bars of its charts. Pure.

Habit is seen in two figures: how soon the half of all answers came, and how many changed nothing. They are of rules and groups, never
of a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from gateway.options import HabitOptions
from gateway.outcomes import NEAR_MISS
from store.counted import UNTIMED, Counted
from store.outcomes import SPEEDS, WHOLE

BECAME: Final = ("confirmed", "corrected", "left-out", "approved", "cancelled", "expired", "left", "released")
"""In the order in which they are drawn; what waits still comes last."""
_BY_SETTING: Final = frozenset({"approved", "left"})
Place = TypeVar("Place", str, int)
WIDTH: Final = 320.0
ROW: Final = 34.0
COLUMNS_HIGH: Final = 120.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One rule, or one group of senders under it."""

    rule: str
    people: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    speeds: Mapping[int, int] = field(default_factory=dict)

    def count(self, became: str) -> int:
        """How many; what was taken back of another period never makes less than none."""
        return max(self.counts.get(became, 0), 0)

    @property
    def asked(self) -> int:
        """How many questions."""
        return self.count("asked")

    @property
    def waiting(self) -> int:
        """Asked in this time and not decided."""
        return max(self.asked - sum(self.count(one) for one in BECAME), 0)

    @property
    def answered(self) -> int:
        """Answered by those who were asked."""
        return self.count("confirmed") + self.changed

    @property
    def changed(self) -> int:
        """Answered with something else than "send it as it is"."""
        return sum(self.count(one) for one in NEAR_MISS)

    @property
    def unchanged_percent(self) -> int | None:
        """Of the answers, how many changed nothing; None without answers. Rounded down: 100 says that none did."""
        return 100 * self.count("confirmed") // self.answered if self.answered else None

    @property
    def half_within(self) -> int | None:
        """Seconds within which half of the answers came; None for longer than the longest step. 0 without answers."""
        timed = sum(count for step, count in self.speeds.items() if step != UNTIMED and count > 0)
        seen = 0
        for step, seconds in enumerate(SPEEDS, 1):
            seen += max(self.speeds.get(step, 0), 0)
            if 2 * seen >= timed:
                return seconds if timed else 0
        return None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in units of its view box."""

    x: float
    y: float
    width: float
    height: float
    became: str
    count: int


def by_rule(counted: Iterable[Counted]) -> tuple[Figure, ...]:
    """The rules, the one that asked most first."""
    return _figures((one, (one.rule, "")) for one in counted)


def by_group(counted: Iterable[Counted]) -> tuple[Figure, ...]:
    """The same apart for each group of senders."""
    return _figures((one, (one.rule, one.people)) for one in counted)


def to_retire(figures: Iterable[Figure], habit: HabitOptions) -> tuple[Figure, ...]:
    """Rules whose questions are hardly ever answered with a change."""
    return tuple(
        one
        for one in figures
        if one.answered >= habit.retire_answers and one.changed <= habit.retire_changed * one.answered
    )


def became_of(figures: Iterable[Figure]) -> tuple[str, ...]:
    """What may become of a question, without what the settings allow and never happened."""
    every = tuple(figures)
    return tuple(one for one in BECAME if one not in _BY_SETTING or any(figure.count(one) for figure in every))


def prevented(months: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    """Near misses by month, the first month first."""
    found: Counter[str] = Counter()
    for month, became, count in months:
        found[month] += count if became in NEAR_MISS else 0
    return {month: max(found[month], 0) for month in sorted(found)}


def bars(figures: Sequence[Figure]) -> tuple[tuple[Figure, float, tuple[Bar, ...]], ...]:
    """For each rule that asked the height of its line of text and its bar, in pieces; the longest bar fills the width."""
    longest = max((one.asked for one in figures), default=0) or 1
    drawn = []
    for place, one in enumerate(one for one in figures if one.asked):
        x, pieces = 0.0, []
        counts = {became: one.count(became) for became in BECAME} | {"waiting": one.waiting}
        whole = max(sum(counts.values()), 1)
        for became, count in counts.items():
            width = WIDTH * count / whole * one.asked / longest
            if count:
                pieces.append(Bar(round(x, 2), place * ROW + 18, round(width, 2), 10, became, count))
            x += width
        drawn.append((one, place * ROW + 13, tuple(pieces)))
    return tuple(drawn)


def columns(months: Mapping[Place, int]) -> tuple[tuple[Place, Bar], ...]:
    """A column for each month, or step; the highest fills the height."""
    highest, step = max(months.values(), default=0) or 1, WIDTH / max(len(months), 6)
    return tuple(
        (
            month,
            Bar(
                round(place * step + 3, 2),
                round(COLUMNS_HIGH * (1 - count / highest) + 16, 2),
                round(step - 6, 2),
                round(COLUMNS_HIGH * count / highest, 2),
                "",
                count,
            ),
        )
        for place, (month, count) in enumerate(months.items())
    )


def _figures(keyed: Iterable[tuple[Counted, tuple[str, str]]]) -> tuple[Figure, ...]:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    speeds: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for one, key in keyed:
        if one.rule == WHOLE:
            continue
        counts[key][one.became] += one.count
        speeds[key][one.speed] += one.count
    made = [Figure(*key, counts[key], speeds[key]) for key in counts]
    return tuple(sorted(made, key=lambda one: (-one.asked, one.rule, one.people)))
