"""The list of customers is read from the settings and from a CSV file, and every mistake in either is named where it stands."""

from pathlib import Path

import pytest

from rules.listed_customers import Customer
from service.customer_list import NAME, of_file
from service.problems import SettingsError
from service.settings import parse, policy

HEAD = '[organisation]\nname = "橘"\ndomains = ["tachibana.example"]\n[rules.content-wrong-customer]\n'
ONE = 'customers = [{ label = "Aoki", domains = ["aoki.example"], names = ["Aoki Trading"] }]\n'


def customers(folder: Path, *, text: str, extra: str = "") -> tuple[Customer, ...]:
    (folder / "customers.csv").write_text(text, encoding="utf-8-sig")
    settings = parse(f'{HEAD}file = "customers.csv"\n{extra}', folder / "sekisho.toml")
    assert list(of_file(settings.rules, settings.organisation.domains, folder)) == []
    found: tuple[Customer, ...] = policy(settings).rules[NAME].options.customers
    return found


def test_the_file_adds_to_the_list_in_the_settings(tmp_path: Path) -> None:
    found = customers(
        tmp_path,
        text="label,domains,names,codes\n佐藤電機,sato.example; sato.co.jp ,佐藤電機;サトー電機,SD-2025\n\n",
        extra=ONE,
    )
    assert found == (
        Customer("Aoki", ("aoki.example",), ("Aoki Trading",)),
        Customer("佐藤電機", ("sato.example", "sato.co.jp"), ("佐藤電機", "サトー電機"), ("SD-2025",)),
    )


def test_columns_may_stand_in_any_order_and_be_left_out(tmp_path: Path) -> None:
    assert customers(tmp_path, text="domains,label\nsato.example,佐藤電機\n") == (
        Customer("佐藤電機", ("sato.example",)),
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        (b"label,domains\n\x90\xc2,sato.example\n", "is not UTF-8"),
        (b"name,domain\nSato,sato.example\n", "has other columns"),
        (b"label,domains\nSato,sato.example\nSato,sato.example\n", ":3: sato.example belongs to Sato already"),
        (b"label,domains\nAoki 2,aoki.example\n", ":2: aoki.example belongs to Aoki already"),
        (b"label,domains\nSato,\n", ":2: must not be empty"),
        (b"label,domains\n,sato.example\n", ":2: must not be empty"),
        (b"label,domains\nSato,sato@sato.example\n", ":2: sato@sato.example is no domain"),
        (b"label,domains\nSato,gmail.com\n", ":2: gmail.com is a public provider"),
        (b"label,domains\nSato,tachibana.example\n", ":2: tachibana.example is one of our own"),
        (b"label,domains,names\nSato,sato.example,S\n", ":2: S is too short"),
        (b"label,domains,codes\nSato,sato.example,AB\n", ":2: AB would be found everywhere"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "customers.csv").write_bytes(content)
    settings = parse(f'{HEAD}file = "customers.csv"\n{ONE}', tmp_path / "sekisho.toml")
    (found,) = of_file(settings.rules, settings.organisation.domains, tmp_path)
    assert found.key == "rules.content-wrong-customer.file"
    assert says in found.what
    assert policy(settings).rules[NAME].options.customers  # whoever only releases a message is not kept from it


def test_one_customer_too_many_in_the_settings_stops_the_start(tmp_path: Path) -> None:
    twice = ONE.replace("[{", '[{ label = "A", domains = ["aoki.example"] }, {')
    with pytest.raises(SettingsError, match="belongs to A already"):
        parse(HEAD + twice, tmp_path / "sekisho.toml")
