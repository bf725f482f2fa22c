"""Two machines on one PostgreSQL, with folders of their own: raced releases, one killed in the middle, a failover, two versions at once."""

import asyncio
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException

import pytest
from sqlalchemy import select, tuple_, update

from service.form import open_page
from store.engine import database
from store.holds import Delivery
from store.schema import needed
from store.tables.holds import hold_recipients
from tests.faults.conftest import StartProgram
from tests.flows.world import KNOWN, SENDER, TYPO, mail
from tests.helpers.clock import START
from tests.helpers.internet import Internet
from tests.helpers.migrations import REVISION, upgrade_further
from tests.helpers.postfix import wait_for
from tests.helpers.postgres import REPLICATING, Cluster, find_binaries
from tests.helpers.program import Program

BATCH = 20
"""What one node has claimed at once and may have handed over when it dies."""


@pytest.fixture
def nodes(make_program: StartProgram, postgresql_url: str) -> tuple[Program, Program]:
    """The same settings, the same keys, nothing else in common but the database."""
    one = make_program("one", url=postgresql_url, knows=True, workers="1")
    two = make_program("two", url=postgresql_url, workers="1")
    (two.config.parent / "var").mkdir()
    shutil.copy(one.config.parent / "var" / "link.key", two.config.parent / "var" / "link.key")
    for node in (one, two):
        node.start()
    return one, two


def hold_some(nodes: tuple[Program, Program], internet: Internet, many: int) -> list[str]:
    """So many messages on hold, taken in by both nodes in turn; where the pages of their questions are."""
    for number in range(many):
        # No two alike: what is similar to others that wait is asked about together with them.
        subject = hashlib.sha256(str(number).encode()).hexdigest()[:16]
        assert "held as" in nodes[number % 2].send(mail(TYPO, number=str(number), subject=subject), TYPO)
    wait_for(lambda: len(set(internet.links_for(SENDER))) == many, 300)
    return sorted(set(internet.links_for(SENDER)))


async def race(link: str, nodes: tuple[Program, ...], shown_by: tuple[Program, ...] = ()) -> None:
    """The same form, sent to all these nodes at once; the page came from one of them, or from another."""
    path = "/q/" + link.rpartition("/")[2]
    async with asyncio.timeout(60):
        for node in shown_by or nodes:  # one may be dead
            with suppress(OSError, HTTPException):
                _, forms = await open_page(f"http://127.0.0.1:{node.web}{path}")
                break
        fields = dict(forms[0].hidden)
        for name, values in forms[0].choices.items():
            fields[name] = next(v for v in ("right", "send", values[-1]) if v in values)
        await asyncio.gather(
            *(open_page(f"http://127.0.0.1:{node.web}{path}", fields) for node in nodes), return_exceptions=True
        )


async def race_all(found: list[str], nodes: tuple[Program, Program]) -> None:
    some = asyncio.Semaphore(4)

    async def one(link: str) -> None:
        async with some:
            await race(link, nodes)

    await asyncio.gather(*(one(link) for link in found))


def states(url: str) -> Counter[str]:
    """What our books say of every recipient."""
    with database(url) as opened, opened.reading() as connection:
        return Counter(connection.scalars(select(hold_recipients.c.state)))


def end_leases(url: str) -> None:
    """What the dead node had claimed comes back minutes later; here at once.

    What the living one has under way it books itself: those rows are left alone, or the two would wait for each other.
    """
    rows = hold_recipients.c
    free = select(rows.hold_id, rows.position).where(rows.state == Delivery.SENDING).with_for_update(skip_locked=True)
    with database(url) as opened, opened.alone() as connection:
        taken = update(hold_recipients).where(tuple_(rows.hold_id, rows.position).in_(free))
        connection.execute(taken.values(lease_until=START))


@pytest.mark.parametrize("rounds", [40, pytest.param(500, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])])
async def test_raced_releases_over_two_nodes_deliver_once_and_a_node_that_dies_loses_nothing(
    nodes: tuple[Program, Program], internet: Internet, postgresql_url: str, rounds: int
) -> None:
    found = await asyncio.to_thread(hold_some, nodes, internet, 2 * rounds)
    await race_all(found[:rounds], nodes)
    await asyncio.to_thread(wait_for, lambda: states(postgresql_url)[Delivery.DELIVERED] == rounds, 120)
    assert len(internet.mails_for(TYPO)) == rounds  # each once

    racing = asyncio.create_task(race_all(found[rounds:], nodes))
    await asyncio.to_thread(wait_for, lambda: len(internet.mails_for(TYPO)) > rounds + rounds // 4, 120)
    nodes[0].kill()
    await racing
    await asyncio.to_thread(wait_for, lambda: not states(postgresql_url)[Delivery.WAITING], 120)
    end_leases(postgresql_url)
    await asyncio.to_thread(wait_for, lambda: states(postgresql_url) == {Delivery.DELIVERED: 2 * rounds}, 120)
    copies = Counter(str(one["Message-ID"]) for one in internet.mails_for(TYPO))
    assert len(copies) == 2 * rounds  # nothing lost
    assert sum(copies.values()) - len(copies) <= BATCH  # and what was on its way when it died at most twice


def test_a_failover_is_followed_and_loses_nothing_that_a_standby_had(
    make_program: StartProgram, two_servers: tuple[Cluster, Cluster], internet: Internet
) -> None:
    primary, standby = two_servers
    name = primary.create()
    url = f"postgresql://sekisho@/{name}?host={primary.folder},{standby.folder}&target_session_attrs=read-write"
    program = make_program(url=url, knows=True, workers="1")
    program.start()
    number = program.send(mail(TYPO), TYPO).rpartition(" ")[2]
    wait_for(lambda: internet.link_for(SENDER))
    primary.remove()
    assert program.send(mail(TYPO, number="2"), TYPO).startswith("451 ")
    standby.promote()
    wait_for(lambda: "held as" in program.send(mail(TYPO, number="2"), TYPO), 60)
    program.command("release", number, "--reason", "test")
    wait_for(lambda: internet.mails_for(TYPO))
    assert not program.logged("store frozen")


@pytest.fixture
def two_servers() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary whose commits wait for its standby."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: install Debian's package postgresql")
    primary = Cluster(binaries)
    try:
        primary.start(**REPLICATING)
        standby = Cluster(binaries, of=primary)
        try:
            standby.start(**REPLICATING)
            primary.waits_for_standbys()
            yield primary, standby
        finally:
            standby.remove()
    finally:
        primary.remove()


async def test_a_page_of_one_node_is_answered_at_another_that_runs_on_the_schema_of_the_next_version(
    nodes: tuple[Program, Program], internet: Internet, postgresql_url: str
) -> None:
    one, two = nodes
    await asyncio.to_thread(upgrade_further, postgresql_url, one.config.parent, oldest_program=needed())
    assert "held as" in await asyncio.to_thread(one.send, mail(TYPO), TYPO)
    assert two.stop() == 0
    assert REVISION in await asyncio.to_thread(two.command, "migrate")  # as its unit does before it starts
    await asyncio.to_thread(two.start)
    link = await asyncio.to_thread(wait_for, lambda: internet.link_for(SENDER))
    await race(link, (two,), shown_by=(one,))
    await asyncio.to_thread(wait_for, lambda: states(postgresql_url) == {Delivery.DELIVERED: 1})
    assert len(internet.mails_for(TYPO)) == 1
    assert (await asyncio.to_thread(two.send, mail(number="2"), KNOWN)).startswith("250 ")
