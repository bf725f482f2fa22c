"""Tickets as commands print them carry the facts that decide, and the nearest date of the law, as they are now."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from response import facts
from service.console import with_store
from service.opening import open_desk
from service.settings import load
from store.clock import Clock
from store.engine import Store
from tests.service.test_commands import SETTINGS, sekisho

BY = "ono@tachibana.example"


def reported(folder: Path, language: str) -> str:
    """A ticket about a message that nobody found."""
    (folder / "config").mkdir()
    settings = SETTINGS.replace('"en"', f'"{language}"')
    (folder / "config/sekisho.toml").write_text(settings)
    assert sekisho(folder, "migrate").exit_code == 0
    made = json.loads(sekisho(folder, "report", "--search", "a list", "--by", BY, "--json").stdout)
    return str(made["id"])


def correct(folder: Path, number: str, **known: Any) -> None:
    """What a person says on the page "Facts"."""
    settings = load(folder / "config/sekisho.toml")

    async def said(store: Store) -> None:
        office, ticket = open_desk(settings, store, Clock()).office, number.replace("-", "")
        for name, value in known.items():
            correction = partial(facts.correct, office=office, ticket_id=ticket, name=name, value=value)
            assert await store.commit(lambda s, do=correction: do(s, by=BY, why="counted")) == ""  # type: ignore[misc]

    with_store(settings, said)


def test_a_program_reads_the_facts_and_the_nearest_hard_date_and_null_once_nothing_is_owed(tmp_path: Path) -> None:
    number = reported(tmp_path, "en")
    shown = json.loads(sekisho(tmp_path, "ticket", "show", number, "--json").stdout)
    (listed,) = map(json.loads, sekisho(tmp_path, "ticket", "list", "--json").stdout.splitlines())
    assert listed == shown
    assert shown["facts"] == {
        "persons": {"min": 0, "max": None},
        "sensitive": None,
        "financial": None,
        "malicious": False,
        "my_number": None,
    }
    assert (shown["nearest_deadline"]["rule"], shown["nearest_deadline"]["step"]) == ("JP-MYN", "outer")
    few = {"min": 3, "max": 3}
    correct(tmp_path, number, persons=few, sensitive=False, financial=False, my_number=False)
    later = json.loads(sekisho(tmp_path, "ticket", "show", number, "--json").stdout)
    assert (later["facts"]["persons"], later["facts"]["sensitive"]) == (few, False)
    assert later["nearest_deadline"] is None


@pytest.mark.parametrize(
    ("language", "unknown", "counted", "law"),
    [
        (
            "ja",
            "事実: 本人の数: 不明; 要配慮個人情報を含む: 不明",
            "本人の数: 3–5",
            "最も近い法令上の期限: JP-MYN outer ",
        ),
        (
            "en",
            "facts: Number of persons: unknown; Special-care",
            "persons: 3–5",
            "nearest date of the law: JP-MYN outer ",
        ),
    ],
)
def test_a_person_reads_them_in_the_language_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, unknown: str, counted: str, law: str
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8" if language == "ja" else "C.UTF-8")
    number = reported(tmp_path, "en" if language == "ja" else "ja")
    for words in (("show", number), ("list",)):
        said = " ".join(sekisho(tmp_path, "ticket", *words).stdout.split())
        assert unknown in said
        assert law in said
        assert "(JST)" in said.partition(law)[2] or "（JST）" in said.partition(law)[2]
    correct(tmp_path, number, persons={"min": 3, "max": 5})
    assert counted in " ".join(sekisho(tmp_path, "ticket", "show", number).stdout.split())


JAPANESE = re.compile("[ぁ-んァ-ン一-龥（）]")
ENGLISH = re.compile("[a-z]{3,} [a-z]{2,}")


def test_nothing_of_the_other_language_stands_in_what_a_terminal_is_told_of_a_ticket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = reported(tmp_path, "ja")
    for words in (("show", number), ("list",)):
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        assert JAPANESE.findall(sekisho(tmp_path, "ticket", *words).stdout) == []
        monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
        assert ENGLISH.findall(sekisho(tmp_path, "ticket", *words).stdout) == []


def test_a_drill_is_listed_in_the_language_of_the_terminal_and_a_program_reads_the_organisations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(tmp_path, "ja")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert JAPANESE.findall(sekisho(tmp_path, "drill", "start").stdout) == []
    assert all(
        JAPANESE.search(line) for line in map(titled, sekisho(tmp_path, "drill", "start", "--json").stdout.splitlines())
    )


def titled(line: str) -> str:
    return str(json.loads(line)["title"])


def test_a_step_that_is_not_there_is_answered_with_the_steps_there_are(tmp_path: Path) -> None:
    number = reported(tmp_path, "en")
    done = sekisho(tmp_path, "ticket", "step", number, "9.9", "--by", BY)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"9.9: no such step; ticket {number} has 1.1, 1.2, ")
