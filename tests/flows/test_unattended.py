"""Each working morning one mail per person who has held mail that waits, exactly once over all nodes."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from store.holds import State
from tests.flows.world import SENDER, TYPO, World, mail, open_house, open_world
from tests.helpers.clock import TestClock

HOUR = timedelta(hours=1)
NEXT_MORNING = datetime(2026, 4, 1, 23, 30, tzinfo=UTC)
"""Thursday, 8:30 in Tokyo; the clock of the tests begins on Wednesday at 9:30."""


async def hold(world: World, *numbers: int, sender: str = SENDER) -> None:
    for number in numbers:
        content = mail(TYPO, number=f"{sender}{number}", text=f"{number}", sender=sender)
        assert (await world.send(content, TYPO, sender=sender)).startswith("250")
    await world.settle()


async def at(world: World, when: datetime) -> None:
    """Move on to that time, and let the duties do what is due."""
    world.clock.advance(when - world.clock.now())
    await world.house.duties.clockwork()
    await world.settle()


def mornings(world: World, person: str = SENDER) -> list[EmailMessage]:
    return [told for told in world.notices(person) if "お答えを待っているメール" in told["Subject"]]


def text_of(told: EmailMessage) -> str:
    body = told.get_body(("plain",))
    assert body
    return str(body.get_content())


async def test_who_has_mail_that_waits_is_told_once_in_the_morning(world: World) -> None:
    await hold(world, 1, 2)
    await hold(world, 3, sender="mori@tachibana.example")
    await at(world, NEXT_MORNING - timedelta(seconds=1))
    assert not mornings(world)
    await at(world, NEXT_MORNING)
    (told,) = mornings(world)
    mine = [hold for hold in await world.holds() if hold.reverse_path == SENDER]
    assert "2件" in told["Subject"]
    assert all(f"/q/{world.token(hold)}" in text_of(told) for hold in mine)
    assert len(mornings(world, "mori@tachibana.example")) == 1
    await at(world, NEXT_MORNING + HOUR)
    assert len(mornings(world)) == 1
    await at(world, NEXT_MORNING + 24 * HOUR)
    assert len(mornings(world)) == 2


async def test_what_is_held_after_that_hour_waits_for_the_next_morning(world: World) -> None:
    await hold(world, 1)
    await at(world, datetime(2026, 4, 1, 8, 59, tzinfo=UTC))
    assert not mornings(world)


async def test_not_on_a_day_off(world: World) -> None:
    world.clock.advance(48 * HOUR)  # Friday
    await hold(world, 1)
    await at(world, NEXT_MORNING + 48 * HOUR)  # Saturday
    assert not mornings(world)
    await at(world, NEXT_MORNING + 96 * HOUR)
    assert len(mornings(world)) == 1


async def test_what_silence_cancelled_is_told_once_and_what_was_answered_is_not(world: World) -> None:
    await hold(world, 1, 2)
    answered = (await world.holds())[0]
    await world.decide(answered, kind="cancel")
    day = NEXT_MORNING
    (ended,) = [hold for hold in await world.holds() if hold.id != answered.id]
    while ended.state is State.HELD:
        await at(world, day)
        day += 6 * HOUR
        (ended,) = [hold for hold in await world.holds() if hold.id != answered.id]
    before = len(mornings(world))
    assert ended.state is State.EXPIRED
    for _ in range(24):  # the weekend, and a morning after the one that tells it
        await at(world, day)
        day += 6 * HOUR
    told = mornings(world)[before:]
    assert len(told) == 1
    assert "元に戻せます" in text_of(told[0])
    assert f"/q/{world.token(ended)}" in text_of(told[0])
    assert f"/q/{world.token(answered)}" not in text_of(told[0])


async def test_two_nodes_tell_once(store_url: str, world: World, tmp_path: Path, clock: TestClock) -> None:
    async with open_house(store_url, tmp_path / "two", clock, world.hop.port, node="two") as other:
        await hold(world, 1)
        clock.advance(NEXT_MORNING - clock.now())
        told = await asyncio.gather(*(house.duties.unattended() for house in (world.house, other, world.house)))
        await world.settle()
    assert sum(told) == 1
    assert len(mornings(world)) == 1


async def test_nobody_is_told_where_the_settings_say_so(store_url: str, tmp_path: Path, clock: TestClock) -> None:
    async with open_world(store_url, tmp_path, clock, extra='[hold]\nmorning = ""\n') as world:
        await hold(world, 1)
        await at(world, NEXT_MORNING)
        assert not mornings(world)
