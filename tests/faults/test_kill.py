"""kill -9 at each state of a hold and of a ticket: it is taken up again; one delivery, one question, one ticket."""

import asyncio
import json
import smtplib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from store.engine import database
from store.tables.holds import hold_recipients
from store.tables.outbox import outbox
from tests.faults.conftest import StartProgram
from tests.flows.world import REPORT, SENDER, TYPO, mail
from tests.helpers.next_hop import SILENCE, RecordingNextHop, Taken, next_hop
from tests.helpers.postfix import wait_for
from tests.helpers.program import Program

SUPERIOR = "natori@tachibana.example"


@pytest.fixture
async def hop() -> AsyncIterator[RecordingNextHop]:
    async with next_hop() as opened:
        yield opened


class Life:
    """A program that is killed again and again."""

    def __init__(self, program: Program, hop: RecordingNextHop, url: str) -> None:
        self.program, self.hop, self._url = program, hop, url

    async def start(self) -> None:
        await asyncio.to_thread(self.program.start)

    async def send(self, content: bytes, to: str) -> str:
        return await asyncio.to_thread(self.program.send, content, to)

    async def command(self, *words: str) -> str:
        return await asyncio.to_thread(self.program.command, *words)

    async def killed(self) -> None:
        """kill -9, and another life; what the dead had begun comes back when its lease ends: here at once."""
        self.program.kill()
        with database(self._url) as opened, opened.alone() as connection:
            past = datetime(2000, 1, 1, tzinfo=UTC)
            for table in (outbox, hold_recipients):
                connection.execute(update(table).where(table.c.state == "sending").values(lease_until=past))
        await self.start()

    async def until_it_is_whole_at(self, address: str) -> None:
        """The next hop has all of a message to this address, and says nothing."""
        await self.until(lambda: any(address in one.recipients for one in self.hop.whole))

    async def until(self, happened: object) -> None:
        await asyncio.to_thread(wait_for, happened, 30)  # type: ignore[arg-type]

    def taken(self, address: str) -> list[Taken]:
        return [message for message in self.hop.messages if address in message.recipients]

    async def wait_for_mail_to(self, address: str, number: int = 1) -> None:
        """Until it is there and in our books: between the two a kill makes a second copy, as it must."""
        await self.until(lambda: len(self.taken(address)) >= number and not self._sending())

    def _sending(self) -> bool:
        with database(self._url) as opened, opened.reading() as connection:
            tables = (outbox, hold_recipients)
            return any(connection.scalar(select(t.c.state).where(t.c.state == "sending").limit(1)) for t in tables)


@pytest.fixture
async def life(make_program: StartProgram, hop: RecordingNextHop, store_url: str) -> Life:
    made = Life(make_program(hop=hop.port, url=store_url, knows=True, workers="1"), hop, store_url)
    await made.start()
    return made


def send_and_hang_up(program: Program, content: bytes, to: str) -> None:
    """Up to the final dot, and never hear the answer."""
    with smtplib.SMTP("127.0.0.1", program.smtp, timeout=60) as client:
        client.ehlo("client.example")
        client.mail(SENDER)
        client.rcpt(to)
        client.docmd("DATA")
        client.send(content + b".\r\n")
        client.close()


async def test_a_hold_lives_through_a_kill_at_each_of_its_states(life: Life, store_url: str) -> None:
    life.hop.does("DOT", SILENCE, times=9)
    await asyncio.to_thread(send_and_hang_up, life.program, mail(TYPO), TYPO)
    await life.killed()  # received
    await life.send(mail(TYPO), TYPO)
    await life.killed()  # held
    await life.until_it_is_whole_at(SENDER)
    life.hop.forgets_its_script()
    await life.killed()  # asking
    await life.wait_for_mail_to(SENDER)
    await life.killed()  # asked
    life.hop.does("DOT", SILENCE, times=9)
    (group,) = set(await asyncio.to_thread(questions, store_url))
    await life.command("release", group, "--reason", "test")
    await life.until_it_is_whole_at(TYPO)
    life.hop.forgets_its_script()
    await life.killed()  # releasing
    await life.wait_for_mail_to(TYPO)
    await life.killed()  # delivered
    before = len(life.taken(SENDER))
    await life.send(mail(TYPO, number="2"), TYPO)
    await life.wait_for_mail_to(SENDER, before + 1)
    copies = {one.plain.partition(b"Message-ID:")[2].split()[0] for one in life.taken(SENDER)}
    assert len(copies) == len(life.taken(SENDER))
    assert questions(store_url).count(group) == 1
    assert (
        len(life.taken(TYPO)) == len({one.plain for one in life.taken(TYPO)}) <= 2
    )  # hung up, sent again: one or two copies


def questions(url: str) -> list[str]:
    """The holds that somebody was asked about, once for each question."""
    with database(url) as opened, opened.reading() as connection:
        return list(connection.scalars(select(outbox.c.hold_id).where(outbox.c.kind == "question")))


async def test_a_ticket_lives_through_a_kill_at_each_of_its_states(life: Life) -> None:
    await life.send(mail(TYPO, number="7"), TYPO)
    await life.wait_for_mail_to(SENDER)
    life.hop.does("DOT", SILENCE, times=20)
    await life.send(mail(REPORT, text="宛先を間違えました。 <7@tachibana.example>", number="8"), REPORT)
    await life.killed()  # opened
    await life.until_it_is_whole_at(SUPERIOR)
    life.hop.forgets_its_script()
    await life.killed()  # calling
    await life.wait_for_mail_to(SUPERIOR)
    (ticket,) = [json.loads(line) for line in (await life.command("ticket", "list", "--json")).splitlines()]
    await life.command("ticket", "step", ticket["id"], "1.1", "--by", SENDER, "--note", "電話で")
    await life.killed()  # a step done
    found = json.loads(await life.command("ticket", "show", ticket["id"], "--json"))
    assert found["steps"][0]["state"] == "done"
    before = len(life.taken(SENDER))
    await life.send(mail(TYPO, number="9"), TYPO)
    await life.wait_for_mail_to(SENDER, before + 1)
    assert len(life.taken(SUPERIOR)) == 1
