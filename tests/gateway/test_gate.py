"""The gate: four positions, groups, hours, and a damaged file."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.gate import Gate
from gateway.options import GateOptions
from tests.helpers.clock import TestClock

SALES = "tanaka@tachibana.example"


def gate(tmp_path: Path, clock: TestClock, start: str = "observe") -> Gate:
    options = GateOptions.model_validate({"start": start, "groups": {"sales": (SALES, "@sales.example")}})
    return Gate(tmp_path / "gate.json", options, clock)


def test_a_new_installation_starts_where_the_settings_say(tmp_path: Path, clock: TestClock) -> None:
    assert gate(tmp_path, clock).position(SALES) == "observe"


def test_a_position_is_seen_by_another_process_at_once(tmp_path: Path, clock: TestClock) -> None:
    one, other = gate(tmp_path, clock), gate(tmp_path, clock)
    assert other.position(SALES) == "observe"
    one.set("normal", by="admin", reason="pilot is over")
    assert other.position(SALES) == "normal"


def test_the_relay_logs_once_what_an_operator_set_and_not_what_it_found_at_its_start(
    tmp_path: Path, clock: TestClock
) -> None:
    operator = gate(tmp_path, clock)
    operator.set("normal", by="admin", reason="start")
    relay = gate(tmp_path, clock)
    with capture_logs() as logged:
        relay.position(SALES)
        operator.set("open", by="admin", reason="outage")
        relay.position(SALES)
        relay.position(SALES)
    assert [(line["event"], line["position"], line["reason"]) for line in logged] == [("gate", "open", "outage")]


def test_a_position_for_hours_gives_way_to_what_held_before(tmp_path: Path, clock: TestClock) -> None:
    tested = gate(tmp_path, clock)
    tested.set("normal", by="admin", reason="start")
    tested.set("open", by="admin", reason="outage", until=clock.now() + timedelta(hours=2))
    assert tested.position(SALES) == "open"
    clock.advance(timedelta(hours=2, seconds=1))
    assert tested.position(SALES) == "normal"


def test_a_lasting_position_ends_a_timed_one(tmp_path: Path, clock: TestClock) -> None:
    tested = gate(tmp_path, clock)
    tested.set("hold-all", by="admin", reason="incident", until=clock.now() + timedelta(hours=2))
    tested.set("normal", by="admin", reason="over")
    assert tested.position(SALES) == "normal"


@pytest.mark.parametrize("sender", [SALES, "TANAKA@Tachibana.example", "anyone@sales.example"])
def test_a_group_comes_into_force_alone(tmp_path: Path, clock: TestClock, sender: str) -> None:
    tested = gate(tmp_path, clock)
    tested.set("normal", by="admin", reason="pilot", group="sales")
    assert tested.position(sender) == "normal"
    assert tested.position("other@tachibana.example") == "observe"


@pytest.mark.parametrize("position", ["open", "hold-all"])
def test_on_the_day_of_an_incident_everyone_beats_a_group(tmp_path: Path, clock: TestClock, position: str) -> None:
    tested = gate(tmp_path, clock)
    tested.set("normal", by="admin", reason="pilot", group="sales")
    tested.set(position, by="admin", reason="incident")
    assert tested.position(SALES) == position


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '[{"position": "ajar"}]', '[{"position": "open", "until": "2026-01-01T00:00:00"}]']
)
def test_a_damaged_file_counts_as_normal_and_can_be_set_anew(tmp_path: Path, clock: TestClock, text: str) -> None:
    tested = gate(tmp_path, clock, start="open")
    (tmp_path / "gate.json").write_text(text)
    assert tested.position(SALES) == "normal"
    tested.set("observe", by="admin", reason="repaired")
    assert gate(tmp_path, clock).position(SALES) == "observe"


def test_an_unknown_word_or_group_is_refused_and_nothing_changes(tmp_path: Path, clock: TestClock) -> None:
    tested = gate(tmp_path, clock)
    with pytest.raises(ValueError, match="ajar"):
        tested.set("ajar", by="admin", reason="typo")
    with pytest.raises(ValueError, match="nobody"):
        tested.set("normal", by="admin", reason="typo", group="nobody")
    assert tested.position(SALES) == "observe"


def test_a_folder_that_cannot_be_entered_counts_as_normal_and_is_said_once(tmp_path: Path, clock: TestClock) -> None:
    (tmp_path / "closed").touch()  # no folder at all: also for root
    closed = Gate(tmp_path / "closed" / "gate.json", GateOptions(start="open"), clock)
    with capture_logs() as logs:
        assert [closed.position(SALES), closed.position(SALES)] == ["normal", "normal"]
    assert [line["event"] for line in logs] == ["gate file unreadable"]
