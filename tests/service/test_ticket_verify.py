"""`sekisho ticket verify` finds a record of a case that was changed, taken away or cut off, and names it."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.sql.dml import UpdateBase

from store.tables.tickets import evidence
from tests.service.test_commands import sekisho
from tests.service.test_verify import change, folder

__all__ = ["folder"]


def number_of(where: Path) -> str:
    """The one ticket."""
    (line,) = sekisho(where, "ticket", "list", "--json").output.splitlines()
    return str(json.loads(line)["id"])


def newest() -> ColumnElement[int]:
    return select(func.max(evidence.c.seq)).scalar_subquery()


def test_a_whole_chain_is_said_to_be_with_its_newest_digest(folder: Path) -> None:
    number = number_of(folder)
    found = sekisho(folder, "ticket", "verify", number)
    assert found.exit_code == 0
    assert "Evidence: 1 ticket, whole." in found.output
    said = json.loads(sekisho(folder, "ticket", "verify", "--json").output)
    assert (said["ticket"], said["whole"], said["record"]) == (number, True, None)
    assert said["newest"] in re.sub(r"\s", "", found.output)
    assert f"{said['records']} records" in found.output


@pytest.mark.parametrize(
    "tampered",
    [
        update(evidence).where(evidence.c.seq == 2).values(actor="nobody"),
        update(evidence).where(evidence.c.seq == 2).values(body={"note": "other"}),
        update(evidence).where(evidence.c.seq == 2).values(prev_sha256="0" * 64),
        update(evidence).where(evidence.c.seq == 2).values(sha256="0" * 64),
        update(evidence).where(evidence.c.seq == 2).values(event="told"),
    ],
    ids=["actor", "body", "before", "digest", "event"],
)
def test_a_changed_record_is_found_and_named_with_exit_status_1(folder: Path, tampered: UpdateBase) -> None:
    number = number_of(folder)
    change(folder, tampered)
    found = sekisho(folder, "ticket", "verify", number)
    assert found.exit_code == 1
    assert f"Ticket {number}: NOT WHOLE from record 2 on" in found.output
    said = json.loads(sekisho(folder, "ticket", "verify", number, "--json").output)
    assert (said["whole"], said["broken"]) == (False, 2)
    assert said["record"]["object"] in found.output


@pytest.mark.parametrize("which", ["in the middle", "at the end"])
def test_a_record_that_was_taken_away_is_found(folder: Path, which: str) -> None:
    gone = evidence.c.seq == (2 if which == "in the middle" else newest())
    change(folder, delete(evidence).where(gone))
    found = sekisho(folder, "ticket", "verify")
    assert found.exit_code == 1
    assert "it is missing" in found.output


def test_a_number_of_no_ticket_is_exit_status_1_and_no_number_2(folder: Path) -> None:
    assert sekisho(folder, "ticket", "verify", "ZZZZ-ZZZZ").exit_code == 1
    assert sekisho(folder, "ticket", "verify", "nonsense!").exit_code == 2
