"""A customer of the list is found wherever its longest name stands, Latin names and codes as whole words only."""

import pytest

from rules.examples import table
from rules.listed_customers import Customer, Listed, Place
from tests.helpers import pace

AOKI = Customer("青木商事", ("aoki.example",), ("青木商事", "Aoki Trading"), ("AK-2025-14",))
SHORT = Customer("青木", ("aoki-ltd.example",), ("青木",))
ACME = Customer("Acme", ("acme.example",), ("Acme",))
LISTED = Listed((AOKI, SHORT, ACME))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("青木商事様向け御見積書", {0}),
        ("（株）青木商事", {0}),
        ("青木 商事", {0}),
        ("青木工務店", {1}),
        ("青木商事と青木", {0, 1}),
        ("AOKI TRADING", {0}),
        ("quote_aoki_trading_v2", {0}),
        ("図面 AK-2025-14 改", {0}),
        ("AK-2025-140", set()),
        ("acme", {2}),
        ("acmetown", set()),
        ("pacme", set()),
        ("", set()),
    ],
)
def test_the_longest_name_is_found(text: str, found: set[int]) -> None:
    assert LISTED.named(text) == found


def test_the_clearest_place_counts() -> None:
    rows = [("-",)] * 20
    assert dict(LISTED.places(table("青木商事.xlsx", (), ("青木商事",)))) == {0: Place.NAME}
    assert dict(LISTED.places(table("a.xlsx", (), ("青木商事",), *rows, ("青木商事",)))) == {0: Place.TOP}
    assert dict(LISTED.places(table("a.xlsx", (), *rows, ("青木商事",)))) == {0: Place.TEXT}


def test_a_subdomain_belongs_to_its_customer_and_a_neighbour_does_not() -> None:
    assert LISTED.of(["mail.aoki.example"]) == {0}
    assert LISTED.of(["xaoki.example", "example"]) == set()


def test_five_thousand_customers_cost_as_little_as_two() -> None:
    many = Listed(tuple(Customer(f"第{n}商店", (f"c{n}.example",), (f"第{n}商店",)) for n in range(5000)))
    text = "本日はよいお天気ですので見積をお送りします。" * 800
    assert pace.within(1.0, lambda: many.named(text)) == set()
