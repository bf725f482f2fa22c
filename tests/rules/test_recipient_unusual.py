"""A recipient who does not belong is asked about with counted evidence; who belongs, or is written to every day, never."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules import recipient_unusual
from rules.examples import SENDER, mail, remembered
from rules.recent_mail import Sending, decode, encode, minute, topic
from rules.recipient_unusual import Options, check, scores
from rules.unusual_features import NAMES
from rules.unusual_model import FILE, Model, Node, model
from rules.unusual_words import words
from rules.verdict import Policy, judge

TEAM = ("kimura@customer.example", "mori@customer.example", "ueda@customer.example")
STRANGER = "honda@elsewhere.example"
PLAN = (("Subject", "Re: Plan of the annex"),)
PAST = (*((TEAM, "Plan of the annex"),) * 30, ((STRANGER,), "Invoice"), *((TEAM, "Plan of the annex"),) * 30)


def test_the_words_count_what_went_to_whom_and_name_the_one_who_is_missing() -> None:
    to = (TEAM[0], TEAM[1], STRANGER)
    (found,) = check(mail(*to, headers=PLAN), remembered(SENDER, PAST, *to), Options())
    assert found.about.recipient == STRANGER
    assert found.suggestion == TEAM[2]
    assert found.words["en"] == (
        f"Only 1 of your last 61 messages went to {STRANGER}, the last 31 days ago. None of 60 messages to {TEAM[0]}"
        f" went to {STRANGER} as well; 60 went to {TEAM[2]}, who may be meant."
    )
    assert "60通" in found.words["ja"]
    assert found.evidence == {"sent": 61, "sent_to_it": 1, "to_other": 60, "together": 0, "with_usual": 60}


def test_who_gets_most_of_the_mail_is_not_said_to_get_little() -> None:
    said = words(TEAM[0], remembered(SENDER, PAST, TEAM[0], STRANGER))
    assert said["en"].startswith(f"60 of your last 61 messages went to {TEAM[0]}")
    assert said["ja"].startswith(f"最近の送信61通のうち {TEAM[0]} 宛ては60通です")


def test_a_message_of_today_is_not_said_to_be_0_days_ago() -> None:
    known = remembered(SENDER, PAST, TEAM[0], STRANGER)
    assert ", the last 1 day ago" in words(TEAM[0], known)["en"]
    said = words(TEAM[0], replace(known, recent=replace(known.recent, minute=known.recent.minute - 1)))
    assert ", the last within 24 hours" in said["en"]
    assert "（最後は24時間以内）" in said["ja"]


def test_nobody_is_suggested_who_gets_the_message_anyway() -> None:
    to = (*TEAM, STRANGER)
    (found,) = check(mail(*to, headers=PLAN), remembered(SENDER, PAST, *to), Options())
    assert found.about.recipient == STRANGER
    assert found.suggestion == ""


def test_one_of_two_twins_is_told_from_the_other_by_the_company_it_keeps() -> None:
    twins = ("tanaka2@customer.example", "tanaka3@customer.example")
    past = (
        *(((*TEAM, twins[0]), "Plan"),) * 20,
        *(((twins[1],), "Invoice"),) * 20,
        *(((*TEAM, twins[0]), "Plan"),) * 20,
    )
    right, wrong = (
        scores(mail(*TEAM, twin, headers=(("Subject", "Plan"),)), remembered(SENDER, past, *TEAM, twin))[twin]
        for twin in twins
    )
    assert right < model().limits["strict"] < model().limits["normal"] <= wrong


def test_a_thread_that_the_recipient_is_in_speaks_for_it() -> None:
    to = (TEAM[0], TEAM[1], STRANGER)
    past = (*PAST, (to, "Offer"))
    known = remembered(SENDER, past, *to)
    in_thread = scores(mail(*to, headers=(("Subject", "Re: Offer"),)), known)[STRANGER]
    elsewhere = scores(mail(*to, headers=PLAN), known)[STRANGER]
    assert in_thread < elsewhere


def test_every_recipient_has_a_score_only_where_scores_are_asked_for() -> None:
    given, known = mail(*TEAM, STRANGER), remembered(SENDER, PAST, *TEAM, STRANGER)
    assert set(judge(given, known, Policy(with_scores=True)).scores["recipient-unusual"]) == {*TEAM, STRANGER}
    assert judge(given, known, Policy()).scores == {}


def test_quiet_asks_less_than_normal_and_strict_more() -> None:
    limits = model().limits
    assert 1 > limits["quiet"] > limits["normal"] > limits["strict"] > 0


@pytest.mark.parametrize("subject", ["", "見積書", "Re: Re[2]: FWD: 見積書", "\ud800", "x" * 10_000])
def test_an_entry_comes_back_as_it_was(subject: str) -> None:
    said = topic(subject, b"salt")
    one = Sending(minute(datetime(2026, 4, 1, tzinfo=UTC)), said.thread, 1 << 62, (7, 1 << 61), said.words)
    assert list(decode(encode(one))) == [one]


def test_an_answer_is_of_the_thread_that_it_answers() -> None:
    asked, answer = topic("見積書", b"s"), topic("Re: Fwd: 見積書", b"s")
    assert (asked.thread, asked.is_reply) == (answer.thread, False)
    assert answer.is_reply
    assert asked.thread != topic("請求書", b"s").thread


def test_an_entry_that_was_cut_off_is_left_out() -> None:
    text = encode(Sending(5, 1, 2, (3,))) + encode(Sending(4, 1, 2, (3,)))
    for end in range(len(text)):
        assert [one.at for one in decode(text[:end])] == [5][: text[:end].count(";")]


def test_every_feature_of_the_weights_is_one_that_is_counted_and_every_row_has_them_all() -> None:
    def features(node: Node | float) -> set[int]:
        return {node.feature} | features(node.left) | features(node.right) if isinstance(node, Node) else set()

    used = set().union(*map(features, model().trees))
    assert max(used) < len(NAMES)
    assert len(used) > len(NAMES) / 2
    assert len(FILE.read_bytes()) <= 100_000


def test_any_order_of_the_recipients_gives_the_same_scores() -> None:
    known, to = remembered(SENDER, PAST, *TEAM, STRANGER), [*TEAM, STRANGER]
    first = scores(mail(*to, headers=PLAN), known)
    random.Random(1).shuffle(to)
    again = scores(mail(*to, headers=PLAN), known)
    assert again == pytest.approx(first)


def test_what_was_not_remembered_makes_nobody_unusual() -> None:
    known = remembered(SENDER, (), *TEAM)
    assert scores(mail(*TEAM), known) == dict.fromkeys(TEAM, 0.0)
    assert list(recipient_unusual.check(mail(*TEAM, STRANGER), known, Options())) == []


def test_the_very_people_of_two_earlier_messages_are_never_asked_about_but_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        recipient_unusual, "model", lambda: Model(model().trees, dict.fromkeys(("quiet", "normal", "strict"), 1e-6))
    )
    pair = (TEAM[0], STRANGER)
    once, twice = (remembered(SENDER, (*PAST, *(((pair), "Offer"),) * n), *pair) for n in (1, 2))
    given = mail(*pair, headers=(("Subject", "Something else"),))
    assert len(list(check(given, once, Options()))) == 2
    assert list(check(given, twice, Options())) == []
    assert min(scores(given, twice).values()) > 0
