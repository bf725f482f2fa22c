"""A store that came back from a backup: mail is taken and judged, and nothing that was to be done is done before somebody has looked."""

from datetime import timedelta

from gateway import standstill
from gateway.decision import Decision
from store.holds import State
from store.shelves import Shelves
from tests.flows.world import KNOWN, SENDER, TYPO, World, mail

ADMIN = "admin@tachibana.example"


async def put_back(world: World) -> None:
    """The mark of the store is what it was a minute ago, and this node has seen more."""
    await world.house.duties.clockwork()
    old = (world.clock.now() - timedelta(minutes=1)).isoformat()
    await world.house.store.commit(lambda shelves: shelves.marks.set("high-water", old))


async def resume(world: World) -> None:
    await world.house.store.commit(lambda shelves: standstill.resume(shelves, "admin", "looked at it"))


async def tick(world: World) -> None:
    """What the clock does by itself."""
    world.clock.advance(timedelta(seconds=6))
    await world.house.duties.clockwork()
    await world.settle()


async def test_what_was_released_before_leaves_only_after_somebody_has_looked_and_then_once(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    await world.house.flow.decide_for((await world.hold()).id, Decision("send"), "admin")
    await put_back(world)
    await tick(world)
    assert world.delivered(TYPO) == []
    await resume(world)
    await tick(world)
    await tick(world)
    assert len(world.delivered(TYPO)) == 1


async def test_nothing_expires_and_nobody_is_reminded_and_the_deadline_waits(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    await world.settle()
    await put_back(world)
    world.clock.advance(timedelta(days=30))
    await tick(world)
    assert (await world.hold()).state is State.HELD
    assert len(world.notices(SENDER)) == 1
    await resume(world)
    await tick(world)
    assert (await world.hold()).state is State.HELD


async def test_a_question_of_before_is_not_asked_again_by_itself_and_one_about_new_mail_is(world: World) -> None:
    await world.send(mail(TYPO, number="1"), TYPO)
    await put_back(world)
    await tick(world)
    assert world.notices(SENDER) == []
    assert "held as" in await world.send(mail(TYPO, number="2", text="new"), TYPO)
    assert (await world.send(mail(number="3"), KNOWN)).startswith("250 ")
    await tick(world)
    assert len(world.notices(SENDER)) == 1
    await resume(world)
    await tick(world)
    assert len(world.notices(SENDER)) == 2


async def test_the_admins_hear_of_it_once(world: World) -> None:
    await put_back(world)
    for _ in range(3):
        await tick(world)
    (told,) = world.notices(ADMIN)
    body = told.get_body()
    assert body
    assert "sekisho queue resume" in body.get_content()

    def acts(shelves: Shelves) -> list[str]:
        return [row["act"] for row in shelves.audit.newest()]

    assert await world.house.store.read(acts) == ["freeze"]
    await resume(world)
    assert await world.house.store.read(acts) == ["resume", "freeze"]
