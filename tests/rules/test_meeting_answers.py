"""Whom a meeting names its answerer did not choose: what asks about that recipient is noted, all else stays."""

from dataclasses import replace

import pytest

from mail.shapes import Meeting
from rules.base import About, Action, Finding
from rules.examples import body, mail
from rules.meeting_answers import quieted

BOSS, OTHER = "boss@customer.example", "other@customer.example"
REPLY = Meeting("REPLY", "REPLY", ("1",), frozenset({BOSS}))


def found(rule: str, action: Action = Action.HOLD, **about: str) -> Finding:
    return Finding(About(**about), {"ja": "", "en": ""}, action=action, rule=rule, points=0.5)


def after(finding: Finding, meeting: Meeting = REPLY) -> Finding:
    given = mail(BOSS, OTHER, parts=(body("accepted"),))
    given = replace(given, message=replace(given.message, meetings=(meeting,)))
    (only,) = quieted([finding], given)
    return only


@pytest.mark.parametrize("action", [Action.DELAY, Action.HOLD, Action.APPROVE])
def test_a_recipient_whom_the_meeting_names_is_not_asked_about(action: Action) -> None:
    noted = after(found("recipient-typo", action, recipient="Boss@Customer.example"))
    assert (noted.action, noted.points) == (Action.NOTE, 0.0)


@pytest.mark.parametrize(
    "kept",
    [
        found("recipient-typo", recipient=OTHER),
        found("recipient-blocked", recipient=BOSS),
        found("recipient-typo", Action.REJECT, recipient=BOSS),
        found("content-personal-data", part="a.csv"),
        found("recipient-too-many-external"),
    ],
)
def test_what_is_about_anything_else_stays(kept: Finding) -> None:
    assert after(kept) == kept


def test_a_request_is_no_answer() -> None:
    asked = found("recipient-typo", recipient=BOSS)
    assert after(asked, Meeting("REQUEST", "REQUEST", ("1",), frozenset({BOSS}), begins=True)) == asked
