"""`sekisho manual`: a file is checked with its lines, exported as a playbook and imported without a loss."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from response.manual import FOLDER, load
from service.__main__ import app


def sekisho(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["manual", *arguments])


def test_a_manual_goes_out_as_a_playbook_and_comes_back_as_a_file_that_can_be_used(tmp_path: Path) -> None:
    out, back = tmp_path / "p.json", tmp_path / "back.toml"
    assert sekisho("export", "--kind", "list-exposure", "--to", str(out)).exit_code == 0
    assert sekisho("export", "--to", str(out)).exit_code == 3, "nothing is written over"
    assert sekisho("import", str(out), "--to", str(back)).exit_code == 0
    assert load(str(back)).steps == load("misdirected-mail").kinds["list-exposure"].steps
    said = json.loads(sekisho("check", str(back), "--json").stdout)
    assert said == {"ok": True, "name": "list-exposure", "phases": 8, "steps": 45, "by_hand": []}
    assert "45 steps in 8 phases" in sekisho("check", str(out)).stdout


def test_a_broken_file_is_refused_with_every_mistake_and_its_line(tmp_path: Path) -> None:
    text = (FOLDER / "misdirected-mail.toml").read_text("utf-8")
    broken = tmp_path / "own.toml"
    broken.write_text(text.replace('roles = ["leader"]', 'roles = ["boss"]').replace("PT15M", "soon"), "utf-8")
    result = sekisho("check", str(broken))
    assert result.exit_code == 1
    line = text[: text.index('"PT15M"')].count("\n") + 1
    assert f"own.toml:{line}: steps.1.1.due: " in result.stderr
    assert result.stderr.count("own.toml:") > 1
    assert json.loads(sekisho("check", str(broken), "--json").stdout)["ok"] is False
    assert sekisho("export", str(broken)).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("check", "nowhere.toml"), 1),
        (("check", "nowhere.json"), 2),
        (("import", "nowhere.json"), 2),
        (("export", "nowhere"), 2),
        (("export", "--kind", "odd"), 2),
    ],
)
def test_what_is_not_there_is_named(arguments: tuple[str, ...], status: int) -> None:
    result = sekisho(*arguments)
    assert result.exit_code == status
    assert arguments[-1] in result.stderr


def test_what_is_printed_is_a_playbook_or_a_manual(tmp_path: Path) -> None:
    printed = sekisho("export")
    (tmp_path / "p.json").write_text(printed.stdout, "utf-8")
    assert json.loads(printed.stdout)["spec_version"] == "cacao-2.0"
    assert tomllib.loads(sekisho("import", str(tmp_path / "p.json")).stdout)["name"] == "misdirected-mail"


def test_what_no_step_is_done_by_is_said_so_that_nobody_waits_for_a_mark(tmp_path: Path) -> None:
    text = (FOLDER / "misdirected-mail.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace('done_when = "asked"\n', "").replace('done_when = "answered"\n', ""), "utf-8")
    result = sekisho("check", str(own))
    assert result.exit_code == 0
    assert "No step has done_when = asked, answered" in result.stdout
    assert "done_when" not in sekisho("check", str(FOLDER / "misdirected-mail.toml")).stdout
