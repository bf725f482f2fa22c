"""Delivery status notifications: who hears them, what they say, and what they cannot be made to say."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.bounce import compose
from gateway.content import HEAD, Content
from gateway.replies import UNANSWERED, Reply
from gateway.smtp.paths import is_mailbox
from mail.envelope import Client, Envelope, ForwardPath

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
WHOLE = "From: taro@tachibana.example\r\nSubject: 件名\r\n\r\nsecret body\r\n".encode()
ASCII = b"From: taro@tachibana.example\r\nSubject: hello\r\n\r\nbody\r\n"
GONE = ForwardPath("gone@customer.example", orcpt="rfc822;old+2Bname@customer.example")
REPLY = Reply(550, "5.1.1 no such user")


def envelope(*paths: ForwardPath, **fields: Any) -> Envelope:
    values = {"id": "QUEUE0000001", "reverse_path": "taro@tachibana.example", "forward_paths": paths} | fields
    return Envelope(client=Client("192.0.2.7"), received_at=NOW, **values)


def composed(failed: dict[ForwardPath, Reply], head: bytes = WHOLE, **fields: Any) -> bytes | None:
    sent = envelope(*failed, **fields)
    return compose(
        sent,
        head,
        failed,
        reporting="relay.example",
        now=NOW,
        message_id="<1@relay.example>",
        organisation="橘建築設計事務所",
    )


def parsed(failed: dict[ForwardPath, Reply], head: bytes = WHOLE, **fields: Any) -> EmailMessage:
    raw = composed(failed, head, **fields)
    assert raw is not None
    Content.from_plain(raw)  # every line end is CRLF
    return message_from_bytes(raw, policy=policy.default)


def blocks(message: EmailMessage) -> list[EmailMessage]:
    """Of the delivery status: the message's, then one for each recipient."""
    _, status, _ = message.iter_parts()
    payload = status.get_payload()
    return [block for block in payload if isinstance(block, EmailMessage)]


def test_it_is_a_report_that_no_machine_answers() -> None:
    message = parsed({GONE: REPLY})
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["To"] == "taro@tachibana.example"
    assert message["From"] == "橘建築設計事務所 <MAILER-DAEMON@relay.example>"
    assert not message.defects


def test_people_read_it_in_both_languages() -> None:
    words = next(iter(parsed({GONE: REPLY}).iter_parts())).get_content()
    assert "お届けできませんでした" in words
    assert "could not be delivered" in words
    assert "<gone@customer.example>\n    550 5.1.1 no such user" in words.replace("\r\n", "\n")


def test_machines_read_the_status_of_every_recipient() -> None:
    other = ForwardPath("山田@customer.example")
    whole, first, second = blocks(parsed({GONE: REPLY, other: Reply(451, "later")}, envid="QQ+2B1"))
    assert (whole["Original-Envelope-Id"], whole["Reporting-MTA"]) == ("QQ+1", "dns; relay.example")
    assert first["Original-Recipient"] == "rfc822; old+name@customer.example"
    assert first["Final-Recipient"] == "rfc822; gone@customer.example"
    assert (first["Action"], first["Status"]) == ("failed", "5.1.1")
    assert first["Diagnostic-Code"] == "smtp; 550 5.1.1 no such user"
    assert second["Final-Recipient"] == r"utf-8; \x{5C71}\x{7530}@customer.example"
    assert second["Status"] == "4.0.0"
    assert "Original-Recipient" not in second


def test_the_header_goes_back_and_the_body_only_when_asked_for_and_all_here() -> None:
    *_, header = parsed({GONE: REPLY}).iter_parts()
    assert header.get_content_type() == "text/rfc822-headers"
    assert "secret body" not in header.as_string()
    raw = composed({GONE: REPLY}, ASCII, ret="FULL")
    assert raw is not None
    assert raw.count(ASCII.rstrip()) == 1
    *_, whole = parsed({GONE: REPLY}, ASCII, ret="FULL").iter_parts()
    assert whole.get_content_type() == "message/rfc822"
    *_, cut = parsed({GONE: REPLY}, (WHOLE + b"x" * HEAD)[:HEAD], ret="FULL").iter_parts()
    assert cut.get_content_type() == "text/rfc822-headers"
    *_, torn = parsed({GONE: REPLY}, (b"X-A: b\r\n" * HEAD)[: HEAD - 3] + b"X-T").iter_parts()
    assert "X-T" not in torn.as_string()


@pytest.mark.parametrize("head", [WHOLE, b"Subject: " + b"x" * 990 + b"\r\n\r\nsecret body\r\n"])
def test_a_header_that_not_every_server_takes_goes_back_encoded_and_its_body_not_at_all(head: bytes) -> None:
    raw = composed({GONE: REPLY}, head, ret="FULL")
    assert raw is not None
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    *_, header = parsed({GONE: REPLY}, head, ret="FULL").iter_parts()
    assert header.get_content_type() == "text/rfc822-headers"
    returned = header.get_payload(decode=True)
    assert isinstance(returned, bytes)
    assert returned.rstrip() == head.partition(b"\r\n\r\n")[0]


def test_a_message_without_a_header_sends_no_body_back() -> None:
    assert b"secret" not in (composed({GONE: REPLY}, b"\r\nsecret body\r\n") or b"")


def test_a_long_address_in_other_letters_is_cut_at_a_letter() -> None:
    address = "山" * 60 + "@" + "田" * 60 + ".example"
    assert is_mailbox(address)
    raw = composed({ForwardPath(address): REPLY})
    assert raw is not None
    (line,) = [line for line in raw.split(b"\r\n") if line.startswith(b"Final-Recipient: utf-8")]
    assert 880 < len(line) <= 998
    assert line.endswith(b"\\x{7530}")


def test_nobody_is_told_who_did_not_want_to_be() -> None:
    never, delay = ForwardPath("a@x.example", ("NEVER",)), ForwardPath("b@x.example", ("DELAY", "SUCCESS"))
    assert composed({never: REPLY, delay: REPLY}) is None
    wanted = ForwardPath("c@x.example", ("SUCCESS", "FAILURE"))
    raw = composed({never: REPLY, wanted: REPLY})
    assert raw is not None
    assert b"c@x.example" in raw
    assert b"a@x.example" not in raw


@pytest.mark.parametrize("sender", ["", "a@b.example\r\nBcc: x@y.example", "nobody"])
def test_a_null_or_impossible_reverse_path_gets_none(sender: str) -> None:
    assert composed({GONE: REPLY}, reverse_path=sender) is None


@settings(deadline=None)
@given(text=st.text(max_size=900), orcpt=st.text(max_size=200), envid=st.text(max_size=200))
def test_nothing_that_was_said_adds_a_line(text: str, orcpt: str, envid: str) -> None:
    path = ForwardPath("gone@customer.example", orcpt=orcpt)
    message = parsed({path: Reply(550, text)}, envid=envid)
    assert len(message.keys()) == 8
    whole, recipient = blocks(message)
    assert set(whole.keys()) <= {"Original-Envelope-Id", "Reporting-MTA", "Arrival-Date"}
    assert set(recipient.keys()) <= {
        "Original-Recipient",
        "Final-Recipient",
        "Action",
        "Status",
        "Diagnostic-Code",
        "Last-Attempt-Date",
    }


def words(failed: dict[ForwardPath, Reply]) -> str:
    """What people read of it."""
    first = next(part for part in parsed(failed).walk() if part.get_content_type() == "text/plain")
    return str(first.get_content())


def test_of_what_nobody_answered_both_languages_say_so_and_blame_no_address() -> None:
    path = ForwardPath("yamada@customer.example")
    said = words({path: UNANSWERED})
    assert "期限までにどなたからも\nお答えがなかったため、送信を取り消しました" in said.replace("\r\n", "\n")
    assert "nobody answered in time" in said.rpartition("----")[2]
    assert "宛先をご確認のうえ" not in said
    assert "check the addresses" not in said
    refused = words({path: Reply(550, "5.1.1 no such user")})
    assert "宛先をご確認のうえ" in refused
    assert "check the addresses" in refused
