"""When the contact tree is tested next: with each new week, month or quarter of the organisation's own calendar."""

from datetime import datetime, timedelta

from response.office import Office

MONTHS = {"monthly": 1, "quarterly": 3}
WEEK = timedelta(days=7)
GRACE = timedelta(days=7)
"""So much later than it should have been a test is overdue: the first working day may be some days away."""


def due_at(office: Office, since: datetime) -> datetime:
    """When the next test is due: the beginning of the next week, month or quarter in the organisation's zone."""
    local = since.astimezone(office.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    months = MONTHS.get(office.options.reach_test)
    if months is None:
        return (midnight - timedelta(days=local.weekday()) + WEEK).astimezone(since.tzinfo)
    month = (local.month - 1) // months * months + months
    return midnight.replace(year=local.year + month // 12, month=month % 12 + 1, day=1).astimezone(since.tzinfo)
