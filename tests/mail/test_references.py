import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.message import read
from mail.text_of._references import unescape
from tests.mail.making import attached


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#x5C71;&#30000;", "山田"),
        ("&#" + "0" * 5000 + "30000;", "田"),
        ("&#" + "1" * 5000 + ";&#30000;", "\ufffd田"),
        ("a &amp; b", "a & b"),
        ("a & b", "a & b"),
    ],
)
def test_references_are_read_however_many_digits_they_have(written: str, meant: str) -> None:
    assert unescape(written) == meant


@pytest.mark.parametrize("name", ["a.html", "a.xml"])
def test_a_reference_with_too_many_digits_is_no_fault_of_ours(name: str) -> None:
    content = f"<p>&#{'1' * 5000};&#x5C71;</p>".encode()
    found = read(attached(content, name))
    assert {lost.reason for part in found.parts for lost in part.lost} <= {"damaged"}


PIECES = st.sampled_from(
    ["&#30000;", "&#", "&lt", "&amp", "&", ";", "#", "lt;", "&#38;", "&#60;", "&#130;", "&#55357;", "&#1114112;", "&#x5C71;", "a", "山", "&#030000;", "30000;"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join))
def test_references_are_what_the_standard_says_in_whatever_order_they_are_found(written: str) -> None:
    assert unescape(written) == html.unescape(written)
