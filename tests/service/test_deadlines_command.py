"""`sekisho deadlines`: JSON Lines as promised to programs, words in order of due for people, and mistakes named."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.__main__ import app

FACTS = {"jurisdictions": ["JP", "EU"], "known_at": "2026-11-24T09:00:00+09:00", "subjects": 1001, "risk": "risk"}
SETTINGS = '[organisation]\nname = "橘"\ndomains = ["tachibana.example"]\n[response]\nclosed_days = [2026-12-23]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def deadlines(*arguments: str, facts: Any = FACTS) -> Result:
    Path("facts.json").write_text(facts if isinstance(facts, str) else json.dumps(facts), encoding="utf-8")
    return CliRunner().invoke(app, ["deadlines", "--facts", "facts.json", *arguments])


@pytest.mark.usefixtures("folder")
def test_a_program_gets_a_line_for_each_with_the_promised_names() -> None:
    done = deadlines("--json")
    assert done.exit_code == 0
    found = {(line["rule"], line["step"]): line for line in map(json.loads, done.stdout.splitlines())}
    final = found["JP-FINAL", "final"]
    wanted = {"due": "2026-12-23T23:59:59+09:00", "kind": "hard", "basis": ["4"], "owed": True}
    assert {key: final[key] for key in wanted} == wanted
    assert {"to", "reason", "source"} <= final.keys()
    assert found["JP-PERSON", "notice"]["due"] is None
    assert found["JP-PERSON", "notice"]["kind"] == "soft"
    assert "promptly" in found["JP-PERSON", "notice"]["reason"]
    assert found["EU-PERSON", "notice"]["owed"] is False


@pytest.mark.usefixtures("folder")
def test_a_person_reads_them_in_the_order_of_due_in_either_language() -> None:
    english, japanese = deadlines().stdout, deadlines("--lang", "ja").stdout
    names = [line.split(")  ")[1] for line in english.splitlines() if line.startswith(("hard", "soft"))]
    assert names == ["JP-PRELIM target", "EU-AUTH report", "JP-PRELIM outer", "JP-FINAL final"]
    assert "hard  Wed 23 Dec 2026, 23:59 (JST)  JP-FINAL final" in english
    assert "法定  2026年12月23日（水）23:59（JST）  JP-FINAL final" in japanese
    assert "1,000人を超える（4号）" in japanese
    assert "個人情報保護法" in english


def test_settings_give_the_language_and_the_closed_days(folder: Path) -> None:
    (folder / "config").mkdir()
    (folder / "config/sekisho.toml").write_text(SETTINGS, encoding="utf-8")
    said = deadlines().stdout
    assert "法定  2026年12月24日（木）23:59（JST）  JP-FINAL final" in said
    assert "Thu 24 Dec 2026" in deadlines("--lang", "en").stdout


@pytest.mark.usefixtures("folder")
def test_every_mistake_is_named_with_the_file_and_is_exit_status_2() -> None:
    done = deadlines(facts={"jurisdiction": "JP", "known_at": "2026-11-24", "subject": 1})
    assert done.exit_code == 2
    assert "facts.json: known_at: " in done.stderr
    assert "facts.json: subject: no such fact; did you mean subjects?" in done.stderr
    assert "not JSON" in deadlines(facts="{").stderr
    elsewhere = deadlines(facts={"jurisdictions": ["JP", "FR"], "known_at": "2026-11-24T09:00:00+09:00"}).stderr
    assert elsewhere.startswith(
        "facts.json: jurisdictions.1: 'FR' is not known here; known are 'JP', 'JP-PMARK', 'EU', "
    )
    nobodys = deadlines(facts={"jurisdictions": [], "known_at": "2026-11-24T09:00:00+09:00"}).stderr
    assert nobodys.startswith("facts.json: jurisdictions: name at least one, of JP, JP-PMARK, EU, ")
    missing = CliRunner().invoke(app, ["deadlines", "--facts", "nowhere.json"])
    assert (missing.exit_code, missing.stderr.strip()) == (3, "nowhere.json: No such file or directory")


@pytest.mark.usefixtures("folder")
def test_facts_may_come_from_standard_input() -> None:
    done = CliRunner().invoke(app, ["deadlines", "--facts", "-", "--json"], input=json.dumps(FACTS))
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 13
