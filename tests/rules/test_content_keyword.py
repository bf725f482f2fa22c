"""Own words: found whatever their writing, counted where they stand, named by their label alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.shapes import Block, Lost, Paragraphs, Part
from rules import content_keyword as rule
from rules.base import Action, Finding
from rules.examples import body, facts, file, mail, table, unreadable
from rules.own_terms import Place, Term, finder

OWNER = "it@tachibana.example"


def term(*words: str, **other: object) -> Term:
    return Term(**({"label": "A", "owner": OWNER, "words": words} | other))  # type: ignore[arg-type]  # fields by name


def count(text: str, *words: str, patterns: tuple[str, ...] = ()) -> int:
    return finder((term(*words, patterns=patterns),)).count(text)["A"]


def found(*parts: Part, terms: tuple[Term, ...], subject: str = "") -> list[Finding]:
    headers = (("Subject", subject),) if subject else ()
    return list(rule.check(mail(parts=parts, headers=headers), facts(), rule.Options(terms)))


@pytest.mark.parametrize(
    ("text", "word", "times"),
    [
        ("the Dawn project", "dawn", 1),
        ("dawning, predawn", "dawn", 0),
        ("ＤＡＷＮ計画", "dawn", 1),
        ("曙計画と曙計画", "曙計画", 2),
        ("曙\n計画", "曙計画", 1),
        ("> 曙\n> 計画", "曙計画", 1),
        ("Project\r\n Dawn", "project dawn", 1),
        ("project  dawn", "Project Dawn", 1),
        ("> Project\r\n> Dawn", "Project Dawn", 1),
        ("ﾌﾟﾛｼﾞｪｸﾄ", "プロジェクト", 1),
        ("曙\u200b計画", "曙計画", 1),
        ("aab aab", "aab", 2),
        ("C++ and C", "C++", 1),
        ("naïveté", "naïvet", 0),
        ("x@y", "@y", 1),
        ("a 秘", "秘", 1),
    ],
)
def test_a_word_is_found_whatever_its_writing(text: str, word: str, times: int) -> None:
    assert count(text, word) == times


def test_words_that_overlap_are_all_found() -> None:
    terms = tuple(term(w, label=w) for w in ("秘密計画", "密計", "計画書", "秘密"))
    assert finder(terms).count("秘密計画書") == {"秘密計画": 1, "密計": 1, "計画書": 1, "秘密": 1}


@given(st.text(max_size=30), st.sampled_from(["Project Dawn", "曙プロジェクト", "tkb-12", "É"]), st.text(max_size=30))
def test_a_word_between_blanks_is_always_found(before: str, word: str, after: str) -> None:
    for written in (word, word.upper(), word.lower()):
        assert count(f"{before} \n {written} \n {after}", word) >= 1


def test_a_pattern_is_looked_for_in_half_width() -> None:
    assert count("図面 ＴＫＢ－１２３４ と TKB-5678", patterns=(r"TKB-[0-9]{4}",)) == 2
    assert count("tkb-1234", patterns=(r"TKB-[0-9]{4}",)) == 0
    assert count("tkb-1234", patterns=(r"(?i)TKB-[0-9]{4}",)) == 1


@pytest.mark.parametrize(("where", "places"), [("subject", 1), ("body", 2), ("attachments", 4), ("names", 1)])
def test_a_term_is_looked_for_where_it_says(where: Place, places: int) -> None:
    hidden = Block((("dawn", "x"),), ("dawn",), "properties", hidden=True)
    parts = (body("dawn dawn"), file("dawn.xlsx", "xlsx", Block((("dawn", "a dawn"),)), hidden))
    (one,) = found(*parts, terms=(term("dawn", where=(where,)),), subject="Dawn")
    assert one.evidence["places"] == places


def test_text_and_its_html_say_the_same_once() -> None:
    (one,) = found(body("dawn"), body("dawn"), terms=(term("dawn"),))
    assert one.evidence["places"] == 1


def test_a_count_is_over_the_whole_message() -> None:
    parts = (table("a.csv", ("x", "y"), ("dawn", "")), table("b.csv", ("x", "y"), ("dawn", "")))
    assert found(*parts, terms=(term("dawn", count=3),)) == []
    (one,) = found(*parts, terms=(term("dawn", count=2),))
    assert one.about.part == ""
    assert one.evidence == {"places": 2, "files": 2}


def test_what_is_said_holds_the_label_the_owner_and_the_message_and_never_the_word() -> None:
    given_term = term(
        "曙計画", label="計画A", message_ja="部長の承認が要ります", message_en="Ask first", action=Action.REJECT
    )
    (one,) = found(table("a.csv", ("x", "y"), ("曙計画の原価", "")), terms=(given_term,))
    said = "".join(one.words.values())
    assert "曙" not in said
    assert "原価" not in said
    assert "計画A" in said
    assert OWNER in said
    assert "部長の承認が要ります。" in said
    assert "Ask first. " in said
    assert (one.action, one.reason, one.about.part) == (Action.REJECT, "計画A", "a.csv")


def test_two_terms_are_two_findings() -> None:
    terms = (term("dawn", label="one"), term("dusk", label="two"), term("noon", label="three"))
    assert [one.reason for one in found(body("dawn and dusk"), terms=terms)] == ["one", "two"]


def test_a_long_text_is_not_cut_into_blocks() -> None:
    text = Paragraphs("no word of it here\n" * 50_000 + "dawn")
    part = Part("a.txt", "plain", 1, "", text)
    assert len(found(part, terms=(term("dawn"),))) == 1
    assert "_blocks" not in text.__dict__


def test_the_ends_of_a_pattern_are_those_of_lines() -> None:
    assert count("x\n社外秘\ny", patterns=("^社外秘$",)) == 1


@pytest.mark.parametrize(
    "name", ["Project_Dawn-plan.pdf", "2026-project-dawn.xlsx", "Project Dawn.pdf", "x_Project+Dawn_1"]
)
def test_in_a_name_a_stroke_is_a_blank(name: str) -> None:
    (one,) = found(file(name), terms=(term("Project Dawn"),))
    assert one.evidence["places"] == 1


def test_names_of_locked_members_are_names() -> None:
    part = unreadable("a.zip", Lost("encrypted_archive", "dawn.pdf"))
    assert [one.about.part for one in found(part, terms=(term("dawn", where=("names",)),))] == ["a.zip"]
