"""Where two readers would read two bodies, both are inspected; where they would read one, nobody is asked."""

import quopri
from base64 import b64encode, encodebytes
from binascii import b2a_uu
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import boundaries, transfer
from mail.aside import said_aside
from mail.content_fields import read_kind
from mail.headers import Headers
from mail.message import read
from mail.text_of._entities import entities
from rules.content_ambiguous import Options
from tests.mail.making import losses, message, text_of, zipped

SECRET = "佐藤 花子 090-0000-0000"
NOTED = Options().noted


def grave(content: bytes) -> set[str]:
    return set(read(content).ambiguous) - NOTED


def fields(*lines: str) -> Headers:
    return Headers("\r\n".join((*lines, "", "")).encode())


@pytest.mark.parametrize(
    ("body", "otherwise"),
    [
        (b"=" + b"=".join(b"=%02X" % o for o in b"one") + b"=", b"one"),
        (b"=0=6F=0=6E=0=65", b"one"),
        (b"=XX=6F=XX=6E=XX=65", b"one"),
        (b"=0a=6F=0a=6E=0a=65", b"one"),
        (b"=zo=nn=ye", b"zonnye"),
    ],
)
def test_what_decoders_make_of_escapes_that_are_none_is_read(body: bytes, otherwise: bytes) -> None:
    data, _ = transfer.quoted_printable(body)
    assert otherwise in transfer.quoted_printable_otherwise(body, data)


@given(st.text(max_size=200))
def test_well_formed_quoted_printable_has_one_reading(text: str) -> None:
    body = quopri.encodestring(text.encode())
    assert transfer.quoted_printable_otherwise(body, transfer.quoted_printable(body)[0]) == b""


@given(st.binary(min_size=1, max_size=300), st.sampled_from([b"#", b"-", b"\x0b", b"."]), st.integers(1, 80))
def test_base64_with_junk_is_read_as_if_it_were_not_there(data: bytes, junk: bytes, every: int) -> None:
    letters = b64encode(data)
    body = b"".join(letters[at : at + every] + junk for at in range(0, len(letters), every))
    assert transfer.base64_readings(body)[0][0] == data


@pytest.mark.parametrize(
    "body",
    [
        b"A\r\n\r\n" + b64encode(SECRET.encode()),
        b"".join(b64encode(bytes((octet,))).replace(b"==", b"=") for octet in SECRET.encode()),
        b64encode(SECRET.encode()).replace(b"A", b"="),
        SECRET.encode(),
    ],
)
def test_every_decoder_of_broken_base64_is_followed(body: bytes) -> None:
    readings, good = transfer.base64_readings(body)
    assert not good
    assert any(SECRET.encode() in reading for reading in readings)


def test_a_footer_behind_base64_is_words_and_nobody_is_asked() -> None:
    body = encodebytes(b"the minutes of the meeting " * 9)
    footer = b"\n________________________\nour list, minutes and all that\nhttp://list.customer.example/\n"
    content = message(body + footer, "Content-Transfer-Encoding: base64")
    assert grave(content) == set()
    assert "minutes of the meeting" in text_of(read(content))
    assert "our list" in text_of(read(content))
    hidden = b"\n" + b" #".join(bytes((letter,)) for letter in b64encode(SECRET.encode() * 3)) + b"\n"
    again = message(body + hidden, "Content-Transfer-Encoding: base64")
    assert grave(again) == {"bad_base64"}


@pytest.mark.parametrize("name", ["7-bit", "8bits", "plain", "text/html", "none", "utf-8"])
def test_an_encoding_that_nobody_knows_on_plain_words_is_noted_only(name: str) -> None:
    words = b"<p>Dear Hanako, the meeting is at ten. Best regards, Taro</p>\r\n"
    assert grave(message(words, f"Content-Transfer-Encoding: {name}")) == set()
    for body in (encodebytes(words * 3), quopri.encodestring("会議は十時".encode())):
        assert grave(message(body, f"Content-Transfer-Encoding: {name}")) == {"unknown_transfer_encoding"}


@given(st.sampled_from(["base64", "quoted-printable", "7bit", "x-uue"]), st.sampled_from(["", "(a)", "\t", ";", "x-"]))
def test_an_encoding_is_found_in_whatever_stands_around_it(name: str, odd: str) -> None:
    for value in (odd + name, name + odd, f'"{name}"', f"=?utf-8?Q?{name}?="):
        kind, _ = read_kind(fields(f"Content-Transfer-Encoding: {value}"), "text/plain")
        assert kind.encodings[0] == name.replace("7bit", "").replace("x-uue", "x-uuencode")


@pytest.mark.parametrize(
    "value", ["multi\\part/mixed", ":multipart/mixed", "multipart", "=?u?Q?multipart?=/mixed", "xmultipart/a"]
)
def test_a_multipart_is_one_however_it_is_written(value: str) -> None:
    kind, defects = read_kind(fields(f"Content-Type: {value}; boundary=cut"), "text/plain")
    assert kind.is_multipart
    assert kind.boundaries == ("cut",)
    assert value == "multipart" or "malformed_content_type" in defects


def test_boundaries_of_real_programs_are_no_defects() -> None:
    for boundary in ("Boundary_(ID_PGS2F2a+z+/jL7hupKgRhA)", "----=_Part_1_2.3", "=_?:x'y", "_000_A(b)c_"):
        assert read_kind(fields(f'Content-Type: multipart/mixed; boundary="{boundary}"'), "")[1] == ()


@given(st.lists(st.sampled_from([b"--cut", b"--cut--", b"--cuter", b"\r\n", b" ", b"x", b"-"]), max_size=30))
def test_the_delimiters_of_a_boundary_come_in_order_and_do_not_overlap(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    cuts = boundaries.cuts(content, 0, len(content), ["cut", "cuter"])
    edges = [edge for cut in cuts for edge in (cut.begins, cut.behind)]
    assert all(cut.begins < cut.behind for cut in cuts)
    assert sorted(cut.begins for cut in cuts) == edges[::2]


@pytest.mark.parametrize("place", ["before\r\n", "> ", "\t", "-- \r\nX-Name: a\r\n"])
def test_an_encoded_body_in_a_text_is_read_with_the_fields_that_stand_before_it(place: str) -> None:
    for name, body in (
        ("base64", encodebytes(SECRET.encode())),
        ("Quoted-Printable", quopri.encodestring(SECRET.encode())),
    ):
        text = f"{place}Content-Transfer-Encoding: {name}\r\n\r\n".encode() + body
        files, lost = entities(text)
        assert [file.data.rstrip().decode() for file in files] == [SECRET]
        assert lost == []


def test_more_encoded_bodies_than_anybody_pastes_are_a_limit() -> None:
    one = b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(b"innocent") + b"--\r\n"
    assert [lost.reason for lost in entities(one * 60)[1]] == ["limit"]


def test_yenc_and_binhex_do_not_pass_unread() -> None:
    body = bytes((octet + 42) & 255 for octet in b"one two 090-0000-0000")
    text = b"hello\r\n=ybegin line=128 size=9 name=a\r\n" + body + b"\r\n=yend size=9\r\n"
    assert [file.data for file in entities(text)[0]] == [b"one two 090-0000-0000"]
    assert {
        lost.where for lost in losses(read(message(b"(This file must be converted with BinHex 4.0)\r\n\r\n:xx:\r\n")))
    } == {"BinHex"}


@pytest.mark.parametrize("widths", [(4, 4, 8, 16, 32), (5,), (7, 3), (40,)])
def test_base64_in_short_lines_is_read_where_nothing_says_so(widths: tuple[int, ...]) -> None:
    letters, body = b64encode(SECRET.encode() * 3), b""
    for count in range(200):
        width = widths[count % len(widths)]
        body, letters = body + letters[:width] + b"\r\n" * bool(letters), letters[width:]
    assert SECRET in text_of(read(message(b"hello\r\n\r\n" + body)))


def test_a_file_in_quoted_printable_that_nobody_declared_is_read() -> None:
    data = b"".join(b"=%02X" % octet for octet in zipped({"list.csv": SECRET}))
    assert SECRET in text_of(read(message(b"hello\r\n" + data)))


def test_fields_that_nobody_shows_are_read_and_those_of_servers_are_not() -> None:
    assert SECRET in said_aside(fields(f"X-Data: {SECRET}"))
    assert SECRET in said_aside(fields(f"Comments: a\r\n {SECRET}\r\n b"))
    assert SECRET in said_aside(fields("X-Data: " + b64encode((SECRET * 2).encode()).decode()))
    assert (
        said_aside(fields("Received: 090-0000-0000", "Message-ID: <1.090-0000-0000@a.example>", "X-Id: " + "0a" * 90))
        == ""
    )
    assert said_aside(fields("X-Who: taro.yamada0900000000@customer.example")) == ""
    inner = message(
        b"--cut\r\nContent-Description: " + SECRET.encode() + b"\r\n\r\nx\r\n--cut--\r\n",
        "Content-Type: multipart/mixed; boundary=cut",
    )
    assert SECRET in text_of(read(inner))


def test_a_message_attached_in_base64_is_read_and_nobody_is_asked() -> None:
    inner = encodebytes(message(SECRET.encode()))
    content = message(inner, "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64")
    assert grave(content) == set()
    assert SECRET in text_of(read(content))


def test_of_two_types_of_text_nobody_is_asked_and_of_two_that_differ_somebody_is() -> None:
    for first, second, defects in (
        ("text/plain; charset=utf-8", "text/html; charset=us-ascii", set()),
        ("text/plain", "text/plain; charset=utf-16", {"duplicate_content_type"}),
        ("text/plain", "message/rfc822", {"duplicate_content_type"}),
    ):
        assert grave(message(b"hello\r\n", f"Content-Type: {first}", f"Content-Type: {second}")) == defects


@given(st.text("あaé\n", min_size=1, max_size=60), st.sampled_from(["base64", "quoted-printable"]))
def test_what_a_mail_program_writes_is_read_once_and_without_a_doubt(text: str, encoding: str) -> None:
    made = EmailMessage()
    made.set_content(text, cte=encoding)
    found = read(made.as_bytes())
    assert len(found.parts) == 1
    assert found.ambiguous == ()


@pytest.mark.parametrize("name", ["x-uuencode", "uue", "7bit"])
@pytest.mark.parametrize("declared", ["text/csv", "text/html", "text/plain"])
def test_a_uuencoded_file_is_read_whatever_its_lines_look_like(name: str, declared: str) -> None:
    data = (SECRET + "\r\n").encode() * 9
    lines = b"".join(b2a_uu(data[at : at + 45], backtick=True) for at in range(0, len(data), 45)).replace(
        b"\n", b"\r\n"
    )
    fields = (f"Content-Type: {declared}; name=a.csv", f"Content-Transfer-Encoding: {name}")
    for body in (b"begin 644 a\r\n" + lines + b"`\r\nend\r\n", b"begin 644 a\r\n" + lines, lines):
        if body != lines or name != "7bit":
            assert SECRET in text_of(read(message(body, *fields)))


def test_utf7_that_is_well_formed_is_read_both_ways_and_only_noted() -> None:
    written = SECRET.encode("utf-7")
    found = read(message(written, "Content-Type: text/plain; charset=utf-7"))
    assert SECRET in text_of(found)
    assert written.decode() in text_of(found)
    assert set(found.ambiguous) == {"utf7_as_declared"}
    assert set(found.ambiguous) <= NOTED


@pytest.mark.parametrize("broken", [b"+81-90-0000-0000", b"visa +x", b"+2AA-", b"+AAA-", b"\xe9+APw-"])
def test_utf7_that_decoders_read_differently_is_asked_about(broken: bytes) -> None:
    assert "utf7" in grave(message(broken, "Content-Type: text/plain; charset=utf-7"))


def test_words_about_encodings_are_no_encoded_body() -> None:
    words = b"It said\r\nContent-Transfer-Encoding: base64\r\n\r\nShould this not go above (in a part of its own)?\r\n"
    assert entities(words) == ([], [])
    assert losses(read(message(words))) == ()
    behind = words + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(SECRET.encode())
    assert SECRET in text_of(read(message(behind)))


@pytest.mark.parametrize(
    "fields", ["Content-Type: text/plain", "Content-Type: text/x-log\r\nContent-Disposition: inline"]
)
def test_text_with_a_type_around_the_parts_is_read_and_only_noted(fields: str) -> None:
    for content in (_around(fields, ""), _around("", fields)):
        assert SECRET in text_of(read(content))
        assert set(read(content).ambiguous) == {"fields_around_parts"} <= NOTED


@pytest.mark.parametrize(
    "fields",
    [
        "Content-Type: text/html",
        "Content-Type: text/plain; charset=utf-16",
        "Content-Type: application/zip",
        "Content-Type:\r\n text/html",
        "Content-Type: text/plain\r\nContent-Type: multipart/mixed",
        "Content-Transfer-Encoding: base64\r\nContent-Type: text/plain",
        "Content-Type: text/plain;\r\n boundary=x",
    ],
)
def test_what_could_be_read_otherwise_around_the_parts_is_asked_about(fields: str) -> None:
    assert grave(_around(fields, "")) == grave(_around("", fields)) == {"data_behind_end"}


def _around(before: str, behind: str) -> bytes:
    words = f"\r\n\r\n{SECRET}\r\n"
    body = f"{before}{words}--b\r\n\r\nletter\r\n--b--\r\n{behind}{words}"
    return message(body.encode(), 'Content-Type: multipart/mixed; boundary="b"')
