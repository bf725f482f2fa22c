"""Reports by mail at the desk: who is believed, who is thanked, and what a flood does."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from random import randbytes

import pytest
from sqlalchemy import func, select

from response import flood, original
from response.desk import Desk
from store.engine import Store
from store.evidence import Entry
from store.holds import State as HoldState
from store.tables.tickets import evidence as evidence_table
from tests.helpers.clock import TestClock
from tests.response.cases import COLLEAGUE, SENDER, WRONG, by_link, evidence, held, keep, line, told
from tests.response.test_report_mail import original as attached
from tests.response.test_report_mail import report

CLIENT = "192.0.2.1"


async def test_the_senders_own_mail_from_inside_is_certain(desk: Desk, store: Store) -> None:
    hold = held()
    await keep(store, hold)
    content = report("間違えました", attached(**{"Message-ID": hold.message_id}))
    ticket = await desk.report_mail(SENDER, CLIENT, content, proven=True)
    assert ticket.certain
    assert ticket.match_method == "message-id"
    assert ticket.words == "間違えました"
    assert (await store.read(lambda s: s.holds.get(hold.id))).state is HoldState.CANCELLED  # type: ignore[union-attr]
    entries = await evidence(store, ticket.id)
    reported = next(e for e in entries if e.event == "reported")
    assert reported.body["details"]["client"] == CLIENT
    assert await store.read(lambda s: s.evidence.blob(ticket.id, reported.seq)) == content


@pytest.mark.parametrize(
    ("reverse_path", "proven"),
    [(SENDER, False), (COLLEAGUE, True), (WRONG, True)],
    ids=["unproven", "colleague", "outside"],
)
async def test_anybody_elses_mail_is_not_certain(desk: Desk, store: Store, reverse_path: str, proven: bool) -> None:
    hold = held()
    await keep(store, hold)
    ticket = await desk.report_mail(reverse_path, CLIENT, report(hold.message_id), proven=proven)
    assert not ticket.certain
    assert (await store.read(lambda s: s.holds.get(hold.id))).state is HoldState.HELD  # type: ignore[union-attr]


async def test_header_from_of_the_message_is_its_sender_too(desk: Desk, store: Store) -> None:
    passed = line(WRONG, reverse_path="bounces+1@tachibana.example", header_from=SENDER)
    await keep(store, passed)
    ticket = await desk.report_mail(SENDER, CLIENT, report(passed.message_id), proven=True)
    assert ticket.certain
    assert ticket.sender == "bounces+1@tachibana.example"


async def test_a_quotation_is_found_among_the_reporters_recent_sends(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    wanted = line(WRONG, at=clock.now() - timedelta(days=1))
    await keep(store, wanted, line(WRONG, subject="別件", at=clock.now()))
    day = (clock.now() - timedelta(days=1) + timedelta(hours=9)).strftime("%Y年%m月%d日 %H:%M")
    text = f"間違い\n\n差出人: {SENDER}\n送信日時: {day}\n宛先: {WRONG}\n件名: Re: お見積りの件\n\n本文"
    ticket = await desk.report_mail(SENDER, CLIENT, report(text), proven=True)
    assert ticket.match_method == "quoted"
    assert ticket.journal_id == wanted.id
    assert ticket.certain


async def test_an_address_in_the_reporters_words_is_the_wrong_one(desk: Desk, store: Store) -> None:
    passed = line(WRONG, "abe@partner.example")
    await keep(store, passed)
    ticket = await desk.report_mail(
        SENDER, CLIENT, report(f"{passed.message_id} は {WRONG} に送るべきではなかった"), proven=True
    )
    assert {r.address: r.wrong for r in ticket.recipients} == {WRONG: "yes", "abe@partner.example": "unknown"}


async def test_of_two_addresses_that_differ_in_their_tag_both_may_be_named(desk: Desk, store: Store) -> None:
    both = ("carl+1@customer.example", "carl+2@customer.example")
    passed = line(*both, "carl+3@customer.example")
    await keep(store, passed)
    ticket = await desk.report_mail(SENDER, CLIENT, report(f"{passed.message_id}: {' '.join(both)}"), proven=True)
    assert {r.address for r in ticket.recipients if r.wrong == "yes"} == set(both)


async def test_a_machine_opens_a_ticket_and_is_not_answered(desk: Desk, store: Store) -> None:
    ticket = await desk.report_mail(WRONG, CLIENT, report("I am away", **{"Auto-Submitted": "auto-replied"}))
    assert ticket.reporter_class == "machine"
    assert not [n for n in await told(store, ticket.id) if n.kind in {"report_received", "report_reference"}]


async def test_a_bounce_to_the_report_address_opens_a_ticket_and_answers_nobody(desk: Desk, store: Store) -> None:
    content = (
        b"From: mailer-daemon@x.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nno\r\n--b--\r\n"
    )
    ticket = await desk.report_mail("", CLIENT, content)
    assert ticket.reporter_class == "machine"
    assert {n.kind for n in await told(store, ticket.id)} == {"call_superior", "call_responder"}


async def test_bounces_in_a_loop_make_one_ticket_and_call_once(desk: Desk, store: Store, clock: TestClock) -> None:
    content = b"From: mailer-daemon@x.example\r\nAuto-Submitted: auto-replied\r\n\r\nno\r\n"
    tickets = set()
    for _ in range(30):
        clock.advance(timedelta(seconds=5))
        tickets.add((await desk.report_mail("", CLIENT, content)).id)
    (ticket_id,) = tickets
    calls = [n for n in await told(store, ticket_id) if n.kind == "call_superior"]
    assert len(calls) <= 1


async def test_many_unmatched_reports_of_one_address_join_one_ticket(
    desk: Desk, store: Store, clock: TestClock
) -> None:
    tickets = [await desk.report_mail(WRONG, CLIENT, report(f"help {n}")) for n in range(flood.WHOLE + 5)]
    assert len({t.id for t in tickets}) == 1
    entries = [e for e in await evidence(store, tickets[0].id) if e.event == "reported"]
    assert len(entries) == flood.WHOLE + 5
    assert [e.has_blob for e in entries].count(True) == flood.WHOLE + 1
    assert all(e.body["original_sha256"] for e in entries)
    assert [n.kind for n in await told(store, tickets[0].id) if n.recipient == WRONG] == ["report_reference"]
    clock.advance(flood.WINDOW + timedelta(seconds=1))
    assert (await desk.report_mail(WRONG, CLIENT, report("again"))).id != tickets[0].id


async def reported(store: Store, ticket_id: str) -> list[Entry]:
    return [e for e in await evidence(store, ticket_id) if e.event == "reported"]


@pytest.mark.parametrize(("reverse_path", "whole"), [(COLLEAGUE, True), (WRONG, False)], ids=["inside", "outside"])
async def test_of_a_mail_from_outside_only_the_beginning_is_kept_and_the_digest_of_all(
    desk: Desk, store: Store, reverse_path: str, whole: bool
) -> None:
    content = report("help") + b"x" * 200_000
    ticket = await desk.report_mail(reverse_path, CLIENT, content, proven=True)
    (entry,) = await reported(store, ticket.id)
    kept = await store.read(lambda s: s.evidence.blob(ticket.id, entry.seq))
    assert kept == (content if whole else content[: original.BEGINNING])
    assert (entry.body["kept_whole"], entry.body["original_size"]) == (whole, len(content))
    assert entry.body["original_sha256"] == sha256(content).hexdigest()
    assert await store.read(lambda s: s.evidence.broken(ticket.id)) is None


async def test_strangers_fill_only_so_much_of_the_store_in_a_window(desk: Desk, store: Store, clock: TestClock) -> None:
    async def send(number: int) -> Entry:
        content = report("help") + b64encode(randbytes(200_000))
        ticket = await desk.report_mail(f"x{number}@spam{number % 25}.example", CLIENT, content)
        return (await reported(store, ticket.id))[-1]

    entries = [await send(number) for number in range(100)]
    assert 0 < sum(e.has_blob for e in entries) < 100
    assert not entries[-1].has_blob
    assert all(e.body["original_sha256"] for e in entries)
    kept = await store.read(lambda s: s.evidence._db.scalar(select(func.sum(func.length(evidence_table.c.blob)))))
    assert kept <= original.UNPROVEN + 100 * 32  # and the digest before each
    ticket = await desk.report_mail(COLLEAGUE, CLIENT, report("help"), proven=True)
    assert (await reported(store, ticket.id))[0].has_blob
    clock.advance(timedelta(seconds=original.WINDOW + 1))
    assert (await send(1)).has_blob


async def test_an_address_that_reports_ever_other_messages_opens_only_some_tickets(desk: Desk, store: Store) -> None:
    lines = [line(WRONG) for _ in range(flood.TICKETS + 3)]
    await keep(store, *lines)
    tickets = [await desk.report_mail(WRONG, CLIENT, report(one.message_id)) for one in lines]
    assert len({t.id for t in tickets}) == flood.TICKETS
    joined = {
        e.body["journal_id"] for t in {t.id for t in tickets} for e in await evidence(store, t) if e.event == "reported"
    }
    assert joined == {one.id for one in lines}


async def test_unmatched_mail_of_ever_other_strangers_opens_only_some_tickets(desk: Desk, store: Store) -> None:
    tickets = [await desk.report_mail(f"x{n}@spam.example", CLIENT, report("win")) for n in range(flood.STRANGERS + 3)]
    assert len({t.id for t in tickets}) == flood.STRANGERS
    answered = [n for n in await told(store, tickets[-1].id) if n.kind == "report_reference"]
    assert len(answered) == 1
    assert (await desk.report_mail(COLLEAGUE, CLIENT, report("help"))).id not in {t.id for t in tickets}
    passed = line(WRONG)
    await keep(store, passed)
    assert (await desk.report_mail(WRONG, CLIENT, report(passed.message_id))).id not in {t.id for t in tickets}


async def test_certain_reports_are_never_counted_as_a_flood(desk: Desk, store: Store) -> None:
    holds = [held() for _ in range(flood.TICKETS + 2)]
    await keep(store, *holds)
    assert len({(await desk.report(by_link(hold))).id for hold in holds}) == len(holds)


async def test_a_mail_that_names_an_open_ticket_is_added_to_it(desk: Desk) -> None:
    first = await desk.report_mail(SENDER, CLIENT, report("help"))
    again = await desk.report_mail(WRONG, CLIENT, report(f"about {first.id[:4]}-{first.id[4:]}"))
    assert again.id == first.id


async def test_the_report_address_is_not_the_wrong_one(desk: Desk) -> None:
    ticket = await desk.report_mail(SENDER, CLIENT, report("to moredashita@tachibana.example by mistake"))
    assert ticket.recipients == ()
