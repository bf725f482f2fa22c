"""What an outside tracker may see of a ticket, in which words, and what counts as a change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from notifier.tracker_options import EVENTS, Event, Tracker
from notifier.trackers import FACTS
from response.case_facts import case_of, event_of, facts_of, is_new
from response.manual import load
from response.office import Office
from store.tickets import State, Ticket
from tests.helpers.clock import START
from tests.response.cases import OPTIONS, ORGANISATION, SENDER, WRONG

BASE = "https://desk.example/"
TICKET = Ticket(
    id="K7Q29MXD",
    kind="real",
    state=State.OPEN,
    severity=2,
    channel="link",
    reporter=SENDER,
    reporter_class="sender",
    certain=True,
    words="間違えました",
    match_method="number",
    candidates=(),
    journal_id="",
    hold_id="",
    message_id="<1@tachibana.example>",
    sender=SENDER,
    subject="顧客一覧を送ります",
    exposure={"persons": {"min": 128, "max": 131}},
    manual_version="1",
    manual_name="misdirected-mail",
    sent_at=START - timedelta(hours=1),
    first_known_at=START,
    reported_at=START,
    opened_at=START,
)


def office(language: str) -> Office:
    return Office(ORGANISATION.model_copy(update={"language": language}), OPTIONS, load("misdirected-mail"))


def test_the_facts_are_those_of_the_list_and_hold_nobody_and_nothing_of_the_mail() -> None:
    facts = facts_of(TICKET, BASE)
    assert set(facts) == set(FACTS)
    assert facts["link"] == "https://desk.example/tickets/K7Q2-9MXD"
    said = " ".join(facts.values())
    assert not [word for word in (SENDER, WRONG, TICKET.subject, TICKET.words, TICKET.message_id, "@") if word in said]


def test_unknown_stays_unknown_and_what_has_not_happened_is_empty() -> None:
    facts = facts_of(replace(TICKET, exposure={"persons": {"min": 0, "max": None}}), BASE)
    assert (facts["persons_min"], facts["persons_max"], facts["confirmed"], facts["deadline"]) == (
        "0",
        "unknown",
        "",
        "",
    )


def test_what_a_person_corrected_and_what_the_law_sets_is_told() -> None:
    facts = facts_of(TICKET, BASE, persons={"min": 3, "max": 4}, deadline=datetime(2026, 5, 1, tzinfo=UTC))
    assert (facts["persons_min"], facts["persons_max"], facts["deadline"]) == ("3", "4", "2026-05-01T00:00:00Z")


@pytest.mark.parametrize(
    ("language", "title", "lines"),
    [
        (
            "ja",
            "[K7Q2-9MXD] 誤送信の対応（対応中）",
            ("最初に知った時刻：4月1日（水）09:30（JST）", "対象者数：128～131"),
        ),
        ("en", "[K7Q2-9MXD] Misdirected mail (open)", ("First known: Wed 1 Apr, 09:30 (JST)", "Persons: 128 to 131")),
    ],
)
def test_people_read_it_in_the_language_of_the_house_with_weekday_and_zone(
    language: str, title: str, lines: tuple[str, ...]
) -> None:
    tracker = Tracker(kind="redmine", name="it")
    case = case_of(facts_of(TICKET, BASE), tracker, office(language), before=None, version=0, at=START)
    assert case.summary == title
    assert set(lines) <= set(case.text.splitlines())


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_state_has_words(state: State, language: str) -> None:
    facts = facts_of(replace(TICKET, state=state), BASE)
    case = case_of(facts, Tracker(kind="redmine", name="it"), office(language), before=None, version=0, at=START)
    assert case.summary.startswith("[K7Q2-9MXD] ")


def test_which_change_is_which_event() -> None:
    before = facts_of(TICKET, BASE)
    later = before | {"due": "2026-04-02T00:00:00Z"}
    moved, closed = before | {"state": "contained"}, before | {"state": "closed"}
    names = (event_of(None, before), event_of(before, later), event_of(before, moved), event_of(before, closed))
    assert names == ("ticket.opened", "ticket.deadline", "ticket.state", "ticket.closed")
    assert event_of(closed, before) == "ticket.state"
    told = {
        event: [
            is_new(was, now, (event,))
            for was, now in ((None, before), (before, later), (before, moved), (before, closed))
        ]
        for event in EVENTS
    }
    assert told == {
        "opened": [True, False, False, False],
        "deadline": [False, True, False, False],
        "state": [False, False, True, True],
        "closed": [False, False, False, True],
    }
    assert set(EVENTS) == set(get_args(Event))
    assert not any(is_new(before, dict(before), EVENTS) for _ in EVENTS)


def test_a_state_that_comes_again_is_another_event() -> None:
    facts, tracker = facts_of(TICKET, BASE), Tracker(kind="webhook", name="it")
    first, again, third = (
        case_of(facts, tracker, office("ja"), before=None, version=version, at=START + timedelta(days=version))
        for version in (0, 0, 2)
    )
    assert first.id == again.id != third.id
