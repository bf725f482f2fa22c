"""What people do with a ticket: the gate order, every transition, choosing, closing, lifting."""

from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response.desk import Desk, Report
from response.manual import load
from store.engine import Store
from store.holds import State as HoldState
from store.tickets import ENDED, TRANSITIONS, State, Ticket
from tests.helpers.clock import TestClock
from tests.helpers.deciding import decide
from tests.response.cases import (
    COLLEAGUE,
    LEADER,
    OFFICER,
    OTHER,
    SENDER,
    SUPERIOR,
    WRONG,
    by_link,
    evidence,
    held,
    keep,
    learn,
    line,
    told,
)

MANUAL = load("misdirected-mail")
OUTWARD = [s.id for s in MANUAL.steps if s.outward]
INWARD = [s.id for s in MANUAL.steps if not s.outward and not s.gate and s.phase != "0" and not s.automatic]

END: dict[State, Literal["closed", "not-a-leak"]] = {State.CLOSED: "closed", State.NOT_A_LEAK: "not-a-leak"}


async def opened(desk: Desk, store: Store) -> Ticket:
    passed = line(WRONG)
    await keep(store, passed)
    return await desk.report(Report(channel="page", reporter=COLLEAGUE, journal_id=passed.id))


def step(ticket: Ticket | None, step_id: str) -> Any:
    assert ticket is not None
    return next(s for s in ticket.steps if s.step == step_id)


async def test_nothing_outward_is_finished_before_the_superior_was_told(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    for outward in OUTWARD:
        assert await desk.finish_step(ticket.id, outward, by=SENDER, note="x") == "gate"
        assert await desk.finish_step(ticket.id, outward, by=SENDER, note="x", not_needed=True) == "gate"
    assert await desk.finish_step(ticket.id, "1.1", by=SENDER, note="told at the desk") == ""
    for outward in OUTWARD:
        assert await desk.finish_step(ticket.id, outward, by=SENDER, note="x") == ""
    after = await desk.ticket(ticket.id)
    assert {step(after, outward).state for outward in OUTWARD} == {"done"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations([*OUTWARD, *INWARD[:3], "1.1"]), declined=st.sets(st.sampled_from([*OUTWARD, *INWARD[:3]]))
)
async def test_in_whatever_order_steps_are_tried_no_outward_one_comes_before_the_gate(
    desk: Desk, store: Store, clock: TestClock, order: list[str], declined: set[str]
) -> None:
    clock.advance(timedelta(hours=1))  # each example is a report of its own, not a flood
    ticket = await opened(desk, store)
    passed_gate = False
    for which in order:
        refused = await desk.finish_step(ticket.id, which, by=LEADER, note="n", not_needed=which in declined)
        assert refused == ("gate" if which in OUTWARD and not passed_gate else "")
        passed_gate |= which == "1.1"
    finished = [e.object for e in await evidence(store, ticket.id) if e.event == "step"]
    assert all(finished.index(f"step {s}") > finished.index("step 1.1") for s in OUTWARD if f"step {s}" in finished)


async def test_telling_the_superior_gives_its_time_once(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await opened(desk, store)
    clock.advance(timedelta(minutes=5))
    at = clock.now()
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    assert (await desk.ticket(ticket.id)).superior_told_at == at  # type: ignore[union-attr]
    clock.advance(timedelta(minutes=5))
    assert await desk.reopen_step(ticket.id, "1.1", by=LEADER, reason="pressed by mistake") == ""
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    assert (await desk.ticket(ticket.id)).superior_told_at == at  # type: ignore[union-attr]
    states = [e.body["state"] for e in await evidence(store, ticket.id) if e.object == "step 1.1"]
    assert states == ["done", "todo", "done"]


async def test_the_gate_cannot_be_declined(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await desk.finish_step(ticket.id, "1.1", by=SENDER, note="I am the president", not_needed=True) == "gate"


async def test_not_needed_wants_a_reason(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await desk.finish_step(ticket.id, "3.6", by=LEADER, note=" ", not_needed=True) == "reason-missing"
    assert await desk.finish_step(ticket.id, "3.6", by=LEADER, note="one country", not_needed=True) == ""
    done = step(await desk.ticket(ticket.id), "3.6")
    assert (done.state, done.done_by, done.note) == ("not-needed", LEADER, "one country")


async def test_a_step_is_finished_once(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await desk.finish_step(ticket.id, "3.1", by=LEADER, note="") == ""
    assert await desk.finish_step(ticket.id, "3.1", by=COLLEAGUE, note="") == "already"
    assert step(await desk.ticket(ticket.id), "3.1").done_by == LEADER


@pytest.mark.parametrize(("ticket_id", "which"), [("NOSUCHID", "1.1"), ("", "9.9")])
async def test_what_does_not_exist_is_unknown(desk: Desk, store: Store, ticket_id: str, which: str) -> None:
    ticket = await opened(desk, store)
    given_id = ticket_id or ticket.id
    assert await desk.finish_step(given_id, which, by=LEADER, note="") == "unknown"
    assert await desk.reopen_step(given_id, which, by=LEADER, reason="x") == "unknown"


async def test_a_step_is_reopened_with_a_reason_and_only_when_finished(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await desk.reopen_step(ticket.id, "3.1", by=LEADER, reason="x") == "already"
    await desk.finish_step(ticket.id, "3.1", by=LEADER, note="")
    assert await desk.reopen_step(ticket.id, "3.1", by=LEADER, reason="") == "reason-missing"


async def test_nothing_is_closed_before_the_superior_was_told(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == "open-steps"
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="  ") == "reason-missing"
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == "cause-missing"
    assert await desk.lessons.say_cause(ticket.id, "bypass", "", by=LEADER) == ""
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == "measure-missing"
    await learn(desk, ticket.id)
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="erased, confirmed") == ""
    closed = await desk.ticket(ticket.id)
    assert closed is not None
    assert (closed.state, closed.outcome) == (State.CLOSED, "erased, confirmed")
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r") == "already"
    assert await desk.finish_step(ticket.id, "3.1", by=LEADER, note="") == "already"
    assert await desk.close("NOSUCHID", by=LEADER, outcome="closed", reason="r") == "unknown"
    last = (await evidence(store, ticket.id))[-1]
    assert (last.event, last.actor, last.body["reason"]) == ("closed", LEADER, "erased, confirmed")


async def test_a_closed_case_contains_nothing_and_can_be_opened_again(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    await learn(desk, ticket.id)
    await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r")
    assert await desk.contain(ticket.id, by=LEADER) == {}
    assert await desk.reopen(ticket.id, by=LEADER, reason="") == "reason-missing"
    assert await desk.reopen(ticket.id, by=LEADER, reason="the customer called again") == ""
    assert await desk.reopen(ticket.id, by=LEADER, reason="x") == "already"
    assert await desk.reopen("NOSUCHID", by=LEADER, reason="x") == "unknown"
    assert await desk.contain(ticket.id, by=LEADER) == {WRONG: "handed-over blocked"}


async def test_a_report_of_a_closed_case_opens_a_new_one(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    await learn(desk, ticket.id)
    await desk.close(ticket.id, by=LEADER, outcome="closed", reason="r")
    again = await desk.report(Report(channel="page", reporter=SENDER, journal_id=ticket.journal_id))
    assert again.id != ticket.id


async def at_state(desk: Desk, store: Store, state: State) -> Ticket:
    """A ticket brought to a state by what people do."""
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    match state:
        case State.CONTAINED:
            await desk.contain(ticket.id, by=LEADER)
        case State.ASSESSED:
            await desk.finish_step(ticket.id, "4.4", by=LEADER, note="")
        case State.REPORTED:
            await desk.finish_step(ticket.id, "4.4", by=LEADER, note="")
            await desk.finish_step(ticket.id, "5.1", by=LEADER, note="receipt 7")
        case State.CLOSED | State.NOT_A_LEAK:
            if state is State.NOT_A_LEAK:
                await decide(store, desk.office, ticket.id, LEADER, OFFICER)
            else:
                await learn(desk, ticket.id)
            await desk.close(ticket.id, by=LEADER, outcome=END[state], reason="r")
        case State.DUPLICATE:
            ticket = await duplicate(desk, store)
        case _:
            pass
    found = await desk.ticket(ticket.id)
    assert found is not None
    assert found.state is state
    return found


async def duplicate(desk: Desk, store: Store, *, contained: bool = False) -> Ticket:
    """An unmatched ticket that turned out to mean a message with an open ticket."""
    passed = line(OTHER)
    await keep(store, passed)
    await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id))
    second = await desk.report(Report(channel="page", reporter=COLLEAGUE, search="zzz", wrong=(OTHER,)))
    if contained:
        await desk.contain(second.id, by=LEADER)
    assert await desk.choose(second.id, passed.id, by=LEADER, wrong=())
    return second


@pytest.mark.parametrize(("seen", "to"), [(seen, to) for seen, every in TRANSITIONS.items() for to in sorted(every)])
async def test_every_transition_is_reached_by_an_act(desk: Desk, store: Store, seen: State, to: State) -> None:
    if to is State.DUPLICATE:
        ticket = await duplicate(desk, store, contained=seen is State.CONTAINED)
    else:
        ticket = await at_state(desk, store, seen)
        match to:
            case State.CONTAINED:
                await desk.contain(ticket.id, by=LEADER)
            case State.ASSESSED:
                await desk.finish_step(ticket.id, "4.4", by=LEADER, note="")
            case State.REPORTED:
                await desk.finish_step(ticket.id, "5.1", by=LEADER, note="receipt 7")
            case State.OPEN:
                assert await desk.reopen(ticket.id, by=LEADER, reason="r") == ""
            case _:
                if to is State.NOT_A_LEAK:
                    await decide(store, desk.office, ticket.id, LEADER, OFFICER)
                else:
                    await learn(desk, ticket.id)
                assert await desk.close(ticket.id, by=LEADER, outcome=END[to], reason="r") == ""
    found = await desk.ticket(ticket.id)
    assert found is not None
    assert found.state is to
    assert (found.closed_at is not None) is (to in ENDED)
    await evidence(store, ticket.id)


@pytest.mark.parametrize("seen", [s for s in State if s not in ENDED and State.NOT_A_LEAK not in TRANSITIONS[s]])
async def test_a_transition_that_does_not_exist_is_refused(desk: Desk, store: Store, seen: State) -> None:
    ticket = await at_state(desk, store, seen)
    assert await desk.close(ticket.id, by=LEADER, outcome="not-a-leak", reason="r") == "already"


async def test_a_report_filed_before_the_assessment_counts_when_it_is_signed(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    await desk.finish_step(ticket.id, "5.1", by=LEADER, note="receipt 7")
    assert (await desk.ticket(ticket.id)).state is State.OPEN  # type: ignore[union-attr]
    await desk.finish_step(ticket.id, "4.4", by=LEADER, note="")
    assert (await desk.ticket(ticket.id)).state is State.REPORTED  # type: ignore[union-attr]


async def test_the_decision_that_it_is_a_leak_gives_the_time_of_certainty(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "4.1", by=LEADER, note="")
    assert (await desk.ticket(ticket.id)).confirmed_at == clock.now()  # type: ignore[union-attr]


async def test_choosing_a_candidate_binds_the_ticket_and_freezes_the_evidence(desk: Desk, store: Store) -> None:
    hold = held(WRONG, OTHER)
    await keep(store, hold)
    ticket = await desk.report(Report(channel="page", reporter=COLLEAGUE, search="顧客一覧"))
    (candidate,) = ticket.candidates
    assert await desk.choose(ticket.id, candidate["journal_id"], by=LEADER, wrong=(OTHER,))
    bound = await desk.ticket(ticket.id)
    assert bound is not None
    assert (bound.hold_id, bound.match_method, bound.sender, bound.subject) == (hold.id, "chosen", SENDER, hold.subject)
    assert bound.exposure["persons"]["max"] == 131
    assert bound.severity == 2
    assert {r.address: r.wrong for r in bound.recipients} == {WRONG: "unknown", OTHER: "yes"}
    assert step(bound, "1.3").state == "done"
    assert (await store.read(lambda s: s.holds.get(hold.id))).frozen  # type: ignore[union-attr]
    assert {n.recipient for n in await told(store, ticket.id) if n.kind == "call_superior"} == {LEADER, SUPERIOR}
    assert not await desk.choose(ticket.id, candidate["journal_id"], by=LEADER, wrong=())
    # Nothing is stopped by choosing: one press more.
    assert (await store.read(lambda s: s.holds.get(hold.id))).state is HoldState.HELD  # type: ignore[union-attr]
    joined = await desk.report(by_link(hold))
    assert joined.id == ticket.id


@pytest.mark.parametrize("missing", ["ticket", "line"])
async def test_choosing_what_does_not_exist_is_refused(desk: Desk, store: Store, missing: str) -> None:
    passed = line(OTHER)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=COLLEAGUE, search="zzz"))
    ticket_id = "NOSUCHID" if missing == "ticket" else ticket.id
    journal_id = "nothing" if missing == "line" else passed.id
    assert not await desk.choose(ticket_id, journal_id, by=LEADER, wrong=())


async def test_a_merged_report_keeps_the_earliest_knowledge(desk: Desk, store: Store, clock: TestClock) -> None:
    passed = line(OTHER)
    await keep(store, passed)
    early = clock.now() - timedelta(hours=5)
    unmatched = await desk.report(Report(channel="page", reporter=COLLEAGUE, search="zzz", first_known_at=early))
    matched = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id))
    assert await desk.choose(unmatched.id, passed.id, by=LEADER, wrong=())
    assert (await desk.ticket(matched.id)).first_known_at == early  # type: ignore[union-attr]
    for each in (unmatched, matched):
        assert any(entry.event == "merged" for entry in await evidence(store, each.id))


async def test_a_block_is_lifted_once_and_the_case_says_so(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.contain(ticket.id, by=LEADER)
    (block,) = await store.read(lambda s: s.blocks.of_ticket(ticket.id))
    assert await desk.lift(block.id, by=LEADER)
    assert not await desk.lift(block.id, by=LEADER)
    assert await store.read(lambda s: s.blocks.of(WRONG)) is None
    assert (await evidence(store, ticket.id))[-1].event == "lifted"
    assert (await store.read(lambda s: s.audit.newest()))[0]["act"] == "lift-block"
