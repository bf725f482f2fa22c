"""A doubt about a recipient and what travels are added by the policy: neither asks alone, a rule set to note adds nothing."""

import json
from dataclasses import replace

import pytest

from mail.shapes import Lost, Part
from rules import content_personal_data, content_uninspectable, recipient_unusual
from rules.base import About, Action, Finding, Mail
from rules.content_uninspectable import Reasons
from rules.examples import SENDER, body, mail, remembered, table, unreadable
from rules.policy_findings import ENOUGH, TOGETHER, together
from rules.recipient_unusual import Options, odds, points
from rules.unusual_model import Model, model
from rules.verdict import Policy, RuleSettings, Verdict, judge

TEAM = ("kimura@customer.example", "mori@customer.example")
OTHER = "honda@elsewhere.example"
PAST = (*((TEAM, "Plan of the annex"),) * 30, ((OTHER,), "Invoice"), *((TEAM, "Plan of the annex"),) * 30)
FEW = table(
    "a.csv",
    ("氏名", "電話番号"),
    *((f"{n} 一郎", f"090-1234-56{i}8") for i, n in enumerate(("佐藤", "鈴木", "高橋", "田中"))),
)
MANY = table("a.csv", ("氏名", "電話番号"), *((f"佐藤 {n}郎", f"090-1234-56{n}8") for n in range(10)))
NOTHING = body("明日の打合せは 10 時からです。")
SEALED = unreadable("図面.zip", Lost("encrypted_archive"))


def given(*parts: Part) -> Mail:
    return mail(TEAM[0], OTHER, parts=parts, headers=(("Subject", "Plan of the annex"),))


KNOWN = remembered(SENDER, PAST, TEAM[0], OTHER)


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> float:
    """The stranger's score lies between the strict limit and the normal one: three quarters of the way by its odds."""
    score = recipient_unusual.scores(given(NOTHING), KNOWN)[OTHER]
    sooner, limit = (1 / (1 + 2.718281828 ** -(odds(score) + by)) for by in (-1.5, 0.5))
    limits = {"quiet": 0.9999, "normal": limit, "strict": sooner}
    monkeypatch.setattr(recipient_unusual, "model", lambda: Model(model().trees, limits))
    return score


def judged(*parts: Part, **settings: RuleSettings) -> Verdict:
    return judge(given(*parts), KNOWN, Policy({name.replace("_", "-"): of for name, of in settings.items()}))


def asked(verdict: Verdict) -> list[tuple[str, str]]:
    return [(f.rule, f.about.recipient) for f in verdict.asking]


@pytest.mark.usefixtures("doubtful")
def test_a_small_doubt_alone_is_noted_and_holds_nothing() -> None:
    verdict = judged(NOTHING)
    assert verdict.disposition == "pass"
    (found,) = (f for f in verdict.findings if f.rule == "recipient-unusual")
    assert (found.action, found.about.recipient) == (Action.NOTE, OTHER)
    assert found.points == pytest.approx(0.87, abs=0.011)


def test_a_few_persons_data_alone_are_noted_and_hold_nothing() -> None:
    usual = mail(*TEAM, parts=(FEW,))
    verdict = judge(usual, remembered(SENDER, PAST, *TEAM), Policy())
    assert [(f.rule, f.action, f.points) for f in verdict.findings] == [("content-personal-data", Action.NOTE, 0.3)]
    assert verdict.disposition == "pass"


@pytest.mark.usefixtures("doubtful")
def test_both_together_are_asked_about_and_the_reason_says_both_in_both_languages() -> None:
    verdict = judged(FEW)
    assert verdict.disposition == "hold"
    assert asked(verdict) == [(TOGETHER, OTHER)]
    (found,) = verdict.asking
    assert "Only 1 of your last 61 messages" in found.words["en"]
    assert "Personal data of 4 persons in “a.csv”" in found.words["en"]
    assert found.words["en"].endswith("With this in the message, please check the recipient once more.")
    assert "最近の送信61通のうち" in found.words["ja"]
    assert "「a.csv」に4人分の個人情報" in found.words["ja"]
    assert found.suggestion == TEAM[1]
    assert found.evidence["points_recipient"] + found.evidence["points_content"] >= ENOUGH
    assert {f.rule for f in verdict.findings if f.action is Action.NOTE} >= {
        "recipient-unusual",
        "content-personal-data",
    }


@pytest.mark.usefixtures("doubtful")
def test_the_sum_comes_back_from_its_json_with_the_points_of_both() -> None:
    verdict = judged(FEW)
    shape = json.loads(json.dumps(verdict.as_json()))
    assert Verdict.from_json(shape).findings == verdict.findings
    assert [("points" in f) for f in shape["findings"] if f["rule"] in {TOGETHER, "recipient-unusual"}] == [False, True]


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize(
    ("name", "options"),
    [("recipient_unusual", Options()), ("content_personal_data", content_personal_data.Options())],
)
def test_a_rule_that_only_notes_adds_nothing(name: str, options: object) -> None:
    verdict = judged(FEW, **{name: RuleSettings(Action.NOTE, options)})
    assert verdict.disposition == "pass"
    assert all(f.points == 0 for f in verdict.findings if f.rule == name.replace("_", "-"))


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize(("action", "left"), [(Action.OFF, 0), (Action.NOTE, 1)])
def test_the_sum_itself_can_be_noted_or_left_out(action: Action, left: int) -> None:
    verdict = judged(FEW, doubts_together=RuleSettings(action, None))
    assert verdict.disposition == "pass"
    assert len([f for f in verdict.findings if f.rule == TOGETHER]) == left


@pytest.mark.usefixtures("doubtful")
def test_what_is_asked_about_anyway_makes_a_small_doubt_a_question_too() -> None:
    assert asked(judged(MANY)) == [(TOGETHER, OTHER), ("content-personal-data", "")]
    assert asked(judged(SEALED)) == [(TOGETHER, OTHER), ("content-uninspectable", "")]


@pytest.mark.usefixtures("doubtful")
def test_a_reason_of_uninspectable_that_is_only_noted_adds_nothing() -> None:
    noting = content_uninspectable.Options(Reasons(encrypted_archive=Action.NOTE))
    verdict = judged(SEALED, content_uninspectable=RuleSettings(Action.HOLD, noting))
    assert verdict.disposition == "pass"


@pytest.mark.usefixtures("doubtful")
def test_more_that_travels_needs_less_doubt() -> None:
    doubt = Finding(
        About(recipient=OTHER), {"ja": "。", "en": "."}, points=0.6, rule="recipient-unusual", action=Action.NOTE
    )
    little, much = (
        Finding(About(), {"ja": "。", "en": "."}, points=n, rule="content-personal-data", action=Action.NOTE)
        for n in (content_personal_data.LITTLE, content_personal_data.MUCH)
    )
    assert list(together([doubt, little], Action.HOLD)) == []
    assert len(list(together([doubt, much], Action.HOLD))) == 1


def test_two_doubts_about_recipients_or_two_about_the_content_are_no_sum() -> None:
    one = Finding(About(recipient=OTHER), {"ja": "。", "en": "."}, points=0.9, rule="a", action=Action.NOTE)
    content = replace(one, about=About(part="a.csv"))
    assert list(together([one, replace(one, rule="b")], Action.HOLD)) == []
    assert list(together([content, replace(content, rule="b")], Action.HOLD)) == []


def test_a_recipient_who_is_asked_about_already_is_not_asked_about_twice() -> None:
    asking = Finding(
        About(recipient=OTHER), {"ja": "。", "en": "."}, points=1.0, rule="recipient-unusual", action=Action.HOLD
    )
    content = Finding(About(), {"ja": "。", "en": "."}, points=0.5, rule="content-personal-data", action=Action.HOLD)
    assert list(together([asking, content], Action.HOLD)) == []
    assert [f.rule for f in together([asking, content], Action.APPROVE)] == [TOGETHER]


def test_points_grow_with_the_doubt_and_never_reach_what_asks_alone() -> None:
    given_points = [points(n / 1000, 0.5, 0.9) for n in range(500, 900)]
    assert given_points == sorted(given_points)
    assert (given_points[0], max(given_points) < ENOUGH) == (0.5, True)


def test_strict_has_no_doubt_below_its_limit() -> None:
    limit = model().limits["strict"]
    found = list(recipient_unusual.check(given(NOTHING), KNOWN, Options(sensitivity="strict")))
    assert all(f.score >= round(limit, 3) and f.action is None for f in found)
