"""Unattended: each working morning one mail per person about what nobody has answered, or what silence has cancelled since the last one."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gateway.rooms import FlowOptions
from notifier import addressees, digests
from notifier.working_time import WorkingTime
from store.holds import Hold
from store.shelves import Shelves

MARK: Final = "unattended"
"""The day, as the organisation counts it, on which people were told last."""
MOST: Final = 10_000
"""Holds of one morning, the oldest first."""


def morning(now: datetime, options: FlowOptions) -> datetime | None:
    """When people are told on this day, if that has come and it is a working day."""
    organisation, at = options.organisation, options.hold.morning
    local = now.astimezone(ZoneInfo(organisation.time_zone))
    if not at or not WorkingTime(organisation.hours, organisation.time_zone).works_on(local.date()):
        return None
    begins = datetime.combine(local.date(), at, local.tzinfo)
    return begins if begins <= local else None


def is_told(shelves: Shelves, begins: datetime) -> bool:
    """Whether this morning's mail was queued, by whichever node."""
    return (shelves.marks.get(MARK) or "") >= f"{begins.date()}"


def tell(shelves: Shelves, options: FlowOptions, begins: datetime) -> int:
    """Queue this morning's mail, once over all nodes; how many."""
    if (shelves.marks.hold(MARK) or "") >= f"{begins.date()}":
        return 0
    before = shelves.marks.entry(MARK)
    since = before[1] if before and before[0] else shelves.now - timedelta(days=1)
    since = max(since, shelves.now - timedelta(seconds=options.hold.bring_back))
    shelves.marks.set(MARK, f"{begins.date()}")
    of: dict[str, list[Hold]] = defaultdict(list)
    for hold in shelves.digests.unattended(begins, since, MOST):
        for person in addressees.asked(options.organisation, hold):
            of[person].append(hold)
    return sum(
        digests.add(shelves, options.organisation, "unattended", [person], holds)
        for person, holds in sorted(of.items())
    )
