"""Legal deadlines against cases that were reckoned by hand, each saying how, before anybody looked into the engine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from response.deadlines import Deadline, FactsError, facts_of, headline, owed
from service.deadlines_command import as_line

CASES = json.loads((Path(__file__).parent / "deadlines_judged.json").read_text("utf-8"))
KEYS = {
    "prelim_target": ("-PRELIM|JP-PMARK", "target"),
    "prelim_outer": ("-PRELIM|JP-PMARK", "outer"),
    "final": ("-FINAL|JP-PMARK", "final"),
    "entrust": ("-ENTRUST", "target"),
    "entrust_outer": ("-ENTRUST", "outer"),
    "authority": ("-AUTH", "report"),
    "person_notice": ("-PERSON", "notice"),
    "register": ("-REG", "record"),
    "individual": ("-IND", "notice"),
    "hhs": ("-HHS", "report"),
    "media": ("-MEDIA", "notice"),
    "assess_by": ("-ASSESS", "assess"),
}
"""What a case expects → how its rule ends, and the step."""
KNOWN = "2026-11-24T09:00:00+09:00"


def said(lines: list[dict[str, Any]], key: str) -> str:
    """A date; none: not owed; soft: owed without a date. From the lines of the command."""
    ends, step = KEYS[key]
    (line,) = [one for one in lines if one["rule"].endswith(tuple(ends.split("|"))) and one["step"] == step]
    return line["due"] or ("soft" if line["owed"] and line["kind"] == "soft" else "none" if not line["owed"] else "?")


def answered(found: tuple[Deadline, ...], expect: Mapping[str, Any]) -> dict[str, Any]:
    lines = [as_line(one, "en") for one in found]
    answers: dict[str, Any] = {}
    for key, wanted in expect.items():
        if key == "triggers":
            answers[key] = sorted({basis for line in lines for basis in line["basis"]})
        elif key == "headline":
            first = headline(found)
            answers[key] = first and f"{first.rule} {first.step}"
        elif isinstance(wanted, dict):
            answers[key] = answered(tuple(one for one in found if one.jurisdiction == key), wanted)
        else:
            answer = said(lines, key)
            answers[key] = "owed" if wanted == "owed" and answer != "none" else answer
    return answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_dates_are_those_reckoned_by_hand(case: dict[str, Any]) -> None:
    assert answered(owed(facts_of(case["facts"])), case["expect"]) == case["expect"], case["why"]


def jp(**facts: Any) -> tuple[str, ...]:
    found = owed(facts_of({"jurisdiction": "JP", "known_at": KNOWN, "subjects": 1} | facts))
    return next(line.basis for line in found if line.rule == "JP-FINAL")


@pytest.mark.parametrize(
    ("facts", "basis"),
    [
        ({"financial_damage": True}, ("2",)),
        ({"wrongful_purpose": True}, ("3",)),
        ({"subjects": {"min": 3, "max": None}}, ("4",)),
        ({"subjects": {"min": 3, "max": 1000}}, ()),
        ({"subjects_min": 3}, ()),
        ({"my_number": True, "my_number_system": True}, ("N",)),
        ({"sensitive": True, "strongly_encrypted": True}, ()),
        ({"sensitive": True, "recovered_before_read": True}, ()),
        ({"jurisdiction": " jp ", "sensitive": "unknown"}, ("1",)),
    ],
)
def test_facts_are_understood_in_other_words(facts: dict[str, Any], basis: tuple[str, ...]) -> None:
    assert jp(**facts) == basis


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"encrypted": True}, "encrypted: no such fact; did you mean encrypted_strongly"),
        ({"recovered": True}, "recovered: no such fact"),
        ({"persons": 5000}, "persons: no such fact"),
        ({"wrongful_purpose": True, "malicious_purpose": False}, "malicious_purpose: no such fact"),
        ({"subjects": {"most": 5}}, "subjects: write a number of persons"),
    ],
)
def test_words_that_may_free_by_mistake_or_contradict_each_other_are_refused(facts: dict[str, Any], word: str) -> None:
    with pytest.raises(FactsError, match=word):
        jp(**facts)
