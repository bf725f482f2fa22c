"""The test of the contact tree: everybody with a role is called by the calendar, deputies of the silent, and silence is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifier.options import Person
from response import reach
from response.answering import How
from response.clockwork import run
from response.desk import Desk
from response.options import ResponseOptions
from response.reach import Result
from response.reach_calendar import due_at
from store.engine import Store
from store.outbox import Notice
from tests.helpers.clock import START, TestClock
from tests.response.cases import DEPUTY, LEADER, OFFICER, ORGANISATION, SUPERIOR, make_desk

STAND_IN = "ito@tachibana.example"
PEOPLE = tuple(p.model_copy(update={"deputy": STAND_IN}) if p.address == OFFICER else p for p in ORGANISATION.people)
OFFICE = ORGANISATION.model_copy(update={"people": PEOPLE})
HOUR = timedelta(hours=1)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def desk(store: Store, clock: TestClock) -> Desk:
    return make_desk(store, clock, OFFICE)


async def calls(store: Store) -> list[Notice]:
    """What is queued now, and has not been read here before."""
    return list(await store.commit(lambda s: s.outbox.claim_due("node", s.now + HOUR * 99, 100)))


async def last(desk: Desk, store: Store) -> Result:
    found = await store.read(lambda s: reach.last(s, desk.office))
    assert found is not None
    return found


async def said(desk: Desk, store: Store, person: str, how: How = "have") -> bool:
    test = (await last(desk, store)).test.id
    return await store.commit(lambda s: reach.answer(s, desk.office, test, person, how))


async def test_a_test_calls_everybody_with_a_role_counts_the_answers_and_asks_stand_ins_of_the_silent(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    assert await store.commit(lambda s: reach.begin(s, desk.office, DEPUTY))
    assert not await store.commit(lambda s: reach.begin(s, desk.office, DEPUTY)), "one at a time"
    first = await calls(store)
    assert [(n.kind, n.recipient) for n in first] == [("reach_test", p) for p in (LEADER, DEPUTY, OFFICER)]
    clock.advance(timedelta(minutes=3))
    assert await said(desk, store, LEADER)
    assert not await said(desk, store, LEADER), "once"
    assert not await said(desk, store, SUPERIOR), "nobody who was not asked"
    clock.advance(timedelta(minutes=12))
    await run(store, desk.office)
    (further,) = await calls(store)
    assert (further.recipient, further.facts["instead_of"].split()[0]) == (STAND_IN, "森")
    clock.advance(timedelta(minutes=5))
    assert await said(desk, store, STAND_IN)
    assert await said(desk, store, DEPUTY)
    found = await last(desk, store)
    assert (found.asked, found.answered, found.in_time, found.percent) == (3, 2, 1, 66)
    assert (found.minutes, found.slowest, found.silent) == (11.5, 20.0, (OFFICER,))
    clock.advance(timedelta(days=1))
    await run(store, desk.office)
    await run(store, desk.office)
    (alarm,) = await calls(store)
    assert (alarm.kind, alarm.facts["alarm"], alarm.facts["facts"]["silent"]) == ("alarm", "reach-test", "1")
    assert OFFICER not in str(alarm.facts), "who it was stands on the page alone"
    assert not await said(desk, store, OFFICER), "it is over"


async def test_who_cannot_take_a_case_brings_the_stand_in_at_once_and_is_not_counted_as_reached(
    desk: Desk, store: Store
) -> None:
    await store.commit(lambda s: reach.begin(s, desk.office, DEPUTY))
    await calls(store)
    assert await said(desk, store, OFFICER, "pass-on")
    assert [n.recipient for n in await calls(store)] == [STAND_IN]
    assert (await last(desk, store)).answered == 0
    assert await said(desk, store, OFFICER), "and may take it after all"
    assert (await last(desk, store)).answered == 1


async def test_by_the_calendar_the_first_test_comes_in_the_working_time_of_the_month_after_the_desk_began_and_then_monthly(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    looks = [(4, 1, 1), (4, 30, 9), (4, 30, 20), (5, 1, 8), (5, 1, 9), (5, 1, 15), (5, 29, 9), (5, 31, 9), (6, 1, 9)]
    began = []
    for month, day, hour in looks:  # in Tokyo; 1 May 2026 is a Friday, 31 May a Sunday
        clock.set_wall(datetime(2026, month, day, hour, tzinfo=TOKYO))
        await run(store, desk.office)
        test = await store.read(lambda s: s.reach_tests.last())
        began.append(test.started_at.astimezone(TOKYO) if test else None)
    first, second = datetime(2026, 5, 1, 9, tzinfo=TOKYO), datetime(2026, 6, 1, 9, tzinfo=TOKYO)
    assert began == [None, None, None, None, first, first, first, first, second]


async def test_never_is_never_and_an_office_without_roles_asks_nobody(store: Store, clock: TestClock) -> None:
    never = make_desk(store, clock, OFFICE, ResponseOptions(reach_test="never"))
    nobody = make_desk(store, clock, ORGANISATION.model_copy(update={"people": (Person(address=STAND_IN),)}))
    for _ in range(3):
        for desk in (never, nobody):
            await run(store, desk.office)
        clock.advance(timedelta(days=31))
    assert await calls(store) == []
    assert await store.read(lambda s: s.reach_tests.last()) is None


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("weekly", datetime(2026, 4, 5, 15, tzinfo=UTC)),  # Monday, 00:00 in Tokyo
        ("monthly", datetime(2026, 4, 30, 15, tzinfo=UTC)),
        ("quarterly", datetime(2026, 6, 30, 15, tzinfo=UTC)),
    ],
)
def test_a_test_is_due_with_the_next_week_month_or_quarter(period: str, expected: datetime) -> None:
    options = ResponseOptions.model_validate({"reach_test": period})
    office = make_desk(None, TestClock(), OFFICE, options).office  # type: ignore[arg-type]
    assert due_at(office, START) == expected


def test_after_december_comes_january() -> None:
    office = make_desk(None, TestClock(), OFFICE).office  # type: ignore[arg-type]
    assert due_at(office, datetime(2026, 12, 31, 12, tzinfo=UTC)) == datetime(2026, 12, 31, 15, tzinfo=UTC)
