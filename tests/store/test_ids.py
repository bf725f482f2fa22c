"""Numbers that people read aloud, and ids that sort by time."""

import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.ids import ALPHABET, LENGTH, new_id, new_journal_id, parse, shown

numbers = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(numbers)
def test_what_is_shown_is_read_back(number: str) -> None:
    assert parse(shown(number)) == number
    assert shown(number)[4] == "-"


@given(numbers, st.sampled_from(["", "-", " ", "‐", "−", "ー", "－", "–"]), st.booleans())
def test_dashes_blanks_and_case_do_not_matter(number: str, dash: str, lower: bool) -> None:
    typed = f" {number[:4]}{dash}{number[4:]}\n"
    wanted = None if dash == "ー" else number
    assert parse(typed.lower() if lower else typed) == wanted


@given(numbers.filter(lambda n: "0" in n or "1" in n))
def test_letters_that_look_like_digits_are_read_as_digits(number: str) -> None:
    assert parse(number.replace("0", "O").replace("1", "l")) == number
    assert parse(number.replace("0", "o").replace("1", "I")) == number


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_a_number_or_nothing(text: str) -> None:
    found = parse(text)
    assert found is None or (len(found) == LENGTH and set(found) <= set(ALPHABET))


@pytest.mark.parametrize("text", ["", "K7Q29MX", "K7Q29MXDD", "K7Q2.9MXD", "U7Q29MXD"])
def test_anything_else_is_no_number(text: str) -> None:
    assert parse(text) is None


def test_new_numbers_are_of_the_alphabet_and_differ() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(parse(number) == number for number in made)


def test_journal_ids_are_uuids_of_version_7_and_carry_their_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_journal_id())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after
