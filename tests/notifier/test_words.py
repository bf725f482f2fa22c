"""Words: times with weekday and zone, kinds of data, and foreign text that stays on its line."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import notifier
from notifier import kinds
from notifier.alarm_words import ALARMS, FACTS, alarm_in_words, alarm_title, fact_in_words, value_in_words
from notifier.words import LONGEST, kind_in_words, one_line, when
from rules.personal import recognisers
from rules.personal.recogniser import Weight

SIX = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_a_time_is_said_with_weekday_and_zone_in_both_languages() -> None:
    assert when(SIX, "Asia/Tokyo", "ja") == "11月24日（火）18:00（JST）"
    assert when(SIX, "Asia/Tokyo", "en") == "Tue 24 Nov, 18:00 (JST)"


def test_a_time_is_said_in_the_zone_of_the_house() -> None:
    assert when(SIX, "Europe/Berlin", "en") == "Tue 24 Nov, 10:00 (CET)"


def test_a_zone_without_letters_is_said_as_its_distance_from_utc() -> None:
    assert when(SIX, "Asia/Dubai", "en") == "Tue 24 Nov, 13:00 (UTC+04)"


def test_counts_are_said_in_words() -> None:
    assert kind_in_words("person_name", 128, "ja") == "氏名 128件"
    assert kind_in_words("person_name", 128, "en") == "128 names"
    assert kind_in_words("new_kind", 2, "en") == "2 new_kind"


def test_one_of_a_kind_is_said_in_the_singular() -> None:
    assert [kind_in_words(kind, 1, "en") for kind in ("phone", "birth_date", "postal_address", "new_kind")] == [
        "1 telephone number",
        "1 date of birth",
        "1 postal address",
        "1 new_kind",
    ]
    said = {
        kind: [kind_in_words(kind, n, language) for n, language in ((1, "en"), (2, "en"), (2, "ja"))]
        for kind in _exposed()
    }
    assert [kind for kind, (one, many, _) in said.items() if one.removeprefix("1 ") == many.removeprefix("2 ")] == []
    assert [kind for kind, words in said.items() if f"2 {kind}" in words] == []


def _exposed() -> list[str]:
    """The kinds of which an exposure can speak."""
    return [kind for kind, module in recognisers().items() if module.WEIGHT is not Weight.EVIDENCE]


def test_both_languages_know_the_same_alarms() -> None:
    assert all(said.title.keys() == said.words.keys() == {"ja", "en"} for said in ALARMS.values())
    assert alarm_in_words("clock-jumped", "ja") != alarm_in_words("clock-jumped", "en")
    assert alarm_in_words("unheard_of", "ja") == alarm_title("unheard_of", "ja") == "unheard_of"


def test_every_alarm_that_a_room_raises_has_words() -> None:
    root = Path(notifier.__file__).parents[1]
    rooms = ("service", "web", "gateway", "response", "notifier")
    code = "".join(path.read_text() for room in rooms for path in (root / room).rglob("*.py"))
    raised = set(re.findall(r'notices\.alarm\([^"]*"([\w-]+)"', code))
    assert raised
    assert raised <= ALARMS.keys()


def test_what_an_alarm_names_is_said_in_the_readers_language() -> None:
    """Of every room: the names of the facts that stand beside an alarm, and the kinds of notices whose failure is one."""
    named = {name for path in _rooms() for name in _facts_of_alarms(ast.parse(path.read_text()))}
    assert {"sender", "messages", "perhaps", "reason", "seconds", "tracker", "fields", "kind"} <= named
    assert named <= FACTS.keys(), named - FACTS.keys()
    assert all(fact_in_words(name, "ja") != fact_in_words(name, "en") for name in FACTS)
    loud = set(kinds.KINDS) - kinds.QUIET
    assert all(value_in_words("kind", kind, "ja") != kind for kind in loud)
    assert [value_in_words("reason", "answers 422", language) for language in ("ja", "en")] == [
        "応答コード 422",
        "answers 422",
    ]
    assert value_in_words("reason", "restored", "ja") == "バックアップから戻されたようです"


def _rooms() -> Iterator[Path]:
    root = Path(notifier.__file__).parents[1]
    return (
        path for room in ("service", "web", "gateway", "response", "notifier") for path in (root / room).rglob("*.py")
    )


def _facts_of_alarms(tree: ast.AST) -> Iterator[str]:
    """The keys of the dictionaries that a function gives to an alarm, or calls `facts`."""
    for function in ast.walk(tree):
        calls = (
            [n for n in ast.walk(function) if isinstance(n, ast.Call) and _rings(n)]
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            else []
        )
        if not calls:
            continue
        given = [argument for call in calls for argument in call.args]
        given += [
            n.value
            for n in ast.walk(function)
            if isinstance(n, ast.Assign | ast.AnnAssign) and n.value and "facts" in ast.unparse(n).partition("=")[0]
        ]
        for one in given:
            yield from (
                k.value for k in getattr(one, "keys", ()) if isinstance(k, ast.Constant) and isinstance(k.value, str)
            )


def _rings(call: ast.Call) -> bool:
    return ast.unparse(call.func) in {"notices.alarm", "trouble"} or "around, claimed" in ast.unparse(call)


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("お見積り\r\nBcc: all@customer.example", "お見積り Bcc: all@customer.example"),
        ("one\u2028two\x00three\x1b[31m", "one two three [31m"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("tan\ue000a\ue001ka", "tanaka"),
        ("\ud800broken", "broken"),
    ],
)
def test_foreign_text_cannot_leave_its_line_or_turn_it_around(foreign: str, shown: str) -> None:
    assert one_line(foreign) == shown


@given(st.text())
def test_any_text_becomes_one_line_of_bounded_length_and_stays_it(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert len(line) <= LONGEST
    assert line.isprintable()
    assert one_line(line) == line
