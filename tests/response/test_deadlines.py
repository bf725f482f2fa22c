"""Legal deadlines: each law's own date for given facts, what is not owed says why, and unknown facts never free of anything."""

import json
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from response.deadline_law import Law, LawError, law, parse
from response.deadlines import Deadline, FactsError, facts_of, headline, owed

SHARED = Path(__file__).parents[2] / "../shared/response/deadline_cases.json"
WHERE = {
    "prelim_target": "target",
    "prelim_outer": "outer",
    "final": "final",
    "authority": "-AUTH",
    "person_notice": "-PERSON",
    "individual": "-IND",
    "hhs": "-HHS",
    "media": "-MEDIA",
    "assess_by": "-ASSESS",
}
JP_KNOWN = "2026-11-24T09:00:00+09:00"


def lines(closed: Collection[date] = (), by: Law | None = None, **facts: Any) -> dict[str, Deadline]:
    """By rule and step: `JP-FINAL final`."""
    return {f"{d.rule} {d.step}": d for d in owed(facts_of(facts), closed, by)}


def due(line: Deadline) -> str | None:
    return line.due.isoformat() if line.due else None


def jp(**facts: Any) -> dict[str, Deadline]:
    return lines(**{"jurisdiction": "JP", "known_at": JP_KNOWN, "subjects": 1, **facts})


@pytest.mark.skipif(not SHARED.exists(), reason="the cases are not beside the repository")
@pytest.mark.parametrize(
    "case", json.loads(SHARED.read_text("utf-8")) if SHARED.exists() else [], ids=lambda c: c["id"]
)
def test_the_cases_that_others_wrote(case: dict[str, Any]) -> None:
    found = owed(facts_of(case["facts"]))
    main = [d for d in found if d.rule in {"JP-PRELIM", "JP-FINAL"} or not d.rule.startswith("JP-") or "PM" in d.rule]
    for key, wanted in case["expect"].items():
        if key == "triggers":
            assert sorted({basis for d in main for basis in d.basis}) == wanted
            continue
        where = WHERE[key]
        (line,) = [d for d in main if d.step == where or d.rule.endswith(where)]
        if wanted.startswith("none"):
            assert (line.due, line.owed, line.kind) == (None, False, "hard")
            assert wanted == "none" or "document" in line.reason.en
        else:
            assert due(line) == wanted


@pytest.mark.parametrize(
    ("facts", "basis"),
    [
        ({"subjects": 1000}, ()),
        ({"subjects": 1001}, ("4",)),
        ({"subjects": 100, "public_body": True}, ()),
        ({"subjects": 101, "public_body": True}, ("4",)),
        ({"subjects": 101, "public_body": False}, ()),
        ({"subjects": 101, "public_body": None}, ("4",)),
        ({"financial": True}, ("2",)),
        ({"sensitive": None}, ("1",)),
        ({"sensitive": True, "financial": True, "malicious": True, "subjects": 1001}, ("1", "2", "3", "4")),
        ({"subjects": 100, "my_number": True}, ()),
        ({"subjects": 101, "my_number": True}, ("N",)),
        ({"subjects": 101, "my_number": None}, ("N",)),
        ({"subjects": 500, "my_number": True, "my_number_subjects": 100}, ()),
        ({"subjects": 500, "my_number": True, "my_number_subjects": 101}, ("N",)),
        ({"my_number": True, "malicious": True}, ("3", "N")),
        ({"my_number": True, "unspecified_many": True}, ("N",)),
        ({"my_number": True, "listed_system": True}, ("N",)),
        ({"subjects": None}, ("4",)),
        ({"subjects": 0, "my_number": True}, ()),
    ],
)
def test_japan_asks_for_a_report_by_these_items_alone(facts: dict[str, Any], basis: tuple[str, ...]) -> None:
    found = jp(**facts)
    assert found["JP-FINAL final"].basis == found["JP-PRELIM outer"].basis == basis
    assert found["JP-FINAL final"].owed == bool(basis) == found["JP-PERSON notice"].owed
    assert found["JP-MYN final"].owed == ("N" in basis)


@pytest.mark.parametrize("freed", ["encrypted_strongly", "recovered_unread"])
def test_what_frees_from_the_law_of_japan_frees_not_from_the_privacy_mark(freed: str) -> None:
    facts: dict[str, Any] = {"jurisdictions": ["JP", "JP-PMARK"], "known_at": JP_KNOWN, "subjects": 5000}
    facts["malicious"] = True
    found = lines(**facts | {freed: True})
    assert [name for name, d in found.items() if d.owed] == ["JP-PMARK target", "JP-PMARK outer", "JP-PMARK final"]
    assert due(found["JP-PMARK final"]) == "2027-01-22T23:59:59+09:00"
    unsure = lines(**facts | {freed: None})
    assert unsure["JP-FINAL final"].owed


def test_where_nobody_knows_whether_it_was_malicious_the_shorter_time_runs() -> None:
    assert due(jp(malicious=True, sensitive=True)["JP-FINAL final"]) == "2027-01-22T23:59:59+09:00"
    unsure = jp(malicious=None)["JP-FINAL final"]
    assert (due(unsure), unsure.basis) == ("2026-12-23T23:59:59+09:00", ("3",))
    assert "counted as so" in unsure.reason.en
    assert "不明" in unsure.reason.ja


@pytest.mark.parametrize(
    ("known", "closed", "final"),
    [
        ("2026-11-30T12:00:00+09:00", (), "2027-01-04"),  # day 30 is 29 December
        ("2026-11-29T12:00:00+09:00", (), "2026-12-28"),  # the day before still counts
        ("2027-11-30T12:00:00+09:00", (), "2028-01-04"),
        ("2026-12-04T12:00:00+09:00", (), "2027-01-04"),  # 2 January, a Saturday
        ("2026-03-31T12:00:00+09:00", (), "2026-04-30"),  # 29 April is a holiday
        ("2026-08-20T12:00:00+09:00", (), "2026-09-18"),
        ("2026-08-21T12:00:00+09:00", (), "2026-09-24"),  # Saturday, then 21 to 23 September, 22 a bridge
        ("2026-11-24T12:00:00+09:00", (date(2026, 12, 23),), "2026-12-24"),  # a pinned one
        ("2026-11-24T12:00:00+09:00", (date(2026, 12, 23), date(2026, 12, 24)), "2026-12-25"),
    ],
)
def test_the_final_report_moves_to_the_next_open_day(known: str, closed: tuple[date, ...], final: str) -> None:
    found = lines(closed, jurisdiction="JP", known_at=known, sensitive=True, subjects=1)
    assert due(found["JP-FINAL final"]) == f"{final}T23:59:59+09:00"


def test_midnight_belongs_to_the_day_that_begins_and_the_preliminary_report_never_moves() -> None:
    last = jp(sensitive=True, known_at="2026-11-23T23:59:59.999999+09:00")
    first = jp(sensitive=True, known_at="2026-11-24T00:00:00+09:00")
    assert due(last["JP-PRELIM target"]) == "2026-11-25T23:59:59+09:00"
    assert due(first["JP-PRELIM target"]) == "2026-11-26T23:59:59+09:00"
    assert due(first["JP-PRELIM outer"]) == "2026-11-28T23:59:59+09:00"  # a Saturday


def test_the_preliminary_target_is_soft_and_its_last_day_hard_and_only_hard_ones_make_the_headline() -> None:
    found = owed(facts_of({"jurisdictions": ["JP", "EU"], "known_at": JP_KNOWN, "sensitive": True, "risk": "unlikely"}))
    assert [(d.rule, d.step) for d in found if d.due and d.kind == "soft"] == [("JP-PRELIM", "target")]
    first = headline(found)
    assert first
    assert (first.rule, first.step) == ("JP-PRELIM", "outer")
    assert headline(d for d in found if d.jurisdiction == "EU") is None


def test_several_laws_each_keep_their_own_zone() -> None:
    found = lines(
        jurisdictions=["JP", "EU", "UK", "US", "KR", "SG", "TW", "HK", "CN"],
        known_at="2026-10-24T23:30:00+00:00",
        tz="Europe/Berlin",
        subjects=1001,
        risk="high",
    )
    assert due(found["JP-PRELIM target"]) == "2026-10-27T23:59:59+09:00"  # there it was the 25th
    assert due(found["EU-AUTH report"]) == "2026-10-28T00:30:00+01:00"  # clocks went back: 72 hours all the same
    assert due(found["UK-AUTH report"]) == "2026-10-27T23:30:00+00:00"
    assert due(found["US-HIPAA-IND notice"]) == "2026-12-24T23:59:59+01:00"  # known on the 25th
    assert due(found["KR-AUTH report"]) == "2026-10-28T08:30:00+09:00"
    assert due(found["SG-ASSESS assess"]) == "2026-11-24T23:59:59+08:00"
    assert {d.kind for d in found.values() if d.jurisdiction in {"TW", "HK", "CN"}} == {"soft"}


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ("2026-10-25T00:30:00+01:00", "2026-10-27T23:30:00+00:00"),  # into winter
        ("2026-03-28T12:00:00+00:00", "2026-03-31T13:00:00+01:00"),  # into summer
        ("2028-02-27T12:00:00+00:00", "2028-03-01T12:00:00+00:00"),  # over a leap day
    ],
)
def test_72_hours_of_the_united_kingdom_are_elapsed_hours(known: str, wanted: str) -> None:
    assert due(lines(jurisdiction="UK", known_at=known, risk="risk")["UK-AUTH report"]) == wanted


@pytest.mark.parametrize(
    ("facts", "authority", "persons"),
    [
        ({"risk": "unlikely"}, False, False),
        ({"risk": "none"}, False, False),
        ({"risk": "risk"}, True, False),
        ({"risk": "high"}, True, True),
        ({"risk": "high", "encrypted_strongly": True}, True, False),
        ({"risk": None}, True, True),
        ({}, True, True),
    ],
)
def test_europe_asks_for_the_risk(facts: dict[str, Any], authority: bool, persons: bool) -> None:
    found = lines(jurisdiction="EU", known_at=JP_KNOWN, **facts)
    assert (found["EU-AUTH report"].owed, found["EU-PERSON notice"].owed) == (authority, persons)
    assert found["EU-REG record"].owed
    assert found["EU-PERSON notice"].due is None
    assert ("without undue delay" in found["EU-PERSON notice"].reason.en) is persons
    assert (found["EU-PERSON notice"].kind == "soft") is persons


@pytest.mark.parametrize(
    ("facts", "hhs", "media"),
    [
        ({"subjects": 499}, "2027-03-01", None),
        ({"subjects": 500}, "2027-01-22", None),
        ({"subjects": 501}, "2027-01-22", "2027-01-22"),  # nobody says how many live in one state: perhaps all
        ({"subjects": 600, "max_in_one_state": 500}, "2027-01-22", None),
        ({"subjects": 600, "max_in_one_state": 501}, "2027-01-22", "2027-01-22"),
        ({"subjects": None}, "2027-01-22", "2027-01-22"),
        ({"subjects": 499, "known_at": "2027-12-31T23:59:59-05:00"}, "2028-02-29", None),
        ({"subjects": 499, "known_at": "2027-12-31T23:59:59-05:00", "tz": "Asia/Tokyo"}, "2029-03-01", None),
    ],
)
def test_the_united_states_count_persons_and_residents(
    facts: dict[str, Any], hhs: str | None, media: str | None
) -> None:
    found = lines(**{"jurisdiction": "US-HIPAA", "known_at": "2026-11-23T10:00:00-05:00", **facts})
    assert (due(found["US-HIPAA-HHS report"]) or "")[:10] == (hhs or "")
    assert (due(found["US-HIPAA-MEDIA notice"]) or "")[:10] == (media or "")


@pytest.mark.parametrize(
    ("facts", "authority"),
    [
        ({"subjects": 999}, False),
        ({"subjects": 1000}, True),
        ({"sensitive": True}, True),
        ({"unique_id": True}, True),
        ({"external_illegal_access": True}, True),
        ({"malicious": True}, True),
        ({"malicious": True, "external_access": False}, False),
        ({"sensitive": True, "recovered_deleted_low_risk": None}, True),
    ],
)
def test_korea_tells_every_person_and_the_authority_from_1000_on(facts: dict[str, Any], authority: bool) -> None:
    found = lines(**{"jurisdiction": "KR", "known_at": JP_KNOWN, "subjects": 1, **facts})
    assert found["KR-AUTH report"].owed is authority
    assert due(found["KR-PERSON notice"]) == "2026-11-27T09:00:00+09:00"


@pytest.mark.parametrize(
    ("facts", "authority", "persons"),
    [
        ({"subjects": 499}, False, False),
        ({"subjects": 500}, True, False),
        ({"significant_harm": True}, True, True),
        ({"significant_harm": None}, True, True),
        ({"financial": True}, True, True),
        ({"sensitive": True, "significant_harm": False}, False, False),
        ({"subjects": 500, "significant_harm": True, "within_organisation": True}, False, False),
        ({"significant_harm": True, "encrypted_strongly": True}, True, False),
    ],
)
def test_singapore_asks_for_harm_or_500_persons(facts: dict[str, Any], authority: bool, persons: bool) -> None:
    found = lines(**{"jurisdiction": "SG", "known_at": JP_KNOWN, "subjects": 1, **facts})
    assert (found["SG-AUTH report"].owed, found["SG-PERSON notice"].owed) == (authority, persons)
    assert (found["SG-AUTH report"].due, found["SG-AUTH report"].kind) == (None, "soft" if authority else "hard")


def test_singapore_counts_calendar_days_from_the_day_of_assessment_there() -> None:
    found = lines(
        jurisdiction="SG", known_at="2026-12-01T08:00:00+08:00", assessed_at="2026-12-24T17:00:00Z", subjects=500
    )
    assert (
        due(found["SG-AUTH report"]) == "2026-12-28T23:59:59+08:00"
    )  # assessed on the 25th; the Sunday is not skipped
    assert due(found["SG-ASSESS assess"]) == "2026-12-31T23:59:59+08:00"


def test_a_contractor_tells_the_entrusting_party_which_frees_from_the_report() -> None:
    found = jp(sensitive=True, contractor=True)
    assert due(found["JP-ENTRUST outer"]) == "2026-11-28T23:59:59+09:00"
    assert found["JP-FINAL final"].owed
    told = jp(sensitive=True, contractor=True, entrusting_notified=True)
    assert not told["JP-FINAL final"].owed
    assert not told["JP-PERSON notice"].owed
    assert told["JP-ENTRUST outer"].owed
    assert jp(sensitive=True, entrusting_notified=True)["JP-FINAL final"].owed
    assert not jp(contractor=True)["JP-ENTRUST outer"].owed
    assert lines(jurisdiction="EU", known_at=JP_KNOWN, contractor=True)["EU-PROCESSOR notice"].owed


LAW = """
[[rules]]
id = "EU-AUTH"
jurisdiction = "EU"
to = { ja = "当局", en = "authority" }
valid_from = 2018-05-25
valid_to = 2027-01-31
triggers = [{ words = { ja = "侵害", en = "breach" } }]
otherwise = { ja = "不要", en = "no" }
source = "old"
url = "https://law.example/old"
[[rules.steps]]
name = "report"
kind = "hard"
lengths = [{ hours = 72 }]
words = { ja = "報告", en = "report" }
[[rules]]
id = "EU-AUTH"
jurisdiction = "EU"
to = { ja = "当局", en = "authority" }
valid_from = 2027-02-01
triggers = [{ when = ["risk = high"], words = { ja = "高リスク", en = "high" } }]
otherwise = { ja = "不要", en = "no" }
source = "new"
url = "https://law.example/new"
[[rules.steps]]
name = "report"
kind = "hard"
lengths = [{ hours = 96 }]
words = { ja = "報告", en = "report" }
"""


def test_the_law_of_the_day_on_which_it_was_known_counts() -> None:
    changing = parse(LAW, "law.toml")

    def at(known: str) -> Deadline:
        (line,) = lines(by=changing, jurisdiction="EU", known_at=known, tz="Europe/Berlin", risk="high").values()
        return line

    before, after, never = (
        at(day) for day in ("2027-01-31T23:59:00+01:00", "2027-02-01T00:00:00+01:00", "2018-05-24T12:00:00+02:00")
    )
    assert (before.source, due(before)) == ("old", "2027-02-03T23:59:00+01:00")
    assert (after.source, due(after)) == ("new", "2027-02-05T00:00:00+01:00")
    assert before.rule_version != after.rule_version
    assert (never.owed, never.due, never.rule_version) == (False, None, "")
    assert "force" in never.reason.en


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("valid_to = 2027-01-31", "valid_to = 2027-02-01", "EU-AUTH report is there twice on one day"),
        ("risk = high", "ricks = high", "no condition over a known fact"),
        ("hours = 96", "hours = 96, days = 4", "give days or hours"),
        (
            'triggers = [{ when = ["risk = high"], words = { ja = "高リスク", en = "high" } }]',
            'triggers = ["x"]',
            "sets.x",
        ),
        ('source = "new"', 'source = "new"\nroll = "JP"', "calendars: these are named by a rule"),
        ('source = "new"', "", "rules.1.source: Field required"),
    ],
)
def test_a_law_that_contradicts_itself_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(LawError, match=said):
        parse(LAW.replace(old, new), "law.toml")


def test_every_rule_that_is_shipped_names_its_source_and_speaks_both_languages() -> None:
    for rule in law().rules:
        words = [rule.to, rule.otherwise, *(s.words for s in rule.steps), *(t.words for t in rule.triggers)]
        assert all(any(ord(c) > 0x3000 for c in w.ja) and w.en.isascii() for w in words), rule.id
        assert rule.source
        assert rule.url


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"subject": 3}, "subject: no such fact; did you mean subjects?"),
        ({"weather": "fine"}, "weather: no such fact; known are jurisdictions, known_at"),
        ({"known_at": "2026-11-24T09:00:00"}, "known_at: says no offset from UTC"),
        ({"known_at": "yesterday"}, "known_at: is no date with time and zone; write for example"),
        ({"known_at": "1026-11-24T09:00:00Z"}, "known_at: this lies before 1970"),
        ({"jurisdictions": ["FR"]}, "jurisdictions.0: 'FR' is not known here; known are 'JP', "),
        ({"jurisdictions": ["JP", "JP"]}, "file: jurisdictions: named twice: JP"),
        ({"jurisdictions": []}, "jurisdictions: name at least one, of JP, JP-PMARK"),
        ({"subjects": True}, "subjects: write a number of persons"),
        ({"subjects": -1}, "subjects: write a number of persons"),
        ({"sensitive": "perhaps"}, "sensitive: write true, false, or null"),
        ({"tz": "Mars/Olympus"}, "tz: no such time zone"),
        ({"risk": "low"}, "risk: 'low' is not known here; known are 'unlikely', 'risk', 'high'"),
    ],
)
def test_facts_that_cannot_be_used_say_which_and_what_to_write(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(FactsError) as refused:
        facts_of({"jurisdictions": ["JP"], "known_at": JP_KNOWN, **facts})
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)
    with pytest.raises(FactsError, match="one JSON object"):
        facts_of([facts])
