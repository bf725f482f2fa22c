"""Shared clouds: which networks and names belong to a mail service that every customer sends from; only to warn of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from ipaddress import ip_network

from gateway.options import Network


@dataclass(frozen=True, slots=True)
class Cloud:
    """One such service."""

    name: str
    networks: tuple[Network, ...]
    domains: tuple[str, ...]


@cache
def clouds() -> tuple[Cloud, ...]:
    """All that are known."""
    text = resources.files("service").joinpath("shared_clouds.toml").read_text(encoding="utf-8")
    return tuple(
        Cloud(table["name"], tuple(map(ip_network, table["networks"])), tuple(table["domains"]))
        for table in tomllib.loads(text).values()
    )


def sends_from(network: Network) -> str:
    """The name of the service that sends from some address of a network; empty for none."""
    return next((cloud.name for cloud in clouds() if any(network.overlaps(other) for other in cloud.networks)), "")


def is_called(name: str) -> str:
    """The name of the service whose servers are called so; empty for none.

    >>> is_called("*.Mail.Protection.Outlook.com")
    'Exchange Online'
    """
    labels = f".{name.lower().rstrip('.')}"
    return next((cloud.name for cloud in clouds() if labels.endswith(tuple(f".{d}" for d in cloud.domains))), "")
