"""The program and an outside tracker: told what a report opened; killed after the tracker made it and before that was booked: one issue."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from store.engine import database
from store.ids import shown
from store.tables.trackers import mirrors
from tests.flows.world import SENDER
from tests.helpers.ports import free_port
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program
from tests.helpers.tracker_contracts import Asked, Redmine, serving
from tests.notifier.tracker_cases import secret_file

pytestmark = pytest.mark.xdist_group("program")
TABLE = """[[trackers]]
kind = "redmine"
name = "it desk"
url = "{url}"
secret_file = "secret"
queue = "leaks"
fields = {{ case = "7", state = "8" }}
"""


@pytest.fixture
def redmine() -> Iterator[tuple[Redmine, str]]:
    contract = Redmine()
    with serving(contract) as url:
        yield contract, url
    assert contract.broken == []


def test_killed_between_the_tracker_and_the_books_it_finds_its_issue_and_makes_no_second(
    redmine: tuple[Redmine, str], tmp_path: Path
) -> None:
    contract, url = redmine
    secret_file(tmp_path)
    store = f"sqlite:///{tmp_path}/var/sekisho.db"
    program = Program(tmp_path, free_port(), store, extra=TABLE.format(url=url))
    program.learn()
    kept = contract.reply

    def kill_after_it_is_made(asked: Asked) -> tuple[int, Any]:
        reply = kept(asked)
        if asked.method == "POST":
            program.kill()
        return reply

    contract.reply = kill_after_it_is_made  # type: ignore[method-assign]
    program.start()
    try:
        said = program.command("report", "--search", "見積", "--by", SENDER, "--note", "間違えました", "--json")
        wait_for(lambda: len(contract.items) == 1, 30)
        program.wait()
        contract.reply = kept  # type: ignore[method-assign]
        with database(store) as opened, opened.alone() as connection:
            long_ago = datetime(2026, 1, 1, tzinfo=UTC)
            assert connection.execute(update(mirrors).values(lease_until=long_ago, next_try=long_ago)).rowcount == 1
        program.start()
        wait_for(lambda: any('state="ok"' in line for line in told(program)), 30)
        assert [line.rpartition(" ")[2] for line in told(program)] == ["1.0"]
        writes = [line for line in program.metric_lines() if line.startswith("sekisho_tracker_writes_total{")]
        assert [line.partition("{")[2] for line in writes] == ['result="ok",tracker="it desk"} 1.0']
    finally:
        program.end()
    [item] = contract.items.values()
    assert item["subject"].startswith(f"[{shown(json.loads(said)['id'].replace('-', ''))}]")
    assert program.logged("secret") == program.logged("間違えました") == 0


def told(program: Program) -> list[str]:
    return [line for line in program.metric_lines() if line.startswith("sekisho_tracker_tickets{")]
