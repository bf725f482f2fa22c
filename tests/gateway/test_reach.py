"""Reach, against a name server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from gateway.reach import AT_ONCE, Reaches
from rules.base import Reach
from tests.helpers.clock import TestClock
from tests.helpers.name_server import NameServer, name_server
from tests.helpers.relay import until

ZONE = {
    "customer.example": {"MX": "10 mail.customer.example."},
    "address.example": {"A": "192.0.2.1"},
    "six.example": {"AAAA": "2001:db8::1"},
    "null.example": {"MX": "0 ."},
    "empty.example": {"TXT": "nothing"},
    "xn--wgv71a119e.example": {"MX": "10 mail.customer.example."},
}


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    async with name_server(ZONE, frozenset({"silent.example"})) as running:
        yield running


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.mark.parametrize(
    ("domain", "reach"),
    [
        ("customer.example", Reach.TAKES),
        ("address.example", Reach.TAKES),
        ("six.example", Reach.TAKES),
        ("日本語.example", Reach.TAKES),
        ("null.example", Reach.NULL_MX),
        ("empty.example", Reach.NO_HOST),
        ("nowhere.example", Reach.NO_DOMAIN),
        ("a..b", Reach.UNKNOWN),
        ("", Reach.UNKNOWN),
    ],
)
async def test_a_domain_takes_mail_as_its_records_say(
    server: NameServer, clock: TestClock, domain: str, reach: Reach
) -> None:
    reaches = Reaches(clock, 5, (server.address,))
    assert await reaches.of([f"ken@{domain}"]) == {f"ken@{domain}": reach}


async def test_silence_is_unknown_after_the_limit_and_delays_no_longer(server: NameServer, clock: TestClock) -> None:
    reaches = Reaches(clock, 1, (server.address,))
    async with asyncio.timeout(20):
        found = await reaches.of(["ken@silent.example", "ken@null.example"])
    assert found == {"ken@silent.example": Reach.UNKNOWN, "ken@null.example": Reach.NULL_MX}
    await reaches.stop()


async def test_a_domain_is_asked_about_once_until_its_answer_is_old(server: NameServer, clock: TestClock) -> None:
    reaches = Reaches(clock, 5, (server.address,))
    for _ in range(3):
        await asyncio.gather(*(reaches.of([f"{name}@customer.example"]) for name in ("ken", "mori")))
    assert server.asked["customer.example"] == 1
    clock.advance(timedelta(seconds=301))
    await reaches.of(["ken@customer.example"])
    assert server.asked["customer.example"] == 2


async def test_an_answer_that_came_too_late_is_there_for_the_next(server: NameServer, clock: TestClock) -> None:
    reaches = Reaches(clock, 1, (server.address,))
    assert (await reaches.of(["ken@silent.example"]))["ken@silent.example"] is Reach.UNKNOWN
    server.silent = frozenset()  # the resolver asks again by itself within twice the limit
    while reaches.asking:
        await asyncio.wait(reaches.asking)
    assert (await reaches.of(["ken@silent.example"]))["ken@silent.example"] is Reach.NO_DOMAIN


async def test_an_address_literal_is_no_domain_that_could_be_missing(server: NameServer, clock: TestClock) -> None:
    reaches = Reaches(clock, 5, (server.address,))
    assert await reaches.of(["ken@[192.0.2.1]", "ken@[IPv6:2001:db8::1]"]) == {}
    assert not server.asked


async def test_a_thousand_domains_of_one_message_open_few_sockets_and_end_soon(clock: TestClock) -> None:
    domains = [f"silent{number}.example" for number in range(1000)]
    async with name_server({}, frozenset(domains)) as server:
        reaches = Reaches(clock, 0.2, (server.address,))
        assert set((await reaches.of([f"ken@{domain}" for domain in domains])).values()) == {Reach.UNKNOWN}
        await until(lambda: len(server.asked) == AT_ONCE)
        clock.advance(timedelta(seconds=1))
        async with asyncio.timeout(60):
            await asyncio.wait(reaches.asking)
        assert len(server.asked) == AT_ONCE, "nobody waits for the others any more"
