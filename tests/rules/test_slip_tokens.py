"""Two spellings one slip apart meet, whatever they are; what is kept stays small."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from rules.slip_tokens import PARTS, ask_domain, ask_local, domain_asked, domain_kept, local_asked, local_kept

LETTERS = "abimnorsty._-019"


def slipped(text: str, rng: random.Random) -> str:
    """One letter more, less, other, or two that changed places."""
    at = rng.randrange(len(text) + 1)
    other = rng.choice(LETTERS)
    match rng.choice(["more", "less", "other", "swap"]):
        case "more":
            return text[:at] + other + text[at:]
        case "less":
            return text[:at] + text[at + 1 :]
        case "other":
            return text[:at] + other + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


@given(st.text(alphabet=LETTERS, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_spellings_one_slip_apart_meet_from_either_side(usual: str, rng: random.Random) -> None:
    given_ = slipped(usual, rng)
    assert OSA.distance(usual, given_) <= 1
    for a, b in ((usual, given_), (given_, usual)):
        assert not a or not b or local_kept(b).intersection(ask_local(a).slips), (a, b)
        domain_a, domain_b = f"x{a}.co.jp", f"x{b}.co.jp"
        assert domain_kept(domain_b).intersection(ask_domain(domain_a).slips), (domain_a, domain_b)


@given(st.text(min_size=1, max_size=300))
def test_a_spelling_asks_for_all_that_it_is_kept_under_and_that_is_little(text: str) -> None:
    assert local_kept(text) <= local_asked(text)
    assert domain_kept(text) <= domain_asked(text)
    assert len(local_kept(text)) <= PARTS + 3
    assert len(domain_kept(text)) <= PARTS + 3
    assert len(local_asked(text)) <= 3 * PARTS + PARTS - 1 + 3
    assert len(domain_asked(text)) <= 3 * (PARTS + 1) + PARTS + 2


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("taro.yamada", "yamada_taro"),
        ("satou", "satoh"),
        ("shimada", "simada"),
        ("t-a-n-a-k-a", "tanaka"),
        ("tanaaakaaa", "tanaka"),
    ],
)
def test_what_is_one_to_an_eye_or_an_ear_meets_over_many_letters(a: str, b: str) -> None:
    assert local_kept(b).intersection(ask_local(a).folds)


@pytest.mark.parametrize(
    ("a", "b"),
    [("www.customer.jp", "customer.jp"), ("customer.co.jp", "customer.com"), ("aus.intel.com", "ausintel.com")],
)
def test_a_domain_without_its_www_its_dot_or_under_another_suffix_meets(a: str, b: str) -> None:
    assert domain_asked(a) & domain_kept(b)
    assert domain_asked(b) & domain_kept(a)


def test_strangers_do_not_meet() -> None:
    assert not local_asked("tanaka") & local_kept("suzuki")
    assert not local_asked("tanaka") & local_kept("tamara")
    assert not domain_asked("customer.co.jp") & domain_kept("supplier.co.jp")
