from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import mime, transfer
from mail.budget import Budget, Spending
from mail.mime import AMBIGUITIES, Split
from tests.mail.making import attached, message


def split(content: bytes, budget: Budget | None = None) -> Split:
    return mime.split(content, Spending(budget or Budget()))


def multi(body: bytes, kind: str = 'multipart/mixed; boundary="cut"') -> Split:
    return split(message(body, f"Content-Type: {kind}"))


def datas(found: Split) -> list[bytes]:
    return [leaf.data.strip() for leaf in found.leaves]


TWO = b"--cut\r\n\r\none\r\n--cut\r\n\r\ntwo\r\n--cut--\r\n"


def test_a_multipart_falls_into_its_parts() -> None:
    found = multi(TWO)
    assert datas(found) == [b"one", b"two"]
    assert found.ambiguous == ()
    assert found.lost == ()


def test_the_line_end_before_a_boundary_belongs_to_the_boundary() -> None:
    assert [leaf.data for leaf in multi(TWO).leaves] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("kind", "defect"),
    [
        ('multipart/mixed; boundary="cut"; boundary="other"', "duplicate_boundary"),
        ('multipart/mixed; boundary="other"; boundary="cut"', "duplicate_boundary"),
        ("multipart/mixed; boundary='cut'", "malformed_content_type"),
        ('multipart/mixed; boundary="cut', "malformed_content_type"),
        ("multipart/mixed", "malformed_content_type"),
        ('multipart/mixed; boundary*0="c"; boundary*1="ut"', "split_parameter"),
    ],
)
def test_a_boundary_in_doubt_is_found_and_named(kind: str, defect: str) -> None:
    found = multi(TWO, kind)
    assert datas(found) == [b"one", b"two"]
    assert defect in found.ambiguous


def test_a_multipart_without_its_boundary_is_read_as_text() -> None:
    found = multi(b"nothing here\r\n")
    assert datas(found) == [b"nothing here"]
    assert found.ambiguous == ("no_parts",)
    for part in (b"-- \r\nhere\r\n", b"Content-type : text/csv\r\n\r\nhere\r\n"):
        assert multi(b"nothing\r\n" + part).ambiguous == ("missing_boundary",)


def test_a_longer_boundary_is_another_one() -> None:
    assert datas(multi(b"--cut\r\n\r\n--cutter\r\nstill one\r\n--cut--\r\n")) == [b"--cutter\r\nstill one"]


def test_a_bare_cr_at_a_boundary_is_named() -> None:
    found = multi(b"--cut\r\n\r\none\r\n--cut\r\r\n\r\ntwo\r\n--cut--\r\n")
    assert "bare_cr" in found.ambiguous
    assert b"two" in datas(found)[-1]


def test_what_stands_before_and_behind_the_parts_is_read_too() -> None:
    found = multi(b"before\r\n" + TWO + b"behind\r\n")
    assert datas(found) == [b"before", b"one", b"two", b"behind"]
    assert found.ambiguous == ()


def test_parts_behind_the_closing_boundary_are_read_and_named() -> None:
    found = multi(TWO + b"--cut\r\n\r\nthree\r\n")
    assert b"three" in datas(found)
    assert found.ambiguous == ("data_behind_end",)


def test_fields_behind_the_closing_boundary_are_named() -> None:
    assert multi(TWO + b"\r\nContent-Type: text/csv\r\n\r\na,b\r\n").ambiguous == ("data_behind_end",)


def test_of_two_content_types_the_one_that_shows_more_is_taken() -> None:
    found = split(message(TWO, "Content-Type: text/plain", 'Content-Type: multipart/mixed; boundary="cut"'))
    assert datas(found) == [b"one", b"two"]
    assert found.ambiguous == ("duplicate_content_type",)


def test_of_two_encodings_the_one_that_decodes_is_taken() -> None:
    found = split(message(b"YWJj\r\n", "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"))
    assert datas(found) == [b"abc", b"YWJj"]
    assert found.ambiguous == ("duplicate_transfer_encoding",)


@pytest.mark.parametrize("encoding", ["base64; x=y", "base64 x", "x-own"])
def test_an_encoding_in_doubt_is_named(encoding: str) -> None:
    assert split(message(b"YWJj\r\n", f"Content-Transfer-Encoding: {encoding}")).ambiguous == (
        "unknown_transfer_encoding",
    )


@pytest.mark.parametrize(
    ("body", "readings", "good"),
    [
        (b"YWJjZA==", (b"abcd",), True),
        (b"YWJj\r\nZA", (b"abcd",), True),
        (b"YW%Jj", (b"abc", b"YW%Jj"), False),
        (b"YQ==Yg==", (b"ab", b"YQ==Yg=="), False),
        (b"=YWJj", (b"abc", b"=YWJj"), False),
        (b"Y\0W\0J\0j\0", (b"abc", b"Y\0W\0J\0j\0"), False),
        (b"", (b"",), True),
    ],
)
def test_every_reading_of_base64_is_inspected(body: bytes, readings: tuple[bytes, ...], good: bool) -> None:
    found, whole = transfer.base64_readings(body)
    assert (found[0], found[-1], whole) == (readings[0], readings[-1], good)


@pytest.mark.parametrize(
    ("body", "data", "good"),
    [
        (b"a=3Db=\r\nc", b"a=bc", True),
        (b"a=ZZb", b"a=ZZb", False),
        (b"soft=  \r\nbreak", b"softbreak", True),
        (b"end=", b"end", True),
        (b"low=e3=81=82", "lowあ".encode(), True),
    ],
)
def test_quoted_printable_is_decoded_and_judged(body: bytes, data: bytes, good: bool) -> None:
    assert transfer.quoted_printable(body) == (data, good)


def test_an_encoded_multipart_is_named() -> None:
    content = message(TWO, 'Content-Type: multipart/mixed; boundary="cut"', "Content-Transfer-Encoding: base64")
    assert "encoded_message" in split(content).ambiguous


def test_charsets_that_nobody_knows_or_that_hide_text_are_named() -> None:
    assert split(message(b"x", "Content-Type: text/plain; charset=x-nobody")).ambiguous == ("unknown_charset",)
    assert split(message(b"x+y", "Content-Type: text/plain; charset=utf-7")).ambiguous == ("utf7",)
    assert split(message(b"xy", "Content-Type: text/plain; charset=utf-7")).ambiguous == ()


def test_the_leaves_of_a_digest_are_messages() -> None:
    found = multi(b"--cut\r\n\r\nSubject: a\r\n\r\nx\r\n--cut--\r\n", 'multipart/digest; boundary="cut"')
    assert found.leaves[0].declared == "message/rfc822"


def test_too_deep_and_too_many_are_limits() -> None:
    deep = b"x"
    for level in range(30):
        deep = (
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
            + deep
            + b"\r\n--b%d--\r\n" % level
        )
    assert [lost.where for lost in split(deep).lost] == ["depth"]
    many = multi(b"--cut\r\n\r\nx\r\n" * 1500)
    assert [lost.where for lost in many.lost] == ["parts"]
    assert len(many.leaves) == 1000


def test_a_header_over_the_limit_is_a_loss() -> None:
    assert [lost.where for lost in split(b"X: " + b"a" * 5000 + b"\r\n\r\n", Budget(header=1000)).lost] == ["header"]


def test_bodies_are_told_from_attachments() -> None:
    found = split(attached(b"abc", "a.txt", "text/plain"))
    assert [(leaf.is_body, leaf.name) for leaf in found.leaves] == [(True, ""), (False, "a.txt")]
    assert not split(message(b"x", "Content-Disposition: attachment")).leaves[0].is_body


@given(st.binary(max_size=300))
def test_any_octets_split_into_leaves(content: bytes) -> None:
    found = split(content)
    assert set(found.ambiguous) <= set(AMBIGUITIES)


@given(
    st.lists(
        st.sampled_from([b"--cut", b"--cut--", b"\r\n", b"\n", b"\r", b"Content-Type: ", b"text/plain", b"a", b" "]),
        max_size=40,
    )
)
def test_any_mixture_of_boundaries_loses_no_letter(pieces: list[bytes]) -> None:
    found = multi(b"".join(pieces))
    assert set(found.ambiguous) <= set(AMBIGUITIES)


@given(st.binary(max_size=500), st.text(alphabet="abc 見.", min_size=1, max_size=20))
def test_what_a_mail_program_attaches_comes_out_as_it_was(data: bytes, name: str) -> None:
    made = EmailMessage()
    made["From"] = "a@tachibana.example"
    made.set_content("body")
    made.add_attachment(data, maintype="application", subtype="x", filename=name)
    found = split(made.as_bytes())
    assert [leaf.data for leaf in found.leaves][-1] == data
    assert found.leaves[-1].name == name.strip()
    assert found.ambiguous == ()
