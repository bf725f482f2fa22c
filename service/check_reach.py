"""What `check` says of the contact tree: when its last test was, and whom it did not reach."""

from collections.abc import AsyncIterator
from datetime import datetime

from response import reach
from response.manual import ManualError
from response.reach_calendar import GRACE, due_at
from service.check_problem import Problem
from service.opening import office_of
from service.settings import Settings
from store.clock import Clock
from store.engine import Store
from store.errors import StoreError
from store.shelves import Shelves

WRITE = "sekisho people reach-test, and see who does not answer"


async def contact_tree(settings: Settings, store: Store) -> AsyncIterator[Problem]:
    """See whether everybody answered the last test, and whether it is of these weeks."""
    try:
        office = office_of(settings)
    except ManualError:
        return  # said by check_here.files

    def unit(shelves: Shelves) -> tuple[reach.Result | None, datetime | None]:
        return reach.last(shelves, office), reach.began(shelves)

    try:
        last, since = await store.read(unit)
    except StoreError:
        return  # said by check_elsewhere.store
    if last and last.test.ended_at and last.silent:
        who = ", ".join(last.silent)
        what = (
            f"the test of {last.test.started_at:%Y-%m-%d} reached {last.answered} of {last.asked}: no answer of {who}"
        )
        yield Problem("warning", "response.reach_test", what, "put their phone, second or deputy right, and test again")
    if settings.response.reach_test == "never" or since is None:
        return
    due = due_at(office, since)
    if Clock().now() > due + GRACE:
        what = f"the contact tree should have been tested on {due:%Y-%m-%d}"
        yield Problem("warning", "response.reach_test", what, WRITE)
