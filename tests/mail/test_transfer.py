"""base64 that is decoded fast is what the standard library's strict reading gives, and what it refuses is read leniently."""

import binascii
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from mail import words
from mail.transfer import _without_ends, base64_readings, quoted_printable, quoted_printable_otherwise, readable


def by_the_library(body: bytes) -> tuple[tuple[bytes, ...], bool]:
    letters = body.translate(None, b" \t\r\n")
    try:
        return (binascii.a2b_base64(letters + b"=" * (-len(letters) % 4), strict_mode=True),), True
    except binascii.Error:
        blocks = b"".join(words.decode_base64(piece) for piece in letters.split(b"=") if piece)
        return tuple(dict.fromkeys((blocks, words.decode_base64(body)))), False


@given(
    st.binary(max_size=200),
    st.sampled_from([1, 3, 4, 60, 76]),
    st.sampled_from([b"\r\n", b"\n", b" \r\n", b"\r", b""]),
    st.sampled_from([b"", b"=", b"====", b"!", b" ", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"A"]),
    st.floats(0, 1),
    st.booleans(),
)
def test_every_reading_is_that_of_the_standard_library(
    data: bytes, width: int, line_end: bytes, odd: bytes, place: float, instead: bool
) -> None:
    letters = b64encode(data)
    body = b"".join(letters[at : at + width] + line_end for at in range(0, len(letters), width))
    at = round(place * len(body))
    body = body[:at] + odd + body[at + instead * len(odd) :]
    (first, *others), good = base64_readings(body)
    expected, well_formed = by_the_library(body)
    assert (first, good) == (expected[0], well_formed)
    if not good:
        assert body == others[-1] or body == first  # as it stands, too
        assert all(other in (first, *others) for other in expected if readable(other[:-3] or other))


def test_lines_of_one_length_lose_their_ends_and_gain_their_fill() -> None:
    assert _without_ends(b"QUJD\r\nREVG\r\nRw\r\n") == b"QUJDREVGRw=="
    assert _without_ends(b"QUJD\r\nREVG\r\n") == b"QUJDREVG"
    assert _without_ends(b"QUJD\r\nRE VG\r\nRw") == b"QUJDREVGRw=="
    assert _without_ends(b"QUJD\r\nREVG!\nRw") == b"QUJDREVG!Rw="
    assert _without_ends(b"") == b""


def test_a_soft_break_of_one_octet_is_one_of_the_readings() -> None:
    body = b"090-12=\r34-5678 =E5=B1=B1\r\n"
    assert b"090-1234-5678" in quoted_printable_otherwise(body, quoted_printable(body)[0])
