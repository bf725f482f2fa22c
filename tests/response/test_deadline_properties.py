"""Legal deadlines for any facts: no order of dates turns round, and knowing less, later or of more persons never frees of anything."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import holidays
from hypothesis import given
from hypothesis import strategies as st

from response.deadline_facts import Jurisdiction
from response.deadline_law import law
from response.deadlines import Deadline, Facts, owed

FLAGS = [name for name, field in Facts.model_fields.items() if field.default is False]
EXEMPT = {
    "encrypted_strongly",
    "pseudonymised",
    "recovered_unread",
    "entrusting_notified",
    "low_probability",
    "recovered_deleted_low_risk",
    "within_organisation",
}
# One version of every law is in force in all of these.
FIRST = datetime(2026, 9, 12, tzinfo=UTC)
KNOWN = st.timedeltas(timedelta(), timedelta(days=3000)).map(lambda later: FIRST + later)
FACTS = st.fixed_dictionaries(
    {
        "jurisdictions": st.just(get_args(Jurisdiction)),
        "known_at": KNOWN,
        "subjects": st.none() | st.integers(0, 2000),
        "tz": st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        "risk": st.sampled_from([None, "unlikely", "risk", "high"]),
        "assessed_at": st.none() | KNOWN,
        **{name: st.sampled_from([None, True, False, False]) for name in FLAGS},
    }
)
CLOSED = st.frozensets(st.dates(date(2026, 9, 1), date(2035, 6, 1)), max_size=5)


def lines(facts: dict[str, Any], closed: frozenset[date] = frozenset()) -> dict[str, Deadline]:
    return {f"{d.rule} {d.step}": d for d in owed(Facts.model_validate(facts), closed)}


@given(FACTS, CLOSED)
def test_dates_stand_in_their_order_and_every_line_says_what_it_is(
    facts: dict[str, Any], closed: frozenset[date]
) -> None:
    found = lines(facts, closed)
    for line in found.values():
        assert line.due is None or line.due > facts["known_at"] or line.rule == "SG-AUTH"
        assert (line.owed and line.due is None) == (line.due is None and line.kind == "soft")
        assert line.owed or not line.basis
        assert line.reason.ja
        assert line.reason.en
    for rule, last in (("JP-PRELIM", "JP-FINAL"), ("JP-MYN", "JP-MYN"), ("JP-PMARK", "JP-PMARK")):
        target, outer, final = found[f"{rule} target"].due, found[f"{rule} outer"].due, found[f"{last} final"].due
        if target and outer and final:
            assert target < outer < final
        assert (target is None) == (outer is None)


@given(FACTS, CLOSED)
def test_what_rolls_never_ends_on_a_closed_day_and_never_before_its_length(
    facts: dict[str, Any], closed: frozenset[date]
) -> None:
    japan = holidays.country_holidays("JP")
    plain = lines(facts)
    rolling = {f"{r.id} {s.name}" for r in law().rules if r.roll for s in r.steps}
    for name, line in lines(facts, closed).items():
        without = plain[name].due
        if line.due and name in rolling:
            day = line.due.date()
            assert day.weekday() < 5
            assert day not in japan
            assert day not in closed
            assert f"{day:%m-%d}" not in {"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}
            assert without
            assert line.due >= without
        else:
            assert line.due == without


@given(FACTS, st.integers(0, 10_000))
def test_more_persons_remove_no_trigger_and_move_nothing_later(facts: dict[str, Any], more: int) -> None:
    facts["subjects"] = facts["subjects"] or 0
    few, many = lines(facts), lines(facts | {"subjects": facts["subjects"] + more})
    unknown = lines(facts | {"subjects": None})
    for name, line in few.items():
        for other in (many[name], unknown[name]):
            assert set(line.basis) <= set(other.basis)
            assert other.owed >= line.owed
            assert not line.due or (other.due and other.due <= line.due)


@given(FACTS, st.timedeltas(timedelta(), timedelta(days=400)))
def test_knowing_it_later_moves_no_date_to_before(facts: dict[str, Any], later: timedelta) -> None:
    first, second = lines(facts), lines(facts | {"known_at": facts["known_at"] + later})
    for name, line in first.items():
        moved = second[name]
        assert moved.owed == line.owed
        assert (moved.due is None) == (line.due is None)
        assert not line.due or (moved.due and moved.due >= line.due)


@given(FACTS, st.sampled_from(FLAGS))
def test_not_knowing_a_fact_frees_of_nothing(facts: dict[str, Any], flag: str) -> None:
    unsure = lines(facts | {flag: None})
    for value in (True, False):
        for name, line in lines(facts | {flag: value}).items():
            if flag not in EXEMPT or value is False:
                assert unsure[name].owed >= line.owed
                assert set(line.basis) <= set(unsure[name].basis)
                other = unsure[name].due
                assert not line.due or (other and other <= line.due)
            else:
                assert unsure[name].owed >= line.owed


@given(FACTS)
def test_hours_are_elapsed_and_the_same_instant_in_every_zone(facts: dict[str, Any]) -> None:
    found = lines(facts | {"risk": "high"})
    assert found["EU-AUTH report"].due == facts["known_at"] + timedelta(hours=72) == found["UK-AUTH report"].due
    assert found["KR-PERSON notice"].due == facts["known_at"] + timedelta(hours=72)
