"""What must be answered, and what an answer does: pure."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decision import Decision, Plan, plan, risks, unquestioned
from store.holds import Delivery, Hold, Recipient, State
from tests.helpers.clock import START

TYPO, RIGHT, OTHER = "tanka@customer.example", "tanaka@customer.example", "sato@partner.example"


def finding(rule: str, action: str = "hold", suggestion: str = "", **about: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "action": action,
        "about": about or {"message": True},
        "suggestion": suggestion,
        "words": {},
        "reason": "",
    }


SLIP = finding("recipient-typo", suggestion=RIGHT, recipient=TYPO)
DATA = finding("content-personal-data", part="x.csv")
MANY = finding("recipient-too-many-external") | {"change": "header"}
BLOCKED = finding("recipient-blocked", recipient=TYPO)


def hold(
    *findings: dict[str, Any],
    to: tuple[str, ...] = (TYPO, OTHER),
    number: str = "A",
    group: str = "A",
    alterable: str = "",
) -> Hold:
    recipients = tuple(Recipient(n, a, a, Delivery.HELD) for n, a in enumerate(to))
    return Hold(
        number, group, "hold", State.HELD, "k", "q", "ono@tachibana.example", (), "ja", {}, {"findings": list(findings)}, "<1@x>",
        "s", 1, "0", alterable, START, recipients,
    )  # fmt: skip


def test_each_finding_that_asks_is_one_risk_with_its_choices() -> None:
    asked = risks([hold(SLIP, DATA, MANY, finding("x", "note"))])
    assert [r.choices for r in asked] == [("correct", "omit", "right"), ("agree",), ("bcc", "agree")]
    assert unquestioned([hold(SLIP, DATA)]) == (OTHER,)


def test_a_message_that_may_not_be_altered_offers_no_altering_choice() -> None:
    asked = risks([hold(SLIP, MANY, alterable="smime")])
    assert [r.choices for r in asked] == [("omit", "right"), ("agree",)]


def test_what_another_message_about_the_meeting_holds_is_asked_by_itself() -> None:
    later = replace(hold(SLIP, DATA, number="B"), copy_key="another")
    assert [r.finding["rule"] for r in risks([hold(SLIP, DATA), later])] == [SLIP["rule"], DATA["rule"], DATA["rule"]]
    assert len(risks([hold(SLIP, DATA), hold(SLIP, DATA, number="B")])) == 2


@pytest.mark.parametrize(
    ("found", "choices"),
    [
        (MANY | {"change": "none"}, ("agree",)),
        (finding("recipient-too-many-external"), ("agree",)),
        (SLIP | {"change": "header"}, ("correct", "omit", "right")),
        (SLIP | {"change": "envelope"}, ("correct", "omit", "right")),
        (SLIP | {"change": "none"}, ("omit", "right")),
        (SLIP | {"change": "blocked"}, ("omit", "right")),
    ],
)
def test_only_what_can_be_done_is_offered(found: dict[str, Any], choices: tuple[str, ...]) -> None:
    (risk,) = risks([hold(found)])
    assert risk.choices == choices


@pytest.mark.parametrize("order", [1, -1])
def test_what_cannot_be_done_on_one_copy_is_not_offered_for_any(order: int) -> None:
    copies = [hold(MANY), hold(MANY | {"change": "none"}, number="B")][::order]
    (risk,) = risks(copies)
    assert risk.choices == ("agree",)


def test_a_correction_goes_out_in_letters_of_a_command_and_says_whether_the_header_follows() -> None:
    international = SLIP | {"suggestion": "tanaka@日本語.example", "change": "header"}
    for change, rewrite in (("header", frozenset({TYPO})), ("envelope", frozenset[str]())):
        held = hold(international | {"change": change})
        (risk,) = risks([held])
        to = "tanaka@xn--wgv71a119e.example"
        assert plan([held], Decision("send", {risk.id: "correct"})) == Plan(redirect={TYPO: to}, rewrite=rewrite)


@pytest.mark.parametrize(
    "found",
    [
        BLOCKED,
        finding("recipient-typo", "approve", recipient=TYPO),
        finding("content-personal-data", "approve", part="x"),
    ],
)
def test_what_wants_somebody_elses_yes_is_never_confirmed_by_the_sender(found: dict[str, Any]) -> None:
    (risk,) = risks([hold(found)])
    assert not {"right", "agree"} & set(risk.choices)
    assert plan([hold(found)], Decision("send", {risk.id: "right"})) == (risk.id,)
    assert plan([hold(found)], Decision("send", {risk.id: "agree"})) == (risk.id,)


def test_the_same_finding_on_two_copies_is_one_risk_and_another_message_has_other_ids() -> None:
    first, second = hold(SLIP, DATA), hold(DATA, to=(OTHER,), number="B")
    assert len(risks([first, second])) == 2
    assert {r.id for r in risks([first])}.isdisjoint(r.id for r in risks([replace(first, group_id="C")]))


def test_a_finding_about_a_recipient_of_another_copy_is_not_asked_here() -> None:
    assert risks([hold(SLIP, to=(OTHER,))]) == ()


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_found_of_one_recipient_is_answered_once_by_the_finding_that_knows_who_is_meant(order: int) -> None:
    held = hold(*(SLIP, finding("recipient-unreachable", recipient=TYPO))[::order], DATA)
    of_recipient, of_file = risks([held])
    assert (of_recipient.finding, of_recipient.choices) == (SLIP, ("correct", "omit", "right"))
    assert of_recipient.rules == ("recipient-typo", "recipient-unreachable")
    told = {
        choice: plan([held], Decision("send", {of_recipient.id: choice, of_file.id: "agree"}))
        for choice in of_recipient.choices
    }
    agreed = frozenset({"x.csv"})
    assert told == {
        "correct": Plan(redirect={TYPO: RIGHT}, agreed=agreed),
        "omit": Plan(omit=frozenset({TYPO}), agreed=agreed),
        "right": Plan(confirmed=frozenset({TYPO}), agreed=agreed),
    }


def test_a_blocked_address_that_is_a_slip_can_be_corrected_and_never_called_right() -> None:
    (risk,) = risks([hold(BLOCKED, SLIP)])
    assert (risk.finding["rule"], risk.choices) == ("recipient-typo", ("correct", "omit"))


def test_what_is_found_of_one_file_is_answered_once_and_never_agreed_to_where_a_finding_wants_somebody_elses_yes() -> (
    None
):
    marked = finding("content-confidential", part="x.csv")
    both, other = risks([hold(DATA, marked, finding("content-keyword", part="y.csv"))])
    assert (both.rules, both.choices) == (("content-personal-data", "content-confidential"), ("agree",))
    assert other.rules == ("content-keyword",)
    (approved,) = risks([hold(DATA, marked | {"action": "approve"})])
    assert approved.choices == ()


def test_an_answer_to_one_finding_does_not_fit_when_another_has_come_up_since() -> None:
    (before,), (after,) = risks([hold(SLIP)]), risks([hold(BLOCKED, SLIP)])
    assert before.id != after.id


ZIPPED = DATA | {"files": ["x.zip"]}


def with_file(*findings: dict[str, Any], **more: Any) -> Hold:
    made = hold(*findings, **more)
    files = {"x.csv": ["x.zip"], "x.zip": ["x.zip"], "both.csv": ["x.zip", "y.zip"]}
    return replace(made, verdict={**made.verdict, "files": files})


def test_a_file_is_taken_out_with_all_that_is_inside_it_and_nothing_else() -> None:
    held = with_file(ZIPPED)
    (risk,) = risks([held])
    assert risk.choices == ("remove", "agree")
    planned = plan([held], Decision("send", {risk.id: "remove"}))
    assert planned == Plan(remove=frozenset({"x.zip"}), gone=frozenset({"x.csv", "x.zip"}))
    assert plan([held], Decision("send", {risk.id: "agree"})) == Plan(agreed=frozenset({"x.csv"}))


def test_a_file_may_go_from_a_message_that_somebody_else_would_have_to_agree_to_and_never_from_a_signed_one() -> None:
    (approved,) = risks([with_file(ZIPPED | {"action": "approve"})])
    assert approved.choices == ("remove",)
    for why in ("dkim", "smime", "pgp", "rms", "calendar"):
        (signed,) = risks([with_file(ZIPPED, alterable=why)])
        assert signed.choices == ("agree",)


def test_a_file_that_somebody_else_must_agree_to_may_go_out_of_the_message_instead() -> None:
    held = with_file(ZIPPED | {"action": "approve", "ask": True})
    (risk,) = risks([held])
    assert risk.choices == ("remove", "ask")
    without = plan([held], Decision("send", {risk.id: "remove"}))
    assert without == Plan(remove=frozenset({"x.zip"}), gone=frozenset({"x.csv", "x.zip"}))
    asked = Decision("send", {risk.id: "ask"})
    assert plan([held], asked) == Plan(ask=(risk,))
    assert plan([held], asked, {risk.id}) == Plan(agreed=frozenset({"x.csv"}))


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_that_cannot_be_taken_out_of_one_copy_is_not_offered_for_any(order: int) -> None:
    (risk,) = risks([with_file(ZIPPED), hold(DATA, number="B")][::order])
    assert risk.choices == ("agree",)


@given(st.dictionaries(st.integers(0, 3), st.sampled_from(["correct", "omit", "right", "agree", "bcc", "", "x"])))
def test_nothing_is_sent_unless_every_risk_has_a_choice_of_its_own(given_choices: dict[int, str]) -> None:
    held = hold(SLIP, DATA, MANY)
    asked = risks([held])
    chosen = {asked[n].id: c for n, c in given_choices.items() if n < len(asked)}
    planned = plan([held], Decision("send", chosen))
    complete = all(chosen.get(r.id) in r.choices for r in asked)
    assert isinstance(planned, Plan) == complete
    if isinstance(planned, tuple):
        assert planned == tuple(r.id for r in asked if chosen.get(r.id) not in r.choices)
