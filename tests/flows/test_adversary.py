"""What somebody who wants to break it tries: to lose a message, to send one past its sender, to ask twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

from gateway.decision import Decision, risks
from store.holds import State
from tests.flows.world import KNOWN, LIST, OTHER, SENDER, TYPO, World, mail, open_house, open_world
from tests.helpers.clock import TestClock

THIRD = "suzuki@partner.example"
ADMIN = "admin@tachibana.example"
TO_ALL = f"{TYPO}, {OTHER}, {THIRD}"


async def test_a_late_copy_of_a_send_that_was_let_go_is_not_lost_with_the_copy_that_was_left_out(world: World) -> None:
    for recipient in (TYPO, OTHER):
        await world.send(mail(TO_ALL, attach=LIST), recipient)
    await world.settle()
    await world.decide((await world.holds())[0], "omit", "agree")
    await world.send(mail(TO_ALL, attach=LIST), THIRD)
    await world.settle()
    assert world.delivered(TYPO) == []
    assert (len(world.delivered(OTHER)), len(world.delivered(THIRD))) == (1, 1)


async def test_an_answer_does_not_cover_outsiders_that_its_sender_never_named(world: World) -> None:
    await world.send(mail(KNOWN, attach=LIST), KNOWN)
    await world.settle()
    await world.decide(await world.hold(), "agree")
    for to in (KNOWN, f"{KNOWN}, someone@elsewhere.example"):
        await world.send(mail(to, attach=LIST), "someone@elsewhere.example")
    await world.settle()
    assert len(world.delivered(KNOWN)) == 1
    assert world.delivered("someone@elsewhere.example") == []
    assert sorted(hold.state for hold in await world.holds()) == [State.HELD, State.HELD, State.RELEASED]


async def test_a_sender_whose_mailbox_cannot_be_told_is_asked_through_the_admins(world: World) -> None:
    odd = mail(TYPO, sender='"a\x7fb"@tachibana.example')
    assert "held as" in await world.send(odd, TYPO, sender="news-a=b.example@tachibana.example")
    await world.settle()
    assert len(world.notices(ADMIN)) == 1


async def test_a_copy_that_runs_out_of_time_after_its_first_was_let_go_is_told(world: World) -> None:
    for recipient in (OTHER, TYPO):
        await world.send(mail(TO_ALL, attach=LIST), recipient)
    await world.settle()
    first = next(hold for hold in await world.holds() if hold.id == hold.group_id)
    await world.decide(first, "omit", "agree")
    await world.house.flow.decide_for(first.id, Decision("bring-back"), "admin")
    world.clock.advance(timedelta(days=10))
    await world.house.duties.clockwork()
    await world.settle()
    assert sorted(hold.state for hold in await world.holds()) == [State.EXPIRED, State.RELEASED]
    assert len(world.notices(SENDER)) == 2


async def test_copies_that_come_in_on_two_nodes_at_once_are_one_question_and_none_is_left_behind(
    store_url: str, tmp_path: Path, clock: TestClock
) -> None:
    async with (
        open_world(store_url, tmp_path / "one", clock, extra="[hold]\nmany = 0\n") as world,  # a question each
        open_house(store_url, tmp_path / "one", clock, world.hop.port, node="two", extra="[hold]\nmany = 0\n") as house,
    ):
        other = World(house, world.hop, clock)
        for number in range(15):
            copy = mail(f"{TYPO}, {OTHER}", attach=f"{LIST}{number}", number=str(number))
            replies = await asyncio.gather(world.send(copy, TYPO), other.send(copy, OTHER))
            assert replies[0] == replies[1]
            await world.settle()
            copies = [h for h in await world.holds() if h.message_id == f"<{number}@tachibana.example>"]
            token = world.token(copies[0])
            choices = {r.id: "omit" if "omit" in r.choices else "agree" for r in risks(copies)}
            await asyncio.gather(
                other.send(copy, OTHER),
                world.house.flow.decide(token, Decision("send", choices)),
                world.send(copy, OTHER),
            )
        assert State.HELD not in {hold.state for hold in await world.holds()}
        assert len(world.notices(SENDER)) == 15
