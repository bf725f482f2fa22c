"""judge never raises, the strongest finding decides, and a verdict survives its JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.shapes import Block, Lost, Part
from rules import content_personal_data, registry
from rules.base import About, Action, Contact, Exposure, Facts, Finding, PartExposure
from rules.examples import OWN, TODAY, about, body, contact, facts, mail, table
from rules.personal import exposure
from rules.verdict import PERSONAL, Policy, RuleSettings, Verdict, default_policy, judge

TYPO = "kimra@customer.example"
KIMURA = about("kimura@customer.example", known=contact("kimura@customer.example"))
TYPO_FACTS = about(TYPO, candidates=(contact("kimura@customer.example"),))
texts = st.text(max_size=60)
actions = st.sampled_from([a for a in Action if a is not Action.OFF])
abouts = st.one_of(st.just(About()), st.builds(About, recipient=texts), st.builds(lambda p: About(part=p), texts))
counts = st.dictionaries(texts, st.integers(0, 10**6), max_size=4)
findings = st.builds(
    Finding,
    about=abouts,
    words=st.fixed_dictionaries({"ja": texts, "en": texts}),
    suggestion=texts,
    evidence=counts,
    score=st.floats(0, 1),
    action=actions,
    reason=texts,
    rule=texts,
)
parts = st.builds(
    PartExposure,
    name=texts,
    kinds=counts,
    persons_min=st.integers(0, 9),
    persons_max=st.integers(0, 9),
    lost=st.lists(texts, max_size=3).map(tuple),
    values=st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=2),
)
exposures = st.builds(
    Exposure,
    persons_min=st.integers(0, 9),
    persons_max=st.integers(0, 9),
    kinds=counts,
    parts=st.lists(parts, max_size=3).map(tuple),
    measured=st.booleans(),
)


@given(st.sampled_from(["pass", "hold", "reject"]), st.lists(findings, max_size=4).map(tuple), exposures)
def test_a_verdict_comes_back_from_its_json(disposition: str, found: tuple[Finding, ...], exposed: Exposure) -> None:
    verdict = Verdict(disposition, found, exposed)
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict


def test_the_json_has_the_shape_that_others_script_against() -> None:
    shape = judge(
        mail(TYPO, parts=(table("顧客一覧.csv", ("氏名", "電話"), ("山田 太郎", "090-1234-5678")),)),
        TYPO_FACTS,
        default_policy(),
    ).as_json()
    assert list(shape) == ["disposition", "findings", "exposure", "links"]
    assert shape["links"] == {}
    (found,) = shape["findings"]
    assert found["id"] == "1"
    assert found["rule"] == "recipient-typo"
    assert found["action"] == "hold"
    assert found["about"] == {"recipient": TYPO}
    assert found["suggestion"] == "kimura@customer.example"
    assert set(found["words"]) == {"ja", "en"}
    assert found["evidence"]["sent_usual"] == 42
    assert 0.5 < found["score"] <= 1
    assert found["reason"] == "omission"
    assert shape["exposure"]["persons"] == {"min": 1, "max": 1}
    assert shape["exposure"]["kinds"]["phone"] == 1
    assert shape["exposure"]["kinds"]["my_number"] == 0
    (part,) = shape["exposure"]["parts"]
    assert part == {
        "name": "顧客一覧.csv",
        "persons": {"min": 1, "max": 1},
        "kinds": {"person_name": 1, "phone": 1},
        "lost": [],
    }


def test_found_values_come_only_when_they_are_asked_for() -> None:
    given_mail = mail(parts=(table("a.csv", ("氏名", "電話"), ("山田 太郎", "090-1234-5678")),))
    without = judge(given_mail, facts(), default_policy())
    assert "09012345678" not in json.dumps(without.as_json(), ensure_ascii=False)
    assert "山田" not in json.dumps(without.as_json(), ensure_ascii=False)
    with_them = judge(given_mail, facts(), Policy(with_values=True)).as_json()
    assert with_them["exposure"]["parts"][0]["values"] == {"person_name": ["山田太郎"], "phone": ["09012345678"]}


@dataclass(frozen=True)
class NoOptions:
    pass


def rule(name: str, check: Any, action: Action = Action.HOLD) -> ModuleType:
    module = ModuleType(name)
    module.ACTION, module.check, module.Options = action, check, NoOptions  # type: ignore[attr-defined]
    return module


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(**modules: ModuleType) -> None:
        monkeypatch.setattr(
            registry, "rules", lambda: {name.replace("_", "-"): module for name, module in modules.items()}
        )

    return put


def says(*found: Finding) -> Any:
    def check(*_: Any) -> Iterator[Finding]:
        yield from found

    return check


def finding(score: float = 1.0, action: Action | None = None) -> Finding:
    return Finding(About(), {"ja": "。", "en": "."}, score=score, action=action)


def broken(*_: Any) -> Iterator[Finding]:
    yield finding()
    raise ValueError("090-1234-5678")


@pytest.mark.parametrize(
    ("action", "disposition", "left"),
    [
        (Action.HOLD, "hold", 2),
        (Action.APPROVE, "hold", 2),
        (Action.REJECT, "reject", 2),
        (Action.NOTE, "pass", 2),
        (Action.OFF, "pass", 0),
    ],
)
def test_a_broken_rule_is_a_finding_with_the_rules_action(
    only: Any, action: Action, disposition: str, left: int
) -> None:
    only(recipient_odd=rule("recipient_odd", broken))
    verdict = judge(mail(), facts(), Policy({"recipient-odd": RuleSettings(action, None)}))
    assert verdict.disposition == disposition
    assert len(verdict.findings) == left
    if left:
        assert verdict.findings[-1].reason == "broken" or verdict.findings[0].reason == "broken"
        assert verdict.broken["recipient-odd"].startswith("ValueError at test_verdict.py:")
        assert "090" not in repr(verdict)


def test_rules_after_a_broken_one_still_speak(only: Any) -> None:
    only(recipient_a=rule("a", broken), recipient_b=rule("b", says(finding(action=Action.NOTE))))
    assert {f.rule for f in judge(mail(), facts(), Policy()).findings} == {"recipient-a", "recipient-b"}


def test_the_strongest_comes_first_and_decides(only: Any) -> None:
    only(
        recipient_a=rule("a", says(finding(0.9, Action.NOTE), finding(0.2), finding(0.8))),
        recipient_b=rule("b", says(finding(0.1)), Action.REJECT),
        recipient_c=rule("c", says(finding(0.5)), Action.DELAY),
        recipient_d=rule("d", says(finding(0.5)), Action.APPROVE),
    )
    verdict = judge(mail(), facts(), Policy())
    assert verdict.disposition == "reject"
    assert [(f.rule[-1], f.score) for f in verdict.findings] == [
        ("b", 0.1),
        ("d", 0.5),
        ("a", 0.8),
        ("a", 0.2),
        ("c", 0.5),
        ("a", 0.9),
    ]
    assert [f.rule[-1] for f in verdict.asking] == ["d", "a", "a", "c"]


@pytest.mark.parametrize(("own", "expected"), [(Action.REJECT, Action.NOTE), (None, Action.NOTE)])
def test_a_rule_that_is_set_to_note_only_notes(only: Any, own: Action | None, expected: Action) -> None:
    only(recipient_a=rule("a", says(finding(action=own))))
    verdict = judge(mail(), facts(), Policy({"recipient-a": RuleSettings(Action.NOTE, None)}))
    assert (verdict.disposition, verdict.findings[0].action) == ("pass", expected)


def test_a_reason_that_is_off_is_no_finding(only: Any) -> None:
    only(recipient_a=rule("a", says(finding(action=Action.OFF))))
    assert judge(mail(), facts(), Policy()).findings == ()


@pytest.mark.parametrize(("action", "disposition"), [(None, "pass"), (Action.HOLD, "hold"), (Action.OFF, "pass")])
def test_a_fact_that_could_not_be_had_is_said(action: Action | None, disposition: str) -> None:
    policy = Policy({"facts-unknown": RuleSettings(action, None)} if action else {})
    verdict = judge(mail(), Facts(TODAY, OWN, unknown=("dns",)), policy)
    assert verdict.disposition == disposition
    told = [f.reason for f in verdict.findings if f.rule == "facts-unknown"]
    assert told == ([] if action is Action.OFF else ["dns"])


def test_exposure_that_cannot_be_measured_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(exposure, "_measure", fail)
    verdict = judge(mail(parts=(body("山田 太郎"),)), KIMURA, default_policy())
    assert verdict.disposition == "hold"
    assert [(f.rule, f.reason) for f in verdict.findings] == [("content-personal-data", "broken")]


def test_that_a_recipient_is_new_goes_without_saying_where_more_is_said_of_it() -> None:
    rules = [f.rule for f in judge(mail(TYPO), TYPO_FACTS, default_policy()).findings]
    assert rules == ["recipient-typo"]
    both = judge(mail(TYPO, "abe@elsewhere.example"), TYPO_FACTS, default_policy()).findings
    assert [(f.rule, f.about.recipient) for f in both] == [
        ("recipient-typo", TYPO),
        ("recipient-first-time", "abe@elsewhere.example"),
    ]


def test_a_note_of_another_rule_silences_nothing_that_asks_more() -> None:
    wrong = "abe@gmail.com"
    known = about(wrong, known=Contact(wrong, count=3, disowned=True))
    verdict = judge(mail(wrong), known, default_policy())
    assert [(f.rule, f.action) for f in verdict.findings] == [
        ("recipient-disowned", Action.HOLD),
        ("recipient-freemail", Action.NOTE),
    ]
    assert verdict.disposition == "hold"


def test_exposure_is_measured_once_for_all_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    measure = exposure._measure

    def counted(*given_args: Any, **given_names: Any) -> exposure.Measure:
        calls.append(1)
        return measure(*given_args, **given_names)

    monkeypatch.setattr(exposure, "_measure", counted)
    judge(mail(parts=(body("山田 太郎"),)), facts(), default_policy())
    assert len(calls) == 1


def test_a_rule_that_is_off_looks_for_nothing_and_says_that_nothing_is_known() -> None:
    off = Policy({PERSONAL: RuleSettings(Action.OFF, content_personal_data.Options())})
    lost = Part("a.zip", "zip", 1, "0", (), (Lost("damaged"),))
    verdict = judge(mail(parts=(body("カード番号 4111-1111-1111-1111"), lost)), facts(), off)
    assert verdict.broken == {}
    assert not verdict.exposure.measured
    assert [(part.name, part.kinds, part.lost) for part in verdict.exposure.parts] == [
        ("", {}, ()),
        ("a.zip", {}, ("damaged",)),
    ]
    assert verdict.as_json()["exposure"]["measured"] is False
    assert Verdict.from_json(verdict.as_json()).exposure == verdict.exposure


def test_values_that_are_asked_for_are_looked_for_whatever_the_rule_does() -> None:
    off = Policy({PERSONAL: RuleSettings(Action.OFF, content_personal_data.Options())}, with_values=True)
    verdict = judge(mail(parts=(body("カード番号 4111-1111-1111-1111"),)), KIMURA, off)
    assert verdict.exposure.parts[0].values == {"payment_card": ("4111111111111111",)}
    assert verdict.findings == ()


def test_an_exposure_that_could_not_be_measured_is_not_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any, **_names: Any) -> exposure.Measure:
        raise ValueError

    monkeypatch.setattr(exposure, "_measure", broken)
    verdict = judge(mail(parts=(body("text"),)), facts(), default_policy())
    assert verdict.disposition == "hold"
    assert not verdict.exposure.measured


cells = st.text(st.sampled_from("山田太郎東京都市町0123456789-@.: \t\n氏名電話マイナンバーabcXYZ〒１－"), max_size=40)
blocks = st.builds(
    Block,
    rows=st.lists(st.lists(cells, max_size=4).map(tuple), max_size=6).map(tuple),
    header=st.lists(cells, max_size=4).map(tuple),
)
mail_parts = st.builds(
    lambda blocks, lost, is_body: Part("p", "", 1, "0", tuple(blocks), tuple(Lost(r) for r in lost), is_body=is_body),
    st.lists(blocks, max_size=3),
    st.lists(st.sampled_from(["damaged", "limit"]), max_size=2),
    st.booleans(),
)


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=4),
    st.lists(mail_parts, max_size=2),
    st.lists(texts, max_size=2),
)
def test_judge_never_breaks_whatever_the_mail_holds(
    recipients: list[str], given_parts: list[Part], ambiguous: list[str]
) -> None:
    given_mail = mail(*recipients, parts=tuple(given_parts), ambiguous=tuple(ambiguous))
    verdict = judge(given_mail, TYPO_FACTS, default_policy())
    assert verdict.broken == {}
    assert verdict.exposure.persons_min <= verdict.exposure.persons_max
