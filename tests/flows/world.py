"""A whole house on loopback between a raw client and a recording next hop; duties run when the test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from gateway.decision import Decision, Outcome, risks
from service.settings import parse
from service.wiring import House
from store.contacts import Imported
from store.holds import Hold
from tests.helpers import organisation
from tests.helpers.clock import TestClock
from tests.helpers.next_hop import RecordingNextHop, Taken, next_hop
from tests.helpers.readers import SharedSandbox
from tests.helpers.relay import Client

SENDER = "ono@tachibana.example"
KNOWN = "tanaka@customer.example"
TYPO = "tanka@customer.example"
OTHER = "sato@partner.example"
REPORT = "moredashita@tachibana.example"
LIST = "".join(f"佐藤 太郎{n},03-0000-{n:04},東京都港区芝公園1-{n}-1\r\n" for n in range(30))

SETTINGS = (
    organisation.SETTINGS
    + """\
[smtp]
listen = ["127.0.0.1:0"]
host_name = "relay.tachibana.example"
client_networks = ["127.0.0.1/32"]
{smtp}
[next_hop]
port = {port}
tls = "never"
[store]
url = "{url}"
directory = "{directory}"
[gate]
start = "normal"
[response]
report_address = "moredashita@tachibana.example"
"""
)


@dataclass
class World:
    """A started house and what stands before and behind it."""

    house: House
    hop: RecordingNextHop
    clock: TestClock
    asked: int = field(default=0)

    @asynccontextmanager
    async def client(self, source: str = "127.0.0.1") -> AsyncIterator[Client]:
        host, port = self.house.door.addresses[0]
        reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
        client = Client(reader, writer)
        await client.hello()
        yield client
        await client.close()

    async def send(self, content: bytes, *recipients: str, sender: str = SENDER, parameters: str = "") -> str:
        async with self.client() as client:
            return await client.mail(content, *recipients, sender=sender, parameters=parameters)

    async def settle(self) -> None:
        """Let the duties do what is due now."""
        for _ in range(20):
            done = await self.house.flow.release_due() + await self.house.post.send_due()
            if not done:
                return
        raise AssertionError("the duties never come to an end")

    def delivered(self, address: str) -> list[Taken]:
        return [taken for taken in self.hop.messages if address in taken.recipients]

    def notices(self, address: str) -> list[EmailMessage]:
        parser = BytesParser(policy=default)
        return [parser.parsebytes(taken.plain) for taken in self.delivered(address)]

    async def holds(self) -> tuple[Hold, ...]:
        return await self.house.store.read(lambda shelves: shelves.holds.listing())

    async def hold(self) -> Hold:
        found = await self.holds()
        assert len(found) == 1, found
        return found[0]

    def token(self, hold: Hold, person: str = SENDER) -> str:
        """The token of the question that was sent to a person."""
        return self.house.store.seal.token(hold.group_id, person, "question")

    async def decide(self, hold: Hold, *choices: str, kind: str = "send", person: str = SENDER) -> Outcome | None:
        """Answer with the first of `choices` that each risk allows."""
        token = self.token(hold, person)
        copies = await self.house.flow.question(token)
        picked = {r.id: next((c for c in choices if c in r.choices), "") for r in risks(copies or ())}
        return await self.house.flow.decide(token, Decision(kind, picked))  # type: ignore[arg-type]

    async def learn(self, *addresses: str) -> None:
        rows = [Imported(address, count=41, last_sent=self.clock.now().date()) for address in addresses]
        await self.house.store.commit(lambda shelves: shelves.contacts.import_rows(rows))


@asynccontextmanager
async def open_world(
    url: str, folder: Path, clock: TestClock, *, smtp: str = "", extra: str = "", node: str = "one"
) -> AsyncIterator[World]:
    """Start everything but the duties' own clockwork and the pages."""
    async with next_hop() as hop, open_house(url, folder, clock, hop.port, smtp=smtp, extra=extra, node=node) as house:
        world = World(house, hop, clock)
        await world.learn(KNOWN, OTHER)
        yield world


@asynccontextmanager
async def open_house(
    url: str, folder: Path, clock: TestClock, port: int, *, smtp: str = "", extra: str = "", node: str = "one"
) -> AsyncIterator[House]:
    """One node."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - a test's own folder
    text = SETTINGS.format(port=port, url=url, directory=folder, smtp=smtp) + extra
    house = House(parse(text, folder / "sekisho.toml"), clock, node, SharedSandbox())
    async with AsyncExitStack() as stack:
        for room in (house.store, house.sandbox, house.next_hop):
            await room.start()
            stack.push_async_callback(room.stop)
        await house.door.start()
        stack.push_async_callback(house.door.stop)
        yield house


def mail(
    to: str = KNOWN,
    *,
    sender: str = SENDER,
    text: str = "本日はありがとうございました。",
    attach: str = "",
    number: str = "1",
    subject: str = "打合せの件",
) -> bytes:
    """A small mail, as octets of the wire without dot-stuffing."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{number}@tachibana.example>"
    message["Date"] = "Wed, 01 Apr 2026 09:30:00 +0900"
    message.set_content(text)
    if attach:
        message.add_attachment(attach.encode(), maintype="text", subtype="csv", filename="顧客一覧.csv")
        message.set_boundary("one-send")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
