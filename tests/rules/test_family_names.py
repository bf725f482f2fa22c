"""Family names: one form for all spellings, and a file that is in that form."""

from importlib.resources import files

import pytest

from rules.family_names import family_of, folded, is_family, readings


def test_every_reading_of_the_file_is_in_the_one_form() -> None:
    lines = (files("rules") / "name_readings.txt").read_text("utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines if line[0] not in "#="]
    words += next(line for line in lines if line.startswith("=")).split(" ")[1:]
    assert len(words) > 10_000
    assert [word for word in words if folded(word) != word] == []


@pytest.mark.parametrize(
    ("kanji", "spelling"),
    [
        ("佐藤", "satoh"),
        ("島田", "simada"),
        ("服部", "hattori"),
        ("大野", "ohno"),
        ("本間", "homma"),
        ("髙橋", "takahashi"),
    ],
)
def test_a_name_in_kanji_is_found_under_each_spelling(kanji: str, spelling: str) -> None:
    assert folded(spelling) in readings(kanji)


def test_the_longest_family_name_at_the_beginning_counts() -> None:
    assert family_of("佐々木太郎") == "佐々木"
    assert family_of("田中太郎") == "田中"
    assert family_of("御中") == ""


def test_a_given_name_is_no_family_name_but_a_usual_family_name_is() -> None:
    assert not any(map(is_family, ("taro", "hiroshi", "kaori", "masaki")))
    assert all(map(is_family, ("sato", "suzuki", "mori")))
