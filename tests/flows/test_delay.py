"""Delay: what leaves by itself leaves once, at its time and never before, unless somebody cancels it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import standstill
from gateway.decision import Decision
from notifier.words import when
from service.queue_commands import as_postqueue
from store.blocks import BlockRow
from store.holds import Delivery, State
from store.ids import new_id
from store.shelves import Shelves
from tests.flows.world import KNOWN, OTHER, SENDER, TYPO, World, mail, open_house, open_world
from tests.helpers.clock import TestClock

ALL_MAIL = '[[policy]]\nname = "撤回時間"\naction = "delay"\ndelay = "10m"\nreply = false\nurgent = false\n'
TOLD = ALL_MAIL + "notice = true\n"
SCANNER = '[[senders]]\nkind = "machine"\naddresses = ["fax@tachibana.example"]\n'
INSIDE = "mori@tachibana.example"
TEN = timedelta(minutes=10)


@pytest.fixture
async def world(store_url: str, tmp_path: Path, clock: TestClock) -> AsyncIterator[World]:
    async with open_world(store_url, tmp_path / "node", clock, extra=ALL_MAIL + SCANNER) as made:
        yield made


async def tick(world: World, after: timedelta = timedelta()) -> None:
    """What the clock does by itself."""
    world.clock.advance(after)
    await world.house.duties.clockwork()
    await world.settle()


async def test_an_outside_message_is_kept_without_a_mail_and_leaves_by_itself_once(world: World) -> None:
    assert "held as" in await world.send(mail(), KNOWN)
    hold = await world.hold()
    assert (hold.delayed, hold.verdict["disposition"], hold.deadline) == (True, "delay", None)
    assert hold.release_at == world.clock.now() + TEN
    await tick(world, TEN - timedelta(seconds=1))
    assert (world.delivered(KNOWN), world.notices(SENDER)) == ([], [])
    for _ in range(3):
        await tick(world, timedelta(seconds=1))
    (taken,) = world.delivered(KNOWN)
    assert taken.plain.endswith(mail())
    assert ((await world.hold()).recipients[0].state, world.notices(SENDER)) == (Delivery.DELIVERED, [])


async def test_its_line_in_the_journal_says_delay_and_what_became_of_it(world: World) -> None:
    await world.send(mail(), KNOWN)
    await tick(world, TEN)
    (line,) = await world.house.store.read(lambda shelves: shelves.journal.search())
    assert (line.disposition, [r.state for r in line.recipients]) == ("delay", ["delivered"])


async def test_nothing_waits_that_stays_inside_or_that_a_machine_or_a_hurried_person_sends(world: World) -> None:
    assert await world.send(mail(INSIDE), INSIDE) == "250 2.0.0 taken"
    assert await world.send(mail(), KNOWN, sender="fax@tachibana.example") == "250 2.0.0 taken"
    urgent = mail(number="2").replace(b"Subject:", b"Importance: high\r\nSubject:", 1)
    assert await world.send(urgent, KNOWN) == "250 2.0.0 taken"
    assert await world.holds() == ()


async def test_an_answer_to_a_mail_that_went_through_here_does_not_wait(world: World) -> None:
    urgent = mail(number="first").replace(b"Subject:", b"Importance: high\r\nSubject:", 1)
    await world.send(urgent, KNOWN)
    await world.house.store.commit(lambda _: None)
    answer = mail(number="2").replace(b"Subject:", b"In-Reply-To: <first@tachibana.example>\r\nSubject:", 1)
    assert await world.send(answer, KNOWN) == "250 2.0.0 taken"


async def test_a_mail_with_something_to_ask_waits_for_its_answer_and_not_for_the_clock(world: World) -> None:
    await world.send(mail(TYPO), TYPO)
    hold = await world.hold()
    assert not hold.delayed
    await tick(world, TEN)
    assert (world.delivered(TYPO), len(world.notices(SENDER))) == ([], 1)
    await world.decide(hold, "right")
    await world.settle()
    assert len(world.delivered(TYPO)) == 1


async def test_a_delayed_mail_that_is_cancelled_never_leaves_and_brought_back_it_waits_for_an_answer(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=TOLD) as world:
        await world.send(mail(), KNOWN)
        await world.settle()
        (notice,) = world.notices(SENDER)
        hold = await world.hold()
        assert hold.release_at
        said = when(hold.release_at, "Asia/Tokyo", "ja")
        assert said in str(notice["Subject"])
        assert f"取り消さなければ {said} に送信されます" in notice.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        await world.decide(hold, kind="cancel")
        await tick(world, TEN)
        assert (await world.hold()).state is State.CANCELLED
        await world.decide(hold, kind="bring-back")
        await tick(world, TEN)
        back = await world.hold()
        assert (back.state, back.delayed, world.delivered(KNOWN)) == (State.HELD, False, [])
        await world.decide(back)
        await world.settle()
        assert len(world.delivered(KNOWN)) == 1


async def test_whoever_is_in_a_hurry_sends_it_now_and_the_clock_does_nothing_more(world: World) -> None:
    await world.send(mail(), KNOWN)
    await world.settle()
    hold = await world.hold()
    await world.house.flow.decide_for(hold.id, Decision("send"), SENDER)
    await world.settle()
    await tick(world, TEN)
    assert len(world.delivered(KNOWN)) == 1


async def test_the_queue_says_when_it_leaves(world: World) -> None:
    await world.send(mail(), KNOWN)
    said = as_postqueue(await world.hold())
    assert (said["state"], said["due"]) == ("held", None)
    assert said["leaves"] == (world.clock.now() + TEN).isoformat()


async def test_two_nodes_let_it_go_once(store_url: str, tmp_path: Path, clock: TestClock) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock, extra=ALL_MAIL) as world,
        open_house(store_url, tmp_path / "one", clock, world.hop.port, extra=ALL_MAIL, node="two") as other,
    ):
        for number in range(10):
            await world.send(mail(number=str(number), text=f"{number}"), KNOWN)
        clock.advance(TEN)
        await asyncio.gather(world.house.duties.clockwork(), other.duties.clockwork())
        await asyncio.gather(world.settle(), other.flow.release_due())
        await world.settle()
        assert len(world.delivered(KNOWN)) == 10


async def test_cancelling_and_leaving_at_once_have_one_outcome(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra=ALL_MAIL) as world:
        for number in range(10):
            await world.send(mail(number=str(number), text=f"{number}"), KNOWN)
        holds = await world.holds()
        clock.advance(TEN)
        cancels = [world.house.flow.decide_for(hold.id, Decision("cancel"), SENDER) for hold in holds]
        outcomes = (await asyncio.gather(world.house.duties.clockwork(), *cancels))[1:]
        await world.settle()
        stopped = [o.result for o in outcomes if o].count("done")  # type: ignore[union-attr]
        assert len(world.delivered(KNOWN)) == 10 - stopped
        states = [hold.state for hold in await world.holds()]
        assert (states.count(State.CANCELLED), states.count(State.RELEASED)) == (stopped, 10 - stopped)


async def test_a_clock_that_is_put_forward_lets_nothing_leave_early(world: World) -> None:
    await world.house.duties.clockwork()
    await world.send(mail(), KNOWN)
    world.clock.set_wall(world.clock.now() + timedelta(minutes=4))
    await tick(world)
    await tick(world, timedelta(minutes=6))  # by its own clock it is time, and four minutes are missing
    assert world.delivered(KNOWN) == []
    await tick(world, timedelta(minutes=4))
    assert len(world.delivered(KNOWN)) == 1


async def test_a_clock_that_jumped_by_hours_lets_nothing_leave_until_it_is_right(world: World) -> None:
    await world.house.duties.clockwork()
    await world.send(mail(), KNOWN)
    right = world.clock.now()
    world.clock.set_wall(right + timedelta(hours=3))
    await tick(world)
    assert world.delivered(KNOWN) == []
    world.clock.set_wall(right)
    await tick(world, TEN)
    assert len(world.delivered(KNOWN)) == 1


async def test_a_store_that_came_back_from_a_backup_lets_nothing_leave_and_the_time_moves_with_it(world: World) -> None:
    await world.send(mail(), KNOWN)
    await world.house.duties.clockwork()
    old = (world.clock.now() - timedelta(minutes=1)).isoformat()
    await world.house.store.commit(lambda shelves: shelves.marks.set("high-water", old))
    await tick(world, timedelta(hours=1))
    assert world.delivered(KNOWN) == []
    await world.house.store.commit(lambda shelves: standstill.resume(shelves, "admin", "looked at it"))
    await tick(world, TEN)
    assert world.delivered(KNOWN) == []
    await tick(world, timedelta(minutes=1))
    assert len(world.delivered(KNOWN)) == 1


async def test_on_the_day_of_an_incident_nothing_leaves_by_itself(world: World) -> None:
    await world.send(mail(), KNOWN)
    world.house.gate.set("hold-all", by="admin", reason="test")
    await tick(world, TEN)
    assert world.delivered(KNOWN) == []
    world.house.gate.set("normal", by="admin", reason="test")
    await tick(world)
    assert len(world.delivered(KNOWN)) == 1


async def test_who_was_blocked_meanwhile_is_asked_about_and_gets_nothing(world: World) -> None:
    await world.send(mail(), KNOWN)

    def block(shelves: Shelves) -> None:
        until = shelves.now + timedelta(days=1)
        shelves.blocks.add(BlockRow(new_id(), KNOWN, False, "admin", "test", "", shelves.now, until))

    await world.house.store.commit(block)
    await tick(world, TEN)
    hold = await world.hold()
    assert (hold.state, hold.delayed, world.delivered(KNOWN)) == (State.HELD, False, [])
    assert len(world.notices(SENDER)) == 1
    assert hold.deadline


async def test_the_copies_of_one_send_leave_together(world: World) -> None:
    both = f"{KNOWN}, {OTHER}"
    await world.send(mail(both), KNOWN)
    world.clock.advance(timedelta(minutes=2))
    await world.send(mail(both), OTHER)
    await tick(world, timedelta(minutes=8))
    assert (len(world.delivered(KNOWN)), len(world.delivered(OTHER))) == (1, 1)


async def test_a_copy_that_comes_after_the_send_was_cancelled_is_cancelled(world: World) -> None:
    both = f"{KNOWN}, {OTHER}"
    await world.send(mail(both), KNOWN)
    await world.house.flow.decide_for((await world.hold()).id, Decision("cancel"), SENDER)
    await world.send(mail(both), OTHER)
    await tick(world, TEN)
    assert {hold.state for hold in await world.holds()} == {State.CANCELLED}
    assert world.delivered(OTHER) == []


async def test_a_rule_that_only_delays_says_so_and_lets_it_leave(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    extra = '[hold]\ndelay = "10m"\n[rules.recipient-typo]\naction = "delay"\n'
    async with open_world(store_url, tmp_path, clock, extra=extra) as world:
        await world.send(mail(TYPO), TYPO)
        await world.settle()
        (notice,) = world.notices(SENDER)
        assert TYPO in notice.get_body(("plain",)).get_content().replace("[", "").replace("]", "")  # type: ignore[union-attr]
        await tick(world, TEN)
        assert len(world.delivered(TYPO)) == 1


async def test_a_rule_that_delays_without_a_length_asks_as_ever(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with open_world(store_url, tmp_path, clock, extra='[rules.recipient-typo]\naction = "delay"\n') as world:
        await world.send(mail(TYPO), TYPO)
        await tick(world, timedelta(hours=2))
        hold = await world.hold()
        assert (hold.state, hold.delayed, hold.verdict["disposition"]) == (State.HELD, False, "hold")
        assert world.delivered(TYPO) == []
