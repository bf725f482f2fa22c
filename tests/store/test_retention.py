"""What is forgotten when its time is over, what a legal hold or an open case keeps, and what is known of one person."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from mail.address import exact_key
from store.cases import STAYS, of_a_ticket
from store.engine import Store
from store.errors import StoreError
from store.evidence import Enclosure
from store.holds import State
from store.ids import new_id
from store.persons import NOBODY, places
from store.shelves import Shelves
from store.storable import as_key
from store.tables.columns import ADDRESS, KEY, metadata
from store.tickets import State as TicketState
from store.tickets import TicketRecipient
from tests.helpers.clock import TestClock
from tests.helpers.samples import hold, line, ticket

PERSON, OTHER = "sato@partner.example", "tanaka@customer.example"
WEEK = timedelta(days=7)


async def test_the_content_of_a_decided_hold_is_erased_and_its_decision_stays(store: Store, clock: TestClock) -> None:
    kept = hold()
    await store.commit(lambda s: s.holds.add(kept, b"content"))
    clock.advance(WEEK * 2)
    assert await store.commit(lambda s: s.ended_holds.erase_contents(clock.now())) == 0  # nobody has decided
    await store.commit(lambda s: s.holds.move(kept.id, State.HELD, State.CANCELLED, by="x"))
    assert await store.commit(lambda s: s.ended_holds.erase_contents(clock.now())) == 0  # a moment ago
    clock.advance(WEEK)
    assert await store.commit(lambda s: s.ended_holds.erase_contents(clock.now())) == 1
    assert await store.commit(lambda s: s.ended_holds.erase_contents(clock.now())) == 0
    with pytest.raises(StoreError, match="gone"):
        await store.read(lambda s: s.holds.sealed_content(kept.id))
    found = await store.read(lambda s: s.holds.get(kept.id))
    assert found is not None
    assert found.state is State.CANCELLED


@pytest.mark.parametrize("whose", [PERSON, "ono@tachibana.example"])
async def test_nothing_of_a_person_under_legal_hold_is_forgotten_until_it_ends(
    store: Store, clock: TestClock, whose: str
) -> None:
    mine = line(PERSON, reverse_path="ono@tachibana.example")
    await store.commit(lambda s: s.journal.add(mine, line(OTHER, reverse_path="mori@tachibana.example")))
    placed = await store.commit(lambda s: s.legal_holds.place("person", whose, owner="x", reason="a dispute"))
    clock.advance(WEEK * 100)
    assert await store.commit(lambda s: s.journal.prune(clock.now())) == 1
    assert await store.read(lambda s: s.journal.get(mine.id))
    assert await store.commit(lambda s: s.legal_holds.end(placed.id, by="y", why="it is settled"))
    assert not await store.commit(lambda s: s.legal_holds.end(placed.id, by="y", why="again"))
    assert await store.commit(lambda s: s.journal.prune(clock.now())) == 1


async def test_the_line_of_an_open_case_stays_and_goes_when_it_is_closed(store: Store, clock: TestClock) -> None:
    mine = line(PERSON)
    case = ticket(journal_id=mine.id, hold_id="", message_id=mine.message_id)

    def unit(s: Shelves) -> None:
        s.journal.add(mine)
        s.tickets.add(case)

    await store.commit(unit)
    clock.advance(WEEK * 100)
    assert await store.commit(lambda s: s.journal.prune(clock.now())) == 0
    await store.commit(lambda s: s.tickets.move(case.id, TicketState.OPEN, TicketState.CLOSED, "done"))
    assert await store.commit(lambda s: s.journal.prune(clock.now())) == 1


async def test_of_a_case_whose_time_is_over_no_name_and_no_word_is_left_and_its_chain_is_whole(
    store: Store, clock: TestClock
) -> None:
    case = ticket(
        words="SECRET-WORDS", subject="SECRET-SUBJECT", sender="secret@tachibana.example", reporter="secret@x.example"
    )
    enclosed = Enclosure.of(b"SECRET-ORIGINAL", store.seal)

    def unit(s: Shelves) -> None:
        s.tickets.add(case)
        s.evidence.add(case.id, "secret@x.example", "reported", "report", {"words": "SECRET-WORDS"}, enclosed)
        s.evidence.add(case.id, "secret@x.example", "step", "step 1.1", {"note": "SECRET-NOTE"})
        s.tickets.move(case.id, TicketState.OPEN, TicketState.CLOSED, "SECRET-OUTCOME")

    await store.commit(unit)
    assert await store.read(lambda s: s.cases.over(clock.now(), 5)) == []
    clock.advance(WEEK)
    assert await store.read(lambda s: s.cases.over(clock.now(), 5)) == [case.id]
    assert await store.commit(lambda s: s.cases.erase(case.id, "sekisho", "its time is over")) == 2
    assert await store.read(lambda s: s.cases.over(clock.now(), 5)) == []
    assert "secret" not in await everything(store)
    assert await store.read(lambda s: s.evidence.broken(case.id)) is None
    last = (await store.read(lambda s: s.evidence.of(case.id)))[-1]
    assert (last.event, last.body["records"]) == ("erased", 2)
    with pytest.raises(StoreError, match="erased"):
        await store.read(lambda s: s.evidence.blob(case.id, 1))


def tagged(address: str, tag: str = "+news") -> str:
    """The same mailbox, as somebody writes it who wants to know where an address was given away."""
    return address.replace("@", f"{tag}@").title()


@pytest.mark.parametrize("held", [str, tagged], ids=["plain", "with a tag"])
@pytest.mark.parametrize("written", [str, tagged], ids=["plain", "with a tag"])
@pytest.mark.parametrize("part", ["got it", "sent it", "reported it"])
async def test_a_case_of_somebody_under_legal_hold_is_not_erased_until_that_ends(
    store: Store, clock: TestClock, part: str, written: Callable[[str], str], held: Callable[[str], str]
) -> None:
    """A legal hold is on a mailbox: whatever tag was put behind its name, there or here."""
    kept, other = "ono-x@partner.example", "ono_x@partner.example"
    got = TicketRecipient(exact_key(written(kept)), "yes", "", "delivered", "")
    of: dict[str, dict[str, Any]] = {
        "got it": {"recipients": (got,)},
        "sent it": {"sender": written(kept)},
        "reported it": {"reporter": written(kept)},
    }
    case = ticket(**{"reporter": "somebody@tachibana.example", "recipients": ()} | of[part])

    def unit(s: Shelves) -> str:
        s.tickets.add(case)
        s.tickets.move(case.id, TicketState.OPEN, TicketState.CLOSED, "done")
        s.legal_holds.place("person", held(other), owner="x", reason="of somebody else")
        return s.legal_holds.place("person", held(kept), owner="x", reason="a dispute").id

    placed = await store.commit(unit)
    clock.advance(WEEK)
    assert await store.read(lambda s: s.cases.over(clock.now(), 5)) == []
    await store.commit(lambda s: s.legal_holds.end(placed, by="y", why="it is settled"))
    assert await store.read(lambda s: s.cases.over(clock.now(), 5)) == [case.id]


async def test_to_erase_who_was_erased_ends(store: Store) -> None:
    await store.commit(lambda s: s.journal.add(line(PERSON, reverse_path=PERSON)))
    while await store.commit(lambda s: s.persons.erase(PERSON)):
        pass
    assert await store.commit(lambda s: s.persons.erase(NOBODY)) == {}


async def test_who_empties_a_record_by_hand_is_found_out(store: Store) -> None:
    case = ticket()

    def unit(s: Shelves) -> None:
        s.tickets.add(case)
        s.evidence.add(case.id, "x", "step", "step 1.1", {"note": "a"})

    await store.commit(unit)

    def forge(s: Shelves) -> None:
        table = metadata.tables["evidence"]
        s.cases._db.execute(table.update().values(body={"erased": True}))

    await store.commit(forge)
    assert await store.read(lambda s: s.evidence.broken(case.id)) == 1


async def everything(store: Store) -> str:
    """All rows of all tables, as text in lower case."""
    rows: list[str] = []

    def look(s: Shelves) -> None:
        for table in metadata.sorted_tables:
            rows.extend(str(tuple(row)) for row in s.cases._db.execute(select(table)))

    await store.read(look)
    return "\n".join(rows).lower()


async def test_what_is_kept_of_a_person_is_found_exported_and_erased_but_for_what_must_stay(store: Store) -> None:
    mine = line(PERSON, OTHER, reverse_path="ono@tachibana.example", subject="to sato")
    case = ticket(reporter=PERSON, hold_id="", journal_id="", message_id="<other@x>")

    def unit(s: Shelves) -> None:
        s.journal.add(mine)
        s.tickets.add(case)
        s.contacts.confirmed("ono@tachibana.example", PERSON)

    await store.commit(unit)
    found = {one.table: one for one in await store.read(lambda s: s.persons.find(PERSON.upper()))}
    assert {"contacts", "journal_recipients", "tickets"} <= set(found)
    assert found["tickets"].fate == "stays"
    assert found["tickets"].why
    rows = await store.read(lambda s: [json.dumps(row, default=str) for row in s.persons.export(PERSON)])
    assert sum(PERSON in row for row in rows) >= 3
    gone = await store.commit(lambda s: s.persons.erase(PERSON))
    assert gone["journal_recipients"] == 1
    assert await store.commit(lambda s: s.persons.erase(PERSON)) == {}
    after = await store.read(lambda s: s.journal.get(mine.id))
    assert after is not None
    assert [r.address for r in after.recipients] == [NOBODY, OTHER]
    assert {one.table for one in await store.read(lambda s: s.persons.find(PERSON))} <= {"tickets", "ticket_recipients"}


async def test_what_is_kept_of_a_person_is_found_with_whatever_tag_it_was_written(store: Store) -> None:
    case = ticket(sender=tagged(PERSON), reporter=OTHER, recipients=())
    await store.commit(lambda s: s.tickets.add(case))
    for asked in (PERSON, tagged(PERSON, "+other")):
        assert [one.table for one in await store.read(lambda s, a=asked: s.persons.find(a))] == ["tickets"]  # type: ignore[misc]
    assert await store.read(lambda s: s.persons.find("o.example")) == ()


def test_every_column_with_an_address_is_named_among_the_places_of_people() -> None:
    kinds: tuple[object, ...] = (ADDRESS, KEY)
    known = {(p.table, c) for p in places() for c in (*p.keys, *p.addresses)}
    named_otherwise = {
        "contacts", "domains", "customer_names", "name_tokens",  # by `ContactShelf.forget`, and domains
    }  # fmt: skip
    columns = {
        (t.name, c.name)
        for t in metadata.sorted_tables
        for c in t.c
        if t.name not in named_otherwise and any(c.type is one for one in kinds)
    }
    elsewhere = {
        ("journal", "reverse_path"), ("journal", "header_from"), ("journal_recipients", "address"),
        ("journal_corrected", "address"), ("confirmed_files", "customer"), ("confirmed_files", "revoked_by"),
        ("holds", "decided_by"), ("sessions", "person"), ("sign_ins", "person"), ("blocks", "lifted_by"),
        ("approval_rounds", "ended_by"), ("quiz_answers", "unit"), ("ticket_recipients", "intended"),
    }  # fmt: skip
    assert columns - known - elsewhere == set(), "say in store/persons.py what becomes of them"


def test_every_table_that_knows_its_ticket_goes_with_it_or_says_why_not() -> None:
    knowing = {t.name for t in metadata.sorted_tables if "ticket_id" in t.c}
    assert knowing <= STAYS | {t.name for t in of_a_ticket()}
    assert not STAYS & {t.name for t in of_a_ticket()}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(0, 30)), max_size=8),
    held=st.sets(st.sampled_from("abc"), max_size=2),
    days=st.integers(1, 40),
)
async def test_whatever_is_forgotten_nothing_under_legal_hold_is_among_it(
    make_store: object, sqlite_url: str, lines: Sequence[tuple[str, str, int]], held: set[str], days: int
) -> None:
    clock = TestClock()
    store: Store = await make_store(sqlite_url, clock=clock)  # type: ignore[operator]
    made = [
        line(f"{to}@partner.example", reverse_path=f"{by}@tachibana.example", header_from=f"{by}@tachibana.example",
             at=clock.now() + timedelta(days=at), message_id=f"<{new_id()}@x>")
        for by, to, at in lines
    ]  # fmt: skip
    placed = [
        await store.commit(
            lambda s, of=of: s.legal_holds.place("person", f"{of}@partner.example", owner="x", reason="r")  # type: ignore[misc]
        )
        for of in held
    ]
    await store.commit(lambda s: s.journal.add(*made))
    before = clock.now() + timedelta(days=days)
    await store.commit(lambda s: s.journal.prune(before))
    left = await store.read(lambda s: {one.id for one in made if s.journal.get(one.id)})
    keys = {as_key(f"{of}@partner.example") for of in held}
    expected = {one.id for one in made if one.at >= before or any(as_key(r.address) in keys for r in one.recipients)}
    await store.commit(
        lambda s: (
            [s.legal_holds.end(p.id, by="x", why="y") for p in placed] and s.journal.prune(clock.now() + WEEK * 99)
        )
    )
    await store.commit(lambda s: s.journal.prune(clock.now() + WEEK * 99))
    assert left == expected
    rows = select(func.count()).select_from(metadata.tables["journal"])
    assert await store.read(lambda s: s.cases._db.scalar(rows)) == 0
