"""Decisions: signed by two who may, on frozen facts; they say so when the facts change; no leak needs one."""

from datetime import timedelta

from response import deciding, facts
from response.deciding import Standing
from response.desk import Desk
from response.known import known
from response.signing import may_sign
from store.decisions import Question
from store.engine import Store
from store.shelves import Shelves
from store.tickets import State, Ticket
from tests.helpers.clock import TestClock
from tests.helpers.deciding import decide
from tests.response.cases import (
    COLLEAGUE,
    DEPUTY,
    LEADER,
    OFFICER,
    OPTIONS,
    ORGANISATION,
    SENDER,
    SUPERIOR,
    WRONG,
    by_link,
    evidence,
    held,
    keep,
    make_desk,
)


async def opened(desk: Desk, store: Store) -> Ticket:
    hold = held(WRONG)
    await keep(store, hold)
    return await desk.report(by_link(hold))


async def propose(desk: Desk, store: Store, ticket: Ticket, by: str, reason: str = "it never left") -> str:
    return await store.commit(
        lambda s: deciding.propose(s, desk.office, ticket.id, "leak", answer=False, reason=reason, by=by)
    )


async def sign(desk: Desk, store: Store, ticket: Ticket, by: str, seq: int = 1) -> str:
    return await store.commit(lambda s: deciding.sign(s, desk.office, ticket.id, seq, by=by))


async def standing(desk: Desk, store: Store, ticket: Ticket) -> Standing:
    def read(shelves: Shelves) -> Standing:
        (one,) = shelves.decisions.of(ticket.id)
        now = shelves.tickets.get(ticket.id)
        assert now is not None
        return deciding.standing(one, known(shelves, desk.office, now))

    return await store.read(read)


async def test_it_takes_two_different_people_who_are_not_only_the_sender_or_the_superior(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    for nobody in (SENDER, SUPERIOR, COLLEAGUE, "stranger@else.example"):
        assert await propose(desk, store, ticket, nobody) == "signer"
    assert await propose(desk, store, ticket, LEADER, " ") == "reason-missing"
    assert await propose(desk, store, ticket, LEADER) == ""
    assert await sign(desk, store, ticket, LEADER) == "second-signer"
    assert await sign(desk, store, ticket, SUPERIOR) == "signer"
    assert await sign(desk, store, ticket, OFFICER, 7) == "unknown"
    assert await sign(desk, store, ticket, OFFICER) == ""
    assert await sign(desk, store, ticket, DEPUTY) == "already"
    (one,) = await store.read(lambda s: s.decisions.of(ticket.id))
    assert (one.state, one.by, one.second_by) == ("signed", LEADER, OFFICER)
    decided = next(e for e in await evidence(store, ticket.id) if e.event == "decided")
    assert decided.body["digest"] == one.digest


async def test_two_addresses_of_one_person_are_one_signature(store: Store, clock: TestClock) -> None:
    alias = "s.sato@tachibana.example"
    people = [p.model_copy(update={"aliases": (alias,)}) if p.address == LEADER else p for p in ORGANISATION.people]
    desk = make_desk(store, clock, ORGANISATION.model_copy(update={"people": tuple(people)}))
    ticket = await opened(desk, store)
    assert await propose(desk, store, ticket, LEADER) == ""
    assert await sign(desk, store, ticket, alias) == "second-signer"


async def test_a_superior_or_sender_with_a_role_of_the_desk_may_sign_and_an_admin_alone_is_no_more_than_that(
    store: Store, clock: TestClock
) -> None:
    def roles(person: str, *held_: str) -> Desk:
        people = [p.model_copy(update={"roles": held_}) if p.address == person else p for p in ORGANISATION.people]
        return make_desk(store, clock, ORGANISATION.model_copy(update={"people": tuple(people)}))

    ticket = await opened(roles(SUPERIOR, "management"), store)
    assert may_sign(roles(SUPERIOR, "management").office, ticket, SUPERIOR)
    assert not may_sign(roles(SUPERIOR, "admin").office, ticket, SUPERIOR)
    assert may_sign(roles(SENDER, "privacy officer").office, ticket, SENDER)
    staff = make_desk(store, clock, options=OPTIONS.model_copy(update={"staff": (COLLEAGUE, SENDER)})).office
    assert may_sign(staff, ticket, COLLEAGUE)
    assert not may_sign(staff, ticket, SENDER)


async def test_facts_that_change_between_the_signatures_stop_the_second(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await propose(desk, store, ticket, LEADER)
    await store.commit(lambda s: facts.correct(s, desk.office, ticket.id, "risk", "high", by=DEPUTY, why="w"))
    assert await sign(desk, store, ticket, OFFICER) == "facts-changed"
    assert (await standing(desk, store, ticket)).changed == {"risk": (None, "high")}


async def test_facts_that_change_afterwards_are_said_beside_it_and_no_leak_does_not_close_on_them(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == "decision-missing"
    await decide(store, desk.office, ticket.id, LEADER, OFFICER)
    assert not (await standing(desk, store, ticket)).is_stale
    kept = (await standing(desk, store, ticket)).decision
    # What follows from a decision is no reason to decide anew.
    await store.commit(lambda s: facts.correct(s, desk.office, ticket.id, "prevention", "rule", by=LEADER, why="w"))
    assert not (await standing(desk, store, ticket)).is_stale
    await store.commit(lambda s: facts.correct(s, desk.office, ticket.id, "sensitive", True, by=LEADER, why="w"))
    assert (await standing(desk, store, ticket)).changed == {"sensitive": (None, True)}
    assert (await standing(desk, store, ticket)).decision == kept
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == "facts-changed"
    await decide(store, desk.office, ticket.id, OFFICER, DEPUTY)
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == ""
    after = await desk.ticket(ticket.id)
    assert after is not None
    assert after.state is State.NOT_A_LEAK
    assert [d.state for d in await store.read(lambda s: s.decisions.of(ticket.id))] == ["replaced", "signed"]


async def test_a_yes_is_no_way_to_close_as_no_leak_and_gives_the_time_of_confirmation(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    clock.advance(timedelta(hours=1))
    await decide(store, desk.office, ticket.id, LEADER, OFFICER, answer=True)
    after = await desk.ticket(ticket.id)
    assert after is not None
    assert after.confirmed_at == clock.now()
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == "decision-missing"


async def test_judging_the_duty_to_notify_starts_the_clock_that_counts_from_it(store: Store, clock: TestClock) -> None:
    desk = make_desk(store, clock, options=OPTIONS.model_copy(update={"jurisdictions": ("SG",)}))
    ticket = await opened(desk, store)
    before = await store.read(lambda s: {d.rule: d.due for d in s.deadlines.of(ticket.id)})
    await decide(store, desk.office, ticket.id, LEADER, OFFICER, question="authority", answer=True)
    after = await store.read(lambda s: {d.rule: d.due for d in s.deadlines.of(ticket.id)})
    assert before["SG-AUTH"] is None
    assert after["SG-AUTH"] is not None
    found = await store.read(lambda s: known(s, desk.office, s.tickets.get(ticket.id)))  # type: ignore[arg-type]
    assert found.times["assessed_at"].at == clock.now()


async def test_what_one_has_signed_can_be_taken_back_and_is_replaced_by_a_new_proposal(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    await propose(desk, store, ticket, LEADER)
    await propose(desk, store, ticket, OFFICER)
    assert await store.commit(lambda s: deciding.withdraw(s, desk.office, ticket.id, 2, by=COLLEAGUE)) == "signer"
    assert await store.commit(lambda s: deciding.withdraw(s, desk.office, ticket.id, 2, by=OFFICER)) == ""
    assert await store.commit(lambda s: deciding.withdraw(s, desk.office, ticket.id, 2, by=OFFICER)) == "already"
    assert [d.state for d in await store.read(lambda s: s.decisions.of(ticket.id))] == ["withdrawn", "withdrawn"]
    assert await sign(desk, store, ticket, DEPUTY, 1) == "already"


async def test_what_two_have_signed_finishes_its_step_and_all_three_the_signing_itself(
    desk: Desk, store: Store
) -> None:
    """A leak that was none is not confirmed by it."""
    ticket = await opened(desk, store)

    async def done() -> list[tuple[str, str]]:
        now = await desk.ticket(ticket.id)
        assert now
        assert now.confirmed_at is None
        return [(s.step, s.done_by) for s in now.steps if s.step.startswith("4.") and s.state == "done"]

    await propose(desk, store, ticket, LEADER)
    assert await done() == []
    assert await sign(desk, store, ticket, OFFICER) == ""
    assert await done() == [("4.1", OFFICER)]
    questions: tuple[Question, ...] = ("authority", "persons")
    for question in questions:
        await decide(store, desk.office, ticket.id, LEADER, OFFICER, question=question, answer=False)
    assert await done() == [("4.1", OFFICER), ("4.2", OFFICER), ("4.3", OFFICER), ("4.4", OFFICER)]
    again = await desk.ticket(ticket.id)
    assert again is not None
    assert again.state is State.ASSESSED
