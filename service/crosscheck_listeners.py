"""Where we listen and where mail goes next: places that cannot be, that are taken, or that lead back to us."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from gateway.options import Network
from service.cautions import is_loopback
from service.problems import Found, Place

if TYPE_CHECKING:
    from service.settings import Tables

LAST_PORT = 0xFFFF
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]*):(?P<port>\d{1,5})")
_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - recognised here, not bound


def listeners(settings: "Tables") -> Found:
    """Yield listeners that are no places, or take one another's."""
    places: list[tuple[Place, str]] = [(("smtp", "listen", n), text) for n, text in enumerate(settings.smtp.listen)]
    places += [(("web", "listen"), settings.web.listen)]
    places += [
        (("web", "staff", "listen"), settings.web.staff.listen),
        (("metrics", "listen"), settings.metrics.listen),
    ]
    if not settings.smtp.listen:
        yield ("smtp", "listen"), 'must not be empty; write ["127.0.0.1:10025"]'
    taken: list[tuple[str, int, Place]] = []
    for place, text in places:
        if not text and place[-1] == "listen" and place[0] in {"metrics", "web"} and place != ("web", "listen"):
            continue
        parsed = host_and_port(text)
        if parsed is None:
            yield place, 'must be host:port with a port up to 65535; write "127.0.0.1:10025" or "[::1]:10025"'
            continue
        for host, port, other in taken:
            if port and port == parsed[1] and (host == parsed[0] or {host, parsed[0]} & _EVERYWHERE):
                yield place, f"port {port} is already taken by {'.'.join(str(s) for s in other[:2])}"
                break
        taken.append((*parsed, place))


def host_and_port(text: str) -> tuple[str, int] | None:
    """Split a `listen` entry; None when it is none.

    >>> host_and_port("[::1]:25")
    ('::1', 25)
    """
    found = _LISTEN.fullmatch(text)
    if found is None or int(found["port"]) > LAST_PORT:
        return None
    return found["host"].strip("[]"), int(found["port"])


def networks(settings: "Tables") -> Found:
    """Yield networks that are everybody."""
    named: dict[Place, Iterable[Network]] = {
        ("smtp", "client_networks"): settings.smtp.client_networks,
        ("smtp", "xforward_networks"): settings.smtp.xforward_networks,
        ("response", "inside_networks"): settings.response.inside_networks,
    }
    for place, networks in named.items():
        for number, network in enumerate(networks):
            if network.prefixlen == 0:
                words = (
                    "an open relay; name only your own mail servers" if place[0] == "smtp" else "nobody there is inside"
                )
                yield (*place, number), f"is the whole internet: {words}"


def tls(settings: "Tables") -> Found:
    """Yield what lacks its other half."""
    tls = settings.smtp.tls
    if (tls.certificate is None) != (tls.key is None):
        lacking = "certificate" if tls.certificate is None else "key"
        yield ("smtp", "tls", lacking), "is missing: certificate and key go together"
    if tls.client_ca and tls.certificate is None:
        yield ("smtp", "tls", "client_ca"), "needs certificate and key: without STARTTLS no client shows one"


def next_hop(settings: "Tables") -> Found:
    """Yield hosts that are none, and next hops that are ourselves."""
    hop = settings.next_hop
    hosts = (hop.host,) if isinstance(hop.host, str) else hop.host
    if not any(hosts):
        yield ("next_hop", "host"), 'must not be empty; write "127.0.0.1"'
    named: list[tuple[Place, str]] = [(("next_hop", "host"), host) for host in hosts]
    for place, host in [*named, (("notices", "host"), settings.notices.host)]:
        if "[" in host or (":" in host and not is_address(host)):
            yield (
                place,
                f"{host} is no host: write the name or address alone, without brackets; the port stands beside it, in port",
            )
    own = {parsed for text in settings.smtp.listen if (parsed := host_and_port(text))}
    for host in hosts:
        for listener, port in own:
            if port == hop.port and (host == listener or (listener in _EVERYWHERE and is_loopback(host))):
                yield ("next_hop", "port"), f"{host}:{port} is our own listener: mail would go round in a circle"


def is_address(host: str) -> bool:
    """Whether it is an address, of IPv4 or IPv6, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
