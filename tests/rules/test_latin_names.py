"""A name is likelier than a slip of it; what nobody is called is very unlikely."""

import pytest

from rules.latin_names import chance, is_name, spelling


@pytest.mark.parametrize(
    ("name", "slipped"),
    [("tanaka", "tanska"), ("takahashi", "takhashi"), ("saito", "saitp"), ("kimura", "kimurra"), ("hashimoto", "hasihmoto"), ("yamada", "yamaada"), ("miller", "mlller"), ("schmidt", "schmiddt")],
)  # fmt: skip
def test_a_name_is_far_likelier_than_a_slip_of_it(name: str, slipped: str) -> None:
    assert chance(name, {}) > chance(slipped, {}) + 3


def test_a_word_that_many_contacts_bear_is_likely_and_one_that_a_single_contact_bears_is_not() -> None:
    assert chance("xyqro", {"xyqro": 50}, 1000) == pytest.approx(chance("xyqro", {"xyqro": 500}, 10_000))
    assert chance("xyqro", {"xyqro": 50}, 1000) > chance("xyqro", {"xyqro": 1}, 1000) + 5


def test_an_initial_and_a_name_are_as_likely_apart_as_in_one_word() -> None:
    assert chance("t.tanaka", {}) == pytest.approx(chance("ttanaka", {}), abs=0.01)


def test_rare_initials_are_less_likely() -> None:
    assert chance("q.tanaka", {}) < chance("k.tanaka", {}) - 2


def test_romaji_variants_and_two_names_in_one_word_are_names() -> None:
    assert all(is_name(word, {}) for word in ("satoh", "satou", "oono", "homma", "honma", "yamadataro", "okadamikako"))
    assert not any(is_name(word, {}) for word in ("tanska", "kmura", "yamsda"))


def test_the_longer_a_word_the_less_likely_its_spelling() -> None:
    assert spelling("sato") > spelling("satosato")
