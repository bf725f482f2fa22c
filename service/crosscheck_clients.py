"""What would open the relay to the neighbours of a client: networks shared with strangers, and proofs that prove nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gateway.options import Clients, Network
from gateway.trace import STAMP
from service.problems import Found, Place
from service.shared_clouds import is_called, sends_from

if TYPE_CHECKING:
    from service.settings import Tables

_HEADER = re.compile(r"[Xx]-[A-Za-z0-9-]{1,60}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_OF_SHARED = ("originator_org", "secret_header", "secret_file", "certificate_names", "reverse_paths")
_TAKEN = {"x-originatororg", STAMP.lower()}
_TABLE: Place = ("smtp", "clients")


def mistakes(settings: "Tables") -> Found:
    """Yield what cannot be used as it stands."""
    for number, clients in enumerate(settings.smtp.clients):
        yield from _proof(clients, (*_TABLE, number))
        yield from _secret(clients, (*_TABLE, number), settings)
        yield from _certificates(clients.certificate_names, (*_TABLE, number, "certificate_names"), settings)
    yield from _certificates(settings.smtp.tls.client_names, ("smtp", "tls", "client_names"), settings)
    yield from _networks(settings)
    yield from _circle(settings)


def _proof(clients: Clients, place: Place) -> Found:
    if clients.shared and not (clients.originator_org or clients.secret_header or clients.certificate_names):
        yield (
            (*place, "shared"),
            "needs a proof of the tenant: write originator_org, secret_header with secret_file, or certificate_names",
        )
    for name in _OF_SHARED:
        if not clients.shared and getattr(clients, name):
            yield (*place, name), "belongs to shared = true: nobody else is asked for it"
    named = clients.originator_org
    for name in (named,) if isinstance(named, str) else named:
        if not _DOMAIN.fullmatch(name):
            yield (
                (*place, "originator_org"),
                f'"{name}" is not a domain; write what the header says, for example "contoso.example"',
            )
        elif owner := is_called(name):
            yield (*place, "originator_org"), f"{name} is {owner} itself; write your own domain there"


def _secret(clients: Clients, place: Place, settings: "Tables") -> Found:
    header = clients.secret_header
    if bool(header) != bool(clients.secret_file):
        lacking = "secret_file" if header else "secret_header"
        yield (*place, lacking), "is missing: secret_header and secret_file go together"
    if not header:
        return
    if not _HEADER.fullmatch(header):
        yield (*place, "secret_header"), 'is not the name of a field of your own; write for example "X-Sekisho-Tenant"'
    elif header.lower() in _TAKEN:
        yield (*place, "secret_header"), 'is a field with a meaning already; write for example "X-Sekisho-Tenant"'
    if settings.smtp.tls.certificate is None:
        yield (
            (*place, "secret_header"),
            "needs certificate and key in [smtp.tls]: the secret is not taken in clear, where others may read it",
        )


def _certificates(names: Iterable[str], place: Place, settings: "Tables") -> Found:
    for number, name in enumerate(names):
        if owner := is_called(name):
            yield (*place, number), f"is shown by {owner} for every customer: it proves nothing about the tenant"
    if names and settings.smtp.tls.client_ca is None:
        yield place, "needs client_ca in [smtp.tls]: without an authority no certificate is looked at"


def _networks(settings: "Tables") -> Found:
    shared = [(n, network) for n, c in enumerate(settings.smtp.clients) if c.shared for network in c.networks]
    for place, network, words in _trusted(settings):
        table = next((number for number, other in shared if network.overlaps(other)), None)
        if table is not None:
            yield place, f"is shared with strangers by smtp.clients[{table + 1}]: take it out here"
        elif network.prefixlen and (owner := sends_from(network)):
            yield place, f"is where every customer of {owner} sends from: {words}"
    for number, clients in enumerate(settings.smtp.clients):
        for n, network in enumerate(clients.networks):
            if network.prefixlen == 0:
                yield (
                    (*_TABLE, number, "networks", n),
                    "is the whole internet; name the networks that the provider names",
                )


def _trusted(settings: "Tables") -> Iterator[tuple[Place, Network, str]]:
    """Networks that are believed by their address alone, and what a stranger in them could do."""
    smtp, relay = settings.smtp, "anybody there could relay; name it in [[smtp.clients]] with shared = true and a proof"
    named: dict[Place, tuple[Iterable[Network], str]] = {
        ("smtp", "client_networks"): (smtp.client_networks, relay),
        ("smtp", "xforward_networks"): (smtp.xforward_networks, "anybody there could pass for any client"),
        ("response", "inside_networks"): (
            settings.response.inside_networks,
            "forged reports from there would be certain",
        ),
    }
    named |= {(*_TABLE, n, "networks"): (c.networks, relay) for n, c in enumerate(smtp.clients) if not c.shared}
    for place, (networks, words) in named.items():
        for number, network in enumerate(networks):
            yield (*place, number), network, words


def _circle(settings: "Tables") -> Found:
    """Mail from a cloud that we hand back to a cloud comes to us again, unless a rule there sees a stamp on it."""
    hosts = settings.next_hop.host
    owner = next((o for h in ((hosts,) if isinstance(hosts, str) else hosts) if (o := is_called(h))), "")
    if owner and settings.smtp.stamp_file is None and any(c.shared for c in settings.smtp.clients):
        yield (
            ("smtp", "stamp_file"),
            f"is missing: what is handed back to {owner} would come round; `sekisho init --cloud` makes one",
        )
