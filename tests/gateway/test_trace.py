"""Our own Received line, and how many there are."""

from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.trace import count_received, goes_round, received
from mail.envelope import Client, Envelope, ForwardPath


def envelope(client: Client, **fields: Any) -> Envelope:
    paths = (ForwardPath("bob@customer.example"), ForwardPath("hidden@customer.example"))
    return Envelope("QUEUE0000001", "a@b.example", paths, client, datetime(2026, 4, 1, 9, tzinfo=UTC), **fields)


def test_it_says_who_when_and_how() -> None:
    client = Client("192.0.2.7", "pc7", "pc7.tachibana.example", tls="TLSv1.3")
    assert received(envelope(client), "relay.example") == (
        b"Received: from pc7 (pc7.tachibana.example [192.0.2.7])\r\n"
        b"\tby relay.example (Sekisho) with ESMTPS id QUEUE0000001;\r\n"
        b"\tWed, 01 Apr 2026 09:00:00 +0000\r\n"
    )


def test_a_recipient_is_named_only_where_it_is_the_only_one() -> None:
    several, one = (
        received(envelope(Client("2001:db8::7")), "r.example", for_one=to) for to in (None, "bob@customer.example")
    )
    assert b"customer" not in several
    assert b"\r\n\tfor <bob@customer.example>;" in one
    assert b"[IPv6:2001:db8::7]" in one
    assert (
        b"for"
        not in received(envelope(Client("::1")), "r.example", for_one="a@b\r\nX: y")
        .partition(b";")[0]
        .partition(b"by")[2]
    )


def test_international_mail_is_marked() -> None:
    assert b"with UTF8SMTPS id" in received(envelope(Client("::1", tls="TLSv1.2"), smtputf8=True), "r.example")


@settings(deadline=None)
@given(helo=st.text(max_size=2000), name=st.text(max_size=2000), address=st.text(max_size=99))
def test_nothing_a_client_says_adds_a_line(helo: str, name: str, address: str) -> None:
    line = received(envelope(Client(address, helo, name)), "relay.example")
    parsed = message_from_bytes(line + b"Subject: x\r\n\r\n")
    assert parsed.keys() == ["Received", "Subject"]
    assert line.isascii()
    assert line.endswith(b"\r\n")
    assert max(map(len, line.split(b"\r\n"))) <= 998
    assert count_received(line) == 1


def test_received_lines_of_the_header_are_counted() -> None:
    head = b"Received: a\r\n\tReceived: folded\r\nRECEIVED : b\r\nX-Received: c\r\nreceived:\r\n\r\nReceived: body\r\n"
    assert count_received(head) == 3
    assert count_received(b"") == 0


@given(
    st.lists(
        st.sampled_from([b"Received: x\r\n", b"RECEIVED:\r\n", b"X-Received: y\r\n", b"To: received\r\n"]), max_size=9
    )
)
def test_the_cheap_question_never_hides_a_loop(fields: list[bytes]) -> None:
    head = b"".join(fields) + b"\r\nReceived: body\r\n"
    for most in range(10):
        assert goes_round(head, most) == (count_received(head) > most)
