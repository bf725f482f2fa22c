"""A house's way of writing local parts: which names, in which order, what joins them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.local_form import ROLE, UNLIKE, form, pattern, strangeness, turned
from rules.roles import ROLES

LOCAL = st.text(st.sampled_from("abkmortuyz._-019"), max_size=24)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("yamada.taro", "L.F"),
        ("taro_yamada", "F_L"),
        ("yamadataro", "LF"),
        ("t-yamada", "l-n"),
        ("yamada.t2", "n.l"),
        ("tyamada", "ln"),
        ("yamadat", "nl"),
        ("yamada", "n"),
        ("satou", "n"),
        ("qwzzx.taro", "L.F"),
        ("qwzzx.pfft", "n.n"),
        ("info", ROLE),
        ("a.b-c.d", UNLIKE),
        ("", "n"),
        (".", "l.l"),
    ],
)
def test_names_letters_and_joints_make_the_form(local: str, expected: str) -> None:
    assert form(local) == expected


@given(LOCAL)
def test_any_local_part_has_a_form_and_turned_twice_it_is_the_same(local: str) -> None:
    assert turned(turned(form(local))) == form(local)
    assert pattern(turned(form(local))) == pattern(form(local))


@given(LOCAL.filter(lambda local: local.rstrip("0123456789") not in ROLES), st.integers(0, 9999))
def test_a_number_at_the_end_is_no_part_of_the_form(local: str, number: int) -> None:
    assert form(f"{local}{number}") == form(local)


def test_the_rarer_a_form_is_there_the_stranger() -> None:
    forms = {"F.L": 90, "n.n": 5, "l.n": 5}
    assert strangeness("ken.mori", forms) < strangeness("k.mori", forms) < strangeness("k_mori", forms)


def test_an_office_is_strange_nowhere_and_where_nobody_is_known_nothing_is() -> None:
    assert strangeness("info", {"F.L": 90}) == strangeness("k_mori", {}) == 0.0
