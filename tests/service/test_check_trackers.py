"""`check` names what an outside tracker lacks; `check --deep` asks it, and writes nothing there."""

from pathlib import Path

import pytest

from service import check_trackers
from service.check_problem import Problem
from service.settings import Settings, parse
from tests.helpers.tracker_contracts import Contract, Redmine, serving
from tests.notifier.tracker_cases import secret_file

LEAST = '[organisation]\nname = "Example"\ndomains = ["example.com"]\n'
HOOK = '[[trackers]]\nkind = "webhook"\nname = "hook"\nurl = "https://hooks.example.com/x"\nsecret_file = "secret"\n'


def settings(folder: Path, *tables: str) -> Settings:
    return parse(LEAST + "".join(tables), folder / "sekisho.toml")


def redmine(url: str, queue: str = "leaks", case: str = "7") -> str:
    return (
        f'[[trackers]]\nkind = "redmine"\nname = "it"\nurl = "{url}"\nsecret_file = "secret"\n'
        f'queue = "{queue}"\nfields = {{ case = "{case}" }}\n'
    )


async def deep(found: Settings) -> list[Problem]:
    return [problem async for problem in check_trackers.trackers(found)]


def test_a_secret_is_a_file_of_its_own_that_others_cannot_read_and_its_word_is_never_said(tmp_path: Path) -> None:
    found = settings(tmp_path, HOOK)
    assert found.trackers[0].secret_file == tmp_path / "secret"
    [missing] = check_trackers.secrets(found)
    assert (missing.severity, missing.where) == ("error", "trackers[1].secret_file")
    path = secret_file(tmp_path, "whsec_dG9vLXNob3J0")
    [short] = check_trackers.secrets(found)
    assert "24 to 64 octets" in short.what
    secret_file(tmp_path, "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB", "whsec_AgICAgICAgICAgICAgICAgICAgICAgIC")
    assert list(check_trackers.secrets(found)) == []
    path.chmod(0o644)
    [open_to_others] = check_trackers.secrets(found)
    assert "chmod 600" in open_to_others.what
    assert "whsec_AQ" not in str(open_to_others)


def test_a_credential_of_systemd_needs_no_mode_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret_file(tmp_path).chmod(0o644)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert list(check_trackers.secrets(settings(tmp_path, redmine("https://redmine.example.com")))) == []


async def test_deep_asks_each_tracker_for_login_project_and_fields(tmp_path: Path) -> None:
    secret_file(tmp_path)
    contract = Redmine()
    with serving(contract) as url:
        assert await deep(settings(tmp_path, redmine(url))) == []
        [project] = await deep(settings(tmp_path, redmine(url, queue="nowhere")))
        [field] = await deep(settings(tmp_path, redmine(url, case="44")))
        secret_file(tmp_path, "another")
        [login] = await deep(settings(tmp_path, redmine(url)))
    [down] = await deep(settings(tmp_path, redmine(url)))
    assert (project.where, field.where, login.where, down.where) == (
        "trackers[1].queue",
        "trackers[1].fields.case",
        "trackers[1].secret_file",
        "trackers[1].url",
    )
    assert {one.severity for one in (project, field, login, down)} == {"warning"}
    assert (contract.written(), contract.broken) == ([], [])


async def test_one_that_answers_anything_is_said_to_and_stops_no_check(tmp_path: Path) -> None:
    secret_file(tmp_path)
    contract = Contract(instead=lambda _: (200, [["what"]], {}))
    with serving(contract) as url:
        [odd] = await deep(settings(tmp_path, redmine(url)))
    assert "not what its API promises" in odd.what


def test_where_no_tracker_is_named_nothing_is_looked_at(tmp_path: Path) -> None:
    assert list(check_trackers.secrets(settings(tmp_path))) == []
