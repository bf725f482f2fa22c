"""Duties: what was released or queued is taken up at once, also where it happens while a duty looks, and whatever the others do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import update
from structlog.testing import capture_logs

from gateway.decision import Decision
from gateway.duties import Duties
from gateway.kept import Kept
from gateway.pruning import Pruning
from gateway.wake import Wake
from notifier import notices
from response.desk import Report
from store.deadlines import DeadlineRow
from store.ended_holds import EndedHoldShelf
from store.errors import StoreError
from store.holds import State
from store.shelves import Shelves
from store.tables.holds import holds
from tests.flows.world import KNOWN, SENDER, TYPO, World, mail
from tests.helpers.relay import until


@asynccontextmanager
async def at_work(world: World, kind: type[Duties] = Duties) -> AsyncIterator[Duties]:
    """The duties of a house, by a clock that stands still: only what wakes them makes them look again."""
    house = world.house
    duties = kind(
        house.flow,
        house.post,
        house.store,
        house.desk,
        world.clock,
        Pruning(house.store, Kept(30, 30, 30, 30, 0, 0)),
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


async def test_each_hour_what_has_ended_is_forgotten_and_the_log_names_the_newest_entry_of_the_audit(
    world: World,
) -> None:
    store = world.house.store
    await store.commit(lambda s: s.audit.add("old", "gate", "normal"))
    await store.commit(lambda s: notices.alarm(s, world.house.settings.organisation, "clock-jumped", {"seconds": 400}))
    await world.settle()
    assert (await store.read(lambda s: s.outbox.counts()))["sent"] == 1
    await store.commit(lambda s: s.sessions.begin("t", SENDER, "web", "mail", as_staff=False, lasts=timedelta(hours=1)))
    world.clock.advance(timedelta(days=40))
    await store.commit(lambda s: s.audit.add("new", "gate", "normal"))
    duties = Duties(
        world.house.flow,
        world.house.post,
        store,
        world.house.desk,
        world.clock,
        Pruning(store, Kept(30, 30, 30, 30, 30, 30)),
    )
    with capture_logs() as logs:
        await duties.prune()
    found = await store.read(lambda s: s.audit.check())
    assert (found.entries, found.broken) == (2, None)  # the new one, and what was forgotten
    assert (await store.read(lambda s: s.outbox.counts()))["sent"] == 0
    assert await store.commit(lambda s: s.sessions.end(s.sessions.id_of("t"))) is False
    assert [(e["seq"], e["sha256"]) for e in logs if e["event"] == "audit head"] == [(3, found.newest.sha256)]


async def test_a_case_that_cannot_be_read_keeps_no_other_from_its_reminder_and_is_logged_and_counted(
    world: World,
) -> None:
    """One clock of a case has words that no program should have written."""

    def failures() -> float:
        return REGISTRY.get_sample_value("sekisho_desk_failures_total", {"duty": "deadline-reminders"}) or 0

    desk, before = world.house.desk, failures()
    broken, other = [
        (await desk.report(Report("page", SENDER, words=words, proven=True, wrong=(wrong,)))).id
        for words, wrong in (("one", TYPO), ("two", KNOWN))
    ]

    def passed(shelves: Shelves) -> None:
        for ticket, to in ((broken, None), (other, {"ja": "当局", "en": "the authority"})):
            due = shelves.now - timedelta(minutes=1)
            row = DeadlineRow("JP-X", "final", due, "hard", owed=True, details={"to": to}, counted_at=shelves.now)
            shelves.deadlines.count(ticket, [row])

    await world.house.store.commit(passed)
    with capture_logs() as logged:
        await world.house.duties.clockwork()
    failed = [line for line in logged if line["event"] == "desk duty failed"]
    assert [(line["duty"], line["id"], line["error"]) for line in failed] == [
        ("deadline-reminders", f"{broken}/JP-X/final", "AttributeError")
    ]
    assert failures() - before == 1
    said = await world.house.store.read(lambda shelves: shelves.evidence.of_events(other, "reminded"))
    assert said


async def test_a_held_message_that_cannot_be_read_keeps_no_other_from_its_reminder_and_its_end(world: World) -> None:
    """A row that no program should have written: of one message, not of the relay."""
    store = world.house.store
    for number in ("1", "2"):
        await world.send(mail(TYPO, number=number, text=number, subject=number * 9), TYPO)
    await world.settle()
    broken, other = await world.holds()
    damage = update(holds).where(holds.c.id == broken.id).values(verdict={"findings": [{}]})
    await store.commit(lambda s: s.holds._db.execute(damage))
    world.clock.advance(timedelta(minutes=20))
    with capture_logs() as logged:
        await world.house.duties.clockwork()
    assert [(e["duty"], e["id"]) for e in logged if e["event"] == "duty failed"] == [("remind", broken.id)]
    assert (await store.read(lambda s: s.holds.get(other.id))).reminders == 1  # type: ignore[union-attr]
    world.clock.advance(timedelta(days=9))
    with capture_logs() as logged:
        await world.house.duties.clockwork()
    assert (await store.read(lambda s: s.holds.get(other.id))).state is State.EXPIRED  # type: ignore[union-attr]


async def test_what_cannot_be_forgotten_keeps_nothing_else_that_must_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise StoreError("no such piece")

    monkeypatch.setattr(EndedHoldShelf, "prune", fails)
    await world.send(mail(KNOWN), KNOWN)
    world.clock.advance(timedelta(days=40))
    with capture_logs() as logged:
        gone = await Pruning(world.house.store, Kept(30, 30, 30, 30, 0, 0)).run(world.clock.now())
    assert gone["journal"] == 1
    assert [e["duty"] for e in logged if e["event"] == "duty failed"] == ["prune-held"]
