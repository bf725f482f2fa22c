"""A calendar part counts as an answer only where declaration and text say so alike, and nothing else travels with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import meeting
from mail.message import read
from mail.shapes import Embedded
from tests.mail.making import message

BOSS = "organizer@customer.example"


def calendar(method: str = "REPLY", *lines: str, uid: str = "1@customer.example") -> str:
    said = ("BEGIN:VCALENDAR", *([f"METHOD:{method}"] if method else []), "BEGIN:VEVENT", f"UID:{uid}", *lines)
    return "\r\n".join((*said, f"ORGANIZER;CN=Boss:mailto:{BOSS}", "END:VEVENT", "END:VCALENDAR", ""))


def mail(*parts: str) -> bytes:
    cut = "".join(f"--cut\r\n{part}\r\n" for part in parts)
    return message(f"{cut}--cut--\r\n".encode(), 'Content-Type: multipart/alternative; boundary="cut"')


TEXT = "Content-Type: text/plain\r\n\r\naccepted"


def part(method: str, text: str, name: str = "") -> str:
    said = f"; method={method}" if method else ""
    file = f'\r\nContent-Disposition: attachment; filename="{name}"' if name else ""
    return f"Content-Type: text/calendar; charset=utf-8{said}{file}\r\n\r\n{text}"


def answered(*parts: str) -> frozenset[str]:
    return meeting.answered(read(mail(*parts)))


def test_a_reply_names_the_organiser_as_the_one_it_is_for() -> None:
    assert answered(TEXT, part("REPLY", calendar())) == {BOSS}
    assert answered(TEXT, part("reply", calendar()), part("REPLY", calendar(), "invite.ics")) == {BOSS}


def test_a_cancellation_names_those_who_were_invited() -> None:
    invited = 'ATTENDEE;CN="Sato, T";ROLE=REQ-PARTICIPANT:MAILTO:Sato@\r\n Customer.example'
    assert answered(TEXT, part("CANCEL", calendar("CANCEL", invited))) == {"sato@customer.example"}


@pytest.mark.parametrize(
    "parts",
    [
        [part("REPLY", calendar("REQUEST"))],
        [part("REQUEST", calendar("REPLY"))],
        [part("", calendar("REPLY"))],
        [part("REPLY", calendar(""))],
        [part("REPLY", calendar("REPLY", "END:VEVENT", "METHOD:REQUEST"))],
        [part("REPLY", calendar()), part("REQUEST", calendar("REQUEST"), "invite.ics")],
        [part("REPLY", calendar()), part("REPLY", calendar(uid="2@customer.example"), "invite.ics")],
        [part("REPLY", calendar("REPLY", "END:VEVENT", "BEGIN:VEVENT", "UID:2@customer.example"))],
        [part("REQUEST", calendar("REQUEST"))],
        [part("REPLY", calendar()), "Content-Type: text/csv; name=list.csv\r\n\r\na,b"],
        [part("REPLY", calendar()), "Content-Type: text/plain; name=note.txt\r\n\r\na,b"],
        [part("REPLY", calendar()), "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhello"],
        ["Content-Type: text/calendar; method=REPLY; method=REQUEST\r\n\r\n" + calendar()],
        [TEXT],
    ],
)
def test_what_says_two_things_or_carries_more_is_no_answer(parts: list[str]) -> None:
    assert answered(TEXT, *parts) == frozenset()


def test_a_request_a_change_and_a_cancellation_have_their_place_in_the_order_and_a_reply_has_none() -> None:
    of = {m: meeting.ordered(read(mail(TEXT, part(m, calendar(m)))).meetings) for m in ("REQUEST", "CANCEL", "REPLY")}
    assert of["REQUEST"] == of["CANCEL"] != ()
    assert of["REPLY"] == ()
    assert "customer" not in of["REQUEST"][0]


def test_either_reading_gives_a_request_its_place() -> None:
    for declared, said in (("REQUEST", "REPLY"), ("REPLY", "REQUEST"), ("", "REQUEST"), ("REQUEST", "")):
        assert meeting.ordered(read(mail(TEXT, part(declared, calendar(said)))).meetings) != ()


def test_the_name_of_an_alarm_is_no_meeting() -> None:
    inner = ("BEGIN:VALARM", "UID:alarm", "END:VALARM")
    assert answered(TEXT, part("REPLY", calendar("REPLY", *inner))) == {BOSS}


def test_a_calendar_in_an_attached_mail_is_nobodys_answer() -> None:
    inner = f"Subject: x\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{calendar()}"
    assert read(mail(TEXT, f"Content-Type: message/rfc822\r\n\r\n{inner}")).meetings == ()


@given(st.binary(max_size=400))
def test_any_octets_are_read_without_an_error(data: bytes) -> None:
    found = meeting.of(Embedded("", b"BEGIN:VCALENDAR\r\n" + data, "text/calendar", method="REPLY"))
    assert found.declared == "REPLY"
