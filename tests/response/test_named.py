"""A report that names a case by its number and no message: kept with the case, believed as far as its writer is, and told to who works on it."""

from datetime import timedelta

import pytest

from notifier.options import Person
from response.desk import Desk, Report
from response.named import QUIET
from response.options import ResponseOptions
from store.engine import Store
from store.ids import shown
from store.tickets import Ticket
from tests.helpers.clock import TestClock
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
    learn,
    line,
    make_desk,
    told,
)

CLIENT = "203.0.113.5"
HELPER = "helper@tachibana.example"
STRICT = ORGANISATION.model_copy(
    update={"people": (*ORGANISATION.people, Person(address=HELPER, roles=("responder",)))}
)


def mail(ticket: Ticket, words: str = "相手の方から電話がありました。", headers: str = "") -> bytes:
    return f"Subject: {shown(ticket.id)}\r\n{headers}\r\n{words}\r\n".encode()


async def opened(desk: Desk, store: Store) -> Ticket:
    hold = held()
    await keep(store, hold)
    return await desk.report(by_link(hold))


async def words(store: Store, ticket: Ticket) -> list[tuple[str, str, bool]]:
    """Who was told, and whether it is believed."""
    found = [n for n in await told(store, ticket.id) if n.kind == "case_word"]
    return [(n.recipient, n.kind, n.facts["trusted"]) for n in found]


async def last(store: Store, ticket: Ticket) -> tuple[str, str | None, str]:
    found = next(e for e in reversed(await evidence(store, ticket.id)) if e.event == "reported")
    return found.actor, found.body.get("said"), found.body["words"]


@pytest.mark.parametrize("by", [LEADER, SUPERIOR, SENDER], ids=["a role", "who was called", "its sender"])
async def test_who_may_know_adds_a_note_and_the_others_who_answer_for_the_desk_are_told(
    desk: Desk, store: Store, by: str
) -> None:
    ticket = await opened(desk, store)
    again = await desk.take_mail(by, CLIENT, mail(ticket), proven=True)
    assert again
    assert again.id == ticket.id
    assert await last(store, ticket) == (by, "note", "相手の方から電話がありました。")
    everybody = {LEADER, DEPUTY, OFFICER} - {by}
    assert set(await words(store, ticket)) == {(one, "case_word", True) for one in everybody}
    assert (again.state, again.steps, again.first_known_at) == (ticket.state, ticket.steps, ticket.first_known_at)


@pytest.mark.parametrize(
    ("by", "proven"), [(WRONG, False), (LEADER, False), (COLLEAGUE, True)], ids=["outside", "forged", "need not know"]
)
async def test_of_anybody_else_it_is_a_claim_that_the_desk_hears_of_once_in_a_while(
    desk: Desk, store: Store, clock: TestClock, by: str, *, proven: bool
) -> None:
    ticket = await opened(desk, store)
    for _ in range(3):
        await desk.take_mail(by, CLIENT, mail(ticket), proven=proven)
        clock.advance(timedelta(minutes=1))
    assert (await last(store, ticket))[:2] == (by, "claim")
    assert len([e for e in await evidence(store, ticket.id) if e.body.get("said") == "claim"]) == 3, "none is lost"
    everybody = {LEADER, DEPUTY, OFFICER} - {by}
    assert set(await words(store, ticket)) == {(one, "case_word", False) for one in everybody}
    assert len(await words(store, ticket)) == len(everybody)
    clock.advance(QUIET)
    await desk.take_mail(by, CLIENT, mail(ticket), proven=proven)
    assert len(await words(store, ticket)) == 2 * len(everybody)


async def test_what_a_machine_wrote_is_kept_and_wakes_nobody(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    await desk.take_mail(LEADER, CLIENT, mail(ticket, "不在です", "Auto-Submitted: auto-replied\r\n"), proven=True)
    assert await last(store, ticket) == (LEADER, "claim", "不在です")
    assert await words(store, ticket) == []


async def test_a_closed_case_takes_a_note_of_who_may_know_and_a_stranger_opens_a_new_one(
    desk: Desk, store: Store
) -> None:
    ticket = await opened(desk, store)
    await desk.finish_step(ticket.id, "1.1", by=SENDER, note="")
    await learn(desk, ticket.id)
    assert await desk.close(ticket.id, by=LEADER, outcome="closed", reason="done") == ""
    noted = await desk.take_mail(OFFICER, CLIENT, mail(ticket), proven=True)
    assert noted
    assert (noted.id, noted.closed_at is not None) == (ticket.id, True)
    stranger = await desk.take_mail(WRONG, CLIENT, mail(ticket))
    assert stranger
    assert stranger.id != ticket.id


async def test_another_message_that_is_attached_is_reported_although_an_old_number_is_named(
    desk: Desk, store: Store
) -> None:
    ticket, other = await opened(desk, store), line(WRONG)
    await keep(store, other)
    found = await desk.take_mail(SENDER, CLIENT, mail(ticket, f"again: {other.message_id}"), proven=True)
    assert found
    assert (found.id != ticket.id, found.journal_id) == (True, other.id)
    assert await words(store, ticket) == []


async def test_only_responders_who_need_to_know_are_told(store: Store, clock: TestClock) -> None:
    plain = make_desk(store, clock, ORGANISATION)
    ticket = await opened(plain, store)  # the helper came later, and was not called to it
    options = ResponseOptions(report_address=OPTIONS.report_address, need_to_know=True)
    strict = make_desk(store, clock, STRICT, options)
    await strict.take_mail(WRONG, CLIENT, mail(ticket))
    assert {who for who, *_ in await words(store, ticket)} == {LEADER, DEPUTY, OFFICER}


async def test_a_caller_who_names_a_number_is_written_down_and_the_desk_is_told(desk: Desk, store: Store) -> None:
    ticket = await opened(desk, store)
    report = Report(channel="page", reporter=COLLEAGUE, hold_id=ticket.id, words="まだ届きます")
    assert (await desk.report(report)).id == ticket.id
    assert {trusted for *_, trusted in await words(store, ticket)} == {False}
