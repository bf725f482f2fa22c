"""A database that is locked, stopped in the middle of a transaction, or not there at the start: 4xx, and it recovers by itself."""

import asyncio
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from gateway.release import PAUSES
from store import migrate
from store.errors import StoreDownError
from store.holds import Delivery
from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, TYPO, mail, open_house, open_world
from tests.helpers.clock import TestClock
from tests.helpers.internet import Internet
from tests.helpers.next_hop import SLOW
from tests.helpers.postfix import wait_for
from tests.helpers.postgres import Cluster, find_binaries
from tests.helpers.program import Program
from tests.helpers.relay import until

LATER = "451 4.3.0 Cannot keep the message now, try again later"


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A PostgreSQL that may be stopped: nobody else's."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: install Debian's package postgresql")
    made = Cluster(binaries)
    try:
        made.start()
        yield made
    finally:
        made.remove()


def held(program: Program) -> int:
    """How many messages are on hold, as a monitor sees it."""
    (line,) = [line for line in program.metric_lines() if line.startswith('sekisho_holds{state="held"}')]
    return int(float(line.rpartition(" ")[2]))


def test_sqlite_locked_by_another_program(make_program: StartProgram, internet: Internet) -> None:
    program = make_program(knows=True, workers="1")
    program.start()
    path = program.config.parent / "var" / "sekisho.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert program.send(mail(number="1"), KNOWN).startswith("250 ")
        assert program.send(mail(TYPO, number="2"), TYPO) == LATER
        other.execute("ROLLBACK")
    assert "held as" in program.send(mail(TYPO, number="2"), TYPO)
    wait_for(lambda: internet.link_for("ono@tachibana.example"))
    assert held(program) == 1


def test_postgresql_killed_in_the_middle_of_a_transaction_and_started_again(
    make_program: StartProgram, server: Cluster, internet: Internet
) -> None:
    url = server.url(server.create())
    program = make_program(knows=True, url=url, workers="1")
    program.start()
    heard: list[str] = []
    with closing(psycopg.connect(url)) as other:
        other.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")  # the last table of a hold: the others are written
        sending = threading.Thread(target=lambda: heard.append(program.send(mail(TYPO), TYPO)))
        sending.start()
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        wait_for(lambda: other.execute(waits).fetchone() == (1,))
        server.stop(signal.SIGQUIT)
        sending.join()
        assert heard == [LATER]
        assert program.send(mail(TYPO), TYPO) == LATER
    server.start()
    wait_for(lambda: "held as" in program.send(mail(TYPO), TYPO))
    wait_for(lambda: internet.link_for("ono@tachibana.example"))
    assert held(program) == 1
    assert len(internet.mails_for("ono@tachibana.example")) == 1


def test_postgresql_that_comes_after_us(make_program: StartProgram, server: Cluster) -> None:
    url = server.url(server.create())
    migrate.upgrade(url)
    server.stop()
    program = make_program(url=url, workers="1")
    program.launch()
    wait_for(lambda: answers(program))
    assert program.send(mail(), KNOWN) == LATER
    assert not program.is_ready()
    program.command("gate", "open", "--for", "1h", "--reason", "the database is down")
    assert program.send(mail(), KNOWN).startswith("250 ")
    program.command("gate", "normal", "--reason", "it comes")
    server.start()
    wait_for(program.is_ready)
    assert program.send(mail(number="2"), KNOWN).startswith("250 ")


@pytest.mark.parametrize("minutes", [0, 10], ids=["moments", "longer than the lease"])
async def test_what_was_handed_over_while_the_server_was_away_is_booked_and_not_sent_again(
    server: Cluster, tmp_path: Path, clock: TestClock, minutes: int
) -> None:
    url = server.url(server.create())
    migrate.upgrade(url)
    async with (
        open_world(url, tmp_path, clock) as world,
        open_house(url, tmp_path, clock, world.hop.port, node="two") as other,
    ):
        await world.send(mail(TYPO), TYPO)
        await world.house.post.send_due()
        await world.decide(await world.hold(), "right")
        world.hop.does("CONTENT", SLOW)
        handing = asyncio.create_task(world.house.flow.release_due())
        await world.hop.during_content.wait()
        await asyncio.to_thread(server.stop, signal.SIGQUIT)
        world.hop.go_on.set()
        for pause in (*PAUSES, *[PAUSES[-1]] * 4 * minutes) if minutes else ():
            await sleeping(clock, pause)
            clock.advance(timedelta(seconds=pause))
        await sleeping(clock, PAUSES[-1 if minutes else 0])
        with pytest.raises(StoreDownError):
            await other.flow.release_due()
        await asyncio.to_thread(server.start)
        if minutes:
            assert await other.flow.release_due() == 0  # the lease is over, its owner is not
        clock.advance(timedelta(seconds=PAUSES[-1]))
        assert await handing == 1
        assert (await world.hold()).recipients[0].state is Delivery.DELIVERED
        assert len(world.delivered(TYPO)) == 1


async def sleeping(clock: TestClock, seconds: float) -> None:
    await until(lambda: seconds in clock.sleeping)


def answers(program: Program) -> bool:
    try:
        return bool(program.send(mail(), KNOWN))
    except OSError:
        return False
