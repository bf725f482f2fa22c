"""Many holds of one sender within a short time: one digest instead of a question each, one alarm, and nothing of a hold is lost."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from gateway.decision import Decision
from store.holds import Hold, State
from tests.flows.world import SENDER, TYPO, World, mail, open_house
from tests.helpers.clock import TestClock
from tests.helpers.relay import until

MANY = 10
ADMIN = "admin@tachibana.example"
CANCEL = Decision("cancel")
MINUTE = timedelta(minutes=1)


async def send(world: World, first: int, last: int) -> None:
    for number in range(first, last):
        text = f"{number}"
        assert (await world.send(mail(TYPO, number=text, text=text), TYPO)).startswith("250")


def text_of(told: EmailMessage) -> str:
    body = told.get_body(("plain",))
    assert body
    return str(body.get_content())


def digests(world: World, person: str = SENDER) -> list[EmailMessage]:
    return [told for told in world.notices(person) if told["Subject"].startswith("【送信保留】ほかに")]


def alarms(world: World) -> list[EmailMessage]:
    return [told for told in world.notices(ADMIN) if "： many-held" in text_of(told)]


async def in_order(world: World) -> list[Hold]:
    return sorted(await world.holds(), key=lambda hold: int(hold.message_id[1:].partition("@")[0]))


async def test_the_first_are_asked_about_one_by_one_and_the_further_ones_in_one_digest(
    world: World, clock: TestClock
) -> None:
    await send(world, 0, MANY + 5)
    await world.settle()
    assert len(world.notices(SENDER)) == MANY
    clock.advance(MINUTE)
    await world.settle()
    (digest,) = digests(world)
    assert len(world.notices(SENDER)) == MANY + 1
    asked, listed = (await in_order(world))[:MANY], (await in_order(world))[MANY:]
    for hold in listed:
        assert f"/q/{world.token(hold)}" in text_of(digest)
        assert hold.deadline, "from when the digest was accepted"
        assert hold.asked_at == clock.now()
    for hold in asked:
        assert f"/q/{world.token(hold)}" not in text_of(digest)
    assert (await world.decide(listed[0], "right")).result == "done"  # type: ignore[union-attr]
    await world.settle()
    assert len(world.delivered(TYPO)) == 1


async def test_the_admins_are_alarmed_once(world: World, clock: TestClock) -> None:
    await send(world, 0, MANY)
    await world.settle()
    assert not alarms(world)
    await send(world, MANY, MANY + 5)
    await world.settle()
    (alarm,) = alarms(world)
    assert SENDER in text_of(alarm)
    assert "多数のメールの保留" in alarm["Subject"]
    assert SENDER not in alarm["Subject"]
    clock.advance(5 * MINUTE)
    await send(world, MANY + 5, 2 * MANY + 5)
    await world.settle()
    assert len(alarms(world)) == 1


async def test_who_sends_as_many_in_an_hour_is_asked_about_each(world: World, clock: TestClock) -> None:
    for number in range(MANY + 2):
        await send(world, number, number + 1)
        clock.advance(2 * MINUTE)
    await world.settle()
    assert len(world.notices(SENDER)) == MANY + 2
    assert not alarms(world)


async def test_what_comes_before_the_digest_leaves_joins_it_and_what_was_answered_is_left_out(
    world: World, clock: TestClock
) -> None:
    await send(world, 0, MANY + 2)
    clock.advance(MINUTE / 2)
    await send(world, MANY + 2, MANY + 4)
    first = (await in_order(world))[MANY]
    await world.house.flow.decide_for(first.id, CANCEL, "admin")
    clock.advance(MINUTE / 2)
    await world.settle()
    (digest,) = digests(world)
    assert "件数： 3件" in text_of(digest)


async def test_a_digest_of_which_everything_was_answered_is_not_sent(world: World, clock: TestClock) -> None:
    await send(world, 0, MANY + 1)
    await world.house.flow.decide_for((await in_order(world))[MANY].id, CANCEL, "admin")
    clock.advance(MINUTE)
    await world.settle()
    assert not digests(world)


async def test_digests_of_one_sender_keep_their_distance(world: World, clock: TestClock) -> None:
    await send(world, 0, MANY + 1)
    clock.advance(MINUTE)
    await world.settle()
    await send(world, MANY + 1, MANY + 2)
    clock.advance(2 * MINUTE)
    await world.settle()
    assert len(digests(world)) == 1
    clock.advance(8 * MINUTE)
    await world.settle()
    assert len(digests(world)) == 2


async def test_reminders_and_the_end_come_as_digests_too(world: World, clock: TestClock) -> None:
    await send(world, 0, MANY + 3)
    clock.advance(MINUTE)
    await world.settle()
    listed = (await in_order(world))[MANY:]
    duties = world.house.duties
    clock.advance(timedelta(minutes=16))
    assert await duties.remind() == MANY + 3
    clock.advance(MINUTE)
    await world.settle()
    reminders = [told for told in world.notices(SENDER) if "再度のお知らせ" in told["Subject"]]
    assert len(reminders) == MANY + 1
    (one,) = [told for told in reminders if "3件" in told["Subject"]]
    assert all(f"/q/{world.token(hold)}" in text_of(one) for hold in listed)
    clock.advance(timedelta(days=9))
    assert await duties.expire() == MANY + 3
    clock.advance(MINUTE)
    await world.settle()
    ended = [told for told in world.notices(SENDER) if told["Subject"].startswith("【送信取り消し】")]
    assert len(ended) == MANY + 1
    assert not world.delivered(TYPO)
    assert {hold.state for hold in await world.holds()} == {State.EXPIRED}


async def test_two_nodes_count_together_and_alarm_once(
    store_url: str, world: World, tmp_path: Path, clock: TestClock
) -> None:
    async with open_house(store_url, tmp_path / "two", clock, world.hop.port, node="two") as other:
        second = World(other, world.hop, clock)
        for number in range(MANY + 4):
            await send(world if number % 2 else second, number, number + 1)
        clock.advance(MINUTE)
        await world.settle()
        await second.settle()
        await until(lambda: len(digests(world)) == 1)
        assert len(world.notices(SENDER)) == MANY + 1
        assert len(alarms(world)) == 1


async def test_a_digest_that_cannot_leave_stops_the_deadlines_and_is_told_once(world: World, clock: TestClock) -> None:
    await send(world, 0, MANY + 3)
    await world.settle()
    world.hop.does("RCPT", "550 5.1.1 unknown", about=SENDER)
    clock.advance(MINUTE)
    await world.settle()
    listed = (await in_order(world))[MANY:]
    assert [(hold.state, hold.deadline) for hold in listed] == [(State.HELD, None)] * 3
    told = [told for told in world.notices(ADMIN) if "： digest-lost" in text_of(told)]
    assert len(told) == 1
