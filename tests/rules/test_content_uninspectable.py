"""What could not be read is said in the reader's words, place by place."""

import pytest

from mail.shapes import Lost
from rules import content_uninspectable as rule
from rules.examples import facts, mail, unreadable


@pytest.mark.parametrize(
    ("where", "ja", "en"),
    [
        ("program", "（実行ファイル）", " (a program) "),
        ("unknown", "（種類不明）", " (of unknown kind) "),
        ("page 3", "（3ページ）", " (page 3) "),
        ("12 pictures", "（画像12点）", " (12 pictures) "),
        ("page.txt", "（page.txt）", " (page.txt) "),
        ("page 3.txt", "（page 3.txt）", " (page 3.txt) "),
    ],
)
def test_a_place_is_said_in_both_languages_and_a_name_stands_as_it_is(where: str, ja: str, en: str) -> None:
    given = mail(parts=(unreadable("a.bin", Lost("unknown_format", where)),))
    (found,) = rule.check(given, facts(), rule.Options())
    assert (ja in found.words["ja"], en in found.words["en"]) == (True, True)


def test_of_many_places_three_are_said_in_words() -> None:
    given = mail(parts=(unreadable("a.pdf", *(Lost("image_only", f"page {n}") for n in range(1, 6))),))
    (found,) = rule.check(given, facts(), rule.Options())
    assert "（1ページ、2ページ、3ページ ほか）" in found.words["ja"]
    assert "(page 1, page 2, page 3 and 2 more)" in found.words["en"]
