"""How grave a case is: by the upper bound, and unknown is never nothing."""

from typing import Any

import pytest

from response.exposure import of_case, without


def verdict(
    most: int = 0, lost: tuple[str, ...] = (), findings: tuple[dict[str, Any], ...] = (), **kinds: int
) -> dict[str, Any]:
    parts = [{"name": "a.xlsx", "kinds": kinds, "lost": list(lost)}]
    return {
        "findings": list(findings),
        "exposure": {"persons": {"min": most // 2, "max": most}, "kinds": kinds, "parts": parts},
    }


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (None, 2),
        ({}, 2),
        (verdict(), 0),
        (verdict(1, phone=1), 1),
        (verdict(100, phone=100), 1),
        (verdict(101, phone=101), 2),
        (verdict(1000, phone=1000), 2),
        (verdict(1001, phone=1001), 3),
        (verdict(1, my_number=1), 2),
        (verdict(100, my_number=100), 2),
        (verdict(101, my_number=101), 3),
        (verdict(1, payment_card=1), 3),
        (verdict(0, lost=("encrypted_archive",)), 2),
        (verdict(0, email_address=3), 1),
    ],
)
def test_severity_follows_the_upper_bound(given: dict[str, Any] | None, severity: int) -> None:
    found = of_case(given)
    assert found["severity"] == severity
    assert set(found["why"]) == {"ja", "en"}
    assert all(found["why"].values())


def test_unknown_is_said_and_has_no_upper_bound() -> None:
    assert of_case(None)["persons"] == {"min": 0, "max": None}
    assert of_case(None)["known"] is False


def test_what_could_not_be_read_is_named_once() -> None:
    finding = {"rule": "content-uninspectable", "about": {"part": "b.zip"}}
    found = of_case(verdict(lost=("limit",), findings=(finding, finding, {"rule": "recipient-typo", "about": {}})))
    assert found["unread"] == ["a.xlsx", "b.zip"]


def test_no_value_of_the_verdict_is_kept() -> None:
    given = verdict(1, phone=1)
    given["exposure"]["parts"][0]["values"] = {"phone": ["0312345678"]}
    assert "0312345678" not in str(of_case(given))


def test_what_nobody_measured_is_unknown_and_keeps_the_parts_that_could_not_be_read() -> None:
    given = verdict(0, lost=("damaged",))
    given["exposure"]["measured"] = False
    found = of_case(given)
    assert (found["known"], found["persons"]["max"], found["severity"]) == (False, None, 2)
    assert found["unread"] == ["a.xlsx"]


def test_what_was_taken_out_before_it_left_does_not_count_and_no_count_of_the_rest_is_too_small() -> None:
    parts = [
        {"name": "a.xlsx", "kinds": {"phone": 1200}, "persons": {"min": 1100, "max": 1200}, "lost": []},
        {"name": "b.zip", "kinds": {"phone": 0}, "persons": {"min": 0, "max": 0}, "lost": ["limit"]},
        {"name": "", "kinds": {"phone": 40}, "persons": {"min": 2, "max": 40}, "lost": []},
    ]
    findings = [{"rule": "content-uninspectable", "about": {"part": "b.zip"}}]
    exposure = {"persons": {"min": 1110, "max": 1210}, "kinds": {"phone": 1210}, "parts": parts}
    given = {"findings": findings, "exposure": exposure}
    assert of_case(without(given, ())) == of_case(given)
    left = of_case(without(given, {"a.xlsx"}))
    assert (left["persons"], left["kinds"], left["severity"]) == ({"min": 2, "max": 40}, {"phone": 40}, 2)
    assert left["unread"] == ["b.zip"]
    both = of_case(without(given, {"a.xlsx", "b.zip"}))
    assert (both["persons"]["max"], both["unread"], both["severity"]) == (40, [], 1)
    assert without(None, {"a.xlsx"}) is None
