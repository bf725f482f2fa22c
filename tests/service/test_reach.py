"""The test of the contact tree by command; what `check` says of the last one, and the figures of it."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner, Result

from response import reach
from response.reach import BEGAN
from response.reach_calendar import GRACE, due_at
from service import check_reach
from service.__main__ import app
from service.check_problem import Problem
from service.health_calls import gauges
from service.opening import office_of
from service.settings import Settings, load
from store.clock import Clock
from store.engine import open_store
from store.shelves import Shelves
from tests.helpers.clock import TestClock

T = TypeVar("T")
LEADER, DEPUTY = "sato@example.com", "suzuki@example.com"
SETTINGS = f"""
[organisation]
name = "Example"
domains = ["example.com"]
[[organisation.people]]
address = "{LEADER}"
roles = ["leader"]
phone = "03-0000-0000"
[[organisation.people]]
address = "{DEPUTY}"
roles = ["deputy", "privacy officer"]
second = "090-0000-0000"
[store]
directory = "var"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sekisho.toml").write_text(SETTINGS)
    assert sekisho(tmp_path, "migrate").exit_code == 0
    return tmp_path


def sekisho(folder: Path, *arguments: str) -> Result:
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, [*arguments, "--config", "sekisho.toml"])
    assert not isinstance(result.exception, Exception), result.exception
    return result


def settings(folder: Path) -> Settings:
    return load(folder / "sekisho.toml")


def in_store(folder: Path, unit: Callable[[Shelves], T], clock: Clock | None = None) -> T:
    async def act() -> T:
        store = open_store(settings(folder).store, clock or Clock())
        await store.start()
        try:
            return await store.commit(unit)
        finally:
            await store.stop()

    return asyncio.run(act())


def checked(folder: Path) -> list[Problem]:
    async def look() -> list[Problem]:
        store = open_store(settings(folder).store, Clock())
        await store.start()
        try:
            return [problem async for problem in check_reach.contact_tree(settings(folder), store)]
        finally:
            await store.stop()

    return asyncio.run(look())


def test_the_command_calls_everybody_and_says_who_has_not_answered(folder: Path) -> None:
    assert sekisho(folder, "people", "reach-test", "--result").exit_code == 1, "none yet"
    begun = sekisho(folder, "people", "reach-test")
    assert begun.exit_code == 0
    assert "answered: 0 of 2 (0 %)" in begun.output
    assert sekisho(folder, "people", "reach-test").exit_code == 1, "one at a time"
    office = office_of(settings(folder))

    def all_answer(shelves: Shelves) -> None:
        test = shelves.reach_tests.last()
        assert test is not None
        assert [n.recipient for n in shelves.outbox.claim_due("n", shelves.now, 9)] == [LEADER, DEPUTY]
        reach.answer(shelves, office, test.id, LEADER, "have")

    in_store(folder, all_answer)
    shown = sekisho(folder, "people", "reach-test", "--result", "--json")
    assert shown.exit_code == 1
    found = json.loads(shown.output)
    assert (found["asked"], found["answered"], found["percent"], found["silent"]) == (2, 1, 50, [DEPUTY])
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in in_store(folder, gauges)
        for sample in metric.samples
    }
    assert figures["sekisho_reach", "asked"] == 2
    assert figures["sekisho_reach", "answered"] == 1
    assert figures["sekisho_calls", "waiting"] == 0


def test_check_names_whom_a_test_that_is_over_did_not_reach_and_is_silent_while_one_runs(folder: Path) -> None:
    office = office_of(settings(folder))
    sekisho(folder, "people", "reach-test")
    assert checked(folder) == []

    def end(shelves: Shelves) -> None:
        test = shelves.reach_tests.last()
        assert test is not None
        reach.end(shelves, office, test.id)

    in_store(folder, end)
    (problem,) = checked(folder)
    assert (problem.severity, problem.where) == ("warning", "response.reach_test")
    assert "reached 0 of 2" in problem.what
    assert LEADER in problem.what


def test_check_says_when_a_test_is_overdue_and_not_a_day_before(folder: Path) -> None:
    now, office = Clock().now(), office_of(settings(folder))
    month = timedelta(days=31)
    in_store(folder, lambda shelves: shelves.marks.set(BEGAN, ""), TestClock(now))
    assert checked(folder) == []
    long_ago = now - month - month - GRACE
    in_store(folder, lambda shelves: shelves.marks.set(BEGAN, ""), TestClock(long_ago))
    (problem,) = checked(folder)
    assert "should have been tested on" in problem.what
    assert due_at(office, long_ago) < now
    (folder / "sekisho.toml").write_text(SETTINGS + '[response]\nreach_test = "never"\n')
    assert checked(folder) == []


@pytest.mark.parametrize("lacking", ["leader", "second contact"])
def test_check_ends_with_1_and_never_says_ready_while_somebody_is_missing_or_cannot_be_reached_otherwise(
    folder: Path, lacking: str
) -> None:
    text = (
        SETTINGS.replace('"leader"', '"responder"') if lacking == "leader" else SETTINGS.replace("second =", "name =")
    )
    (folder / "sekisho.toml").write_text(text)
    said = sekisho(folder, "check")
    assert said.exit_code == 1
    assert lacking in said.output
    assert "Ready" not in said.output
