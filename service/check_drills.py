"""What `check` says of practice: a drill that is overdue, a quiz that nobody passed."""

from datetime import datetime, timedelta
from typing import Final

from response import quiz
from response.drill import OVERDUE, YEARLY
from service.check_problem import Problem
from store.engine import Store
from store.errors import StoreError
from store.shelves import Shelves

_YEAR: Final = timedelta(days=365)


async def practice(store: Store, now: datetime) -> list[Problem]:
    """Warn; a house that is new is given the time that passes between two drills. Nothing where the store does not answer."""
    try:
        known = await store.read(lambda shelves: _read(shelves, now.year))
    except StoreError:
        return []
    if known is None:
        return []
    since, last, passed = known
    found = []
    if now - (last or since) > OVERDUE:
        held = f"the last one began on {last:%Y-%m-%d}" if last else "none was held yet"
        found.append(Problem("warning", "drill", f"{held}, and {YEARLY} a year are due", "sekisho drill start"))
    if now - since > _YEAR and not passed:
        what = f"nobody has passed it in {now.year - 1} or {now.year}, and once a year is due"
        found.append(Problem("warning", "quiz", what, "ask everybody to open /quiz"))
    return found


def _read(shelves: Shelves, year: int) -> tuple[datetime, datetime | None, bool] | None:
    """Since when mail has come here, the last drill, whether somebody passed the quiz lately; None for a house without mail."""
    since = shelves.journal.oldest()
    passed = any(quiz.total(shelves.quiz.of_year(one))[1] for one in (year, year - 1))
    return (since, shelves.drills.last_ended(), passed) if since else None
