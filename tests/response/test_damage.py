"""The estimate of the damage: JNSA's own factors, bounds where something is not known, and every factor shown."""

import doctest
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from response import damage
from response.damage import Leaked, Range, estimate
from rules.personal import kinds as kinds_of_data

KINDS = ["person_name", "postal_address", "phone", "email_address", "payment_card", "passport", "shoe_size"]


def per_person(*kinds: str, **more: Any) -> Range:
    return estimate(Leaked(dict.fromkeys(kinds, 1), Range(1, 1), **{"response": 1, **more})).per_person


@pytest.mark.parametrize(
    ("kinds", "more", "yen"),
    [
        (["person_name", "postal_address"], {}, 6_000),  # 500 × 2 × 6
        (["person_name"], {}, 3_000),
        (["postal_address", "phone"], {}, 3_000),
        (["postal_address"], {}, 1_000),
        (["email_address"], {}, 1_000),
        (["person_name", "passport"], {}, 9_000),  # 500 × (1 + 5) × 3
        (["person_name", "payment_card"], {}, 39_000),  # 500 × (1 + 25) × 3
        (["person_name", "postal_address"], {"sensitive": True}, 303_000),  # 500 × (100 + 1) × 6
        (["person_name"], {"financial": True, "is_trusted_above_ordinary": True, "response": 2}, 156_000),
        (["shoe_size"], {}, 1_000),
        ([], {}, 0),
    ],
)
def test_the_factors_are_those_of_the_model(kinds: list[str], more: dict[str, Any], yen: int) -> None:
    assert per_person(*kinds, **more) == Range(yen, yen)


@pytest.mark.parametrize(
    ("kinds", "more", "yen"),
    [
        (["phone"], {}, 1_000),  # 500 × (1 + 1) × 1
        (["person_name", "email_address"], {}, 3_000),  # 500 × 2 × 3
        (["person_name", "purchase_history"], {}, 9_000),  # 500 × (1 + 5) × 3
        (["person_name", "medical_check"], {}, 16_500),  # 500 × (10 + 1) × 3
        (["email_address", "grades"], {}, 5_500),  # 500 × (10 + 1) × 1
        (["person_name", "postal_address", "income"], {}, 45_000),  # 500 × (10 + 5) × 6
        (["person_name", "illness"], {"is_trusted_above_ordinary": True}, 303_000),  # 500 × (100 + 1) × 3 × 2
        # The highest of the items, 100 + 1, not the highest x of one with the highest y of another, 100 + 25.
        (["person_name", "illness", "payment_card"], {}, 151_500),
        (
            ["person_name", "postal_address", "criminal_record"],
            {"is_trusted_above_ordinary": True, "response": 2},
            1_500_000,
        ),  # 500 × (100 + 25) × 6 × 2 × 2, the most of the model
    ],
)
def test_the_levels_are_those_of_the_simple_map_reckoned_by_hand(
    kinds: list[str], more: dict[str, Any], yen: int
) -> None:
    assert per_person(*kinds, **more) == Range(yen, yen)


def test_128_to_131_persons_with_name_and_address_reckoned_by_hand() -> None:
    leaked = Leaked({"person_name": 131, "postal_address": 131}, Range(128, 131), response=1)
    assert estimate(leaked).total == Range(768_000, 786_000)


def test_what_only_people_can_say_has_a_name_in_both_languages_and_a_level() -> None:
    levels = tomllib.loads(damage.FILE.read_text("utf-8"))["kinds"]
    for kind in kinds_of_data.SAID_BY_PEOPLE:
        assert kind in levels
        assert kinds_of_data.name(kind, "ja") != kind


def test_what_is_not_known_widens_the_range_or_opens_it() -> None:
    some = {"person_name": 40, "postal_address": 40}
    whole = estimate(Leaked(some, Range(40, 45)))
    assert (whole.per_person, whole.total) == (Range(6_000, 12_000), Range(240_000, 540_000))
    assert estimate(Leaked(some, Range(40, None))).total == Range(240_000, None)
    assert estimate(Leaked(some, Range(40, 40), sensitive=None, response=1)).per_person == Range(6_000, 303_000)
    unread = estimate(Leaked(None, Range(0, None)))
    assert (unread.per_person, unread.total) == (Range(1_000, None), Range(0, None))
    assert estimate(Leaked({}, Range(0, None))).total == Range(0, 0)


def test_every_factor_is_shown_with_what_it_means_and_that_it_is_rough() -> None:
    found = estimate(Leaked({"person_name": 1}, Range(1, 1)))
    assert [one.name for one in found.inputs] == [
        "basic",
        "sensitivity",
        "identifiability",
        "responsibility",
        "response",
        "persons",
    ]
    assert "rough" in found.rough.en
    assert "目安" in found.rough.ja
    assert "JNSA" in found.source


@given(
    st.dictionaries(st.sampled_from(KINDS), st.integers(0, 5)),
    st.sampled_from(KINDS),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_more_kinds_and_more_persons_never_cost_less(kinds: dict[str, int], kind: str, least: int, more: int) -> None:
    few = estimate(Leaked(kinds, Range(least, least)))
    many = estimate(Leaked({**kinds, kind: 1}, Range(least, least + more)))
    assert many.per_person.least >= few.per_person.least
    assert (many.total.most or 0) >= (few.total.most or 0)
    assert many.total.least <= (many.total.most or 0)


def test_the_example_is_so() -> None:
    assert doctest.testmod(damage).failed == 0
