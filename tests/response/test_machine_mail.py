"""Bounces, complaints and receipts at the desk: what they show, and that by themselves they stop, block and prove nothing."""

import pytest

from response import machine_mail
from response.desk import Desk
from response.options import ResponseOptions
from store.blocks import BlockRow
from store.engine import Store
from store.holds import State as HoldState
from store.journal import Line as JournalLine
from store.machine_reports import EACH, MOST
from store.tickets import Ticket, TicketRecipient
from tests.helpers.clock import TestClock
from tests.response.cases import OPTIONS, OTHER, SENDER, WRONG, evidence, held, keep, line, make_desk, told

CLIENT = "192.0.2.1"
DSN = "Final-Recipient: rfc822; {to}\r\nAction: {act}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
ARF = "Feedback-Type: {act}\r\nVersion: 1\r\nOriginal-Rcpt-To: {to}\r\n"
MDN = "Final-Recipient: rfc822;{to}\r\nDisposition: manual-action/MDN-sent-manually; {act}\r\n"
PARTS = {"dsn": ("delivery-status", DSN), "arf": ("feedback-report", ARF), "mdn": ("disposition-notification", MDN)}


def notification(
    kind: str, *, to: str = WRONG, act: str, message_id: str = "", queue_id: str = "", envid: str = "", tail: str = ""
) -> bytes:
    """A notification that names its message in these ways."""
    name, machine = PARTS[kind]
    machine = machine.format(to=to, act=act, status="5.1.1" if act == "failed" else "2.0.0")
    first = f"Reporting-MTA: dns; mx.customer.example\r\nOriginal-Envelope-Id: {envid}\r\n\r\n" if kind == "dsn" else ""
    more = f"Original-Message-ID: {message_id}\r\n" if kind == "mdn" and message_id else ""
    came_back = f"Message-ID: {message_id}\r\n" if message_id and kind != "mdn" else ""
    if queue_id:
        came_back += (
            f"Received: from a (b [192.0.2.9])\r\n\tby relay.x (Sekisho) with ESMTPS id {queue_id};\r\n\tnow\r\n"
        )
    lines = [
        "From: MAILER-DAEMON@customer.example",
        "Subject: Undelivered",
        "Content-Type: multipart/report; boundary=b",
        "",
        "--b",
        "",
        f"Sorry. {tail}",
        "--b",
        f"Content-Type: message/{name}",
        "",
        f"{first}{machine}{more}",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"{came_back}Subject: x",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def of(ticket: Ticket | None, address: str = WRONG) -> TicketRecipient:
    """What a ticket says of a recipient."""
    assert ticket is not None
    return next(one for one in ticket.recipients if one.address == address)


async def blocks(store: Store) -> tuple[BlockRow, ...]:
    return tuple(await store.read(lambda s: s.blocks.in_force()))


@pytest.fixture
async def sent(store: Store) -> JournalLine:
    """A message that passed, to two."""
    passed = line(WRONG, OTHER, envid="QQ+314159")
    await keep(store, passed)
    return passed


@pytest.mark.parametrize("way", ["message-id", "queue-id", "envid"])
async def test_a_bounce_is_matched_in_each_way_and_shown_at_the_open_ticket_of_its_message(
    desk: Desk, store: Store, sent: JournalLine, way: str
) -> None:
    ticket = await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{sent.message_id}\r\n".encode(), proven=True)
    named = {
        "message-id": {"message_id": sent.message_id},
        "queue-id": {"queue_id": sent.queue_id},
        "envid": {"envid": "QQ+314159"},
    }
    content = notification("dsn", act="failed", **named[way])
    told_by = await desk.take_mail("", CLIENT, content)
    assert of(told_by).delivery == "bounced"
    assert of(told_by).reply == "5.1.1 550 5.1.1 no such user"
    assert of(told_by, OTHER).delivery == "delivered"
    record = (await evidence(store, ticket.id))[-1]
    assert (record.event, record.object, record.has_blob) == ("machine-report", "dsn", True)
    assert record.body["said"][0]["recipient"] == WRONG
    assert not record.body["proves"]


async def test_a_bounce_alone_opens_no_ticket_and_is_shown_when_one_opens_later(
    desk: Desk, store: Store, sent: JournalLine
) -> None:
    assert await desk.take_mail("", CLIENT, notification("dsn", act="failed", message_id=sent.message_id)) is None
    assert await desk.tickets() == ()
    ticket = await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{sent.message_id}\r\n".encode(), proven=True)
    assert of(ticket).delivery == "bounced"
    assert "machine-reports" in {entry.object for entry in await evidence(store, ticket.id)}


async def test_a_bounce_is_no_proof_that_it_did_not_arrive(desk: Desk, store: Store) -> None:
    passed = line(WRONG)
    await keep(store, passed)
    await desk.take_mail("", CLIENT, notification("dsn", act="failed", message_id=passed.message_id))
    ticket = await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{passed.message_id}\r\n".encode(), proven=True)
    assert (of(ticket).wrong, of(ticket).delivery) == ("yes", "bounced")
    proven = set(desk.office.manual.automatic("proven"))
    assert all(step.state == "todo" for step in ticket.steps if step.step in proven)
    assert "handed-over" in of(ticket).contained
    assert await blocks(store)


@pytest.mark.parametrize("act", ["delayed", "delivered", "relayed"])
async def test_only_a_failure_changes_what_is_shown_of_a_recipient(desk: Desk, sent: JournalLine, act: str) -> None:
    await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{sent.message_id}\r\n".encode(), proven=True)
    ticket = await desk.take_mail("", CLIENT, notification("dsn", act=act, message_id=sent.message_id))
    assert of(ticket).delivery == "delivered"


async def test_a_bounce_never_says_that_what_is_held_has_left(desk: Desk, store: Store) -> None:
    hold = held()
    await keep(store, hold)
    await desk.report_mail(OTHER, CLIENT, f"Subject: x\r\n\r\n{hold.message_id}\r\n".encode())
    ticket = await desk.take_mail("", CLIENT, notification("dsn", act="failed", message_id=hold.message_id))
    assert of(ticket).delivery == "held"
    assert (await store.read(lambda s: s.holds.get(hold.id))).state is HoldState.HELD  # type: ignore[union-attr]


@pytest.mark.parametrize(("bounces", "asked", "opens"), [
    ("note", True, False),
    ("asked", True, True),
    ("asked", False, False),
    ("ticket", False, True),
])  # fmt: skip
async def test_a_bounce_opens_a_ticket_only_where_the_settings_take_it_for_a_sign(
    store: Store, clock: TestClock, bounces: str, asked: bool, opens: bool
) -> None:
    desk = make_desk(store, clock, options=ResponseOptions(report_address=OPTIONS.report_address, bounces=bounces))
    hold = held()
    passed = line(WRONG, verdict=dict(hold.verdict)) if asked else line(WRONG)
    await keep(store, passed)
    ticket = await desk.take_mail("", CLIENT, notification("dsn", act="failed", message_id=passed.message_id))
    assert bool(ticket) is opens
    assert await blocks(store) == ()
    if ticket:
        assert (ticket.certain, of(ticket).wrong) == (False, "yes")


async def test_a_complaint_opens_an_uncertain_ticket_about_who_complained_that_blocks_nothing(
    desk: Desk, store: Store, sent: JournalLine
) -> None:
    ticket = await desk.take_mail("", CLIENT, notification("arf", act="abuse", message_id=sent.message_id))
    assert ticket is not None
    assert (ticket.journal_id, ticket.certain, ticket.match_method) == (sent.id, False, "message-id")
    assert [(r.address, r.wrong) for r in ticket.recipients] == [(OTHER, "unknown"), (WRONG, "yes")]
    assert await blocks(store) == ()
    assert {n.kind for n in await told(store, ticket.id)} == {"call_superior", "call_responder"}
    again = await desk.take_mail("", CLIENT, notification("arf", act="abuse", to=OTHER, message_id=sent.message_id))
    assert again is not None
    assert again.id == ticket.id


@pytest.mark.parametrize("act", ["not-spam", "auth-failure"])
async def test_what_is_no_complaint_opens_nothing(desk: Desk, sent: JournalLine, act: str) -> None:
    assert await desk.take_mail("", CLIENT, notification("arf", act=act, message_id=sent.message_id)) is None


async def test_a_complaint_that_names_no_message_of_ours_is_an_outside_report_all_the_same(
    desk: Desk, store: Store
) -> None:
    ticket = await desk.take_mail("", CLIENT, notification("arf", act="abuse", message_id="<forged@evil.example>"))
    assert ticket is not None
    assert (ticket.match_method, ticket.certain, ticket.candidates) == ("none", False, ())
    assert await blocks(store) == ()


async def test_a_receipt_is_a_record_of_the_open_ticket_and_opens_none(
    desk: Desk, store: Store, sent: JournalLine
) -> None:
    receipt = notification("mdn", act="displayed", message_id=sent.message_id)
    assert await desk.take_mail("", CLIENT, receipt) is None
    ticket = await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{sent.message_id}\r\n".encode(), proven=True)
    said = await store.read(lambda s: s.machine_reports.of([sent.id]))
    assert [(one.kind, one.address, one.act, one.by_hand) for one in said] == [("mdn", WRONG, "displayed", True)]
    other = notification("mdn", to=OTHER, act="displayed", message_id=sent.message_id)
    assert (await desk.take_mail("", CLIENT, other)).id == ticket.id  # type: ignore[union-attr]
    assert (await evidence(store, ticket.id))[-1].body["said"][0]["act"] == "displayed"


async def test_a_notification_of_no_message_of_ours_is_one_line_of_the_audit_log(desk: Desk, store: Store) -> None:
    assert await desk.take_mail("", CLIENT, notification("dsn", act="failed", message_id="<x@y.example>")) is None
    (entry, *_) = await store.read(lambda s: s.audit.newest())
    assert (entry["act"], entry["details"]["outcome"]) == ("machine-report", "unmatched")
    assert "customer" not in str(entry["details"])


async def test_the_same_notification_twice_is_one_record_and_of_endless_others_some_are_kept(
    desk: Desk, store: Store, sent: JournalLine
) -> None:
    ticket = await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{sent.message_id}\r\n".encode(), proven=True)
    for number in (0, 0, *range(MOST // 20)):
        several = "".join(
            DSN.format(to=f"x{n}{number}@a.example", act="failed", status="5.1.1") + "\r\n" for n in range(30)
        )
        content = notification("dsn", act="failed", message_id=sent.message_id, tail=str(number))
        await desk.take_mail(
            "",
            CLIENT,
            content.replace(b"--b\r\nContent-Type: text/rfc", several.encode() + b"--b\r\nContent-Type: text/rfc"),
        )
    said = await store.read(lambda s: s.machine_reports.of([sent.id]))
    assert len(said) == EACH
    records = [entry for entry in await evidence(store, ticket.id) if entry.event == "machine-report"]
    assert 1 <= len(records) <= machine_mail.EACH
    assert len({entry.body["sha256"] for entry in records}) == len(records)


def forged(sent: JournalLine, number: int, host: str = "") -> bytes:
    """One that somebody made up, each another one, with another sender."""
    content = notification("dsn", to=OTHER, act="failed", message_id=sent.message_id, tail=str(number))
    return content.replace(b"MAILER-DAEMON@customer.example", f"x@{host or number}.evil.example".encode())


@pytest.mark.parametrize("clients", [1, 3, 250], ids=["one host", "three", "more than there are places"])
@pytest.mark.parametrize("first", [True, False], ids=["the genuine one first", "last"])
async def test_however_many_are_forged_a_genuine_one_finds_its_place_beside_the_line_and_at_the_ticket(
    desk: Desk, store: Store, sent: JournalLine, clients: int, *, first: bool
) -> None:
    ticket = await desk.report_mail(SENDER, CLIENT, f"Subject: x\r\n\r\n{sent.message_id}\r\n".encode(), proven=True)
    genuine = notification("dsn", act="failed", message_id=sent.message_id)
    if first:
        await desk.take_mail("", CLIENT, genuine)
    for number in range(MOST + 50 if clients > 1 else MOST):
        host = f"2001:db8:{number % clients:x}::{number + 1:x}"
        await desk.take_mail("", host, forged(sent, number))
    if not first:
        await desk.take_mail("", CLIENT, genuine)
    said = await store.read(lambda s: s.machine_reports.of([sent.id]))
    assert [one.address for one in said if one.source == CLIENT] == [WRONG]
    assert len(said) <= MOST
    found = await desk.ticket(ticket.id)
    assert of(found).delivery == "bounced"
    records = [e for e in await evidence(store, ticket.id) if e.event == "machine-report"]
    assert sum(e.body["source"] == CLIENT for e in records) == 1
    assert len(records) <= machine_mail.RECORDS + clients
    assert sum(e.has_blob for e in records) <= machine_mail.RECORDS


@pytest.mark.parametrize(
    ("client", "source"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("10.0.0.25", "customer.example"),
        ("", "customer.example"),
        ("strange", "customer.example"),
    ],
)
async def test_the_source_is_the_host_outside_and_behind_a_server_of_ours_what_the_header_says(
    desk: Desk, store: Store, sent: JournalLine, client: str, source: str
) -> None:
    await desk.take_mail("", client, notification("dsn", act="failed", message_id=sent.message_id))
    (said,) = await store.read(lambda s: s.machine_reports.of([sent.id]))
    assert said.source == source


async def test_a_bounce_that_somebody_forwards_is_a_report_of_that_person(desk: Desk, sent: JournalLine) -> None:
    bounce = notification("dsn", act="failed", message_id=sent.message_id)
    content = (
        (
            f"From: {SENDER}\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nhelp\r\n--o\r\n"
            "Content-Type: message/rfc822\r\n\r\n"
        ).encode()
        + bounce
        + b"\r\n--o--\r\n"
    )
    ticket = await desk.take_mail(SENDER, CLIENT, content, proven=True)
    assert ticket is not None
    assert ticket.journal_id == sent.id
    assert ticket.reporter == SENDER
