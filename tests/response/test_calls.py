"""A call is taken, handed on, or goes on by the clock: deputies, management, admins; each person once; day and night."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from notifier.options import Organisation, Person
from response import answering, escalating
from response.clockwork import run
from response.desk import Desk, Report
from store.engine import Store
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import (
    COLLEAGUE,
    DEPUTY,
    LEADER,
    OFFICER,
    ORGANISATION,
    SENDER,
    SUPERIOR,
    by_link,
    evidence,
    held,
    keep,
    learn,
    make_desk,
    told,
)

BOSS = "president@tachibana.example"
ADMIN = "kan@tachibana.example"
STAND_IN = "ito@tachibana.example"
NIGHT = "yakin@tachibana.example"
PAGER = "sato-keitai@tachibana.example"
AFTER = timedelta(minutes=15)


def office(**changes: Person) -> Organisation:
    """The invented office with management, an admin and a stand-in of the superior; `changes`: by name before the @."""
    people = [
        Person(address=SENDER, name="山田", superior=SUPERIOR),
        Person(address=SUPERIOR, name="名取", phone="03-0000-0001", deputy=STAND_IN, superior=BOSS),
        Person(address=LEADER, name="佐藤", roles=("leader",), deputy=STAND_IN, second=PAGER),
        Person(address=DEPUTY, name="鈴木", roles=("deputy",), phone="03-0000-0002"),
        Person(address=OFFICER, name="森", roles=("privacy officer",), phone="03-0000-0003"),
        Person(address=BOSS, name="社長", roles=("management",), phone="03-0000-0004"),
        Person(address=ADMIN, roles=("admin",)),
        Person(address=STAND_IN),
        Person(address=NIGHT, on_call=True, phone="090-0000-0000"),
    ]
    people = [changes.get(p.address.partition("@")[0], p) for p in people]
    return ORGANISATION.model_copy(update={"people": tuple(people)})


@pytest.fixture
def desk(store: Store, clock: TestClock) -> Desk:
    return make_desk(store, clock, office())


async def opened(desk: Desk, store: Store, **how: bool) -> Ticket:
    hold = held()
    await keep(store, hold)
    return await desk.report(by_link(hold, **how))


async def pass_by(desk: Desk, store: Store, clock: TestClock, time: timedelta) -> None:
    """The clock moves, and the desk does what is due."""
    clock.advance(time)
    await run(store, desk.office)


async def written_to(store: Store, ticket: Ticket, kind: str = "call_escalated") -> list[str]:
    return [n.recipient for n in await told(store, ticket.id) if n.kind == kind]


async def answer(desk: Desk, store: Store, ticket: Ticket, by: str, how: answering.How = "have") -> answering.Answered:
    return await store.commit(lambda s: answering.answer(s, desk.office, ticket.id, by, how))


async def events(store: Store, ticket: Ticket, event: str) -> Sequence[str]:
    return [entry.body.get("person", "") for entry in await evidence(store, ticket.id) if entry.event == event]


async def test_nobody_answers_and_each_level_is_called_once_a_quarter_of_an_hour_later_until_the_admins_are_alarmed(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    await pass_by(desk, store, clock, AFTER - timedelta(seconds=1))
    assert await written_to(store, ticket) == []
    await pass_by(desk, store, clock, timedelta(seconds=1))
    first = await written_to(store, ticket)
    assert sorted(first) == sorted([STAND_IN, PAGER])
    await run(store, desk.office)
    assert await written_to(store, ticket) == first, "once a level"
    await pass_by(desk, store, clock, AFTER)
    assert (await written_to(store, ticket))[len(first) :] == [BOSS], "the superior's superior is management, too: once"
    await pass_by(desk, store, clock, AFTER)
    assert (await written_to(store, ticket))[-1] == ADMIN
    for _ in range(3):
        await pass_by(desk, store, clock, AFTER)
    alarms = await store.commit(lambda s: s.outbox.claim_due("n", s.now + timedelta(hours=1), 100))
    assert [n.recipient for n in alarms if n.kind == "alarm"] == [ADMIN]
    called = await events(store, ticket, "called")
    assert len(called) - 1 == len(set(called)) == 7, "the leader's second mailbox is the one further record"
    assert await events(store, ticket, "nobody-took-it") == [""]


async def test_at_night_and_on_holidays_calls_go_on_and_who_is_on_call_is_called_at_once(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    clock.advance(timedelta(days=3, hours=14))  # Saturday night
    ticket = await opened(desk, store)
    at_once = await written_to(store, ticket, "call_responder")
    assert sorted(at_once) == sorted([LEADER, PAGER, DEPUTY, OFFICER, NIGHT])
    await pass_by(desk, store, clock, AFTER)
    assert await written_to(store, ticket) == [STAND_IN], "the second mailbox has it already"


async def test_by_day_who_is_on_call_at_night_is_not_called(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert NIGHT not in await written_to(store, ticket, "call_responder")


async def test_who_has_it_is_written_down_with_how_long_it_took_and_nobody_further_is_called_to_the_desk(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    clock.advance(timedelta(minutes=4))
    answered = await answer(desk, store, ticket, OFFICER)
    assert (answered.refusal, answered.seconds) == ("", 240)
    assert (await answer(desk, store, ticket, OFFICER)).refusal == "already"
    (record,) = [e for e in await evidence(store, ticket.id) if e.event == "acknowledged"]
    assert (record.actor, record.object, record.body["seconds"]) == (OFFICER, "privacy officer", 240)
    for _ in range(5):
        await pass_by(desk, store, clock, AFTER)
    # The superior was not reached: his stand-in and his superior are told, but management is not woken for a case that somebody has.
    assert await written_to(store, ticket) == [STAND_IN, BOSS]
    assert ADMIN not in await written_to(store, ticket)


async def test_a_superior_who_has_it_was_told_and_opens_the_gate(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    await answer(desk, store, ticket, SUPERIOR)
    now = await desk.ticket(ticket.id)
    assert now is not None
    assert (now.superior_told_at, now.steps[0].done_by) == (clock.now(), SUPERIOR)
    await pass_by(desk, store, clock, AFTER)
    assert sorted(await written_to(store, ticket)) == sorted([STAND_IN, PAGER]), "the desk has not answered"


async def test_who_cannot_take_it_brings_the_next_at_once_unless_somebody_has_it(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert (await answer(desk, store, ticket, LEADER, "pass-on")).refusal == ""
    await run(store, desk.office)
    assert sorted(await written_to(store, ticket)) == sorted([STAND_IN, PAGER])
    await answer(desk, store, ticket, DEPUTY)
    assert (await answer(desk, store, ticket, OFFICER, "pass-on")).refusal == ""
    before = len(await written_to(store, ticket))
    await run(store, desk.office)
    assert len(await written_to(store, ticket)) == before
    # The one who had it cannot any more: the calls go on.
    await answer(desk, store, ticket, DEPUTY, "pass-on")
    await run(store, desk.office)
    assert sorted(await written_to(store, ticket)) == sorted([STAND_IN, PAGER, BOSS])


async def test_whoever_works_on_the_case_has_it(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    assert await desk.finish_step(ticket.id, ticket.steps[0].step, by=SENDER, note="") == ""
    assert await desk.finish_step(ticket.id, "1.4", by=LEADER, note="") == ""
    for _ in range(5):
        await pass_by(desk, store, clock, AFTER)
    assert await written_to(store, ticket) == [], "the sender told his superior, and the leader works"


async def test_somebody_of_the_desk_who_was_not_called_may_take_it_and_an_outsider_may_not(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    assert (await answer(desk, store, ticket, "someone@elsewhere.example")).refusal == "unknown"
    assert (await answer(desk, store, ticket, COLLEAGUE, "pass-on")).refusal == "unknown"
    assert (await answer(desk, store, ticket, BOSS)).refusal == ""
    assert {one.person for one in await store.read(lambda s: s.calls.of(ticket.id)) if not one.is_silent} == {BOSS}


async def test_a_second_mailbox_answers_for_its_person(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    await pass_by(desk, store, clock, AFTER)
    assert (await answer(desk, store, ticket, PAGER)).refusal == ""
    assert await events(store, ticket, "acknowledged") == [LEADER]


async def test_a_closed_case_calls_nobody(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, ticket.steps[0].step, by=SENDER, note="")
    await learn(desk, ticket.id)
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="x") == ""
    for _ in range(5):
        await pass_by(desk, store, clock, AFTER)
    assert await written_to(store, ticket) == []
    assert (await answer(desk, store, ticket, LEADER)).refusal == "already"


async def test_a_drill_calls_deputies_and_never_alarms_management_or_the_admins(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store, drill=True)
    for _ in range(6):
        await pass_by(desk, store, clock, AFTER)
    assert set(await written_to(store, ticket)) == {STAND_IN, PAGER}
    queued = await store.commit(lambda s: s.outbox.claim_due("n", s.now + timedelta(hours=1), 100))
    assert not [n for n in queued if n.kind == "alarm"]
    assert await store.read(lambda s: s.calls.counts()) == {"waiting": 0, "escalated": 0}
    assert (await answer(desk, store, ticket, DEPUTY)).seconds is None, "no drill is measured among real cases"


async def test_where_nobody_has_a_role_of_the_desk_management_is_called_at_once(store: Store, clock: TestClock) -> None:
    people = (
        Person(address=SENDER, superior=SUPERIOR),
        Person(address=SUPERIOR),
        Person(address=BOSS, roles=("management",)),
    )
    desk = make_desk(store, clock, ORGANISATION.model_copy(update={"people": people}))
    ticket = await opened(desk, store)
    await run(store, desk.office)
    assert await written_to(store, ticket) == [BOSS]


async def test_a_superior_who_is_found_later_is_called_and_answered_for_apart(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    await keep(store, held())
    ticket = await desk.report(Report(channel="page", reporter="new@tachibana.example", search="顧客一覧"))
    assert (await answer(desk, store, ticket, LEADER)).refusal == ""
    await desk.choose(ticket.id, ticket.candidates[0]["journal_id"], by=LEADER, wrong=())
    await pass_by(desk, store, clock, AFTER)
    assert SUPERIOR in await written_to(store, ticket, "call_superior")
    assert await written_to(store, ticket) == [], "the leader was told in place of the unknown superior, and has it"


async def test_two_nodes_call_the_next_once(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    clock.advance(AFTER)
    due = await store.read(lambda s: escalating.due(s, desk.office))

    def both(shelves: Shelves) -> None:
        for which in (*due, *due):
            escalating.go_on(shelves, desk.office, which)

    await store.commit(both)
    assert sorted(await written_to(store, ticket)) == sorted([STAND_IN, PAGER])
