"""A second look asks for what somebody sees who looks: the letters that differ, or the domain among two that look like it."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.decision import Decision, risks
from gateway.friction import Look, look_of
from tests.helpers.clock import START
from tests.helpers.pages import DATA, OTHER, TYPO, WRONG, finding, hold_of

OURS = frozenset({"tachibana.example"})
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)


def look(*findings: object, choice: str = "right", recipients: tuple[str, ...] = (WRONG, OTHER)) -> Look | None:
    hold = hold_of(findings, recipients, now=START)  # type: ignore[arg-type]
    chosen = {risk.id: choice if choice in risk.choices else "agree" for risk in risks([hold])}
    return look_of([hold], Decision("send", chosen), OURS)


def test_the_letters_that_differ_are_asked_for_where_an_address_looks_like_a_usual_one() -> None:
    found = look(TYPO)
    assert found
    assert (found.address, found.answer, found.offered) == (WRONG, "a", ())
    assert found.fits(" Ａ ")
    assert not found.fits("e")
    assert not found.fits("")


def test_the_domain_is_asked_for_where_there_is_nothing_to_compare_with() -> None:
    found = look(DATA, recipients=("mori@tachibana.example", OTHER))
    assert found
    assert (found.address, found.answer) == (OTHER, "customer.example")
    assert len(found.offered) == 3


def test_nothing_is_asked_where_nothing_was_confirmed() -> None:
    assert look(TYPO, choice="omit") is None
    assert look(DATA, recipients=("mori@tachibana.example",)) is None


@given(NAMES, NAMES, st.integers(0, 10**9))
def test_the_domain_is_one_of_three_that_are_all_different(name: str, top: str, number: int) -> None:
    address = f"a{number}@{name}.{top}"
    found = look(finding("recipient-unusual", {"recipient": address}, "", ""), recipients=(address,))
    if found:
        assert len(set(found.offered)) == 3
        assert [one for one in found.offered if found.fits(one)] == [found.answer]
