"""Patterns of an admin: what a text could make slow is refused and says what to write; what is taken stays fast."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.safe_pattern import MOST, mistake
from tests.helpers import pace

SAFE = (
    r"TKB-[0-9]{4}-[A-Z]{2}",
    r"(?i)project (?:dawn|dusk)",
    r"契約(?:番号|No\.?)[ :]{0,3}[0-9]{6,8}",
    r"見積.{0,20}円",
    r"[A-Z]{2,4}-?\d{4,8}",
    r"(?<!\d)\d{12}(?!\d)",
    r"^社外秘",
    r"(?>a{1,40})b",
    r"a{1,40}+b",
    "(" * 90 + "a" + ")" * 90,
)
UNSAFE = {
    r"a+": "without an end",
    r".*x": "without an end",
    r"(a+)+b": "without an end",
    r"(?:a|a){2,}": "without an end",
    r"(a)\1": "refers back",
    r"(a)?(?(1)b|c)": "refers back",
    r"(a{1,20}){1,20}b": "steps",
    r"(?:a|a|aa){1,30}b": "steps",
    r".{0,60}a.{0,60}b": "steps",
    r"a?" * 20 + "a": "steps",
    r"a{0,5}": "no character at all",
    r"x|": "no character at all",
    r"[": "no regular expression",
    r"(?P<n>a": "no regular expression",
    r"ＴＫＢ": "half width",
    r"a{501}": "at most 500",
    "a" * 1001: "longer than",
}


@pytest.mark.parametrize("pattern", SAFE)
def test_what_is_bounded_is_taken(pattern: str) -> None:
    assert mistake(pattern) == ""


@pytest.mark.parametrize("pattern", UNSAFE)
def test_what_is_not_is_refused_with_what_to_write(pattern: str) -> None:
    assert UNSAFE[pattern] in mistake(pattern)


_ATOMS = st.sampled_from(["a", "b", "[ab]", ".", "(?:a|b)", "(?:a|ab)", "(?:aa|a)", "\\w", "1"])
_REPEATS = st.sampled_from(["", "", "?", "{0,3}", "{1,5}", "{2,30}", "{0,40}?"])
_PATTERNS = st.recursive(
    st.tuples(_ATOMS, _REPEATS).map("".join),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, _REPEATS).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(_PATTERNS, st.sampled_from(["a", "b", "ab", "aab", "1"]))
def test_a_pattern_that_is_taken_takes_no_more_than_its_steps(pattern: str, probe: str) -> None:
    if mistake(pattern):
        return
    size = 4_000
    text = (probe * size)[:size] + "\n"
    # 2,000 steps of at most 0.1 µs for each character; without a bound a text of this length would take years.
    pace.within(size * MOST * 1e-7 + 0.5, lambda: sum(1 for _ in re.finditer(pattern + "Z", text)))
