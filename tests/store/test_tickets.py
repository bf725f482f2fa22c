"""A case moves once, a step ends once, and a second report joins the first."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from store.engine import Store
from store.errors import StoreError
from store.shelves import Shelves
from store.tickets import ENDED, TRANSITIONS, State, Ticket, TicketRecipient
from tests.conftest import MakeStore
from tests.helpers.clock import START, TestClock
from tests.helpers.samples import RIGHT, SENDER, WRONG, step, ticket

HOUR = timedelta(hours=1)
# A way from OPEN to every state.
WAYS: dict[State, tuple[State, ...]] = {
    State.OPEN: (),
    State.CONTAINED: (State.CONTAINED,),
    State.ASSESSED: (State.ASSESSED,),
    State.REPORTED: (State.ASSESSED, State.REPORTED),
    State.CLOSED: (State.CLOSED,),
    State.NOT_A_LEAK: (State.NOT_A_LEAK,),
    State.DUPLICATE: (State.DUPLICATE,),
}


async def add(store: Store, *cases: Ticket) -> None:
    def unit(shelves: Shelves) -> None:
        for each in cases:
            shelves.tickets.add(each)

    await store.commit(unit)


async def get(store: Store, ticket_id: str) -> Ticket:
    found = await store.read(lambda shelves: shelves.tickets.get(ticket_id))
    assert found
    return found


async def move(store: Store, ticket_id: str, seen: State, to: State, outcome: str = "") -> bool:
    return await store.commit(lambda shelves: shelves.tickets.move(ticket_id, seen, to, outcome))


async def open_for(store: Store, **which: Any) -> str:
    found = await store.read(lambda shelves: shelves.tickets.open_for(**which))
    return found.id if found else ""


async def test_a_case_comes_back_as_it_was_opened(store: Store) -> None:
    opened = ticket(
        steps=(step("1.1", 1), step("1.2", 2, due=None, outward=True, gate=False), step("2.1", 3, gate=True)),
        candidates=({"journal_id": "j", "confidence": 0.5, "why": "subject"},),
        hold_id="K7Q29MXD",
        journal_id="j",
    )
    await add(store, opened)
    assert await get(store, opened.id) == opened
    assert await store.read(lambda shelves: shelves.tickets.get("none")) is None


@pytest.mark.parametrize(("seen", "to"), list(product(State, State)))
async def test_every_transition_is_allowed_or_refused(
    sqlite_url: str, make_store: MakeStore, seen: State, to: State
) -> None:
    store = await make_store(sqlite_url)
    opened = ticket()
    await add(store, opened)
    at = State.OPEN
    for through in WAYS[seen]:
        assert await move(store, opened.id, at, through)
        at = through
    if to in TRANSITIONS[seen]:
        assert await move(store, opened.id, seen, to)
        assert not await move(store, opened.id, seen, to)
        assert (await get(store, opened.id)).state is to
    else:
        with pytest.raises(ValueError, match="cannot go"):
            await move(store, opened.id, seen, to)


async def test_a_closed_case_keeps_its_outcome_until_it_is_opened_again(store: Store, clock: TestClock) -> None:
    opened = ticket()
    await add(store, opened)
    clock.advance(HOUR)
    assert await move(store, opened.id, State.OPEN, State.ASSESSED, "so far")
    assert (await get(store, opened.id)).outcome == "so far"
    assert await move(store, opened.id, State.ASSESSED, State.CLOSED, "deleted unread")
    found = await get(store, opened.id)
    assert (found.closed_at, found.outcome) == (clock.now(), "deleted unread")
    assert await move(store, opened.id, State.CLOSED, State.OPEN)
    found = await get(store, opened.id)
    assert (found.closed_at, found.outcome) == (None, "")


async def test_a_second_report_joins_the_open_case(store: Store) -> None:
    opened = ticket(hold_id="K7Q29MXD")
    await add(store, opened, ticket(kind="drill"))
    for which in (
        {"message_id": "1@tachibana.example"},
        {"message_id": "<1@tachibana.example>"},
        {"hold_id": "K7Q29MXD"},
    ):
        assert await open_for(store, **which) == opened.id
    assert await open_for(store, message_id="<2@x.example>", hold_id="K7Q29MXD") == opened.id
    for which in ({}, {"message_id": "<2@x.example>"}, {"hold_id": "X"}, {"hold_id": "K7Q29MXD", "kind": "drill"}):
        assert await open_for(store, **which) == ""


@pytest.mark.parametrize("end", sorted(ENDED))
async def test_nobody_joins_a_case_that_ended_and_a_new_one_may_open(store: Store, end: State) -> None:
    first, second = ticket(), ticket()
    await add(store, first)
    await move(store, first.id, State.OPEN, end)
    assert await open_for(store, message_id=first.message_id) == ""
    await add(store, second)
    assert await move(store, first.id, end, State.OPEN)
    assert (await get(store, first.id)).state is State.OPEN


async def test_two_open_cases_of_one_message_are_refused(store: Store) -> None:
    await add(store, ticket(), ticket(kind="drill"), ticket(message_id=""), ticket(message_id=""))
    with pytest.raises(StoreError):
        await add(store, ticket(message_id="1@tachibana.example"))


async def test_of_two_nodes_that_open_the_same_case_the_second_joins(store_url: str, make_store: MakeStore) -> None:
    one, two = await make_store(store_url), await make_store(store_url)

    async def report(store: Store, message_id: str) -> str:
        def unit(shelves: Any) -> str:
            found = shelves.tickets.open_for(message_id=message_id)
            if found:
                return str(found.id)
            new = ticket(message_id=message_id)
            shelves.tickets.add(new)
            return new.id

        return await store.commit(unit)

    for n in range(30):
        numbers = await asyncio.gather(*(report(store, f"<{n}@x.example>") for store in (one, two, one, two)))
        assert len(set(numbers)) == 1


async def test_a_step_is_finished_once_and_can_be_taken_up_again(store: Store, clock: TestClock) -> None:
    opened = ticket()
    await add(store, opened)

    async def finish(state: str = "done") -> bool:
        return await store.commit(
            lambda shelves: shelves.tickets.finish_step(opened.id, "1.1", state=state, by=SENDER, note="told")
        )

    assert await finish()
    assert not await finish("not-needed")
    [found] = (await get(store, opened.id)).steps
    assert (found.state, found.done_at, found.done_by, found.note) == ("done", clock.now(), SENDER, "told")
    assert await store.commit(lambda shelves: shelves.tickets.reopen_step(opened.id, "1.1"))
    assert not await store.commit(lambda shelves: shelves.tickets.reopen_step(opened.id, "1.1"))
    [found] = (await get(store, opened.id)).steps
    assert (found.state, found.done_at, found.done_by) == ("todo", None, "")
    with pytest.raises(ValueError, match="todo"):
        await finish("todo")


async def test_cases_are_listed_by_their_nearest_step(store: Store) -> None:
    late = ticket(message_id="", steps=(step(due=START + 9 * HOUR), step("1.2", 2, due=START, state="done")))
    soon = ticket(message_id="", steps=(step(due=START + HOUR), step("1.2", 2, due=None)))
    never = ticket(message_id="", steps=())
    await add(store, never, late, soon)

    async def listed(**which: Any) -> list[str]:
        return [each.id for each in await store.read(lambda shelves: shelves.tickets.listing(**which))]

    assert await listed() == [soon.id, late.id, never.id]
    await move(store, soon.id, State.OPEN, State.CLOSED)
    assert await listed(states=(State.OPEN,)) == [late.id, never.id]
    assert await listed(limit=1) == [soon.id]


async def test_times_are_set_by_name_and_no_other_column(store: Store, clock: TestClock) -> None:
    opened = ticket()
    await add(store, opened)
    at = clock.now() + HOUR
    await store.commit(lambda shelves: shelves.tickets.set_times(opened.id, superior_told_at=at, contained_at=at))
    found = await get(store, opened.id)
    assert (found.superior_told_at, found.contained_at, found.confirmed_at) == (at, at, None)
    await store.commit(lambda shelves: shelves.tickets.set_times(opened.id))
    with pytest.raises(ValueError, match="state"):
        await store.commit(lambda shelves: shelves.tickets.set_times(opened.id, state=at))


async def test_the_earliest_knowledge_is_kept(store: Store) -> None:
    opened = ticket()
    await add(store, opened)

    async def known_at(at: datetime) -> bool:
        return await store.commit(lambda shelves: shelves.tickets.known_earlier(opened.id, at))

    for at, changed in ((START + HOUR, False), (START, False), (START - HOUR, True), (START, False)):
        assert await known_at(at) is changed
    assert (await get(store, opened.id)).first_known_at == START - HOUR


async def test_what_is_known_of_a_recipient_is_added_or_replaced(store: Store, clock: TestClock) -> None:
    opened = ticket()
    await add(store, opened)
    new = TicketRecipient(RIGHT, "no", "", "delivered", "")
    changed = replace(opened.recipients[0], contained="blocked", wrong="unknown", at=None)
    await store.commit(lambda shelves: shelves.tickets.set_recipient(opened.id, new))
    await store.commit(lambda shelves: shelves.tickets.set_recipient(opened.id, changed))
    assert (await get(store, opened.id)).recipients == (replace(new, at=clock.now()), replace(changed, at=clock.now()))
    assert changed.address == WRONG


async def test_a_chosen_match_is_what_later_reports_join(store: Store) -> None:
    unmatched, other = ticket(message_id=""), ticket(message_id="<2@x.example>")
    await add(store, unmatched, other)
    match: dict[str, Any] = {"journal_id": "j", "hold_id": "H", "method": "chosen", "sender": "sato@tachibana.example"}
    match |= {"subject": "件名", "exposure": {"persons": 3}, "severity": 2, "sent_at": START - 3 * HOUR}
    await store.commit(lambda shelves: shelves.tickets.set_match(unmatched.id, message_id="<9@x.example>", **match))
    found = await get(store, unmatched.id)
    assert (found.journal_id, found.hold_id, found.match_method, found.message_id) == (
        "j",
        "H",
        "chosen",
        "<9@x.example>",
    )
    assert (found.sender, found.subject, found.exposure) == ("sato@tachibana.example", "件名", {"persons": 3})
    assert (found.severity, found.sent_at) == (2, START - 3 * HOUR)
    assert await open_for(store, message_id="9@x.example") == unmatched.id
    # The same message as another open case: both stay open, the desk closes one as a duplicate.
    await store.commit(lambda shelves: shelves.tickets.set_match(unmatched.id, message_id="<2@x.example>", **match))
    assert (await get(store, unmatched.id)).message_id == "<2@x.example>"


async def test_cases_and_late_steps_are_counted(store: Store, clock: TestClock) -> None:
    closed = ticket(message_id="")
    await add(store, ticket(message_id=""), closed, ticket(message_id="", steps=(step(due=None),)))
    await move(store, closed.id, State.OPEN, State.CLOSED)
    clock.advance(2 * HOUR)
    counts = await store.read(lambda shelves: shelves.tickets.counts())
    assert (counts["open"], counts["closed"], counts["reported"], counts["overdue"]) == (2, 1, 0, 1)
