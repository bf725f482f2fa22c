"""Commands over the store: they say what they know, refuse what is wrong, and make nothing that was not asked for."""

import contextlib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service import check_here
from service.__main__ import app
from service.settings import load

SETTINGS = """
[organisation]
name = "橘建築設計事務所"
domains = ["tachibana.example"]
language = "en"
[store]
url = "sqlite:///var/sekisho.db"
directory = "var"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sekisho.toml").write_text(SETTINGS)
    return tmp_path


def sekisho(folder: Path, *arguments: str) -> Result:
    """A command, called in that folder; it may refuse, but never break."""
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, list(arguments))
    assert not isinstance(result.exception, Exception), result.exception
    return result


@pytest.mark.parametrize("line", ["queue", "show K7Q2-9MXD", "ticket list", "contacts list", "retry K7Q2-9MXD"])
def test_a_command_makes_no_store_where_there_is_none(folder: Path, line: str) -> None:
    found = sekisho(folder, *line.split())
    assert (found.exit_code, found.stderr) == (3, "no database yet: sekisho migrate\n")
    assert not (folder / "config/var").exists()
    assert sekisho(folder, "migrate").exit_code == 0
    assert "no database yet" not in sekisho(folder, *line.split()).stderr


def test_settings_that_are_not_there_are_named_without_a_line(tmp_path: Path) -> None:
    found = sekisho(tmp_path, "queue")
    words = "cannot be read: No such file or directory; run `sekisho init`, or name one with --config FILE"
    assert (found.exit_code, found.stderr) == (2, f"config/sekisho.toml: {words}\n")


@pytest.fixture
def migrated(folder: Path) -> Path:
    assert sekisho(folder, "migrate").exit_code == 0
    return folder


def test_a_report_of_an_unknown_number_opens_a_ticket_and_says_that_it_was_not_found(migrated: Path) -> None:
    found = sekisho(migrated, "report", "K7Q2-9MXD", "--by", "ono@tachibana.example", "--note", "wrong address")
    assert (found.exit_code, found.stderr.partition(":")[0]) == (0, "K7Q2-9MXD")
    assert "NO SUCH MESSAGE" in found.stderr
    assert "reported by ono@tachibana.example" in found.stdout
    assert "wrong address" in found.stdout


def test_a_step_wants_an_address_and_a_reason(migrated: Path) -> None:
    assert sekisho(migrated, "ticket", "step", "K7Q2-9MXD", "1.1", "--by", "sato").exit_code == 2
    unexplained = sekisho(
        migrated, "ticket", "step", "K7Q2-9MXD", "1.1", "--by", "sato@tachibana.example", "--not-needed"
    )
    assert (unexplained.exit_code, unexplained.stderr) == (2, "say why it is not needed: --note\n")


def test_trying_an_unknown_message_again_says_that_there_is_none(migrated: Path) -> None:
    found = sekisho(migrated, "retry", "K7Q2-9MXD")
    assert (found.exit_code, found.stderr) == (1, "K7Q2-9MXD: no such message\n")


def test_what_the_organisation_lacks_is_said_in_the_language_of_check(folder: Path) -> None:
    file = folder / "config/sekisho.toml"
    file.write_text(SETTINGS.replace('language = "en"', 'language = "ja"'))
    said = [problem.what for problem in check_here.organisation(load(file))]
    assert said == ["nobody is a leader", "nobody is a deputy", "nobody is a privacy officer"]
