"""What is allowed in the settings and yet worth a second look: `check` shows it, nothing stops for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit

from service.problems import Found, Place

if TYPE_CHECKING:
    from service.settings import Tables

# As long as the mail server before us waits with our snippet (`sekisho snippet postfix`).
CLIENT_WAITS = 600
# What an honest client on a slow line can still send, in octets a second.
SLOW_LINE = 4096
SLOW_MOMENT = 10
# A network with fewer bits than this is a part of the internet, not somebody's mail servers.
_FEWEST_BITS = {4: 16, 6: 32}


def cautions(settings: "Tables") -> Found:
    """Yield what is allowed and yet worth a second look."""
    yield from _relay(settings)
    yield from _exemptions(settings)
    yield from _links(settings)
    yield from _people(settings)
    yield from _nodes(settings)
    if settings.gate.start == "open":
        yield ("gate", "start"), 'is "open": everything passes without a question; write "observe" or "normal"'
    if settings.store.key is None:
        yield ("store", "key"), "is not set: held messages lie on disk unencrypted; `sekisho init` makes a key"
    oidc = settings.web.oidc
    if oidc.issuer and not oidc.needs_verified and oidc.claim == "email":
        yield (
            ("web", "oidc", "needs_verified"),
            "is false: whoever can write any address into their account at the provider is let in as anybody",
        )


def _relay(settings: "Tables") -> Found:
    for number, network in enumerate(settings.smtp.client_networks):
        if network.is_global and network.prefixlen < _FEWEST_BITS[network.version]:
            yield (
                ("smtp", "client_networks", number),
                f"{network} is a large part of the internet; name only your own mail servers",
            )
    if not settings.smtp.client_networks and not settings.smtp.clients and settings.smtp.tls.client_ca is None:
        yield ("smtp", "client_networks"), 'is empty: nobody may relay; write for example ["127.0.0.0/8"]'
    if settings.smtp.tls.client_ca and any(c.shared and not c.certificate_names for c in settings.smtp.clients):
        yield (
            ("smtp", "tls", "client_ca"),
            "must hold the authority of the cloud's own certificate, too, or its STARTTLS fails; then set client_names",
        )
    response = settings.response
    if response.report_address and response.inside_networks and not settings.smtp.xforward_networks:
        yield (
            ("smtp", "xforward_networks"),
            'is empty: forged reports look like ours; write ["127.0.0.0/8"] where the mail server sends XFORWARD, as our snippets let it; else empty inside_networks',
        )
    if settings.smtp.min_rate > SLOW_LINE:
        yield (
            ("smtp", "min_rate"),
            f"{settings.smtp.min_rate} octets a second: a client on a slow line can send no large message; write at most {SLOW_LINE}",
        )
    hop = settings.next_hop
    needed = settings.facts.dns_timeout + settings.sandbox.wall + hop.connect_timeout + hop.data_timeout
    if needed > CLIENT_WAITS:
        yield (
            ("next_hop", "data_timeout"),
            f"one message may take {needed:g} s; the mail server before us waits {CLIENT_WAITS} s",
        )


def _exemptions(settings: "Tables") -> Found:
    today = datetime.now(UTC).date()
    for number, exemption in enumerate(settings.exemptions):
        if exemption.until < today:
            yield (
                ("exemptions", number, "until"),
                "has passed: the exemption no longer counts; remove it or set a new day",
            )


def _links(settings: "Tables") -> Found:
    for place, url in urls(settings):
        if url.startswith("http://") and not is_loopback(urlsplit(url).hostname or ""):
            yield place, "is http: links can be read on the way; put TLS in front and write https://…"


def _people(settings: "Tables") -> Found:
    for number, person in enumerate(settings.organisation.people):
        for name in ("superior", "deputy"):
            other = getattr(person, name)
            if other and settings.organisation.person(other) is None:
                yield ("organisation", "people", number, name), f"{other} is not among [[organisation.people]]"


def _nodes(settings: "Tables") -> Found:
    url = urlsplit(settings.store.url)
    servers = f"{url.netloc.rpartition('@')[2]} {' '.join(parse_qs(url.query).get('host', []))}"
    if "," in servers and "target_session_attrs=read-write" not in url.query:
        yield (
            ("store", "url"),
            "names several servers: after a failover it may stay with one that only reads; add target_session_attrs=read-write",
        )
    if settings.store.url.startswith("postgres") and settings.store.link_key is None and not _is_here(url):
        yield (
            ("store", "link_key"),
            "is not set: each machine makes its own, and a form of one is refused by another; with several machines, name a copy of one file",
        )
    if settings.service.watchdog < SLOW_MOMENT:
        yield (
            ("service", "watchdog"),
            f'{settings.service.watchdog:g} s are a slow moment of a busy machine, and cost a worker; write "30s"',
        )


def _is_here(url: SplitResult) -> bool:
    """Whether a database is on this machine only: by its socket or the loopback address. Another machine's Sekisho cannot share it."""
    hosts = [url.hostname or "", *",".join(parse_qs(url.query).get("host", [])).split(",")]
    return all(not host or host == "localhost" or host.startswith("/") or is_loopback(host) for host in hosts)


def urls(settings: "Tables") -> Iterator[tuple[Place, str]]:
    """Yield what links begin with."""
    yield ("web", "base_url"), settings.web.base_url
    if settings.web.staff.base_url:
        yield ("web", "staff", "base_url"), settings.web.staff.base_url


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", "ip6-localhost"}
