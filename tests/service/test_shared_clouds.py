"""The known clouds: their networks are networks, say where they come from, and cover what is published of them."""

import tomllib
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest

from service.shared_clouds import clouds, is_called, sends_from

FILE = Path(__file__).parents[2] / "service" / "shared_clouds.toml"


def test_each_cloud_says_where_its_networks_are_from_and_when() -> None:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert [table["name"] for table in tables.values()] == [cloud.name for cloud in clouds()]
    assert all(table["source"] and isinstance(table["date"], date) for table in tables.values())


@pytest.mark.parametrize(
    ("network", "owner"),
    [
        ("40.92.0.0/15", "Exchange Online"),
        ("52.103.194.7/32", "Exchange Online"),
        ("2a01:111:f403:f000::/52", "Exchange Online"),
        ("40.0.0.0/8", "Exchange Online"),
        ("209.85.220.41/32", "Google Workspace"),
        ("2607:f8b0:4864::/56", "Google Workspace"),
        ("142.250.220.0/24", "Google Workspace"),
        ("10.0.0.0/8", ""),
        ("198.51.100.0/24", ""),
        ("2001:db8::/32", ""),
    ],
)
def test_a_network_belongs_to_the_cloud_that_sends_from_a_part_of_it(network: str, owner: str) -> None:
    assert sends_from(ip_network(network)) == owner


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("mail.protection.outlook.com", "Exchange Online"),
        ("example-com.mail.protection.outlook.com.", "Exchange Online"),
        ("smtp-relay.gmail.com", "Google Workspace"),
        ("GMAIL.com", "Google Workspace"),
        ("notgmail.com", ""),
        ("outlook.com.example", ""),
        ("192.0.2.7", ""),
        ("", ""),
    ],
)
def test_a_name_belongs_to_the_cloud_whose_domain_it_is_below(name: str, owner: str) -> None:
    assert is_called(name) == owner
