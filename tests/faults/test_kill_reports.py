"""kill -9 at each transition from a report to its ticket: one ticket, each call once a person and channel, the custody chain whole."""

import asyncio
import json
import random
import smtplib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import select

from store.engine import database
from store.tables.blocks import blocks
from store.tables.holds import holds
from store.tables.outbox import outbox
from store.tables.tickets import evidence, tickets
from tests.faults.conftest import StartProgram
from tests.faults.test_kill import SUPERIOR, Life, send_and_hang_up
from tests.flows.world import REPORT, SENDER, TYPO, mail
from tests.helpers.next_hop import SILENCE, RecordingNextHop, next_hop

ROUNDS = 40
"""Kills of the long form."""


@pytest.fixture
async def hop() -> AsyncIterator[RecordingNextHop]:
    async with next_hop() as opened:
        yield opened


@pytest.fixture
async def life(make_program: StartProgram, hop: RecordingNextHop, store_url: str) -> Life:
    made = Life(make_program(hop=hop.port, url=store_url, knows=True, workers="1"), hop, store_url)
    await made.start()
    return made


def report(about: str, number: str = "r") -> bytes:
    """The sender's own mail: certain, so it also contains."""
    return mail(REPORT, text=f"宛先を間違えました。 <{about}@tachibana.example>", number=f"{number}-{about}")


async def is_whole(life: Life, url: str, messages: set[str]) -> None:
    """One ticket a message, everybody called once, its hold cancelled once, every chain whole."""
    found = json.loads(f"[{','.join((await life.command('ticket', 'verify', '--json')).splitlines())}]")
    assert all(one["whole"] for one in found)
    with database(url) as opened, opened.reading() as connection:
        ids = dict(connection.execute(select(tickets.c.id, tickets.c.message_id)).all())
        assert sorted(ids.values()) == sorted(f"<{one}@tachibana.example>" for one in messages)
        calls = connection.execute(
            select(outbox.c.ticket_id, outbox.c.kind, outbox.c.channel, outbox.c.recipient).where(
                outbox.c.ticket_id != ""  # of a case, not of a held message
            )
        )
        told = Counter(tuple(row) for row in calls)
        assert set(told.values()) == {1}
        for ticket in ids:
            assert {kind for of, kind, _, _ in told if of == ticket} >= {"call_superior", "call_responder"}
            events = list(connection.scalars(select(evidence.c.event).where(evidence.c.ticket_id == ticket)))
            assert {"reported", "collected", "called", "contained"} <= set(events)
            assert events.count("blocked") == 1 or len(ids) > 1
        states = set(connection.scalars(select(holds.c.state)))
        blocked = list(connection.scalars(select(blocks.c.target)))
    assert states == {"cancelled"}
    assert blocked == [TYPO]
    assert not life.taken(TYPO)


async def test_a_report_lives_through_a_kill_at_each_of_its_transitions(life: Life, store_url: str) -> None:
    await life.send(mail(TYPO, number="7"), TYPO)
    life.hop.does("DOT", SILENCE, times=60)
    await asyncio.to_thread(send_and_hang_up, life.program, report("7"), REPORT)
    await life.killed()  # handed in, nobody knows whether it was taken
    await life.send(report("7"), REPORT)
    await life.killed()  # committed: ticket, evidence, calls, containment
    await life.until_it_is_whole_at(SUPERIOR)
    life.hop.forgets_its_script()
    await life.killed()  # calling
    await life.wait_for_mail_to(SUPERIOR)
    await life.killed()  # called
    await life.send(report("7", "again"), REPORT)
    await life.killed()  # joined
    await is_whole(life, store_url, {"7"})
    assert len(life.taken(SUPERIOR)) == 1


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_reports_live_through_many_kills_at_any_moment(life: Life, store_url: str) -> None:
    moments = random.Random(7)
    messages = {str(100 + number) for number in range(ROUNDS)}
    for message in sorted(messages):
        await life.send(mail(TYPO, number=message), TYPO)
        handing_in = asyncio.create_task(asyncio.to_thread(_try, life, message))
        await asyncio.sleep(moments.uniform(0, 0.12))
        await life.killed()
        await handing_in
        await life.send(report(message), REPORT)  # who heard no answer sends it again
    await is_whole(life, store_url, messages)
    await life.wait_for_mail_to(SENDER)


def _try(life: Life, message: str) -> None:
    with suppress(OSError, smtplib.SMTPException):
        life.program.send(report(message), REPORT)
