"""The weights are a readable file of which every entry is used, and what is learnt points the way that a person would say."""

import re
from pathlib import Path

import pytest

from rules import typo_signs
from rules.base import RecipientFacts
from rules.examples import contact
from rules.keyboard import beside
from rules.slips import Kind, slip
from rules.typo_evidence import THRESHOLD, WEIGHTS, likely, near, weighed
from rules.typo_signs import about

SOURCE = Path(typo_signs.__file__).read_text("utf-8")


def score(given: str, usual: str, count: int = 20, **known: object) -> float:
    found = likely(given, RecipientFacts(None, (contact(usual, count),), **known), frozenset())  # type: ignore[arg-type]
    return found.score if found else 0.0


def test_every_weight_belongs_to_a_piece_of_evidence() -> None:
    patterns = [
        re.sub(r"\\{[^}]*\\}", "[a-z -]+", re.escape(name).replace(r"\ ", " "))
        for name in re.findall(r'f?"((?:local|domain|both|\{)[^"]*)"', SOURCE)
    ]
    for name in WEIGHTS:
        assert any(re.fullmatch(pattern, name) for pattern in patterns), name


def test_the_settings_ask_ever_earlier() -> None:
    assert THRESHOLD["quiet"] > THRESHOLD["normal"] > THRESHOLD["strict"]


def test_evidence_that_has_no_weight_counts_nothing() -> None:
    assert weighed({"unheard of": 9.0}) == 0.5


@pytest.mark.parametrize(
    ("likelier", "than"),
    [
        (("tanska@customer.example", "tanaka@customer.example"), ("takada@customer.example", "tanaka@customer.example")),
        (("t.ytanaka@customer.example", "t.tanaka@customer.example"), ("k.tanaka@customer.example", "t.tanaka@customer.example")),
        (("q.tanaka@customer.example", "a.tanaka@customer.example"), ("m.tanaka@customer.example", "a.tanaka@customer.example")),
        (("k1mura@customer.example", "kimura@customer.example"), ("kimura1@customer.example", "kimura@customer.example")),
        (("mikako.okada@customer.example", "okada.mikako@customer.example"), ("k-sato@customer.example", "sato-k@customer.example")),
    ],
)  # fmt: skip
def test_what_is_nobodys_is_likelier_a_slip_than_what_is_somebodys(
    likelier: tuple[str, str], than: tuple[str, str]
) -> None:
    assert score(*likelier, domain_known=True) > score(*than, domain_known=True)


def test_a_contact_that_is_written_to_often_is_likelier_meant() -> None:
    given = ("m.tanaka@customer.example", "n.tanaka@customer.example")
    assert score(*given, count=90) > score(*given, count=1)


def test_a_domain_that_many_contacts_have_is_less_of_a_slip() -> None:
    given = ("taro.yamada@customer.co.jp", "taro.yamada@customer.jp")
    assert score(*given, domain_known=True, crowds={"customer.co.jp": 200}) < score(*given)


def test_the_evidence_names_neither_address_nor_name() -> None:
    facts = RecipientFacts(None, (contact("tanaka@customer.example"),), domain_known=True)
    ((_, _, found),) = near(about("tanska@customer.example", facts))
    assert not any("tan" in name or "customer" in name for name in found)


def test_a_key_beside_the_right_one_is_beside_it_on_both_keyboards() -> None:
    for given, usual, expected in (
        ("tanska", "tanaka", True),
        ("tanpka", "tanaka", False),
        ("tanmaka", "tanaka", True),
        ("tanqka", "tanaka", True),
    ):
        found = slip(f"{given}@a.jp", f"{usual}@a.jp")
        assert found is not None
        assert found.kind in {Kind.SUBSTITUTION, Kind.INSERTION}
        assert beside(given, usual, found) is expected, given


def test_a_separator_that_nobody_has_there_is_rather_a_slip_than_one_that_half_of_them_have() -> None:
    book = {"domain_known": True, "name_tokens": {"sato": 300}, "contacts": 20_000, "crowds": {"customer.example": 400}}
    one_way = {"customer.example": {"l.n": 400}}
    two_ways = {"customer.example": {"l.n": 200, "l_n": 200}}
    address, usual = "t_sato@customer.example", "t.sato@customer.example"
    assert score(address, usual, 20, forms=one_way, **book) > score(address, usual, 20, forms=two_ways, **book) + 0.2
