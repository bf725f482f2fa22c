"""Notifications of machines: what is read of them, in the ways that servers and programs really write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail import machine_report, mime
from mail.budget import Budget, Spending
from mail.machine_report import MachineReport, Said

POSTFIX = """Reporting-MTA: dns; mx.tachibana.example
Original-Envelope-Id: QQ314159
X-Postfix-Queue-ID: 4bXyz12345

Final-Recipient: rfc822; tanka@customer.example
Original-Recipient: rfc822;Tanka@customer.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.customer.example
Diagnostic-Code: smtp; 550 5.1.1 <tanka@customer.example>: Recipient address
    rejected: User unknown
"""
EXCHANGE = """Reporting-MTA: dns;EX01.customer.example
Received-From-MTA: dns;mx.tachibana.example

Final-recipient: RFC822;tanka@customer.example
Action: delayed
Status: 4.4.7
"""
SEVERAL = POSTFIX + "\nFinal-Recipient: rfc822; abe@partner.example\nAction: delivered\nStatus: 2.0.0\n"
WIDE = "Reporting-MTA: dns; x\n\nFinal-Recipient: utf-8; 田中\\x{2B}1@customer.example\nAction: failed\nStatus: 5.1.1\n"
ARF = """Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <tanka@customer.example>
Original-Rcpt-To: abe@partner.example
Original-Envelope-Id: QQ314159
"""
MDN = """Reporting-UA: pc.customer.example; Mail 1.0
Original-Recipient: rfc822;tanka@customer.example
Final-Recipient: rfc822;tanka@customer.example
Original-Message-ID: <orig-1@tachibana.example>
Disposition: manual-action/MDN-sent-manually; displayed
"""


def mail(kind: str, machine: str, encoding: str = "") -> bytes:
    """A multipart/report with this part in it."""
    lines = [
        "From: MAILER-DAEMON@customer.example",
        "Content-Type: multipart/report; boundary=b",
        "",
        "--b",
        "",
        "It did not work.",
        "--b",
        f"Content-Type: message/{kind}",
        *([f"Content-Transfer-Encoding: {encoding}"] if encoding else []),
        "",
        machine,
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        "Message-ID: <orig-1@tachibana.example>",
        "--b--",
        "",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


def read(content: bytes) -> MachineReport | None:
    return machine_report.read(mime.split(content, Spending(Budget())).leaves)


def test_a_bounce_names_envid_recipient_status_and_the_other_servers_words_in_one_line() -> None:
    words = "550 5.1.1 <tanka@customer.example>: Recipient address rejected: User unknown"
    said = Said("tanka@customer.example", "Tanka@customer.example", "failed", "5.1.1", words)
    assert read(mail("delivery-status", POSTFIX)) == MachineReport("dsn", (said,), "QQ314159")


def test_every_recipient_of_a_bounce_is_read() -> None:
    found = read(mail("delivery-status", SEVERAL))
    assert found is not None
    assert [(one.final, one.act) for one in found.said] == [
        ("tanka@customer.example", "failed"),
        ("abe@partner.example", "delivered"),
    ]


def test_a_bounce_as_exchange_writes_it_and_one_in_utf8_are_read() -> None:
    found = read(mail("delivery-status", EXCHANGE))
    assert found is not None
    assert found.said == (Said("tanka@customer.example", "", "delayed", "4.4.7"),)
    wide = read(mail("global-delivery-status", WIDE))
    assert wide is not None
    assert wide.said[0].final == "田中+1@customer.example"


def test_a_complaint_names_its_kind_and_everybody_who_complained() -> None:
    found = read(mail("feedback-report", ARF))
    assert found is not None
    assert (found.kind, found.envid) == ("arf", "QQ314159")
    assert [(one.original, one.act) for one in found.said] == [
        ("tanka@customer.example", "abuse"),
        ("abe@partner.example", "abuse"),
    ]


def test_a_complaint_that_hides_who_complained_is_one_all_the_same() -> None:
    found = read(mail("feedback-report", "Feedback-Type: abuse\nVersion: 1\n"))
    assert found is not None
    assert found.said == (Said("", "", "abuse"),)


@pytest.mark.parametrize(("mode", "by_hand"), [("manual-action", True), ("automatic-action", False)])
def test_a_receipt_names_the_message_and_whether_a_person_saw_it(mode: str, by_hand: bool) -> None:
    found = read(mail("disposition-notification", MDN.replace("manual-action", mode)))
    assert found is not None
    assert found.message_ids == ("<orig-1@tachibana.example>",)
    assert found.said == (Said("tanka@customer.example", "tanka@customer.example", "displayed", by_hand=by_hand),)


@pytest.mark.parametrize("machine", ["", "\n\n\n", "no fields here", "Subject: nothing\n"])
@pytest.mark.parametrize("kind", ["delivery-status", "feedback-report", "disposition-notification"])
def test_a_part_that_says_nothing_is_no_report(kind: str, machine: str) -> None:
    assert read(mail(kind, machine)) is None


def test_an_action_nobody_knows_and_an_address_that_is_none_are_left_out() -> None:
    found = read(mail("delivery-status", "A: b\n\nFinal-Recipient: rfc822; x y@z\nAction: eaten\nStatus: 5.0.0\n"))
    assert found is not None
    assert found.said == (Said("", "", "", "5.0.0"),)


def test_of_endless_recipients_some_are_read() -> None:
    found = read(mail("delivery-status", "A: b\n" + "\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n" * 3000))
    assert found is not None
    assert 100 <= len(found.said) <= 201


@settings(max_examples=150, deadline=None)
@given(machine=st.binary(max_size=400), kind=st.sampled_from(["delivery-status", "feedback-report"]))
def test_whatever_stands_there_it_never_raises_and_says_one_line_each(machine: bytes, kind: str) -> None:
    found = read(mail(kind, "X").replace(b"\r\n\r\nX\r\n", b"\r\n\r\n" + machine + b"\r\n"))
    for one in found.said if found else ():
        assert all(c.isprintable() for field in (one.final, one.original, one.words) for c in field)
