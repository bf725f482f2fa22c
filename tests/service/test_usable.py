"""What the settings name and cannot be used is said by `check`, `run` and `report` alike, before any mail comes."""

from pathlib import Path

import pytest

from tests.helpers.ports import free_port
from tests.helpers.program import Program

WRONG = [
    ('manual = "mine"', "", "response.manual", '"misdirected-mail"'),
    ('manual = "/nowhere/mine.toml"', "", "response.manual", "cannot be read"),
    ("", 'spool_directory = "/nowhere/spool"', "smtp.spool_directory", "No such file or directory"),
    ("", 'stamp_file = "/nowhere/stamp.secret"', "smtp.stamp_file", "No such file or directory"),
    ("", '[smtp.tls]\ncertificate = "/nowhere/cert.pem"\nkey = "/nowhere/key.pem"', "smtp.tls.key", "/nowhere/key.pem"),
    ('[web.api]\ntoken_file = "/nowhere/api"', "", "web.api.token_file", "No such file or directory"),
]


@pytest.mark.parametrize(("extra", "smtp_extra", "key", "says"), WRONG)
def test_run_and_check_name_it_and_the_remedy(tmp_path: Path, extra: str, smtp_extra: str, key: str, says: str) -> None:
    program = Program(tmp_path / "program", free_port(), extra=extra, smtp_extra=smtp_extra)
    program.learn("a@customer.example")
    program.launch()
    assert program.wait() == 2
    log = program.log.read_text()
    assert f"{program.config}: {key}: " in log
    assert says in log
    assert "Traceback" not in log
    assert any(key in line and says in line for line in program.command("check", status=1).splitlines())


def test_a_report_says_that_there_is_no_manual(tmp_path: Path) -> None:
    program = Program(tmp_path / "program", free_port(), extra='manual = "mine"')
    program.learn("a@customer.example")
    assert program.command("report", "<1@a.example>", "--by", "ono@tachibana.example", status=2) == ""
