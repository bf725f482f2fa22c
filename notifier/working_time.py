"""WorkingTime: deadlines that run only while the organisation works, so that nothing is cancelled over a weekend."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from notifier.options import Hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)


class WorkingTime:
    """The organisation's clock: hours on working days of its own zone. Times in and out are UTC; naive ones are refused."""

    def __init__(self, hours: Hours, zone: str) -> None:
        """`zone`: IANA name. An `end` at or before `start` lies on the next day: 00:00 to 00:00 is the whole day."""
        self._hours = hours
        self._zone = ZoneInfo(zone)
        self._days = frozenset(WEEKDAYS.index(day) for day in hours.days)
        self._closed = frozenset(hours.closed)
        self._holidays = holidays.country_holidays(hours.country) if hours.country else frozenset[date]()

    def after(self, start: datetime, seconds: int) -> datetime:
        """When so many seconds of working time have passed since `start`.

        Additive, and monotone in both arguments; 0 seconds is `start` itself. Raises ValueError on a negative number.
        """
        if seconds < 0:
            raise ValueError("working time runs forward only")
        at, left = _utc(start), timedelta(seconds=seconds)
        if not left:
            return at
        for opens, closes in self._windows(at):
            at = max(at, opens)  # in the hour that a change of the clock skips, two windows may touch
            if closes - at >= left:
                return at + left
            left -= max(closes - at, timedelta())
        raise AssertionError("there is always a further window")  # pragma: no cover - the generator does not end

    def is_open(self, at: datetime) -> bool:
        """Whether the organisation works then; at the closing second it no longer does."""
        return self.next_open(at) == _utc(at)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when it is working time, else the next opening."""
        opens, _ = next(self._windows(_utc(at)))
        return max(opens, _utc(at))

    def _windows(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working windows that end after `at`, in order, as UTC; from the day before on, for hours past midnight."""
        day = at.astimezone(self._zone).date() - _DAY
        overnight = self._hours.end <= self._hours.start
        while True:
            if self.works_on(day):
                opens = self._at(day, self._hours.start.hour, self._hours.start.minute)
                closes = self._at(day + _DAY if overnight else day, self._hours.end.hour, self._hours.end.minute)
                if closes > max(at, opens):
                    yield opens, closes
            day += _DAY

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._zone).astimezone(UTC)

    def works_on(self, day: date) -> bool:
        """Whether that is a working day: of the week, and neither a holiday nor closed."""
        year_end = self._hours.year_end and (day.month, day.day) in _YEAR_END
        return day.weekday() in self._days and not year_end and day not in self._closed and day not in self._holidays


# 行政機関の休日に関する法律 第1条1項3号: 29 December to 3 January; no holiday library knows it.
_YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone is somebody's zone")
    return at.astimezone(UTC)
