"""Outcomes: what was asked and what became of it, counted by day, rule and group of senders; no message and no person.

    add (in a unit) ──► gathered in the transaction ──► write, near its end: a row for each sum

Many transactions count into the same few rows. They are written last and in one order: nodes queue there only for the end of a
transaction and never each for the other; a unit that is undone takes back what it counted (`store.writer`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from store.binding import Binding
from store.counted import Counted
from store.tables.outcomes import outcomes

WHOLE = ""
"""In the place of a rule: the message as a whole, once."""
MEASURE = "measure "
"""Before the number of a measure (`store.measures`), in the place of a rule: what it alone asked about; no rule of the overview."""
SPEEDS = (5, 30, 120, 600, 3600, 86400)
"""Seconds: the steps in which the time to an answer is counted."""
c = outcomes.c


def speed_of(seconds: float) -> int:
    """Which step an answer fell into: 1 for the quickest, `len(SPEEDS) + 1` for the slowest.

    >>> speed_of(5), speed_of(5.1), speed_of(1e9)
    (1, 2, 7)
    """
    return bisect_left(SPEEDS, seconds) + 1


def write(binding: Binding) -> None:
    """Before a transaction commits: add what was counted in it to the sums."""
    sums: Counter[Counted] = Counter()
    for one in binding.counted:
        sums[replace(one, count=0)] += one.count
    for key in sorted(sums, key=lambda k: (k.day, k.rule, k.people, k.became, k.speed)):
        if not sums[key]:
            continue
        named = {"day": key.day, "rule": key.rule, "people": key.people, "became": key.became, "speed": key.speed}
        new = binding.insert(outcomes).values(**named, count=sums[key])
        more = new.on_conflict_do_update(index_elements=list(named), set_={"count": c.count + new.excluded.count})
        binding.connection.execute(more)


class OutcomeShelf:
    """The sums."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._db = binding.connection

    def add(self, counted: Iterable[Counted]) -> None:
        """Count; seen by those who read after the transaction."""
        self._binding.counted.extend(counted)

    def since(self, day: date) -> tuple[Counted, ...]:
        """The sums from that day on, over all days (`day` is "")."""
        return self._sums(c.day >= day.isoformat(), c.rule.not_like(f"{MEASURE}%"))

    def of_measure(self, measure_id: str) -> Mapping[str, int]:
        """What became of the holds that a measure made, since it was applied; `asked`: all of them."""
        query = select(c.became, func.sum(c.count)).where(c.rule == MEASURE + measure_id).group_by(c.became)
        return {became: int(count) for became, count in self._db.execute(query)}

    def months(self, until: date, days: int) -> tuple[tuple[str, str, int], ...]:
        """Of messages as a whole: month as 2026-11, what became of them, how many; of so many days, the first month first."""
        month = func.substr(c.day, 1, 7)
        # Each day by name: so its few rows of whole messages are found by the key, without reading those of all rules.
        which = (c.rule == WHOLE, c.day.in_([(until - timedelta(days=n)).isoformat() for n in range(days)]))
        query = select(month, c.became, func.sum(c.count)).where(*which).group_by(month, c.became)
        return tuple(sorted((at, became, int(count)) for at, became, count in self._db.execute(query)))

    def prune(self, before: date) -> int:
        """Forget days before that one."""
        return self._db.execute(delete(outcomes).where(c.day < before.isoformat())).rowcount

    def _sums(self, *which: ColumnElement[bool]) -> tuple[Counted, ...]:
        keys = (c.rule, c.people, c.became, c.speed)
        query = select(*keys, func.sum(c.count)).where(*which).group_by(*keys)
        return tuple(Counted("", *row[:4], int(row[4])) for row in self._db.execute(query.order_by(*keys)))
