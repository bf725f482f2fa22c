"""Duties: what was released or queued is taken up at once, also where it happens while a duty looks, and whatever the others do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

from gateway.decision import Decision
from gateway.duties import Duties
from gateway.wake import Wake
from tests.flows.world import SENDER, TYPO, World, mail
from tests.helpers.relay import until


@asynccontextmanager
async def at_work(world: World, kind: type[Duties] = Duties) -> AsyncIterator[Duties]:
    """The duties of a house, by a clock that stands still: only what wakes them makes them look again."""
    house = world.house
    duties = kind(
        house.flow,
        house.post,
        house.store,
        house.settings.organisation,
        world.clock,
        hold_days=30,
        journal_days=30,
        contact_days=30,
    )
    await duties.start()
    yield duties
    await duties.stop()


def has_asked(world: World, often: int) -> bool:
    return len(world.notices(SENDER)) == often


async def test_a_release_during_the_look_that_saw_nothing_leads_to_another_look(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    number, looks = (await world.hold()).id, count(1)

    class Late(Duties):
        async def release(self) -> int:
            begun = await super().release()
            if next(looks) == 1:
                await world.house.flow.decide_for(number, Decision("send"), "admin")
            return begun

    async with at_work(world, Late):
        await until(lambda: world.delivered(TYPO))


async def test_questions_of_many_holds_are_sent_while_the_clock_stands_still(world: World) -> None:
    async with at_work(world):
        for number in range(10):
            text = f"{number}"
            assert "held as" in await world.send(mail(TYPO, number=text, text=text), TYPO)
            await until(partial(has_asked, world, number + 1))


async def test_who_takes_up_a_wake_up_takes_it_from_nobody() -> None:
    wake = Wake()
    one, other = wake.sleeper("release"), wake.sleeper("notify")
    wake.set()
    one.clear()
    assert other.is_set()
    one.clear()
    other.clear()
    wake.set("notify")
    assert other.is_set()
    assert not one.is_set()
