"""Working time: what counts, what does not, and that the sum is always right."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from notifier.options import Hours, Organisation
from notifier.working_time import WorkingTime

TOKYO = ZoneInfo("Asia/Tokyo")
HOUR = 3600
SECOND = timedelta(seconds=1)

# Zones that change their clocks (north, south, by half an hour, at midnight) and one that does not.
ZONES = (
    "Asia/Tokyo",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
)
HOURS = (
    Hours(),
    Hours(start=time(22), end=time(6), country="DE"),
    Hours(
        start=time(0), end=time(0), days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), country="", year_end=False
    ),
    Hours(start=time(2, 30), end=time(2, 15), days=("sat", "sun"), country="US"),
    Hours(days=("mon",), closed=(date(2026, 11, 30),)),
)
clocks = st.builds(WorkingTime, st.sampled_from(HOURS), st.sampled_from(ZONES))
times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
spans = st.integers(0, 200 * HOUR)


def tokyo(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


def test_a_weekend_and_a_public_holiday_do_not_count() -> None:
    # Monday 23 November 2026 is Labour Thanksgiving Day.
    friday = tokyo(2026, 11, 20, 17, 50)
    assert WorkingTime(Hours(), "Asia/Tokyo").after(friday, HOUR) == tokyo(2026, 11, 24, 9, 50)


def test_a_holiday_between_two_holidays_does_not_count() -> None:
    # 国民の祝日に関する法律 第3条3項: 22 September 2026.
    assert WorkingTime(Hours(), "Asia/Tokyo").next_open(tokyo(2026, 9, 21, 9)) == tokyo(2026, 9, 24, 9)


def test_a_holiday_of_another_country_does_not_matter() -> None:
    assert WorkingTime(Hours(country="DE"), "Asia/Tokyo").is_open(tokyo(2026, 11, 23, 9))


def test_the_days_around_new_year_do_not_count() -> None:
    working = WorkingTime(Hours(), "Asia/Tokyo")
    assert working.after(tokyo(2026, 12, 28, 17), 2 * HOUR) == tokyo(2027, 1, 4, 10)


def test_the_days_around_new_year_count_where_the_house_says_so() -> None:
    working = WorkingTime(Hours(year_end=False), "Asia/Tokyo")
    assert working.after(tokyo(2026, 12, 28, 17), 2 * HOUR) == tokyo(2026, 12, 29, 10)


def test_the_day_that_the_house_itself_closes_does_not_count() -> None:
    working = WorkingTime(Hours(closed=(date(2026, 11, 25),)), "Asia/Tokyo")
    assert working.next_open(tokyo(2026, 11, 24, 18)) == tokyo(2026, 11, 26, 9)


def test_twenty_four_hours_are_nearly_three_working_days() -> None:
    assert WorkingTime(Hours(), "Asia/Tokyo").after(tokyo(2026, 11, 24, 9), 24 * HOUR) == tokyo(2026, 11, 26, 15)


def test_the_house_is_open_at_its_first_second_and_not_at_its_last() -> None:
    working = WorkingTime(Hours(), "Asia/Tokyo")
    assert working.is_open(tokyo(2026, 11, 24, 9))
    assert not working.is_open(tokyo(2026, 11, 24, 9) - SECOND)
    assert working.is_open(tokyo(2026, 11, 24, 18) - SECOND)
    assert not working.is_open(tokyo(2026, 11, 24, 18))


def test_a_night_shift_belongs_to_the_day_it_begins() -> None:
    working = WorkingTime(Hours(start=time(22), end=time(6)), "Asia/Tokyo")
    assert working.is_open(tokyo(2026, 11, 28, 5))  # Saturday, of Friday's shift
    assert not working.is_open(tokyo(2026, 11, 28, 23))


def test_the_longer_night_of_autumn_counts_its_hour_twice() -> None:
    working = WorkingTime(Hours(start=time(0), end=time(0), days=("sun",), country=""), "Europe/Berlin")
    midnight = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin"))
    assert working.after(midnight, 25 * HOUR) == datetime(2026, 10, 26, tzinfo=ZoneInfo("Europe/Berlin"))


def test_what_comes_out_is_utc() -> None:
    at = WorkingTime(Hours(), "Asia/Tokyo").after(tokyo(2026, 11, 20, 17, 50), HOUR)
    assert at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        WorkingTime(Hours(), "Asia/Tokyo").after(datetime(2026, 11, 20), 1)  # noqa: DTZ001


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        WorkingTime(Hours(), "Asia/Tokyo").after(tokyo(2026, 11, 20), -1)


@given(clocks, times, spans, spans)
def test_two_spans_one_after_the_other_are_their_sum(
    working: WorkingTime, at: datetime, first: int, second: int
) -> None:
    assert working.after(working.after(at, first), second) == working.after(at, first + second)


@given(clocks, times, times, spans)
def test_who_starts_later_is_not_done_earlier(working: WorkingTime, one: datetime, other: datetime, span: int) -> None:
    earlier, later = sorted((one, other))
    assert working.after(earlier, span) <= working.after(later, span)


@given(clocks, times, spans)
def test_a_deadline_falls_into_working_time_and_never_too_early(working: WorkingTime, at: datetime, span: int) -> None:
    due = working.after(at, span)
    assert due >= at + timedelta(seconds=span)
    assert not span or working.is_open(due - timedelta(microseconds=1))


@given(clocks, times)
def test_the_next_opening_is_open_and_nothing_before_it_is(working: WorkingTime, at: datetime) -> None:
    opens = working.next_open(at)
    assert opens >= at
    assert working.is_open(opens)
    assert opens == at or not working.is_open(at + (opens - at) / 2)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"hours": {"days": []}}, "at least 1"),
        ({"hours": {"country": "Japan"}}, "ISO 3166"),
        ({"time_zone": "Tokyo"}, "IANA"),
        ({"admins": ["boss@elsewhere.example"]}, "boss@elsewhere.example"),
        (
            {"people": [{"address": "a@tachibana.example", "superior": "b@elsewhere.example"}]},
            "b@elsewhere.example",
        ),
    ],
)
def test_settings_that_could_not_work_are_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Organisation.model_validate({"name": "Tachibana", "domains": ["tachibana.example"]} | table)
