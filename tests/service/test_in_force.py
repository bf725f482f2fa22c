"""The settings in force are shown as they were read, with units and defaults, and nothing that opens something."""

from pathlib import Path
from typing import Any

import pytest

from service.in_force import as_people_read, in_force
from service.settings import parse

TEXT = """
[organisation]
name = "橘"
domains = ["tachibana.example"]
[[organisation.people]]
address = "natori@tachibana.example"
[next_hop]
host = ["mx1.tachibana.example", "mx2.tachibana.example"]
[store]
url = "postgresql://user:opensesame@db.tachibana.example/sekisho?sslpassword=opensesame"
[hold]
deadline = "2h"
[smtp]
max_size = "1MiB"
[[smtp.clients]]
networks = ["192.0.2.0/24"]
[[exemptions]]
senders = ["scan@tachibana.example"]
owner = "ono@tachibana.example"
reason = "scanner"
until = 2030-01-01
[rules.recipient-typo]
action = "approve"
"""


def shown(folder: Path) -> dict[str, dict[str, tuple[str, bool]]]:
    tables = in_force(parse(TEXT, folder / "sekisho.toml"))
    return {table.name: {o.key: (o.value, o.is_default) for o in table.options} for table in tables}


def test_what_was_written_and_what_is_a_default_are_told_apart_with_their_units(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert found["[hold]"]["deadline"] == ("7200 s", False)
    assert found["[hold]"]["remind_after"] == ("900 s", True)
    assert found["[smtp]"]["max_size"] == ("1048576 octets", False)
    assert found["[next_hop]"]["host"] == ("mx1.tachibana.example, mx2.tachibana.example", False)
    assert found["[[exemptions]] 1"]["until"] == ("2030-01-01", False)
    assert found["[rules.recipient-typo]"]["action"] == ("approve", False)
    assert found["[hold.habit]"]["retire_answers"] == ("50", True)


def test_no_password_no_secret_and_nobody_of_the_directory_is_shown(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert "opensesame" not in str(found)
    assert found["[store]"]["url"] == ("postgresql://db.tachibana.example/sekisho", False)
    assert found["[[smtp.clients]] 1"]["networks"] == ("192.0.2.0/24", False)
    assert "natori@" not in str(found)
    assert found["[organisation]"]["people"] == ("1", False)


@pytest.mark.parametrize(
    ("key", "value", "as_shown"),
    [
        ("client_secret", "opensesame", "…"),
        ("secret_file", Path("/etc/sekisho/word"), "/etc/sekisho/word"),
        ("secret_header", "X-Word", "X-Word"),
        ("hook", "https://hooks.example/T0/opensesame?token=opensesame", "https://hooks.example/…"),
        ("url", "ldap://reader:opensesame@dir.example/dc=x?uid", "ldap://dir.example/dc=x"),
    ],
)
def test_what_may_open_something_is_left_out(key: str, value: Any, as_shown: str) -> None:
    assert as_people_read(key, value) == as_shown
