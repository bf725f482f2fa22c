"""What must go is forgotten, wherever it lies, and nothing that is still needed goes with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from response.freezing import freeze
from response.who_got_it import Copy
from store.blocks import BlockRow
from store.engine import Store
from store.holds import Delivery, Hold, State
from store.ids import new_id
from store.persons import NOBODY
from store.shelves import Shelves
from store.tickets import State as TicketState
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.helpers.samples import RIGHT, SENDER, WRONG, hold, line, notice, recipient, ticket
from tests.store.test_retention import everything

WEEK = timedelta(days=7)
FINDING = {
    "id": "1",
    "rule": "recipient-typo",
    "action": "hold",
    "about": {"recipient": WRONG},
    "suggestion": RIGHT,
    "words": {"ja": f"{WRONG} は {RIGHT} に似ています。", "en": f"{WRONG} looks like {RIGHT}."},
    "evidence": {"distance": 1},
}
VERDICT = {
    "disposition": "hold",
    "findings": [FINDING],
    "exposure": {
        "persons": {"min": 3, "max": 4},
        "kinds": {"phone": 3},
        "parts": [{"name": "tanka.xlsx", "kinds": {"phone": 3}, "lost": []}],
    },
    "links": {"tanka.example": 1},
}


def closed(s: Shelves, *cases: Ticket) -> None:
    for case in cases:
        s.tickets.add(case)
        s.tickets.move(case.id, TicketState.OPEN, TicketState.CLOSED, "done")


@pytest.mark.parametrize("whose", [WRONG, SENDER], ids=["got it", "sent it"])
async def test_who_is_erased_is_named_by_no_verdict_of_the_journal(store: Store, whose: str) -> None:
    mine = line(WRONG, verdict=VERDICT, subject="x", parts=())
    await store.commit(lambda s: s.journal.add(mine))
    while await store.commit(lambda s: s.persons.erase(whose)):
        pass
    found = await store.read(lambda s: s.journal.get(mine.id))
    assert found is not None
    assert found.verdict["findings"][0]["rule"] == "recipient-typo"
    assert found.verdict["exposure"]["persons"] == {"min": 3, "max": 4}
    assert WRONG not in str(found.verdict)
    assert RIGHT not in str(found.verdict)
    assert ("tanka.xlsx" in str(found.verdict)) == (whose == WRONG)
    assert {r.address for r in found.recipients} == ({NOBODY} if whose == WRONG else {WRONG})


@pytest.mark.parametrize("written", ["Sato+news@Partner.example", "SATO@partner.EXAMPLE"])
async def test_a_notice_is_found_and_goes_however_the_address_was_written(store: Store, written: str) -> None:
    told, other = notice(recipient=written), notice(recipient="xsato@partner.example")
    await store.commit(lambda s: s.outbox.add(told, other))
    await store.commit(lambda s: s.outbox.claim_due("a", s.now + WEEK))
    await store.commit(lambda s: s.outbox.sent("a", {told.id: "250", other.id: "250"}))
    assert [f.table for f in await store.read(lambda s: s.persons.find("sato@partner.example"))] == ["outbox"]
    assert await store.commit(lambda s: s.persons.erase("sato@partner.example")) == {"outbox": 1}
    assert await store.read(lambda s: s.outbox.get(other.id))


async def test_to_erase_somebody_takes_no_question_that_waits(store: Store, clock: TestClock) -> None:
    kept = hold()
    asked = notice(hold_id=kept.id, message_id="<q@tachibana.example>")

    def unit(s: Shelves) -> str:
        s.holds.add(kept, b"content")
        s.outbox.add(asked)
        return s.links.make(kept.id, SENDER, "question")

    token = await store.commit(unit)
    await store.commit(lambda s: s.outbox.claim_due("a", s.now + WEEK))
    await store.commit(lambda s: s.outbox.sent("a", {asked.id: "250"}))
    await store.commit(lambda s: s.persons.erase(SENDER))
    assert await store.read(lambda s: s.links.follow(token, "question"))
    assert await store.read(lambda s: s.outbox.is_ours("<q@tachibana.example>"))
    await store.commit(lambda s: s.holds.move(kept.id, State.HELD, State.CANCELLED, by="x"))
    clock.advance(WEEK)
    assert await store.commit(lambda s: s.ended_holds.prune(clock.now())) == 1
    await store.commit(lambda s: s.persons.erase(SENDER))
    assert await store.read(lambda s: s.outbox.is_ours("<q@tachibana.example>")) is None


async def test_notices_stay_as_long_as_what_they_speak_of_and_no_longer(store: Store, clock: TestClock) -> None:
    kept, case, over = hold(), ticket(message_id="<a@x>"), ticket(message_id="<b@x>")
    told = {
        "held": notice(hold_id=kept.id),
        "case": notice(ticket_id=case.id),
        "erased": notice(ticket_id=over.id),
        "drill": notice(ticket_id="DR1LL000"),
        "alone": notice(),
    }

    def unit(s: Shelves) -> None:
        s.holds.add(kept, b"content")
        closed(s, case, over)
        s.cases.erase(over.id, "sekisho", "its time is over")
        s.outbox.add(*told.values())

    await store.commit(unit)
    await store.commit(lambda s: s.outbox.claim_due("a", s.now + WEEK))
    await store.commit(lambda s: s.outbox.sent("a", {one.id: "250" for one in told.values()}))
    clock.advance(WEEK)
    assert await store.commit(lambda s: s.outbox.prune(clock.now())) == 3
    left = await store.read(lambda s: {name for name, one in told.items() if s.outbox.get(one.id)})
    assert left == {"held", "case"}


async def test_of_an_erased_case_no_link_is_left_and_its_blocks_go_when_they_have_ended(
    store: Store, clock: TestClock
) -> None:
    case = ticket()
    row = BlockRow(new_id(), WRONG, False, SENDER, "wrong", case.id, clock.now(), clock.now() + WEEK)
    own = replace(row, id=new_id(), ticket_id="", expires_at=None)

    def unit(s: Shelves) -> None:
        closed(s, case)
        s.blocks.add(row)
        s.blocks.add(own)
        s.links.make(case.id, WRONG, "answers", s.now + WEEK * 99)

    await store.commit(unit)
    clock.advance(WEEK * 2)
    assert await store.commit(lambda s: s.blocks.prune(clock.now())) == 0  # the ticket shows it
    await store.commit(lambda s: s.cases.erase(case.id, "sekisho", "its time is over"))
    assert await store.commit(lambda s: s.blocks.prune(clock.now() - WEEK * 2)) == 0  # it had not ended then
    assert await store.commit(lambda s: s.blocks.prune(clock.now())) == 1
    assert [one.id for one in await store.read(lambda s: s.blocks.in_force())] == [own.id]
    assert {f.table for f in await store.read(lambda s: s.persons.find(WRONG))} == {"blocks"}


async def froze(store: Store, case: Ticket, *holds: Hold) -> None:
    await store.commit(lambda s: freeze(s, case, [Copy(line(hold_id=one.id), one) for one in holds]))


async def frozen(store: Store, *holds: Hold) -> list[bool]:
    found = await store.read(lambda s: [s.holds.get(one.id) for one in holds])
    return [one is not None and one.frozen for one in found]


@pytest.mark.parametrize(
    "kept",
    [
        lambda: (hold(kind="remainder", state=State.RELEASED, recipients=(recipient(state=Delivery.DELIVERED),)),),
        lambda: (hold(), hold()),
    ],
    ids=["the rest of one that went on", "copies of two sends"],
)
async def test_all_held_mail_that_a_case_froze_goes_with_it(store: Store, kept: Callable[[], tuple[Hold, ...]]) -> None:
    holds, case = kept(), ticket()

    def unit(s: Shelves) -> None:
        for one in holds:
            s.holds.add(one, b"content")
        s.tickets.add(case)

    await store.commit(unit)
    await froze(store, case, *holds)
    assert all(await frozen(store, *holds))
    await store.commit(lambda s: s.tickets.move(case.id, TicketState.OPEN, TicketState.CLOSED, "done"))
    await store.commit(lambda s: s.cases.erase(case.id, "sekisho", "its time is over"))
    assert not any(await frozen(store, *holds))


async def test_what_another_case_froze_too_stays(store: Store) -> None:
    """The second report of a message comes by its other copy, after the first case was closed."""
    one, other = hold(), hold()
    first, second = ticket(hold_id=one.id), ticket(hold_id=other.id)

    def unit(s: Shelves) -> None:
        s.holds.add(one, b"content")
        s.holds.add(other, b"content")
        closed(s, first)
        s.tickets.add(second)

    await store.commit(unit)
    await froze(store, first, one, other)
    await froze(store, second, other, one)
    await store.commit(lambda s: s.cases.erase(first.id, "sekisho", "its time is over"))
    assert all(await frozen(store, one, other))
    await store.commit(lambda s: s.tickets.move(second.id, TicketState.OPEN, TicketState.CLOSED, "done"))
    await store.commit(lambda s: s.cases.erase(second.id, "sekisho", "its time is over"))
    assert not any(await frozen(store, one, other))


async def test_what_is_written_into_an_erased_case_is_erased_again_and_its_chain_is_whole(
    store: Store, clock: TestClock
) -> None:
    case = ticket()

    def unit(s: Shelves) -> None:
        closed(s, case)
        s.evidence.add(case.id, SENDER, "step", "step 1.1", {"note": "a"})
        s.cases.erase(case.id, "sekisho", "its time is over")

    await store.commit(unit)
    clock.advance(WEEK)
    assert await store.read(lambda s: s.cases.over(clock.now())) == []
    await store.commit(lambda s: s.evidence.add(case.id, SENDER, "measure", "done", {"words": "SECRET-LATER"}))
    assert await store.read(lambda s: s.cases.over(clock.now())) == [case.id]
    await store.commit(lambda s: s.cases.erase(case.id, "sekisho", "its time is over"))
    assert await store.read(lambda s: s.cases.over(clock.now())) == []
    assert "secret" not in await everything(store)
    assert await store.read(lambda s: s.evidence.broken(case.id)) is None


async def test_the_double_of_a_case_stays_as_long_as_the_case(store: Store, clock: TestClock) -> None:
    """Its evidence has the first report."""
    main, double = ticket(message_id="<a@x>"), ticket(message_id="<b@x>")

    def unit(s: Shelves) -> Any:
        s.tickets.add(main)
        s.tickets.add(double)
        s.tickets.move(double.id, TicketState.OPEN, TicketState.DUPLICATE, f"{main.id[:4]}-{main.id[4:]}")

    await store.commit(unit)
    clock.advance(WEEK)
    assert await store.read(lambda s: s.cases.over(clock.now())) == []
    await store.commit(lambda s: s.tickets.move(main.id, TicketState.OPEN, TicketState.CLOSED, "done"))
    clock.advance(WEEK)
    assert await store.read(lambda s: s.cases.over(clock.now())) == [main.id]
    await store.commit(lambda s: s.cases.erase(main.id, "sekisho", "its time is over"))
    assert await store.read(lambda s: s.cases.over(clock.now())) == [double.id]
