"""A letter to an unintended recipient: the parts it must have, and that nothing else gets into it."""

import dataclasses
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier import case_address
from notifier.channels import Rendered
from notifier.composing import compose
from notifier.letter_notices import letter, letter_facts
from notifier.rendering import render
from store.ids import ALPHABET
from store.seal import Seal
from tests.notifier.samples import AT, organisation, ticket

ORG = organisation()
REPORT = "moredashita@tachibana.example"
CASE = "moredashita+k7q29mxd.0123456789ab@tachibana.example"
WRONG = "tanka@customer.example"
SEAL = Seal(None, b"k" * 32)
NUMBERS = st.text(ALPHABET, min_size=8, max_size=8)


def written(language: str = "ja", *, by_itself: bool = False, link: str = "", **changed: Any) -> Rendered:
    case = ticket(sent_at=AT, subject="お見積りの件")
    wording: dict[str, Any] = {"internal": False, "again": 0, "reach": "誤送信窓口 03-0000-0000", "words": ""}
    facts = letter_facts(case, WRONG, language, names_subject=True, **wording | changed)
    notice = letter(ORG, case, facts, report_address=REPORT, by_itself=by_itself)
    made = render(notice, ORG, at=AT, link=link, case=CASE)
    return dataclasses.replace(made, sender=CASE, reply_to=CASE, pressed=not by_itself)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "ja",
            [
                "おわび",
                "11月24日（火）09:00（JST）",
                "お見積りの件",
                "T1CK-ET00",
                "開かず",
                "ごみ箱",
                "バックアップ",
                "スマートフォン",
                "読みましたか",
                "写しを取りましたか",
                "転送",
                "削除しましたか",
                CASE,
                "03-0000-0000",
                "感謝",
            ],
        ),
        (
            "en",
            [
                "sorry",
                "Tue 24 Nov, 09:00 (JST)",
                "お見積りの件",
                "T1CK-ET00",
                "do not open",
                "trash",
                "backups",
                "phone",
                "read?",
                "copied",
                "forwarded",
                "deleted",
                CASE,
                "03-0000-0000",
                "Thank you",
            ],
        ),
    ],
)
def test_a_letter_has_every_part_it_must_have_in_text_and_in_html(language: str, parts: list[str]) -> None:
    told = written(language)
    assert [part for part in parts if part not in told.text] == []
    assert [part for part in parts if part not in told.html] == []
    for threat in ("法的", "訴訟", "賠償", "legal", "court", "liable"):
        assert threat not in told.text.lower()


def test_the_subject_line_names_only_the_number() -> None:
    for language in ("ja", "en"):
        told = written(language)
        assert "T1CK-ET00" in told.subject
        assert "お見積り" not in told.subject


def test_a_link_stands_in_it_only_where_there_is_one() -> None:
    assert "/u/" not in written().text
    assert "https://out.example/u/token" in written(link="https://out.example/u/token").text


def test_inside_and_again_have_wordings_of_their_own() -> None:
    assert "橘建築設計事務所です。" not in written(internal=True).text
    assert "社内で" in written(internal=True).text
    assert "改めて" in written(again=1).text


def test_it_comes_from_the_address_of_its_case_and_is_automatic_only_when_nobody_pressed() -> None:
    for by_itself in (False, True):
        told = written(by_itself=by_itself)
        made = compose(told, sender=("Tachibana", told.sender), reply_to=[told.reply_to])
        mail = BytesParser(policy=default).parsebytes(made)
        assert (mail["From"].addresses[0].addr_spec, mail["Reply-To"]) == (CASE, CASE)
        assert (mail["Auto-Submitted"] is not None) == by_itself
        assert "NDR" not in mail["X-Auto-Response-Suppress"]
        assert mail["X-Auto-Response-Suppress"] != "All"


@given(NUMBERS, st.sampled_from(["", WRONG, "TANKA@customer.example", "佐藤@customer.example"]), st.booleans())
def test_an_address_of_a_case_is_read_back_whatever_the_way_did_to_its_letters(
    number: str, recipient: str, upper: bool
) -> None:
    made = case_address.make(SEAL, REPORT, number, recipient)
    found = case_address.read(made.upper() if upper else made, REPORT)
    assert found
    assert found[0] == number
    assert case_address.whose(SEAL, *found, [WRONG, "佐藤@customer.example"]) == (
        recipient.lower() if recipient else ""
    )
    assert len(made.rpartition("@")[0]) <= 64


@given(NUMBERS, st.text(ALPHABET, min_size=case_address.CHECK, max_size=case_address.CHECK))
def test_a_guess_is_nobodys(number: str, check: str) -> None:
    assert case_address.whose(SEAL, number, check, [WRONG]) is None
    assert case_address.whose(Seal(None, b"x" * 32), *_own(number), [WRONG]) is None


def _own(number: str) -> tuple[str, str]:
    found = case_address.read(case_address.make(SEAL, REPORT, number, WRONG), REPORT)
    assert found
    return found


@given(st.text(max_size=60))
def test_no_text_is_taken_for_an_address_of_a_case_by_mistake(text: str) -> None:
    assert case_address.read(f"{text}@tachibana.example", REPORT) is None or "+" in text
    assert case_address.read(text, "") is None
