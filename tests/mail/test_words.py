import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import words


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?ISO-2022-JP?B?GyRCOCtAUT1xGyhC?=", "見積書"),
        (b"=?Shift_JIS?B?jKmQz4+R?=", "見積書"),
        (b"=?EUC-JP?B?uKvA0b3x?=", "見積書"),
        (b"=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"),
        (b"=?utf-8?B?6KaL56mN?= =?utf-8?B?5pu4?=", "見積書"),
        (b"=?utf-8?B?6KaL56k=?= =?utf-8?B?jeabuA==?=", "見積書"),  # cut in the middle of a character
        (b"Re: =?utf-8?B?6KaL?= x", "Re: 見 x"),
        (b"=?x-nobody?B?YWJj?=", "abc"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?B?%%%?=", ""),
        ("生の日本語".encode(), "生の日本語"),
        ("生の日本語".encode("cp932"), "生の日本語"),
        (b"\x1b$B8+@Q=q\x1b(B", "見積書"),
        (b"a\r\n b", "a b"),
        ("a\u202eb\u2066".encode(), "ab"),
    ],
)
def test_header_values_are_decoded_for_people(raw: bytes, text: str) -> None:
    assert words.decode(raw) == text


@given(st.binary(max_size=300))
def test_decoding_never_raises_and_gives_one_line(raw: bytes) -> None:
    text = words.decode(raw)
    assert "\n" not in text
    assert "\r" not in text
    assert "\0" not in text


def test_five_thousand_encoded_words_are_read_in_one_pass() -> None:
    assert words.decode(b" ".join([b"=?utf-8?B?YQ==?="] * 5000)) == "a" * 5000


def test_parameters_of_rfc_2231_are_joined_and_decoded() -> None:
    found = words.parameterised(b"attachment; filename*0*=utf-8''%E8%A6%8B; filename*1=.csv; filename*x=y")
    assert found.value == "attachment"
    assert found.first("filename") == "見.csv"
    assert words.parameterised(b"a; filename*=euc-jp'ja'%b8%ab").first("filename") == "見"


@pytest.mark.parametrize(
    ("raw", "boundary", "good"),
    [
        (b'multipart/mixed; boundary="a;b"', "a;b", True),
        (b'multipart/mixed; boundary="a\\"b"', 'a"b', True),
        (b'multipart/mixed; boundary="abc', "abc", False),
        (b"multipart/mixed; boundary=abc (comment)", "abc", True),
        (b"(c)multipart/mixed; boundary=abc", "abc", False),
        (b"multipart/mixed; boundary=a b", "a b", False),
        (b'multipart/mixed; boundary*0="a"; boundary*1="b"', "ab", False),
        (b"multipart/mixed; (; boundary=abc", "abc", True),
        (b'multipart/mixed; boundary="abc"x', "abc", False),
        (b"multipart/mixed", "", True),
    ],
)
def test_a_boundary_is_found_and_its_form_judged(raw: bytes, boundary: str, good: bool) -> None:
    found = words.parameterised(raw)
    assert found.value == "multipart/mixed"
    assert found.first("boundary") == boundary
    assert (not found.defects) is good


def test_every_value_of_a_repeated_parameter_is_kept() -> None:
    assert words.parameterised(b"a/b; x=1; X=2").parameters == {"x": ["1", "2"]}


def test_too_many_parameters_are_said() -> None:
    assert words.parameterised(b"a/b" + b"; x=1" * 5000).defects == ("too_many_parameters",)


def test_a_comment_may_hold_quotes_and_escapes() -> None:
    assert words.parameterised(b'text/plain (a \\) "b); charset=x').first("charset") == "x"


def test_a_file_name_is_one_printable_line_of_bounded_length() -> None:
    assert words.file_name("=?utf-8?B?6KaL?=.csv") == "見.csv"
    assert words.file_name("a\r\nb\0.csv") == "a  b .csv"
    long = words.file_name("x" * 5000 + ".xlsx")
    assert len(long) <= 255
    assert long.endswith(".xlsx")


@given(st.binary(max_size=200))
def test_any_value_has_a_type_and_parameters(raw: bytes) -> None:
    assert words.parameterised(raw).value == words.parameterised(raw).value.lower()
