"""A claim: what is done under a lease ends with it."""

import asyncio
from datetime import timedelta

import pytest

from gateway.claim import LEASE, RENEW, Claim
from store.engine import Store
from store.holds import Delivery, State
from tests.helpers.clock import TestClock
from tests.helpers.samples import hold, recipient


async def claimed(store: Store, clock: TestClock, lease: str = "one") -> Claim:
    kept = hold(kind="remainder", state=State.RELEASED, recipients=(recipient(state=Delivery.WAITING),))
    await store.commit(lambda shelves: shelves.holds.add(kept, b"x"))
    [(found, mine)] = await store.commit(lambda shelves: shelves.deliveries.claim_due(lease, clock.now() + LEASE))
    return Claim(found, mine, lease)


async def taken_over(store: Store, clock: TestClock) -> None:
    clock.advance(LEASE)
    assert await store.commit(lambda shelves: shelves.deliveries.claim_due("two", clock.now() + LEASE))


async def nothing() -> str:
    return "done"


async def test_what_is_done_in_time_comes_back(store: Store, clock: TestClock) -> None:
    claim = await claimed(store, clock)
    assert await claim.during(nothing, store, clock) == "done"


async def test_what_is_not_ours_any_more_is_not_begun(store: Store, clock: TestClock) -> None:
    claim = await claimed(store, clock)
    await taken_over(store, clock)
    begun: list[str] = []

    async def work() -> str:
        begun.append("begun")
        return "done"

    assert await claim.during(work, store, clock) is None
    assert begun == []


async def test_a_lease_that_ended_and_nobody_took_is_ours_still(store: Store, clock: TestClock) -> None:
    claim = await claimed(store, clock)
    clock.advance(2 * LEASE)
    assert await claim.during(nothing, store, clock) == "done"


async def test_what_somebody_else_has_meanwhile_is_cut_off(store: Store, clock: TestClock) -> None:
    claim, begun = await claimed(store, clock), asyncio.Event()
    cut: list[bool] = []

    async def work() -> bool:
        begun.set()
        try:
            return await asyncio.Event().wait()
        finally:
            cut.append(True)

    doing = asyncio.create_task(claim.during(work, store, clock))
    await begun.wait()
    await taken_over(store, clock)  # this process stood still for five minutes
    assert await doing is None
    assert cut == [True]


async def test_what_could_not_be_renewed_is_cut_off_before_the_lease_ends(store: Store, clock: TestClock) -> None:
    claim, begun = await claimed(store, clock), asyncio.Event()

    async def work() -> bool:
        begun.set()
        return await asyncio.Event().wait()

    doing = asyncio.create_task(claim.during(work, store, clock))
    await begun.wait()
    await store.stop()  # from here on it answers nothing
    passed = timedelta()
    async with asyncio.timeout(20):
        while not doing.done():
            clock.advance(timedelta(seconds=10))
            passed += timedelta(seconds=10)
            for _ in range(20):  # turns of the loop, until the keeper sleeps again
                await asyncio.sleep(0)
    assert await doing is None
    assert passed <= LEASE - RENEW


async def test_an_error_of_the_work_is_the_callers(store: Store, clock: TestClock) -> None:
    claim = await claimed(store, clock)

    async def work() -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        await claim.during(work, store, clock)
