"""What is known of a case: where each thing comes from, and that unknown is a value."""

from datetime import timedelta

from response.desk import Desk, Report
from response.known import Known, inspected, known
from store.engine import Store
from store.tickets import Ticket
from tests.helpers.clock import TestClock
from tests.response.cases import COLLEAGUE, LIST, SENDER, WRONG, by_link, held, keep, line

CARD = {"known": True, "persons": {"min": 1, "max": 1}, "kinds": {"payment_card": 1}, "unread": []}


async def look(desk: Desk, store: Store, ticket: Ticket) -> Known:
    return await store.read(lambda shelves: known(shelves, desk.office, shelves.tickets.get(ticket.id) or ticket))


async def test_everything_that_can_be_known_is_there_and_says_where_it_comes_from(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    hold = held(WRONG)
    await keep(store, hold)
    ticket = await desk.report(by_link(hold, first_known_at=clock.now() - timedelta(hours=3)))
    found = await look(desk, store, ticket)
    assert found.value("persons") == {"min": 128, "max": 131}
    assert found.persons_max == 131
    assert found.value("kinds") == LIST["kinds"]
    assert found.fact("persons").source == "inspection"
    assert found.value("jurisdictions") == ["JP"]
    assert found.fact("jurisdictions").source == "settings"
    # No rule knows special-care data when it reads it.
    assert {"sensitive", "risk", "cause"} <= set(found.unknown)
    assert (found.value("financial"), found.value("my_number"), found.value("encrypted")) == (False, False, False)
    assert found.given()["subjects"] == 131
    assert found.given()["sensitive"] is None


async def test_the_time_of_first_knowledge_is_proven_by_the_report_that_said_so(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=COLLEAGUE, journal_id=passed.id))
    early = clock.now() - timedelta(hours=2)
    await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id, first_known_at=early))
    found = await look(desk, store, ticket)
    first = found.times["first_known_at"]
    entries = await store.read(lambda shelves: shelves.evidence.of_events(ticket.id, "reported"))
    assert (first.at, first.by, first.proof) == (early, SENDER, entries[-1].seq)
    assert found.times["reported_at"].proof == entries[0].seq
    assert found.times["superior_told_at"].at is None
    assert found.given()["known_at"] == early.isoformat()


def test_what_was_not_read_is_not_known_to_be_absent() -> None:
    read = inspected(CARD)
    assert (read["financial"], read["my_number"], read["encrypted"]) == (True, False, False)
    assert "sensitive" not in read
    partly = inspected({**CARD, "unread": ["a.zip"]})
    assert partly["financial"] is True
    assert not {"my_number", "encrypted", "sensitive"} & set(partly)
    nothing = inspected({"known": False, "persons": {"min": 0, "max": None}, "kinds": {}, "unread": []})
    assert nothing == {"persons": {"min": 0, "max": None}}
    none_found = inspected({"known": True, "persons": {"min": 0, "max": 0}, "kinds": {}, "unread": []})
    assert none_found["sensitive"] is False
    assert "risk" not in none_found, "a person says that"
