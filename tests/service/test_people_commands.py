"""`sekisho people`: all or nothing into one file, everybody in force listed; and what `check` says of it."""

import contextlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from notifier.directory import FILE, Listing, write
from notifier.options import Person
from service.__main__ import app
from service.check_people import MANY, people
from service.check_problem import Problem
from service.settings import load

OURS = "tachibana.example"
ONO, NATORI, MORI = (f"{name}@{OURS}" for name in ("ono", "natori", "mori"))
SETTINGS = f"""
[organisation]
name = "橘建築設計事務所"
domains = ["{OURS}"]
directory_max_age = "2d"
[[organisation.people]]
address = "{NATORI}"
roles = ["leader"]
superior = "{MORI}"
[[senders]]
kind = "team"
addresses = ["info@{OURS}"]
[store]
directory = "var"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sekisho.toml").write_text(SETTINGS)
    return tmp_path


def sekisho(folder: Path, *arguments: str) -> Result:
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, [*arguments, "--config", "sekisho.toml"])
    assert not isinstance(result.exception, Exception), result.exception
    return result


def imports(folder: Path, *lines: str, more: tuple[str, ...] = ()) -> Result:
    (folder / "people.csv").write_text("\n".join(["address,name,superior,teams", *lines, ""]))
    return sekisho(folder, "people", "import", "people.csv", *more)


def said(folder: Path) -> list[Problem]:
    return list(people(load(folder / "sekisho.toml")))


def test_an_import_says_what_it_took_and_list_shows_everybody_in_force(folder: Path) -> None:
    told = imports(folder, f"{ONO},小野,{NATORI},info@{OURS}", f"{NATORI},名取,,", "x@other.example,,,")
    assert told.exit_code == 0
    assert told.stdout == (
        "People imported: 2 (before: 0), 0 teams of groups;"
        " left out: 1 outside our domains, 0 without a mail address.\n"
    )
    everybody = sekisho(folder, "people", "list").stdout.splitlines()
    assert everybody == [
        f"{NATORI}  名取  superior: {MORI}  roles: leader",
        f"{ONO}  小野  superior: {NATORI}  teams: info@{OURS}",
    ]
    (row,) = sekisho(folder, "people", "list", "INFO", "--json").stdout.splitlines()
    assert json.loads(row)["address"] == ONO
    assert sekisho(folder, "people", "list", "nobody").exit_code == 1


def test_the_file_is_read_by_whoever_runs_the_relay_and_nothing_else_is_left(folder: Path) -> None:
    imports(folder, f"{ONO},,,")
    assert [path.name for path in (folder / "var").iterdir()] == [FILE]
    assert (folder / "var" / FILE).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("lines", "status", "words"),
    [
        ((f"{ONO},,,", "ono,,,"), 2, "bad lines: 1; nothing imported"),
        (("x@other.example,,,",), 2, "nobody of our domains was found"),
        ((f"{ONO},,,",), 1, "only 1 of 4 people are left"),
    ],
)
def test_what_is_wrong_changes_nothing(folder: Path, lines: tuple[str, ...], status: int, words: str) -> None:
    imports(folder, *(f"p{n}@{OURS},,," for n in range(4)))
    before = (folder / "var" / FILE).read_bytes()
    told = imports(folder, *lines)
    assert (told.exit_code, words in told.stderr) == (status, True)
    assert (folder / "var" / FILE).read_bytes() == before


def test_far_fewer_people_are_imported_when_that_is_meant(folder: Path) -> None:
    imports(folder, *(f"p{n}@{OURS},,," for n in range(4)))
    told = imports(folder, f"{ONO},,,", more=("--fewer", "--json"))
    assert json.loads(told.stdout) == {
        "imported": 1, "before": 4, "teams": 0, "outside": 0, "without_mail": 0, "remarks": 0,
    }  # fmt: skip


def test_a_source_or_a_folder_that_is_not_there_is_said(folder: Path) -> None:
    told = sekisho(folder, "people", "import", "none.csv")
    assert (told.exit_code, told.stderr) == (3, "none.csv: No such file or directory\n")
    (folder / "var").write_text("")
    told = imports(folder, f"{ONO},,,")
    assert (told.exit_code, "var" in told.stderr) == (3, True)


def test_several_sources_are_one_directory(folder: Path) -> None:
    (folder / "bosses.json").write_text(json.dumps([{"address": MORI, "name": "森"}]))
    told = imports(folder, f"{ONO},,{MORI},", more=("bosses.json",))
    assert (told.exit_code, told.stderr) == (0, "")
    found = load(folder / "sekisho.toml").organisation.person(ONO)
    assert found is not None
    assert found.superior == MORI


def test_check_is_silent_without_a_directory_and_about_a_good_one(folder: Path) -> None:
    assert said(folder) == []
    imports(folder, f"{ONO},小野,{NATORI},info@{OURS}")
    assert said(folder) == []


def test_check_names_what_the_import_could_not_take(folder: Path) -> None:
    imports(folder, f"{ONO},,gone@{OURS},info@other.example")
    words = [problem.what for problem in said(folder)]
    assert [word.partition(": ")[2] for word in words] == [
        f"superior gone@{OURS} is not there",
        "team info@other.example is outside",
    ]
    assert {problem.severity for problem in said(folder)} == {"warning"}


def test_check_says_that_the_file_is_damaged_or_may_not_be_read(folder: Path) -> None:
    imports(folder, f"{ONO},,,")
    (folder / "var" / FILE).write_text('{"version": 1')
    (damaged,) = said(folder)
    assert (damaged.severity, "only those of the settings count" in damaged.what) == ("error", True)
    os.truncate(folder / "var" / FILE, 0)
    assert said(folder)[0].severity == "error"


def test_check_says_that_the_people_are_old(folder: Path) -> None:
    def of(age: timedelta) -> list[Problem]:
        at = datetime.now(UTC) - age
        write(folder / "var" / FILE, Listing(version=1, at=at, people=(Person(address=ONO),)))
        return said(folder)

    assert of(timedelta(days=1)) == []
    (old,) = of(timedelta(days=3))
    assert (old.severity, old.where) == ("warning", "organisation.directory_max_age")


def test_check_names_a_person_of_the_settings_that_the_directory_knows_by_another_address(folder: Path) -> None:
    listed = (Person(address=f"n@{OURS}", aliases=(NATORI,)), Person(address=ONO, aliases=(f"o@{OURS}",)))
    write(folder / "var" / FILE, Listing(version=1, at=datetime.now(UTC), people=listed))
    (claimed,) = said(folder)
    assert claimed.what == f"{NATORI} of [[organisation.people]] is a further address of n@{OURS} in the directory"


def test_check_names_a_team_that_is_everybody(folder: Path) -> None:
    imports(folder, *(f"p{n}@{OURS},,,info@{OURS}" for n in range(MANY + 1)))
    (large,) = said(folder)
    assert (large.where, f"{MANY + 1} people" in large.what) == ("senders[0].addresses", True)


def test_a_superior_of_the_settings_who_stands_in_the_directory_is_no_caution(folder: Path) -> None:
    assert any(MORI in caution.text for caution in load(folder / "sekisho.toml").cautions)
    imports(folder, f"{MORI},,,")
    assert not any(MORI in caution.text for caution in load(folder / "sekisho.toml").cautions)
