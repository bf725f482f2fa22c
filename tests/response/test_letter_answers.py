"""Answers: four of them, from a person with their proof or from the recipient's page; what is said closes, lifts and releases nothing."""

from datetime import timedelta
from typing import Any

import pytest

from response import letter_answers, letters
from response.asking_again import ASK_AGAIN
from response.clockwork import run
from response.desk import Desk
from response.letter_answers import FAVOURABLE, lowers_risk, standing
from response.manual import load
from response.office import Office
from store.engine import Store
from store.letters import LetterAnswer
from store.shelves import Shelves
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import LEADER, OPTIONS, ORGANISATION, WRONG, evidence, learn, make_desk, told
from tests.response.test_letters import case, draft, now, send, sent_letters

GOOD = dict(FAVOURABLE)
OFFICE = Office(ORGANISATION, OPTIONS, load("misdirected-mail"))


async def said(store: Store, ticket: Ticket, **values: str) -> str:
    given: dict[str, Any] = {"way": "phone", "proof": "10:15 電話", "by": LEADER} | values
    answer = LetterAnswer(WRONG, **given)
    return await store.commit(lambda s: letter_answers.record(s, OFFICE, ticket, answer))


async def on_page(desk: Desk, store: Store, ticket: Ticket, **values: str) -> str:
    answer = LetterAnswer(WRONG, "page", **values)  # type: ignore[arg-type]
    fresh = await now(desk, ticket)
    return await store.commit(lambda s: letter_answers.said_by_recipient(s, desk.office, fresh, answer))


async def credible(store: Store, ticket: Ticket, *, yes: bool = True, reason: str = "長年の取引先") -> str:
    def unit(shelves: Shelves) -> str:
        return letter_answers.judge_credible(shelves, ticket, WRONG, credible=yes, by=LEADER, reason=reason)

    return await store.commit(unit)


async def lower(store: Store, ticket: Ticket) -> bool:
    return await store.read(lambda s: lowers_risk(s, ticket))


async def state(store: Store, ticket: Ticket) -> str:
    found = await store.read(lambda s: s.letters.inquiry(ticket.id, WRONG))
    return found.state if found else ""


async def news(store: Store, ticket: Ticket) -> list[tuple[str, str]]:
    return [(n.facts["what"], n.recipient) for n in await told(store, ticket.id) if n.kind == "letter_news"]


async def test_four_good_answers_and_a_credible_recipient_lower_the_risk_and_close_nothing(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))
    assert await said(store, ticket, erased="yes") == ""
    assert not await lower(store, ticket), "a bare 'deleted'"
    assert await credible(store, ticket) == ""
    assert not await lower(store, ticket)
    clock.advance(timedelta(minutes=1))
    assert await said(store, ticket, read="no", copied="no", forwarded="no") == ""
    (now_,) = await store.read(lambda s: standing(s, ticket))
    assert (now_.favourable, now_.credible) == (True, "stale"), "the answers came after it"
    assert not await lower(store, ticket)
    clock.advance(timedelta(minutes=1))
    assert await credible(store, ticket) == ""
    assert await lower(store, ticket)
    after = await now(desk, ticket)
    assert (after.state, after.closed_at, after.superior_told_at) == (ticket.state, None, ticket.superior_told_at)
    assert [b.lifted_at for b in await store.read(lambda s: s.blocks.of_ticket(ticket.id))] == [None]
    assert await state(store, ticket) == "answered"
    clock.advance(timedelta(days=4))
    assert await run(store, desk.office, [ASK_AGAIN]) == 0, "nobody is asked again"


@pytest.mark.parametrize("worse", [{"read": "yes"}, {"copied": "unknown"}, {"forwarded": "yes"}, {"erased": "no"}])
async def test_one_answer_that_is_not_favourable_is_enough(desk: Desk, store: Store, worse: dict[str, str]) -> None:
    ticket = await case(desk, store)
    await said(store, ticket, **(GOOD | worse))
    await credible(store, ticket)
    assert not await lower(store, ticket)


async def test_what_a_person_records_needs_proof_a_way_and_an_answer(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    assert await said(store, ticket, proof=" ", read="no") == "proof-missing"
    assert await said(store, ticket, way="page", read="no") == "way"
    assert await said(store, ticket) == "answers"
    assert await said(store, ticket, read="perhaps") == "answers"
    assert await credible(store, ticket, reason="") == "reason-missing"
    assert await store.read(lambda s: s.letters.answers(ticket.id)) == ()


async def test_the_recipient_answers_on_the_page_again_and_again_but_not_for_ever(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    for count in range(letter_answers.MOST):
        assert await on_page(desk, store, ticket, **(GOOD | {"read": "yes" if count % 2 else "no"})) == ""
    assert await on_page(desk, store, ticket, **GOOD) == "too-many"
    (now_,) = await store.read(lambda s: standing(s, ticket))
    assert now_.said["read"] == "yes", "the newest counts"
    assert len(now_.history) == letter_answers.MOST
    assert await news(store, ticket) == [("answered", LEADER)], "told once, not thirty times"


async def test_after_the_end_of_a_case_an_answer_is_filed_and_opens_or_closes_nothing(desk: Desk, store: Store) -> None:
    ticket = await case(desk, store)
    await learn(desk, ticket.id)
    await desk.close(ticket.id, by=LEADER, outcome="closed", reason="済み")
    assert await on_page(desk, store, ticket, **(GOOD | {"read": "yes"})) == ""
    after = await now(desk, ticket)
    assert (after.state, after.outcome) == ("closed", "済み")
    assert (await evidence(store, ticket.id))[-1].event == "answer"
    assert await said(store, after, read="no") == "already", "a person opens it again first"


async def test_a_refusal_tells_the_leader_and_the_block_stays(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))

    def unit(shelves: Shelves, reason: str = "応じないとのこと") -> str:
        return letter_answers.refused(shelves, desk.office, ticket, WRONG, by=LEADER, reason=reason)

    assert await store.commit(lambda s: unit(s, " ")) == "reason-missing"
    clock.advance(timedelta(days=1))
    assert await store.commit(unit) == ""
    assert await news(store, ticket) == [("refused", LEADER)]
    (block,) = await store.read(lambda s: s.blocks.of_ticket(ticket.id))
    assert block.lifted_at is None
    assert block.expires_at == clock.now() + timedelta(days=90), "counted anew"
    clock.advance(timedelta(days=4))
    assert await run(store, desk.office, [ASK_AGAIN]) == 0


async def test_asked_again_after_4_24_and_72_hours_each_once_with_a_draft_for_the_desk(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))
    done = 0
    for hours in range(1, 100):
        clock.advance(timedelta(hours=1))
        ran = await run(store, desk.office, [ASK_AGAIN])
        assert await run(store, desk.office, [ASK_AGAIN]) == 0
        assert ran == (hours in {4, 24, 72}), hours
        done += ran
    assert done == 3
    kept = await store.read(lambda s: s.letters.of_ticket(ticket.id))
    assert [(k.again, k.state) for k in kept] == [(0, "sent"), (1, "draft"), (2, "draft"), (3, "draft")]
    assert len(await sent_letters(store, ticket)) == 1
    assert await news(store, ticket) == [("due", LEADER), ("due", LEADER), ("silent", LEADER)]
    assert await state(store, ticket) == "silent"
    assert [b.lifted_at for b in await store.read(lambda s: s.blocks.of_ticket(ticket.id))] == [None]


async def test_where_the_settings_say_so_the_further_letters_leave_by_themselves(
    store: Store, clock: TestClock
) -> None:
    desk = make_desk(store, clock, options=OPTIONS.model_copy(update={"ask_again": "send"}))
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))
    for hours in (5, 20, 50):
        clock.advance(timedelta(hours=hours))
        await run(store, desk.office, [ASK_AGAIN])
    sent = await sent_letters(store, ticket)
    assert [(n.facts["again"], n.facts["by_itself"]) for n in sent] == [(0, False), (1, True), (2, True), (3, True)]
    assert [what for what, _ in await news(store, ticket)] == ["asked", "asked", "silent"]


async def test_after_a_standstill_one_letter_makes_up_for_all(store: Store, clock: TestClock) -> None:
    desk = make_desk(store, clock, options=OPTIONS.model_copy(update={"ask_again": "send"}))
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))
    clock.advance(timedelta(hours=80))
    assert [await run(store, desk.office, [ASK_AGAIN]) for _ in range(3)] == [1, 0, 0]
    assert [n.facts["again"] for n in await sent_letters(store, ticket)] == [0, 3]
    assert await state(store, ticket) == "silent"


async def test_who_was_only_telephoned_or_has_replied_is_never_written_to_by_itself(
    store: Store, clock: TestClock
) -> None:
    desk = make_desk(store, clock, options=OPTIONS.model_copy(update={"ask_again": "send"}))
    ticket = await case(desk, store)
    await store.commit(lambda s: letters.phoned(s, desk.office, ticket, WRONG, by=LEADER, note=""))
    clock.advance(timedelta(hours=5))
    await run(store, desk.office, [ASK_AGAIN])
    await send(desk, store, ticket, await draft(desk, store, ticket))

    def replied(shelves: Shelves) -> None:
        seen = shelves.letters.inquiry(ticket.id, WRONG)
        assert seen
        shelves.letters.set_inquiry(ticket.id, WRONG, seen, state="replied")

    await store.commit(replied)
    for _ in range(3):
        clock.advance(timedelta(hours=30))
        await run(store, desk.office, [ASK_AGAIN])
    assert len(await sent_letters(store, ticket)) == 1
    assert [what for what, _ in await news(store, ticket)] == ["due", "replied", "replied"]


async def test_a_closed_case_asks_nobody_again(desk: Desk, store: Store, clock: TestClock) -> None:
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))
    await learn(desk, ticket.id)
    await desk.close(ticket.id, by=LEADER, outcome="closed", reason="済み")
    clock.advance(timedelta(days=4))
    assert await run(store, desk.office, [ASK_AGAIN]) == 1
    assert await run(store, desk.office, [ASK_AGAIN]) == 0
    assert await news(store, ticket) == []
    assert len(await store.read(lambda s: s.letters.of_ticket(ticket.id))) == 1


async def test_a_letter_that_the_outbox_gave_up_is_told_and_not_sent_again(store: Store, clock: TestClock) -> None:
    desk = make_desk(store, clock, options=OPTIONS.model_copy(update={"ask_again": "send"}))
    ticket = await case(desk, store)
    await send(desk, store, ticket, await draft(desk, store, ticket))
    (notice,) = await sent_letters(store, ticket)

    def lost(shelves: Shelves) -> None:
        shelves.outbox.claim_due("n", shelves.now + timedelta(minutes=5), limit=100)
        assert shelves.outbox.failed(notice.id, "n", "550 5.1.1 no such user")

    await store.commit(lost)
    clock.advance(timedelta(hours=5))
    await run(store, desk.office, [ASK_AGAIN])
    assert await state(store, ticket) == "undeliverable"
    assert await news(store, ticket) == [("undelivered", LEADER)]
    assert len(await sent_letters(store, ticket)) == 1


def steps(ticket: Ticket) -> dict[str, tuple[str, str]]:
    return {one.step: (one.state, one.done_by) for one in ticket.steps if one.step in {"2.5", "2.6"}}


async def test_asking_and_recording_finish_the_steps_of_the_manual_once_everybody_was_asked_and_answered(
    desk: Desk, store: Store
) -> None:
    """In the name of whoever did it; what the gateway does by itself, and half of the answers, finish nothing."""
    ticket = await case(desk, store)
    assert await said(store, ticket, read="no") == ""
    await store.commit(lambda s: letters.phoned(s, desk.office, ticket, WRONG, by=LEADER, note="", reached=False))
    assert steps(await now(desk, ticket)) == {"2.5": ("todo", ""), "2.6": ("todo", "")}
    await store.commit(lambda s: letters.phoned(s, desk.office, ticket, WRONG, by=LEADER, note=""))
    assert steps(await now(desk, ticket)) == {"2.5": ("done", LEADER), "2.6": ("todo", "")}
    assert await said(store, ticket, copied="no", forwarded="no", erased="yes") == ""
    assert steps(await now(desk, ticket)) == {"2.5": ("done", LEADER), "2.6": ("done", LEADER)}
    marked = [e for e in await evidence(store, ticket.id) if e.event == "step" and e.object == "step 2.6"]
    assert [(e.actor, "10:15 電話" in e.body["note"]) for e in marked] == [(LEADER, True)]


async def test_before_the_superior_was_told_an_answer_that_came_by_itself_finishes_no_step(
    desk: Desk, store: Store
) -> None:
    ticket = await case(desk, store, tell=False)
    assert await said(store, ticket, **GOOD) == ""
    assert steps(await now(desk, ticket)) == {"2.5": ("todo", ""), "2.6": ("todo", "")}
