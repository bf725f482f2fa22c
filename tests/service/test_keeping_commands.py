"""Legal holds and a person's data by command: what is done is said, what is refused says why."""

import json
import re
from pathlib import Path

import pytest

from store.tickets import State
from tests.service.test_commands import SETTINGS, sekisho
from tests.service.test_verify import in_store

PERSON = "suzuki@tachibana.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sekisho.toml").write_text(SETTINGS)
    assert sekisho(tmp_path, "migrate").exit_code == 0
    report = ("report", "--search", "seal", "--by", PERSON, "--note", "slip")
    assert sekisho(tmp_path, *report).exit_code == 0
    return tmp_path


def test_a_legal_hold_on_a_case_wants_a_reason_is_listed_and_ends(folder: Path) -> None:
    number = sekisho(folder, "ticket", "list").stdout.split()[0]
    assert sekisho(folder, "legal-hold", "add", number).exit_code == 2
    assert sekisho(folder, "legal-hold", "add", "AAAA-AAAA", "--reason", "x").exit_code == 1
    assert sekisho(folder, "legal-hold", "add", "no number", "--reason", "x").exit_code == 2
    made = sekisho(folder, "legal-hold", "add", number, "--reason", "a dispute")
    assert made.exit_code == 0
    held = made.stdout.split(":")[0]
    assert f"{held}  ticket {number}: a dispute" in sekisho(folder, "legal-hold", "list").stdout
    assert json.loads(sekisho(folder, "legal-hold", "list", "--json").stdout)["target"] == number
    assert sekisho(folder, "legal-hold", "end", held, "--reason", "settled").exit_code == 0
    assert sekisho(folder, "legal-hold", "end", held, "--reason", "again").exit_code == 1
    assert sekisho(folder, "legal-hold", "list").stdout.strip() == "No legal hold is in force."
    assert "ended" in sekisho(folder, "legal-hold", "list", "--all").stdout
    assert "whole" in sekisho(folder, "verify").stdout


def test_a_person_is_found_exported_and_erased_once_nothing_keeps_them(folder: Path) -> None:
    found = sekisho(folder, "person", "find", PERSON)
    assert found.exit_code == 0
    assert "tickets: 1 row, stays (evidence of a case" in found.stdout
    rows = [json.loads(row) for row in sekisho(folder, "person", "export", PERSON).stdout.splitlines()]
    assert {"tickets"} <= {row["table"] for row in rows}
    assert sekisho(folder, "person", "erase", PERSON).exit_code == 2
    refused = sekisho(folder, "person", "erase", PERSON, "--reason", "asked by letter")
    assert refused.exit_code == 1
    assert re.search(r"open ticket [0-9A-Z]{4}-[0-9A-Z]{4}", refused.output)
    in_store(folder, lambda s: [s.tickets.move(t, State.OPEN, State.CLOSED, "done") for t in s.tickets.ids()])
    done = sekisho(folder, "person", "erase", PERSON, "--reason", "asked by letter")
    assert done.exit_code == 0
    assert "stay: evidence of a case" in done.stdout
    assert sekisho(folder, "person", "find", "nobody@partner.example").exit_code == 1
    assert sekisho(folder, "person", "find", "no address").exit_code == 2
