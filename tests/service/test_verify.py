"""`sekisho verify` finds a change in the audit log or in the evidence, and says where."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from service.settings import load
from store.clock import Clock
from store.engine import database, open_store
from store.shelves import Shelves
from store.tables.audit import audit, marks
from store.tables.tickets import evidence
from tests.service.test_commands import SETTINGS, sekisho


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sekisho.toml").write_text(SETTINGS)
    assert sekisho(tmp_path, "migrate").exit_code == 0
    in_store(tmp_path, lambda shelves: shelves.audit.add("mori", "gate", "normal"))
    report = ("report", "--search", "seal", "--by", "suzuki@tachibana.example", "--note", "slip")
    assert sekisho(tmp_path, *report).exit_code == 0
    return tmp_path


def in_store(folder: Path, unit: Callable[[Shelves], Any]) -> None:
    async def run() -> None:
        store = open_store(load(folder / "config/sekisho.toml").store, Clock())
        await store.start()
        await store.commit(unit)
        await store.stop()

    asyncio.run(run())


def change(folder: Path, statement: Any) -> None:
    with database(load(folder / "config/sekisho.toml").store.url) as opened, opened.alone() as connection:
        connection.execute(statement)


def test_what_is_whole_is_said_to_be_with_its_newest_entry(folder: Path) -> None:
    found = sekisho(folder, "verify")
    assert found.exit_code == 0
    assert "Audit log: 2 entries, whole." in found.output
    assert "Evidence: 1 ticket, whole." in found.output
    said = json.loads(sekisho(folder, "verify", "--json").output)
    assert (said["whole"], said["audit"]["newest"]["seq"]) == (True, 2)
    assert said["audit"]["newest"]["sha256"] in found.output.replace("\n", "")


def test_a_changed_entry_is_exit_status_1(folder: Path) -> None:
    change(folder, update(audit).where(audit.c.seq == 1).values(who="nobody"))
    found = sekisho(folder, "verify")
    assert found.exit_code == 1
    assert "NOT WHOLE from entry 1 on" in found.output
    assert json.loads(sekisho(folder, "verify", "--json").output)["audit"]["broken"] == 1


def test_a_changed_record_of_a_ticket_is_exit_status_1(folder: Path) -> None:
    change(folder, update(evidence).where(evidence.c.seq == 2).values(actor="nobody"))
    found = sekisho(folder, "verify")
    assert found.exit_code == 1
    assert "NOT WHOLE from record 2 on" in found.output
    assert "Audit log: 2 entries, whole." in found.output


def test_it_says_since_when_everything_is_keyed_and_a_mark_that_is_not_ours_is_exit_status_1(folder: Path) -> None:
    found = sekisho(folder, "verify")
    assert "Keyed since " in found.output
    assert json.loads(sekisho(folder, "verify", "--json").output)["audit"]["unkeyed"] == 0
    change(folder, update(marks).where(marks.c.name == "audit-keyed").values(value="made up"))
    changed = sekisho(folder, "verify")
    assert changed.exit_code == 1
    assert "NOT KEYED" in changed.output
    assert json.loads(sekisho(folder, "verify", "--json").output)["whole"] is False
    in_store(folder, lambda shelves: shelves.audit.add("mori", "gate", "normal"))
    assert sekisho(folder, "verify").exit_code == 0


def test_with_another_key_nothing_is_whole(folder: Path) -> None:
    key = next(folder.rglob("link.key"))
    key.write_bytes(b"b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIhISE=\n")
    found = sekisho(folder, "verify")
    assert found.exit_code == 1
    assert "NOT WHOLE from entry 1 on" in found.output
    assert "NOT WHOLE from record 1 on" in found.output
