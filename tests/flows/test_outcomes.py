"""What was asked and what became of it is counted rule by rule, once a send, by day; what is brought back waits again."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decision import Decision
from store.counted import Counted
from store.holds import State
from store.outcomes import SPEEDS, WHOLE, speed_of
from store.shelves import Shelves
from tests.flows.world import KNOWN, LIST, TYPO, World, mail, open_world
from tests.helpers.clock import TestClock

RULE = "recipient-typo"
LONG_AGO = date(2020, 1, 1)


async def sums(world: World, rule: str = RULE) -> Counter[str]:
    found = await world.house.store.read(lambda shelves: shelves.outcomes.since(LONG_AGO))
    return +Counter({one.became: one.count for one in found if one.rule == rule})


async def asked(world: World, number: str = "1", attach: str = "") -> None:
    assert (await world.send(mail(TYPO, number=number, attach=attach), TYPO)).startswith("250 2.0.0 Ok: held")
    await world.settle()


@pytest.mark.parametrize(("choice", "became"), [("right", "confirmed"), ("correct", "corrected"), ("omit", "left-out")])
async def test_an_answer_counts_as_what_it_changed(world: World, choice: str, became: str) -> None:
    await asked(world)
    assert await sums(world) == {"asked": 1}
    await world.decide(await world.hold(), choice)
    assert await sums(world) == {"asked": 1, became: 1}
    assert await sums(world, WHOLE) == {"asked": 1, became: 1}


async def test_each_rule_counts_for_itself_and_the_message_as_what_changed_most(world: World) -> None:
    await asked(world, attach=LIST)
    await world.decide(await world.hold(), "correct", "agree")
    assert (await sums(world))["corrected"] == 1
    assert (await sums(world, "content-personal-data"))["confirmed"] == 1
    assert await sums(world, WHOLE) == {"asked": 1, "corrected": 1}


async def test_what_is_cancelled_and_brought_back_is_no_near_miss_any_more(world: World, clock: TestClock) -> None:
    await asked(world)
    hold = await world.hold()
    await world.decide(hold, kind="cancel")
    assert await sums(world) == {"asked": 1, "cancelled": 1}
    clock.advance(timedelta(days=2))
    await world.decide(hold, kind="bring-back")
    assert await sums(world) == await sums(world, WHOLE) == {"asked": 1}
    await world.decide(hold, "right")
    assert await sums(world) == await sums(world, WHOLE) == {"asked": 1, "confirmed": 1}


async def test_an_operators_release_is_no_confirmation(world: World) -> None:
    await asked(world)
    hold = await world.hold()
    await world.house.flow.decide_for(hold.id, Decision("send", reason="urgent"), "admin@tachibana.example")
    assert await sums(world) == {"asked": 1, "released": 1}
    (entry, *_) = await world.house.store.read(lambda shelves: shelves.audit.newest())
    assert entry["details"] == {"operator": True, "signed_in": False, "reason": "urgent"}


async def test_what_nobody_answers_counts_as_expired_once_for_all_copies(world: World, clock: TestClock) -> None:
    await asked(world, attach=LIST)
    assert (await world.send(mail(TYPO, attach=LIST), KNOWN)).startswith("250 2.0.0 Ok: held")
    assert await sums(world, WHOLE) == {"asked": 1}
    clock.advance(timedelta(days=9))
    assert await world.house.duties.expire() == 2
    assert {hold.state for hold in await world.holds()} == {State.EXPIRED}
    assert await sums(world) == await sums(world, WHOLE) == {"asked": 1, "expired": 1}
    await world.decide((await world.holds())[0], kind="bring-back")
    assert await sums(world) == await sums(world, WHOLE) == {"asked": 1}


async def test_a_refused_answer_counts_nothing(world: World) -> None:
    await asked(world)
    hold = await world.hold()
    await world.decide(hold)
    await world.decide(hold, kind="bring-back")
    assert await sums(world) == {"asked": 1}


async def test_the_day_is_that_of_the_organisation_and_speed_runs_from_the_question(
    world: World, clock: TestClock
) -> None:
    clock.set_wall(datetime(2026, 4, 1, 15, 30, tzinfo=UTC))  # half past midnight in Tokyo
    await asked(world)
    clock.advance(timedelta(seconds=29))
    await world.decide(await world.hold(), "right")
    found = await world.house.store.read(lambda shelves: shelves.outcomes.since(date(2026, 4, 2)))
    assert {(one.became, one.speed) for one in found if one.rule == RULE} == {("asked", 0), ("confirmed", 2)}
    assert not await world.house.store.read(lambda shelves: shelves.outcomes.since(date(2026, 4, 3)))
    months = await world.house.store.read(lambda shelves: shelves.outcomes.months(date(2026, 4, 30), 60))
    assert months == (("2026-04", "asked", 1), ("2026-04", "confirmed", 1))


async def test_who_sends_is_counted_by_their_group_and_never_by_name(
    sqlite_url: str, tmp_path: Path, clock: TestClock
) -> None:
    groups = '[gate.groups]\nsales = ["@tachibana.example"]\n'
    async with open_world(sqlite_url, tmp_path / "node", clock, extra=groups) as world:
        await asked(world)
        found = await world.house.store.read(lambda shelves: shelves.outcomes.since(LONG_AGO))
    assert {one.people for one in found} == {"sales"}
    assert "@" not in str(found)


async def test_a_unit_that_is_undone_counts_nothing(world: World) -> None:
    def unit(shelves: Shelves) -> None:
        shelves.outcomes.add([Counted("2026-04-01", RULE, "", "asked")])
        raise LookupError

    with pytest.raises(LookupError):
        await world.house.store.commit(unit)
    assert not await sums(world)


async def test_days_long_ago_are_forgotten(world: World, clock: TestClock) -> None:
    await asked(world)
    clock.advance(timedelta(days=3 * 365 + 2))
    await world.house.duties.prune()
    assert not await sums(world)


@given(st.floats(0, 1e9))
def test_a_step_of_speed_holds_the_seconds_it_names(seconds: float) -> None:
    step = speed_of(seconds)
    bounds: Callable[[int], float] = lambda n: (0, *SPEEDS, float("inf"))[n]  # noqa: E731 - as short as it is
    assert bounds(step - 1) <= seconds <= bounds(step)
