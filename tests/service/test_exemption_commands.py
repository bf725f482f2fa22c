"""What is not asked about can be looked through, and a confirmed file is asked about again when an admin says so."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from service.settings import load
from store.clock import Clock
from store.confirmed import Confirmed
from store.engine import open_store
from tests.helpers.samples import SENDER
from tests.service.test_commands import SETTINGS, sekisho

EXEMPT = """
[gate.groups]
payroll = ["payroll@tachibana.example"]
[[exemptions]]
groups = ["payroll"]
recipients = ["@bank.example"]
rules = ["content-personal-data"]
owner = "it@tachibana.example"
reason = "monthly file"
until = 2099-12-31
[[exemptions]]
senders = ["old@tachibana.example"]
owner = "it@tachibana.example"
reason = "over"
until = 2020-12-31
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sekisho.toml").write_text(SETTINGS + EXEMPT)
    assert sekisho(tmp_path, "migrate").exit_code == 0
    until = Clock().now() + timedelta(days=9)
    row = Confirmed("p" * 64, "customer.example", SENDER, SENDER, "名簿.csv", "content-personal-data", "H1", until)

    async def put() -> None:
        store = open_store(load(tmp_path / "config/sekisho.toml").store, Clock())
        await store.start()
        await store.commit(lambda shelves: shelves.confirmed.add([row]))
        await store.stop()

    asyncio.run(put())
    return tmp_path


def test_exemptions_in_force_and_confirmed_files_are_listed_with_who_answers_for_them(folder: Path) -> None:
    first, second = sekisho(folder, "exemptions", "list").stdout.splitlines()
    assert first == (
        "[[exemptions]] 1: group payroll to @bank.example: content-personal-data, until 2099-12-31 (it@tachibana.example: monthly file)"
    )
    assert f"名簿.csv to customer.example, from {SENDER}: content-personal-data, confirmed " in second
    assert re.search(r", until \d{4}-\d{2}-\d{2}$", second), "with its year"


def test_a_revoked_file_is_gone_from_the_list_and_cannot_be_revoked_twice(folder: Path) -> None:
    lines = [json.loads(line) for line in sekisho(folder, "exemptions", "list", "--json").stdout.splitlines()]
    assert [line["kind"] for line in lines] == ["exemption", "confirmed"]
    assert "p" * 64 not in json.dumps(lines)
    number = lines[1]["id"]
    assert sekisho(folder, "exemptions", "revoke", number, "--reason", "gone").exit_code == 0
    assert len(sekisho(folder, "exemptions", "list", "--json").stdout.splitlines()) == 1
    assert sekisho(folder, "exemptions", "revoke", number).exit_code == 1
    assert sekisho(folder, "exemptions", "revoke", "not a number").exit_code == 2
