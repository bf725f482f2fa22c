"""Legal deadlines of a case: each ends with who, when and why; what is past its date is late; reminders go out once."""

from datetime import datetime, timedelta
from typing import Any

from notifier.options import Person
from response import clocks, clockwork, facts, fulfilling
from response.desk import Desk, Report
from response.manual import load
from response.office import Office
from store.deadlines import DeadlineRow
from store.engine import Store
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.helpers.deciding import decide
from tests.response.cases import (
    COLLEAGUE,
    LEADER,
    OFFICER,
    OPTIONS,
    ORGANISATION,
    OTHER,
    SENDER,
    WRONG,
    by_link,
    evidence,
    held,
    keep,
    learn,
    line,
    make_desk,
    told,
)

OFFICE = Office(ORGANISATION, OPTIONS, load("misdirected-mail"))


async def opened(desk: Desk, store: Store, **other: Any) -> Ticket:
    hold = held(WRONG)
    await keep(store, hold)
    return await desk.report(by_link(hold, **other))


async def row(store: Store, ticket: Ticket, rule: str = "JP-PRELIM", step: str = "outer") -> DeadlineRow:
    rows = await store.read(lambda s: s.deadlines.of(ticket.id))
    return next(one for one in rows if (one.rule, one.step) == (rule, step))


async def meet(store: Store, ticket: Ticket, clock: TestClock, **how: Any) -> str:
    given = {"by": OFFICER, "at": clock.now(), "how": "web form", **how}
    return await store.commit(lambda s: fulfilling.meet(s, OFFICE, ticket.id, "JP-PRELIM", "outer", **given))


async def test_they_are_counted_when_the_case_opens_hard_and_soft_apart(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    rows = await store.read(lambda s: s.deadlines.of(ticket.id))
    assert {one.kind for one in rows if one.owed and one.step == "target"} == {"soft"}
    nearest = clocks.headline(rows)
    assert nearest is not None
    assert (nearest.kind, nearest.step) == ("hard", "outer")
    assert [one.kind for one in rows] == sorted(one.kind for one in rows)
    assert all(one.details["rule_version"] for one in rows if one.owed)


async def test_in_time_it_is_met_and_after_its_date_late_with_a_reason(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    assert await meet(store, ticket, clock, at=clock.now() + timedelta(minutes=1)) == "when"
    assert await meet(store, ticket, clock, how=" ") == "reason-missing"
    due = (await row(store, ticket)).due
    assert due is not None
    clock.advance(due - clock.now() + timedelta(seconds=1))
    assert await meet(store, ticket, clock) == "late-reason"
    assert await meet(store, ticket, clock, late_reason="nobody was there") == ""
    late = await row(store, ticket)
    assert (late.state, late.ended_by, late.how, late.late_reason) == ("late", OFFICER, "web form", "nobody was there")
    assert await meet(store, ticket, clock) == "already"
    other = await opened(desk, store)
    assert await meet(store, other, clock, at=clock.now() - timedelta(minutes=5)) == ""
    assert (await row(store, other)).state == "met"


async def test_on_the_very_second_of_its_date_it_is_in_time(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    due = (await row(store, ticket)).due
    assert due is not None
    clock.advance(due - clock.now())
    assert await meet(store, ticket, clock) == ""
    assert (await row(store, ticket)).state == "met"


async def test_void_needs_a_reason_and_somebody_who_may_sign(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)

    async def void(by: str, reason: str) -> str:
        return await store.commit(
            lambda s: fulfilling.void(s, desk.office, ticket.id, "JP-FINAL", "final", by=by, reason=reason)
        )

    assert await void(SENDER, "x") == "signer"
    assert await void(OFFICER, " ") == "reason-missing"
    assert await void(OFFICER, "sent to ourselves") == ""
    assert await void(LEADER, "x") == "already"
    assert (await row(store, ticket, "JP-FINAL", "final")).how == "sent to ourselves"
    assert clocks.headline(await store.read(lambda s: s.deadlines.of(ticket.id))) == await row(store, ticket)


async def test_a_met_deadline_whose_date_is_brought_forward_asks_for_its_reason(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    from response import facts

    ticket = await opened(desk, store)
    clock.advance(timedelta(days=4))
    assert await meet(store, ticket, clock) == ""
    early = (ticket.first_known_at - timedelta(days=3)).isoformat()
    await store.commit(lambda s: facts.correct(s, desk.office, ticket.id, "known_at", early, by=OFFICER, why="w"))
    met = await row(store, ticket)
    assert fulfilling.needs_reason(met)

    def explain(shelves: Shelves, reason: str) -> str:
        return fulfilling.explain(shelves, ticket.id, "JP-PRELIM", "outer", by=OFFICER, late_reason=reason)

    assert await store.commit(lambda s: explain(s, "")) == "reason-missing"
    assert await store.commit(lambda s: explain(s, "it was known earlier than we knew")) == ""
    assert (await row(store, ticket)).state == "late"


async def test_no_leak_makes_them_void_and_reopening_lets_them_run_again(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    await decide(store, desk.office, ticket.id, LEADER, OFFICER)
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == ""
    assert not [c for c in await store.read(lambda s: s.deadlines.clocks()) if c.ticket_id == ticket.id]
    assert await desk.reopen(ticket.id, by=LEADER, reason="it was one") == ""
    assert (await row(store, ticket)).runs


async def test_a_case_that_is_closed_otherwise_leaves_its_clocks_running(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    await learn(desk, ticket.id)
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == ""
    assert all(c.ended for c in await store.read(lambda s: s.deadlines.clocks()) if c.ticket_id == ticket.id)
    assert clocks.headline(await store.read(lambda s: s.deadlines.of(ticket.id))) is not None


async def test_reminders_go_to_officer_and_leader_once_each_and_management_hears_when_it_has_passed(
    store: Store, clock: TestClock
) -> None:
    chief = Person(address="oyama@tachibana.example", name="大山", roles=("management",))
    house = ORGANISATION.model_copy(update={"people": (*ORGANISATION.people, chief)})
    desk = make_desk(store, clock, house)
    passed = line(WRONG, verdict={"disposition": "pass", "findings": []})
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=COLLEAGUE, journal_id=passed.id))
    due = (await row(store, ticket)).due
    assert due is not None
    heard: list[set[str]] = []
    for before in (timedelta(hours=49), timedelta(hours=47), timedelta(hours=3), -timedelta(minutes=1)):
        clock.advance(due - before - clock.now())
        for _ in range(2):
            await clockwork.run(store, desk.office)
        said = [n for n in await told(store, ticket.id) if n.kind == "deadline_near" and n.facts["rule"] == "JP-PRELIM"]
        heard.append({f"{n.recipient.partition('@')[0]} {n.facts['hours']}" for n in said})
        assert len(said) == len(heard[-1])
    assert heard == [
        set(),
        {"mori 48", "sato 48"},
        {"mori 48", "sato 48", "mori 4", "sato 4"},
        {"mori 48", "sato 48", "mori 4", "sato 4", "mori 0", "sato 0", "oyama 0"},
    ]
    counts = await store.read(lambda s: s.deadlines.counts())
    assert counts["overdue"] >= 1
    assert counts["nearest"] == -60


async def test_a_drill_alarms_nobody_of_management_and_counts_in_no_metric(store: Store, clock: TestClock) -> None:
    people = [
        p.model_copy(update={"roles": (*p.roles, "management")}) if p.address == LEADER else p
        for p in ORGANISATION.people
    ]
    desk = make_desk(store, clock, ORGANISATION.model_copy(update={"people": tuple(people)}))
    ticket = await opened(desk, store, drill=True)
    clock.advance(timedelta(days=40))
    await clockwork.run(store, desk.office)
    said = {n.recipient for n in await told(store, ticket.id) if n.kind == "deadline_near"}
    assert said == {OFFICER}
    assert await store.read(lambda s: s.deadlines.counts()) == {"overdue": 0}


async def test_a_case_that_an_older_program_opened_is_counted_by_the_clock(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)

    def forget(shelves: Shelves) -> None:
        from sqlalchemy import delete

        from store.tables.facts import ticket_deadlines

        shelves.deadlines._db.execute(delete(ticket_deadlines))

    await store.commit(forget)
    await clockwork.run(store, desk.office)
    assert (await row(store, ticket)).runs


async def test_every_act_is_a_record_and_an_entry_of_the_audit_log(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    await meet(store, ticket, clock)
    assert (
        await store.commit(
            lambda s: fulfilling.run_on(s, ticket.id, "JP-PRELIM", "outer", by=LEADER, reason="came back")
        )
        == ""
    )
    assert [e.object for e in await evidence(store, ticket.id) if e.event == "deadline"] == ["met", "running"]
    acts = [e["act"] for e in await store.read(lambda s: s.audit.newest())]
    assert acts[:2] == ["deadline-running", "deadline-met"]
    assert OPTIONS.deadline_reminders[0] == timedelta(hours=48).total_seconds()
    assert OTHER


async def test_filing_finishes_the_step_of_that_report_and_only_once_the_superior_was_told(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    def report(ticket: Ticket) -> list[tuple[str, str, str]]:
        return [(s.step, s.done_by, s.note) for s in ticket.steps if s.step in {"5.1", "5.5"} and s.state == "done"]

    async def now(ticket: Ticket) -> Ticket:
        found = await desk.ticket(ticket.id)
        assert found
        return found

    early = await opened(desk, store)
    assert await meet(store, early, clock) == ""
    assert report(await now(early)) == []
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    target: dict[str, Any] = {"by": OFFICER, "at": clock.now(), "how": "number 11"}
    assert await store.commit(lambda s: fulfilling.meet(s, OFFICE, ticket.id, "JP-PRELIM", "target", **target)) == ""
    assert report(await now(ticket)) == []  # the soft date is no report
    assert await meet(store, ticket, clock, how="number 12") == ""
    assert report(await now(ticket)) == [("5.1", OFFICER, "number 12")]
    final: dict[str, Any] = {"by": OFFICER, "at": clock.now(), "how": "number 13"}
    assert await store.commit(lambda s: fulfilling.meet(s, OFFICE, ticket.id, "JP-FINAL", "final", **final)) == ""
    assert report(await now(ticket)) == [("5.1", OFFICER, "number 12"), ("5.5", OFFICER, "number 13")]


async def test_a_hard_date_that_comes_forward_by_more_than_a_day_is_told_at_once_and_by_less_is_not(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    """The superior already knew before, as it turns out."""
    clock.advance(timedelta(days=20))
    ticket = await opened(desk, store)
    was = (await row(store, ticket)).due

    async def heard(days: float) -> set[tuple[str, str]]:
        known_at = (ticket.first_known_at - timedelta(days=days)).isoformat()
        given: dict[str, Any] = {"by": LEADER, "why": "the superior knew"}
        assert (
            await store.commit(lambda s: facts.correct(s, desk.office, ticket.id, "known_at", known_at, **given)) == ""
        )
        said = [n for n in await told(store, ticket.id) if n.kind == "deadline_moved"]
        assert all(datetime.fromisoformat(n.facts["was"]) > datetime.fromisoformat(n.facts["due"]) for n in said)
        return {(n.recipient, n.facts["rule"]) for n in said if n.facts["rule"] == "JP-PRELIM"}

    assert was is not None
    assert await heard(1) == set()  # a day, and no more
    assert await heard(4) == {(LEADER, "JP-PRELIM"), (OFFICER, "JP-PRELIM")}
