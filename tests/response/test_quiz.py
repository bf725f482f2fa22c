"""The quiz: every question can be answered rightly, says why and which step; what is shown of a unit is never a person's."""

import pytest

from notifier.options import Organisation, Person
from response.manual import load
from response.quiz import FEWEST, QuizError, grade, parse, questions, results, total, unit_of
from store.quiz import WHOLE, QuizSum

QUESTION = """
[[questions]]
id = "one"
question = { ja = "問", en = "q" }
options = [{ ja = "あ", en = "a" }, { ja = "い", en = "b" }]
answer = 2
why = { ja = "理", en = "w" }
step = "1.1"
"""


def test_the_two_of_the_training_text_and_ten_of_ours_are_there_with_steps_of_the_manual() -> None:
    every, manual = questions(), load("misdirected-mail")
    assert [one.id for one in every[:2]] == ["act-alone", "wait-some-days"]
    assert [one.answer for one in every[:2]] == [2, 2]
    assert sum(not one.source for one in every) >= 10
    assert [one.id for one in every if manual.step(one.step) is None] == []


def test_not_every_answer_is_at_the_same_place() -> None:
    assert len({one.answer for one in questions()}) >= 3


@pytest.mark.parametrize(
    ("answers", "passed"), [({"one": 2}, True), ({"one": 1}, False), ({}, False), ({"x": 2}, False)]
)
def test_what_is_left_out_is_not_right(answers: dict[str, int], passed: bool) -> None:
    assert grade(answers, parse(QUESTION.encode(), "f")).passed is passed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("answer = 2", "answer = 3"), "answer: there are only 2 options"),
        (("answer = 2", "answer = 0"), "answer"),
        (('step = "1.1"\n', ""), "step"),
        (("[[questions]]", QUESTION + "[[questions]]"), "these ids stand twice: one"),
        (("[[questions]]", "[[questions"), "f: "),
    ],
)
def test_a_mistake_in_the_file_is_named(change: tuple[str, str], said: str) -> None:
    with pytest.raises(QuizError) as found:
        parse(QUESTION.replace(*change, 1).encode(), "f")
    assert said in str(found.value)


def test_a_unit_is_a_team_else_the_domain() -> None:
    people = (Person(address="a@x.example", teams=("Sales@x.example", "b@x.example")), Person(address="c@x.example"))
    house = Organisation(name="x", domains=("x.example",), people=people)
    found = [unit_of(who, house) for who in ("a@x.example", "c@x.example", "d@X.example")]
    assert found == ["sales@x.example", "x.example", "x.example"]


def sums(**taken: int) -> list[QuizSum]:
    return [
        row
        for unit, number in taken.items()
        for row in (QuizSum(2026, unit, WHOLE, number, 1), QuizSum(2026, unit, "one", number, number))
    ]


def test_a_unit_of_few_is_shown_only_together_with_others() -> None:
    found = results(sums(large=FEWEST, small=FEWEST - 1, tiny=1))
    assert [(one.unit, one.taken, one.by_question) for one in found] == [
        ("large", FEWEST, {"one": (FEWEST, FEWEST)}),
        ("", FEWEST, {"one": (FEWEST, FEWEST)}),
    ]
    assert [one.unit for one in results(sums(large=FEWEST, tiny=1))] == ["large"]
    assert total(sums(large=FEWEST, tiny=1)) == (FEWEST + 1, 2)
