"""Form tokens, passes and the number that a person types."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from store import ids
from web import forms
from web.forms import Fit
from web.pages import elapsed, wrappable

KEY = b"k" * 32
NOW = datetime(2026, 4, 1, tzinfo=UTC)
NUMBERS = st.text(ids.ALPHABET, min_size=8, max_size=8)


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=4), st.lists(st.text(max_size=20), max_size=4))
def test_a_form_fits_the_state_it_was_made_for_and_no_other(link: str, seen: list[str], later: list[str]) -> None:
    made = forms.form_token(KEY, link, seen)
    assert forms.fit(KEY, link, seen, made) is Fit.FITS
    assert forms.fit(KEY, link + "x", seen, made) is Fit.FORGED
    assert forms.fit(b"other" * 7, link, seen, made) is Fit.FORGED
    if "\0".join(later) != "\0".join(seen):
        assert forms.fit(KEY, link, later, made) is Fit.STALE


@given(st.text(max_size=60))
def test_nothing_made_up_is_taken_for_ours(given_text: str) -> None:
    assert forms.fit(KEY, "link", [], given_text) is Fit.FORGED
    assert not forms.may_work(KEY, "link", given_text, NOW)
    assert forms.read_receipt(KEY, given_text, NOW) is None


def test_one_kind_of_token_is_no_other() -> None:
    until = NOW + timedelta(hours=1)
    assert forms.may_work(KEY, "link", forms.work_pass(KEY, "link", until), NOW)
    assert not forms.may_work(KEY, "link", forms.work_pass(KEY, "link", until), until)
    assert not forms.may_work(KEY, "link", forms.form_token(KEY, "link", []), NOW)
    assert forms.fit(KEY, "link", [], forms.work_pass(KEY, "link", until)) is Fit.FORGED


@given(NUMBERS)
def test_the_end_of_the_number_is_read_however_it_is_typed(number: str) -> None:
    tail = number[-4:]
    wide = "".join(chr(ord(c) + 0xFEE0) for c in tail)
    assert unicodedata.normalize("NFKC", wide) == tail
    for typed in (
        tail,
        tail.lower(),
        f" {tail} ",
        wide,
        number,
        ids.shown(number),
        tail.replace("0", "O").replace("1", "l"),
    ):
        assert forms.answers_number(typed, number)


@given(NUMBERS, st.text(max_size=12))
def test_anything_else_is_not_the_number(number: str, typed: str) -> None:
    plain = unicodedata.normalize("NFKC", typed)
    right = ids.parse(plain) == number or ids.parse(number[:4] + plain) == number
    assert forms.answers_number(typed, number) is right


def test_an_empty_answer_is_not_the_number() -> None:
    assert not forms.answers_number("", "K7Q29MXD")


def test_what_is_written_is_kept_without_control_characters_and_not_without_end() -> None:
    form = FormData([("words", "a\r\nb\0\x1b\u202ec" + "x" * 5000), ("twice", "1"), ("twice", "2")])
    assert forms.text(form, "words").startswith("a\nbcx")
    assert len(forms.text(form, "words")) == forms.MAX_WORDS
    assert forms.single(form, "twice") == ""
    assert forms.several(form, "twice") == ("1", "2")


@pytest.mark.parametrize(
    ("minutes", "ja", "en"),
    [
        (-5, "0分", "0 min"),
        (59, "59分", "59 min"),
        (83, "1時間23分", "1 h 23 min"),
        (47 * 60, "47時間0分", "47 h 0 min"),
        (49 * 60, "2日1時間", "2 d 1 h"),
    ],
)
def test_how_long_is_said_in_the_units_that_matter(minutes: int, ja: str, en: str) -> None:
    time = timedelta(minutes=minutes)
    assert (elapsed(time, "ja"), elapsed(time, "en")) == (ja, en)


def test_a_long_address_may_break_and_stays_escaped() -> None:
    assert wrappable("<b>@a.b-c") == "&lt;b&gt;@<wbr>a.<wbr>b-<wbr>c"
