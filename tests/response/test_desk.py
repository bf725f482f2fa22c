"""The desk: from a report to a ticket."""

from dataclasses import replace
from datetime import timedelta

import pytest

from notifier import notices
from notifier.options import Person
from response import who_got_it
from response.desk import Desk, Report
from store.contact_counts import Delivered
from store.engine import Store
from store.holds import Delivery, State
from store.shelves import Shelves
from store.tickets import State as TicketState
from tests.helpers.clock import START, TestClock
from tests.response.cases import (
    COLLEAGUE,
    DEPUTY,
    LEADER,
    OFFICER,
    ORGANISATION,
    OTHER,
    RIGHT,
    SENDER,
    SUPERIOR,
    TYPO,
    VERDICT,
    WRONG,
    by_link,
    confirm,
    deliver,
    evidence,
    held,
    keep,
    know,
    learn,
    line,
    make_desk,
    told,
)


async def test_the_story_of_a_mistyped_mail_that_was_confirmed_delivered_and_then_reported(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    hold = held()
    await keep(store, hold)
    await store.commit(lambda s: notices.question(s, ORGANISATION, hold, deadline_seconds=86400, remind_after=900))
    await store.commit(lambda s: s.outbox.withdraw(hold.id, ("question",)))
    await confirm(store, hold, WRONG)
    await deliver(store, hold)
    clock.advance(timedelta(hours=1))

    ticket = await desk.report(by_link(hold, words="宛先を間違えました", original=b"Subject: x\r\n\r\n"))

    assert ticket.certain
    assert ticket.state is TicketState.CONTAINED
    assert ticket.reporter_class == "sender"
    assert (ticket.sender, ticket.hold_id, ticket.match_method) == (SENDER, hold.id, "number")
    assert ticket.exposure["persons"] == {"min": 128, "max": 131}
    assert ticket.sent_at == START
    assert [s.step for s in ticket.steps][:6] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]
    assert [s.step for s in ticket.steps] == sorted(s.step for s in ticket.steps)
    assert {s.step for s in ticket.steps if s.state == "done"} == {"1.2", "1.3", "2.1", "2.2", "2.4"}
    first = ticket.steps[0]
    assert (first.gate, first.state, first.owner, first.due) == (
        True,
        "todo",
        SENDER,
        clock.now() + timedelta(minutes=15),
    )
    (recipient,) = ticket.recipients
    assert (recipient.address, recipient.wrong, recipient.intended) == (WRONG, "yes", RIGHT)
    assert (recipient.delivery, recipient.contained) == ("delivered", "handed-over blocked")

    claimed = await store.commit(lambda s: s.outbox.claim_due("node", clock.now() + timedelta(minutes=5)))
    assert [n.recipient for n in claimed][:2] == [SUPERIOR, LEADER]
    calls = [(n.kind, n.recipient) for n in await told(store, ticket.id)]
    entries = await evidence(store, ticket.id)
    called = [e.body["person"] for e in entries if e.event == "called"]
    assert called == [SUPERIOR, LEADER, DEPUTY, OFFICER]
    assert sorted(calls) == sorted(
        [
            ("call_superior", SUPERIOR),
            ("call_responder", LEADER),
            ("call_responder", DEPUTY),
            ("call_responder", OFFICER),
            ("report_received", SENDER),
        ]
    )
    frozen = [e.object for e in entries if e.event == "collected"]
    assert frozen == ["journal", "verdict", "decision", "delivery"]
    decided = next(e.body for e in entries if e.object == "decision")
    (shown,) = decided["shown"]
    assert (shown["kind"], shown["recipient"]) == ("question", SENDER)
    assert shown["facts"]["reasons"][0]["words"]["ja"] == "一文字違いです。"
    assert (decided["decided_by"], decided["decision"]["confirmed"]) == (SENDER, [WRONG])
    delivery = next(e.body for e in entries if e.object == "delivery")
    assert delivery["hold"][0]["reply"] == "250 2.0.0 Ok: queued as 77A"
    reported = next(e for e in entries if e.event == "reported")
    assert await store.read(lambda s: s.evidence.blob(ticket.id, reported.seq)) == b"Subject: x\r\n\r\n"

    block = await store.read(lambda s: s.blocks.of(WRONG))
    assert block is not None
    assert (block.lenient, block.ticket_id, block.owner) == (False, ticket.id, LEADER)
    assert block.expires_at == clock.now() + timedelta(days=90)
    contact = await store.read(lambda s: s.contacts.vouching(WRONG))
    assert contact is not None
    assert not contact.vouched
    kept = await store.read(lambda s: s.holds.get(hold.id))
    assert kept is not None
    assert kept.frozen


async def test_a_held_message_that_its_sender_reports_never_leaves(desk: Desk, store: Store) -> None:
    first = held()
    copy = held(OTHER, group_id=first.id, message_id=first.message_id)
    await keep(store, first, copy)
    ticket = await desk.report(by_link(first))
    holds = await store.read(lambda s: s.holds.group(first.id))
    assert [h.state for h in holds] == [State.CANCELLED, State.CANCELLED]
    by_address = {r.address: r for r in ticket.recipients}
    assert by_address[WRONG].contained == "cancelled blocked"
    assert by_address[WRONG].delivery == "stopped"
    assert by_address[OTHER].wrong == "unknown"
    assert by_address[OTHER].contained == "cancelled"
    assert ticket.sent_at is None
    notices = await store.read(lambda s: s.outbox.of_hold(first.id))
    assert not notices  # the sender did it himself: nobody is told that it was cancelled


async def test_a_held_copy_that_is_only_for_others_stays_when_the_wrong_one_is_named(desk: Desk, store: Store) -> None:
    hold = held(OTHER)
    passed = line(WRONG, message_id=hold.message_id)
    await keep(store, hold, passed)
    ticket = await desk.report(by_link(hold, wrong=(WRONG,)))
    assert (await store.read(lambda s: s.holds.get(hold.id))).state is State.HELD  # type: ignore[union-attr]
    assert {r.address: r.contained for r in ticket.recipients} == {WRONG: "handed-over blocked", OTHER: ""}


async def test_the_sender_hears_that_staff_cancelled_a_held_message(desk: Desk, store: Store) -> None:
    hold = held()
    await keep(store, hold)
    await desk.report(Report(channel="page", reporter=LEADER, hold_id=hold.id, proven=True))
    notices = await store.read(lambda s: s.outbox.of_hold(hold.id))
    assert [(n.kind, n.recipient) for n in notices] == [("cancelled", SENDER)]


async def test_an_uncertain_report_stops_and_blocks_nothing_until_somebody_presses(desk: Desk, store: Store) -> None:
    hold = held(WRONG, OTHER)
    await keep(store, hold)
    ticket = await desk.report(Report(channel="page", reporter=COLLEAGUE, hold_id=hold.id))
    assert not ticket.certain
    assert ticket.reporter_class == "colleague"
    assert ticket.state is TicketState.OPEN
    assert (await store.read(lambda s: s.holds.get(hold.id))).state is State.HELD  # type: ignore[union-attr]
    assert await store.read(lambda s: s.blocks.in_force()) == ()
    assert {s.step for s in ticket.steps if s.state == "done"} == {"1.2", "1.3"}

    done = await desk.contain(ticket.id, by=LEADER)

    assert done == {WRONG: "cancelled blocked", OTHER: "cancelled"}
    after = await desk.ticket(ticket.id)
    assert after is not None
    assert after.state is TicketState.CONTAINED
    assert after.contained_at is not None
    assert {s.step for s in after.steps if s.state == "done"} == {"1.2", "1.3", "2.1", "2.2", "2.4"}
    assert len(await store.read(lambda s: s.blocks.in_force())) == 1
    await desk.contain(ticket.id, by=LEADER)
    assert len(await store.read(lambda s: s.blocks.in_force())) == 1


async def test_of_a_released_message_only_the_wrong_recipient_is_stopped(desk: Desk, store: Store) -> None:
    hold = held(WRONG, OTHER)
    await keep(store, hold)
    await confirm(store, hold, WRONG)
    ticket = await desk.report(by_link(hold))
    kept = await store.read(lambda s: s.holds.get(hold.id))
    assert kept is not None
    assert [r.state for r in kept.recipients] == [Delivery.STOPPED, Delivery.WAITING]
    assert {r.address: r.contained for r in ticket.recipients} == {WRONG: "stopped blocked", OTHER: ""}
    journal = await store.read(lambda s: s.journal.by_hold(hold.id))
    assert journal is not None
    assert journal.recipients[0].state == "stopped"


async def test_a_hand_over_under_way_is_said_to_be_unknown(desk: Desk, store: Store, clock: TestClock) -> None:
    hold = held()
    await keep(store, hold)
    await confirm(store, hold, WRONG)
    await store.commit(lambda s: s.deliveries.claim_due("node", clock.now() + timedelta(minutes=5)))
    ticket = await desk.report(by_link(hold))
    assert ticket.recipients[0].contained == "in-flight blocked"
    assert ticket.recipients[0].delivery == "unknown"
    assert "2.2" not in {s.step for s in ticket.steps if s.state == "done"}


async def test_what_the_next_hop_refused_was_not_delivered(desk: Desk, store: Store) -> None:
    passed = line(WRONG, state="failed", reply="550 5.1.1 no such user")
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, message_id=passed.message_id, proven=True))
    assert ticket.recipients[0].contained == "not-delivered blocked"
    assert ticket.recipients[0].reply == "550 5.1.1 no such user"
    proof = next(s for s in ticket.steps if s.step == "2.2")
    assert proof.state == "done"
    assert proof.note == "引き渡し済み 0 件、外へ出ていないもの 1 件。"


async def test_the_rest_of_a_message_that_waits_for_the_next_hop_is_stopped(desk: Desk, store: Store) -> None:
    passed = replace(line(OTHER, WRONG), recipients=(*line(OTHER).recipients, *line(WRONG, state="waiting").recipients))
    rest = held(WRONG, kind="remainder", state=State.RELEASED, states=(Delivery.WAITING,), queue_id=passed.queue_id)
    await store.commit(lambda s: s.holds.add(rest, b"x"))
    await keep(store, passed)
    ticket = await desk.report(
        Report(channel="page", reporter=SENDER, message_id=passed.message_id, wrong=(WRONG,), proven=True)
    )
    kept = await store.read(lambda s: s.holds.get(rest.id))
    assert kept is not None
    assert kept.recipients[0].state is Delivery.STOPPED
    assert {r.address: r.contained for r in ticket.recipients} == {WRONG: "stopped blocked", OTHER: ""}


async def test_recipients_that_differ_in_their_tag_are_two_people_to_the_desk(desk: Desk, store: Store) -> None:
    one, two = "carl+1@customer.example", "carl+2@customer.example"
    passed = replace(line(one), recipients=(*line(one).recipients, *line(two, state="waiting").recipients))
    rest = held(two, kind="remainder", state=State.RELEASED, states=(Delivery.WAITING,), queue_id=passed.queue_id)
    await store.commit(lambda s: s.holds.add(rest, b"x"))
    await keep(store, passed)
    ticket = await desk.report(
        Report(channel="page", reporter=SENDER, message_id=passed.message_id, wrong=(one,), proven=True)
    )
    assert {r.address: (r.wrong, r.contained) for r in ticket.recipients} == {
        one: ("yes", "handed-over blocked"),
        two: ("unknown", ""),
    }
    kept = await store.read(lambda s: s.holds.get(rest.id))
    assert kept is not None
    assert kept.recipients[0].state is Delivery.WAITING


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Carl+1@customer.example", {"carl+1@customer.example"}),
        ("carl@customer.example", {"carl+1@customer.example", "carl+2@customer.example"}),
        ("carl+3@customer.example", set[str]()),
        ("eve@customer.example", {"eve@customer.example"}),
    ],
)
def test_an_address_without_its_tag_means_all_that_have_one(said: str, found: set[str]) -> None:
    everyone = ("carl+1@customer.example", "carl+2@customer.example", "eve@customer.example", "eve+1@customer.example")
    assert who_got_it.meant((said,), everyone) == found


async def test_a_recipient_that_was_corrected_or_left_out_is_not_the_wrong_one(desk: Desk, store: Store) -> None:
    hold = held(WRONG, OTHER, verdict=VERDICT | {"findings": [TYPO, TYPO | {"about": {"recipient": OTHER}}]})
    await keep(store, hold)

    def decide(shelves: Shelves) -> None:
        shelves.holds.move(hold.id, State.HELD, State.RELEASED, by=SENDER, decision={"omit": [OTHER], "confirmed": []})
        shelves.deliveries.redirect(hold.id, 0, RIGHT)
        shelves.deliveries.set(hold.id, 1, Delivery.STOPPED)

    await store.commit(decide)
    ticket = await desk.report(by_link(hold))
    assert {(r.address, r.wrong) for r in ticket.recipients} == {(RIGHT, "unknown"), (OTHER, "unknown")}
    assert await store.read(lambda s: s.blocks.in_force()) == ()


async def test_a_known_contact_is_only_held_for_the_desk_for_a_while(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    await know(store, OTHER)
    passed = line(OTHER)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id, proven=True))
    block = await store.read(lambda s: s.blocks.of(OTHER))
    assert block is not None
    assert block.lenient
    assert block.expires_at == clock.now() + timedelta(hours=24)
    assert ticket.recipients[0].contained == "handed-over held-for-desk"
    contact = await store.read(lambda s: s.contacts.vouching(OTHER))
    assert contact is not None
    assert contact.vouched


async def test_a_contact_others_wrote_to_is_known_even_when_this_sender_confirmed_it(desk: Desk, store: Store) -> None:
    hold = held()
    await keep(store, hold)
    await store.commit(lambda s: s.contacts.delivered([Delivered(COLLEAGUE, [WRONG], s.now)]))
    await confirm(store, hold, WRONG)
    await deliver(store, hold)
    await desk.report(by_link(hold))
    block = await store.read(lambda s: s.blocks.of(WRONG))
    assert block is not None
    assert block.lenient


async def test_an_address_of_our_own_is_never_blocked(desk: Desk, store: Store) -> None:
    passed = line(COLLEAGUE)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id, proven=True))
    assert ticket.recipients[0].contained == "handed-over not-blocked-inside"
    assert await store.read(lambda s: s.blocks.in_force()) == ()


async def test_a_mailbox_of_a_free_mail_provider_is_blocked_and_its_domain_is_not(desk: Desk, store: Store) -> None:
    passed = line("tanka@freemail.example")
    await keep(store, passed)
    await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id, proven=True))
    assert await store.read(lambda s: s.blocks.of("tanka@freemail.example")) is not None
    assert await store.read(lambda s: s.blocks.of("somebody@freemail.example")) is None


async def test_an_outsider_who_got_it_is_the_wrong_recipient_and_gets_only_the_number(desk: Desk, store: Store) -> None:
    passed = line(WRONG, OTHER)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="mail", reporter=WRONG, message_id=passed.message_id))
    assert (ticket.reporter_class, ticket.certain) == ("wrong-recipient", False)
    assert {r.address: r.wrong for r in ticket.recipients} == {WRONG: "yes", OTHER: "unknown"}
    notices = [n for n in await told(store, ticket.id) if n.recipient == WRONG]
    assert [n.kind for n in notices] == ["report_reference"]
    assert set(notices[0].facts) <= {"number", "drill"}


async def test_a_second_report_joins_and_the_earlier_knowledge_counts(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    passed = line(WRONG, OTHER)
    await keep(store, passed)
    first = await desk.report(
        Report(channel="page", reporter=SENDER, message_id=passed.message_id, wrong=(WRONG,), proven=True)
    )
    clock.advance(timedelta(hours=2))
    knew = START - timedelta(minutes=30)
    second = await desk.report(
        Report(channel="mail", reporter=COLLEAGUE, message_id=passed.message_id, wrong=(OTHER,), first_known_at=knew)
    )
    assert second.id == first.id
    assert second.first_known_at == knew
    assert second.steps[0].due == knew + timedelta(minutes=15)
    assert {r.address: r.wrong for r in second.recipients} == {WRONG: "yes", OTHER: "yes"}
    reports = [e.body for e in await evidence(store, first.id) if e.event == "reported"]
    assert [r["joined"] for r in reports] == [False, True]
    assert reports[1]["known_earlier"] is True
    kinds = [(n.kind, n.recipient) for n in await told(store, first.id)]
    assert kinds.count(("call_superior", SUPERIOR)) == 1
    assert ("report_received", COLLEAGUE) in kinds


async def test_a_certain_report_that_joins_contains_what_the_uncertain_one_left(desk: Desk, store: Store) -> None:
    hold = held()
    await keep(store, hold)
    first = await desk.report(Report(channel="mail", reporter=COLLEAGUE, hold_id=hold.id))
    second = await desk.report(by_link(hold))
    assert second.id == first.id
    assert second.recipients[0].contained == "cancelled blocked"


async def test_a_time_in_the_future_is_not_when_it_was_known(desk: Desk, clock: TestClock) -> None:
    ticket = await desk.report(
        Report(channel="page", reporter=SENDER, search="見積", first_known_at=clock.now() + timedelta(days=3))
    )
    assert ticket.first_known_at == clock.now()


async def test_an_unmatched_report_opens_a_ticket_with_candidates(desk: Desk, store: Store) -> None:
    passed = line(OTHER)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=LEADER, search="見積書", proven=True))
    assert (ticket.match_method, ticket.journal_id, ticket.severity) == ("none", "", 2)
    assert [c["journal_id"] for c in ticket.candidates] == [passed.id]
    assert set(ticket.candidates[0]["why"]) == {"ja", "en"}
    assert ticket.exposure["known"] is False
    assert "1.3" not in {s.step for s in ticket.steps if s.state == "done"}
    assert (await told(store, ticket.id))[0].ticket_id == ticket.id


async def test_staff_who_name_the_wrong_address_of_an_unmatched_report_have_it_blocked(desk: Desk) -> None:
    ticket = await desk.report(Report(channel="page", reporter=LEADER, search="なし", wrong=(WRONG,), proven=True))
    assert ticket.recipients[0].contained == "blocked"
    assert ticket.recipients[0].delivery == "unknown"


async def test_a_report_by_nobody_opens_a_ticket_that_thanks_nobody(desk: Desk, store: Store) -> None:
    ticket = await desk.report(Report(channel="api", reporter="", search="x"))
    assert ticket.reporter_class == "unknown"
    assert {n.kind for n in await told(store, ticket.id)} == {"call_superior", "call_responder"}
    assert ticket.steps[0].owner == LEADER


async def test_a_drill_and_a_real_case_of_one_message_are_two_tickets(desk: Desk, store: Store) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    real = await desk.report(Report(channel="page", reporter=SENDER, message_id=passed.message_id))
    drill = await desk.report(Report(channel="page", reporter=SENDER, message_id=passed.message_id, drill=True))
    assert (real.kind, drill.kind) == ("real", "drill")
    assert real.id != drill.id


async def test_an_outsider_is_not_told_of_a_drill(desk: Desk, store: Store) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=WRONG, message_id=passed.message_id, drill=True))
    assert not [n for n in await told(store, ticket.id) if n.recipient == WRONG]


async def test_a_borrowed_message_id_does_not_bring_in_somebody_elses_recipients(desk: Desk, store: Store) -> None:
    mine = line(WRONG)
    theirs = line(OTHER, reverse_path=COLLEAGUE, header_from=COLLEAGUE, message_id=mine.message_id)
    await keep(store, mine, theirs)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, message_id=mine.message_id))
    assert [r.address for r in ticket.recipients] == [WRONG]


async def test_two_messages_with_one_message_id_are_two_cases(desk: Desk, store: Store) -> None:
    mine = line(WRONG)
    theirs = line(OTHER, reverse_path=COLLEAGUE, header_from=COLLEAGUE, message_id=mine.message_id)
    await keep(store, mine, theirs)
    first = await desk.report(Report(channel="page", reporter=SENDER, journal_id=mine.id))
    second = await desk.report(Report(channel="page", reporter=COLLEAGUE, journal_id=theirs.id))
    again = await desk.report(Report(channel="page", reporter=COLLEAGUE, journal_id=theirs.id))
    assert first.id != second.id
    assert again.id == second.id


async def test_two_reports_of_a_message_without_message_id_join(desk: Desk, store: Store) -> None:
    passed = line(WRONG, message_id="")
    await keep(store, passed)
    first = await desk.report(Report(channel="page", reporter=SENDER, queue_id=passed.queue_id))
    second = await desk.report(Report(channel="page", reporter=COLLEAGUE, journal_id=passed.id))
    assert second.id == first.id


async def test_a_message_that_passed_the_open_gate_is_of_unknown_exposure(desk: Desk, store: Store) -> None:
    passed = line(WRONG, gate="open")
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id))
    assert ticket.exposure["known"] is False
    assert ticket.severity == 2


async def test_the_english_office_keeps_its_books_in_english(store: Store, clock: TestClock) -> None:
    desk = make_desk(store, clock, ORGANISATION.model_copy(update={"language": "en"}))
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id, proven=True))
    notes = {s.step: s.note for s in ticket.steps if s.state == "done"}
    assert notes["2.2"] == "Handed over: 1; did not arrive or never left: 0."


@pytest.mark.parametrize("people", [(), (ORGANISATION.people[0],)])
async def test_an_office_without_roles_still_gets_its_ticket(
    store: Store, clock: TestClock, people: tuple[Person, ...]
) -> None:
    desk = make_desk(store, clock, ORGANISATION.model_copy(update={"people": people}))
    passed = line(WRONG)
    await keep(store, passed)
    ticket = await desk.report(Report(channel="page", reporter=SENDER, journal_id=passed.id, proven=True))
    assert ticket.steps
    assert ticket.recipients[0].contained == "handed-over blocked"


async def test_tickets_are_listed_open_ones_first(desk: Desk, store: Store) -> None:
    first, second = line(WRONG), line(OTHER)
    await keep(store, first, second)
    closed = await desk.report(Report(channel="page", reporter=SENDER, journal_id=first.id))
    await desk.finish_step(closed.id, "1.1", by=SENDER, note="")
    await learn(desk, closed.id)
    await desk.close(closed.id, by=LEADER, outcome="closed", reason="test address")
    opened = await desk.report(Report(channel="page", reporter=SENDER, journal_id=second.id))
    assert [t.id for t in await desk.tickets()] == [opened.id, closed.id]


async def test_where_nobody_can_be_called_the_admins_hear_of_it(store: Store, clock: TestClock) -> None:
    alone = ORGANISATION.model_copy(update={"people": ()})
    await make_desk(store, clock, organisation=alone).report(Report(channel="api", reporter="", search="x"))
    claimed = await store.commit(lambda s: s.outbox.claim_due("node", clock.now() + timedelta(minutes=5)))
    assert [(n.kind, n.facts["alarm"]) for n in claimed] == [("alarm", "nobody-called")]
