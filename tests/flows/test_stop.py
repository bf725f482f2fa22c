"""At a stop what is being handed over is finished and booked, and what was only claimed goes back at once, not when its lease ends."""

import asyncio
from collections import Counter

from gateway.decision import Decision
from store.holds import Delivery
from tests.flows.world import SENDER, TYPO, World, mail
from tests.helpers.next_hop import SLOW


async def test_a_release_that_was_begun_is_booked_and_the_others_wait_for_the_next_process(world: World) -> None:
    at_once = world.house.settings.next_hop.connections // 2
    for number in range(at_once + 2):
        await world.send(mail(TYPO, number=str(number)), TYPO)
    for hold in await world.holds():
        await world.house.flow.decide_for(hold.id, Decision("send"), "admin")
    world.hop.does("CONTENT", SLOW)
    releasing = asyncio.create_task(world.house.flow.release_due())
    async with asyncio.timeout(20):
        await world.hop.during_content.wait()
    world.house.flow.begin_nothing_new()
    world.hop.go_on.set()
    await releasing
    states = Counter(recipient.state for hold in await world.holds() for recipient in hold.recipients)
    assert states == {Delivery.DELIVERED: at_once, Delivery.WAITING: 2}
    due = await world.house.store.commit(lambda s: s.deliveries.claim_due("another", world.clock.now()))
    assert len(due) == 2
    assert len(world.delivered(TYPO)) == at_once


async def test_a_question_that_was_begun_is_booked_and_the_others_wait_for_the_next_process(world: World) -> None:
    for number in range(7):
        await world.send(mail(TYPO, number=str(number)), TYPO)
    world.hop.does("CONTENT", SLOW, times=5)
    sending = asyncio.create_task(world.house.post.send_due())
    async with asyncio.timeout(20):
        await world.hop.during_content.wait()
    world.house.post.begin_nothing_new()
    world.hop.go_on.set()
    await sending
    counts = await world.house.store.read(lambda s: s.outbox.counts())
    assert (counts["sent"] + counts["waiting"], counts["sending"]) == (7, 0)
    assert counts["sent"] == len(world.delivered(SENDER)) < 7
    due = await world.house.store.commit(lambda s: s.outbox.claim_due("another", world.clock.now()))
    assert len(due) == counts["waiting"]
