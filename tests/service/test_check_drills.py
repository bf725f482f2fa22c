"""`check` warns of practice that is overdue, and leaves a new house in peace."""

import dataclasses
from datetime import timedelta

import pytest

from response.drill import OVERDUE
from service.check_drills import practice
from store.engine import Store
from store.quiz import WHOLE
from tests.helpers.clock import START, TestClock
from tests.helpers.samples import DRILL, line
from tests.notifier.samples import ticket

LATER = OVERDUE + timedelta(days=1)


async def said(store: Store, clock: TestClock) -> list[str]:
    found = await practice(store, clock.now())
    assert all(one.severity == "warning" for one in found)
    return [one.where for one in found]


async def test_a_house_without_mail_is_not_asked_to_practise(store: Store, clock: TestClock) -> None:
    clock.advance(LATER)
    assert await said(store, clock) == []


async def test_a_drill_is_due_twice_a_year_and_counts_once_somebody_reported(store: Store, clock: TestClock) -> None:
    await store.commit(lambda s: s.journal.add(line(at=START)))
    assert await said(store, clock) == []
    clock.advance(LATER)
    assert await said(store, clock) == ["drill"]
    begun = dataclasses.replace(DRILL, started_at=clock.now(), ends_at=clock.now() + timedelta(hours=2))
    await store.commit(lambda s: s.drills.add(begun))
    assert await said(store, clock) == ["drill"], "it still runs"
    case = ticket(kind="drill")

    def end(shelves: object) -> None:
        shelves.tickets.add(case)  # type: ignore[attr-defined]
        shelves.drills.add_ticket(begun.id, case.id)  # type: ignore[attr-defined]
        shelves.drills.end(begun.id, "over", "sekisho")  # type: ignore[attr-defined]

    await store.commit(end)
    assert await said(store, clock) == []
    clock.advance(LATER)
    assert "drill" in await said(store, clock)


@pytest.mark.parametrize(("passed", "expected"), [(False, ["quiz"]), (True, [])])
async def test_a_year_in_which_nobody_passed_the_quiz_is_said(
    store: Store, clock: TestClock, passed: bool, expected: list[str]
) -> None:
    await store.commit(lambda s: s.journal.add(line(at=START)))
    await store.commit(lambda s: s.quiz.add(START.year, "x.example", {WHOLE: passed}))
    clock.advance(timedelta(days=366))
    assert [one for one in await said(store, clock) if one == "quiz"] == expected
