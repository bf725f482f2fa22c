import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import section
from mail.headers import MAX_FIELDS, Headers, alterable, parse_addresses
from mail.message import Message, read
from mail.section import Section
from mail.shapes import Part
from tests.mail.making import attached, message, signed


def test_a_field_is_found_by_any_spelling_and_decoded() -> None:
    headers = Headers(message(b"", "SUBJECT-2: =?utf-8?B?6KaL56mN5pu4?="))
    assert headers.first("subject-2") == "見積書"
    assert headers.first("nothing") == ""


def test_ranges_point_at_the_octets_of_each_field() -> None:
    content = b"From: a@b.example\r\nTo: x@y.example,\r\n z@y.example\r\nSubject: s\r\n\r\nbody"
    headers = Headers(content)
    (to,) = headers.ranges("to")
    assert content[to.start : to.end] == b"To: x@y.example,\r\n z@y.example\r\n"
    assert headers.raw("TO") == (b" x@y.example,\r\n z@y.example",)
    assert content[headers.body_start :] == b"body"


def test_several_fields_of_one_name_are_all_there_in_order() -> None:
    headers = Headers(b"Received: one\nReceived: two\n\n")
    assert headers.all("received") == ("one", "two")
    assert list(headers.pairs()) == [("Received", "one"), ("Received", "two")]


@pytest.mark.parametrize(
    ("head", "defect"),
    [
        (b"Subject : a\r\n\r\n", "odd_field"),
        (b"Content-Type : a/b\r\n\r\n", "space_before_colon"),
        (b"Subject: a\r\n \r\nTo: b@c.example\r\n\r\n", "blank_fold"),
        (b"Subject: a\rTo: b\r\n\r\n", "bare_cr"),
        (b"From someone Mon Jan  1\r\nSubject: a\r\n\r\n", "mbox_line"),
        (b"Subject: a\r\nno field at all\r\nTo: b\r\n\r\nContent-Type: a/b", "odd_field"),
        (b"Subject: a\r\nno field at all\r\ncontent-transfer-encoding : b\r\n\r\n", "no_blank_line"),
        (b"Subject: a\0b\r\n\r\n", "nul"),
    ],
)
def test_what_two_readers_read_in_two_ways_is_named(head: bytes, defect: str) -> None:
    assert Headers(head).defects == (defect,)
    assert Headers(b"Subject: a\r\nTo: b@c.example\r\n\r\n").defects == ()


def test_a_line_that_is_no_field_begins_the_body() -> None:
    content = b"Subject: a\r\nno field\r\nTo: b@c.example\r\n\r\n"
    headers = Headers(content)
    assert content[headers.body_start :].startswith(b"no field")
    assert headers.first("to") == ""


def test_a_header_over_the_limit_is_said() -> None:
    content = b"X: " + b"a" * 5000 + b"\r\n\r\nbody"
    assert Headers(content, 1000).over
    assert not Headers(content, 6000).over


def test_more_than_two_thousand_fields_are_too_many() -> None:
    assert Headers(b"X: 1\n" * (MAX_FIELDS + 1) + b"\n").over
    assert not Headers(b"X: 1\n" * MAX_FIELDS + b"\n").over


def test_no_line_can_be_forged_by_an_encoded_word() -> None:
    subject = Headers(b"Subject: =?utf-8?Q?a=0D=0ABcc:_x=40y.example?=\r\n\r\n").subject
    assert "\n" not in subject
    assert "\r" not in subject


def test_message_id_comes_with_its_brackets_and_nothing_behind() -> None:
    assert Headers(b"Message-ID: <1@x.example> (added)\r\n\r\n").message_id == "<1@x.example>"
    assert Headers(b"Message-ID: bare@x.example\r\n\r\n").message_id == "bare@x.example"
    assert Headers(b"\r\n").message_id == ""


def test_two_authors_are_no_author() -> None:
    assert Headers(b"From: A <a@b.example>\r\n\r\n").from_address == "a@b.example"
    assert Headers(b"From: a@b.example, c@d.example\r\n\r\n").from_address == ""
    assert Headers(b"From: a@b.example\r\nFrom: c@d.example\r\n\r\n").from_address == ""


@pytest.mark.parametrize(
    ("field", "automatic"),
    [
        (b"Auto-Submitted: auto-replied", True),
        (b"Auto-Submitted: no", False),
        (b"Auto-Submitted: auto-generated; x=y", True),
        (b"Content-Type: multipart/report; report-type=delivery-status", True),
        (b"Content-Type: multipart/mixed", False),
    ],
)
def test_mail_of_machines_is_recognised(field: bytes, automatic: bool) -> None:
    assert Headers(field + b"\r\n\r\n").is_automatic is automatic


def test_list_mail_is_recognised() -> None:
    assert Headers(b"List-Id: <x.example>\r\n\r\n").is_list_mail
    assert Headers(b"Precedence: Bulk\r\n\r\n").is_list_mail
    assert not Headers(b"Subject: list\r\n\r\n").is_list_mail


def test_the_end_of_the_first_signature_that_ends_is_seen() -> None:
    def ends(*tags: str) -> int | None:
        fields = "".join(f"DKIM-Signature: v=1; a=rsa-sha256;{tag} b=abc\r\n" for tag in tags)
        return Headers(f"{fields}\r\n".encode()).dkim_ends

    assert ends(" x=1800000000;", "", " t=1; x = 1700000000 ;") == 1700000000
    assert ends("", " bx=1700000000;") is None
    assert ends() is None


def test_why_a_message_may_not_be_altered() -> None:
    def why(content: bytes) -> str:
        return alterable(Headers(content), read(content))

    assert why(message()) == ""
    assert why(message(b"x", "DKIM-Signature: v=1; b=x")) == "dkim"
    assert (
        why(message(b"x", 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b'))
        == "smime"
    )
    assert why(message(b"-----BEGIN PGP MESSAGE-----\r\nabc\r\n")) == "pgp"
    assert why(attached(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "invite.ics", "text/calendar")) == "calendar"
    assert why(attached(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86rest", "message.rpmsg")) == "rms"
    assert why(attached(b"anything", "message.rpmsg")) == "rms"
    assert why(message(b"x", "Content-Class: RPMSG.Message")) == "rms"
    assert why(message(b"x", "Content-Class: urn:content-classes:calendarMessage")) == "calendar"
    strict = Message((), (Part("", "smime", 1, ""),))
    assert alterable(Headers(b"DKIM-Signature: x\r\n\r\n"), strict) == "smime"


CLEAR = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nhello\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n"
)
"""RFC 9580 7: a text that is signed in itself."""
HTML = b"--a\r\nContent-Type: text/html\r\n\r\n<pre>" + CLEAR + b"</pre>\r\n--a--\r\n"


def in_signed(protocol: str, signature: bytes) -> bytes:
    """RFC 1847 2.1."""
    return (
        b'Content-Type: multipart/signed; protocol="' + protocol.encode() + b'"; boundary=s\r\n\r\n'
        b"--s\r\nContent-Type: text/plain\r\n\r\nhello\r\n--s\r\n" + signature + b"\r\n--s--\r\n"
    )


def mixed(inner: bytes) -> bytes:
    return message(b"--m\r\n" + inner + b"\r\n--m--\r\n", "Content-Type: multipart/mixed; boundary=m")


def flat(inner: bytes) -> bytes:
    head, _, body = inner.partition(b"\r\n\r\n")
    return message(body, head.decode())


P7S = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx"
ASC = b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nx"
SMIME, PGP = in_signed("application/pkcs7-signature", P7S), in_signed("application/pgp-signature", ASC)
BARE = in_signed("application/x-new", b"Content-Type: application/x-new\r\n\r\nx")
TWICE = b"Content-Type: multipart/mixed; boundary=n\r\n\r\n--n\r\n" + SMIME + b"\r\n--n--\r\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (flat(SMIME), "smime"),
        (flat(PGP), "pgp"),
        (mixed(SMIME), "smime"),
        (mixed(PGP), "pgp"),
        (mixed(BARE), "smime"),
        (mixed(TWICE), "smime"),
        (mixed(b"Content-Type: message/rfc822\r\n\r\n" + flat(SMIME)), "smime"),
        (message(CLEAR), "pgp"),
        (message(b"hello\r\n\r\n" + CLEAR), "pgp"),
        (message(HTML, "Content-Type: multipart/alternative; boundary=a"), "pgp"),
        (attached(signed(b"hello"), "smime.p7m", "application/pkcs7-mime"), "smime"),
        (attached(signed(b"hello"), "file.bin"), "smime"),
        (attached(b"anything", "SMIME.P7M"), "smime"),
        (attached(b"anything", "letter.pdf.sig"), "pgp"),
        (message(b"x", "DKIM-Signature: v=1; b=x"), "dkim"),
    ],
)
def test_nothing_that_is_signed_may_be_altered_wherever_the_signature_stands(content: bytes, why: str) -> None:
    assert alterable(Headers(content), read(content)) == why


def test_a_large_text_is_not_cut_into_blocks_to_look_for_a_signature() -> None:
    found = read(message(b"hello\r\n" * 1000))
    assert alterable(Headers(message()), found) == ""
    assert "_blocks" not in vars(found.parts[0].blocks)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@b.example", ("a@b.example",)),
        ("A B <a@b.example>, c@d.example", ("a@b.example", "c@d.example")),
        ('"x@y.example" <a@b.example>', ("a@b.example",)),
        ("(x@y.example) a@b.example (comment, with <z@z.example>)", ("a@b.example",)),
        ('"a b"@c.example', ('"a b"@c.example',)),
        ("Team: a@b.example, c@d.example;, e@f.example", ("a@b.example", "c@d.example", "e@f.example")),
        ("undisclosed-recipients:;", ()),
        ("<@relay.example:a@b.example>", ("a@b.example",)),
        ("a@b.example c@d.example", ()),
        ("<a@b.example> c@d.example", ()),
        ("<a@b.example", ()),
        ("a@[192.0.2.1]", ("a@[192.0.2.1]",)),
        ('"unclosed <a@b.example>', ()),
        ("=?utf-8?B?YUBi?= <a@b.example>,,", ("a@b.example",)),
        ("山田 <山田@例え.example>", ("山田@例え.example",)),
        ("", ()),
        ("a@b@c.example", ()),
        ("@b.example", ()),
        ("((((a@b.example", ()),
    ],
)
def test_addresses_are_read_strictly(value: str, expected: tuple[str, ...]) -> None:
    assert parse_addresses(value) == expected


@given(st.text(alphabet='ab@.,:;<>()"\\[] \t\r\n', max_size=60))
def test_what_is_taken_for_an_address_stands_there(value: str) -> None:
    for address in parse_addresses(value):
        assert address in value
        assert "@" in address


head_pieces = [
    b"To: a\r\n",
    b"Cc:\r\n",
    b"X:",
    b" b\r\n",
    b"\t\r\n",
    b" \v\r\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"From x\r\n",
    b"Y : z\r\n",
    b"z",
]


@given(st.lists(st.sampled_from(head_pieces), max_size=10).map(b"".join), st.sampled_from([20, 1000]))
def test_a_header_read_in_one_go_is_the_one_read_by_lines(content: bytes, limit: int) -> None:
    quick, slow = Section(content, 0, len(content), limit), Section(content, 0, len(content), limit)
    if quick._well_formed():
        slow._read_lines()
        assert (quick.fields, quick.body, quick.over) == (slow.fields, slow.body, slow.over)
        assert [*slow.defects, *section._odd_octets(content, slow.fields)] == quick.defects


def test_an_ordinary_header_is_read_in_one_go() -> None:
    content = b"From: a@b.example\r\nTo: x@y.example,\r\n z@y.example\r\n\r\nbody"
    assert Section(content, 0, len(content), 1000)._well_formed()


@given(st.binary(max_size=400))
def test_any_octets_are_a_header(content: bytes) -> None:
    headers = Headers(content)
    assert 0 <= headers.body_start <= len(content)
    for name, value in headers.pairs():
        assert name
        assert "\n" not in value
    for field in headers.fields:
        assert field.start < field.value_start <= field.value_end <= field.end
