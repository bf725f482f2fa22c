"""What no single option can know: settings that contradict each other, open the relay, or lead a notice out of the house."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlsplit

from gateway.options import Network
from mail.address import domain_key, is_inside, split
from response.roles import Role
from rules.policy_findings import TABLE
from rules.registry import rules
from service import crosscheck_clients, crosscheck_contacts
from service.cautions import is_loopback, urls
from service.problems import Found, Place, meant, unknown
from web.options import is_safe

if TYPE_CHECKING:
    from service.settings import Tables

_DOMAIN = re.compile(r"[^\s@.:/]+(\.[^\s@.:/]+)*")
LAST_PORT = 0xFFFF
ROLES = tuple(role for role in get_args(Role) if role not in {"sender", "superior", "gateway"})
"""What a person of the settings can be; the other roles follow from the message."""
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]*):(?P<port>\d{1,5})")
_POSTGRESQL = {"postgresql", "postgres", "postgresql+psycopg"}
SHORTEST_LINK = 60
"""Seconds: a mail that is held up for a moment must still be of use."""
_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - recognised here, not bound
_MAILBOXES = (
    "organisation.people.*.address",
    "organisation.people.*.aliases.*",
    "organisation.people.*.superior",
    "organisation.people.*.deputy",
    "organisation.people.*.delegates.*",
    "organisation.people.*.second",
    "organisation.people.*.teams.*",
    "organisation.admins.*",
    "response.report_address",
    "notices.answer_address",
    "response.staff.*",
    "notices.sender",
    "senders.*.owner",
    "senders.*.members.*",
    "policy.*.approvers.*",
)


def mistakes(settings: "Tables") -> Found:
    """Yield what cannot be used as it stands."""
    checks: tuple[Callable[[Tables], Found], ...] = (
        _organisation,
        _people,
        _listeners,
        _networks,
        crosscheck_clients.mistakes,
        _tls,
        _next_hop,
        _store,
        _own_mailboxes,
        _times,
        _senders,
        _exemptions,
        _address_lists,
        _base_urls,
        _sign_in,
    )
    for check in checks:
        yield from check(settings)


def _organisation(settings: "Tables") -> Found:
    house = settings.organisation
    if not house.name.strip():
        yield ("organisation", "name"), "must not be empty: people see it in every notice"
    for number, domain in enumerate(house.domains):
        if not _DOMAIN.fullmatch(domain):
            yield (
                ("organisation", "domains", number),
                'is not a domain; write for example "tachibana.example", without @',
            )
    if house.hours.start >= house.hours.end:
        yield ("organisation", "hours", "end"), "must be later than start"


def _people(settings: "Tables") -> Found:
    seen: set[str] = set()
    for number, person in enumerate(settings.organisation.people):
        place: Place = ("organisation", "people", number)
        address = person.address.lower()
        if address in seen:
            yield (*place, "address"), "stands twice among the people"
        seen.add(address)
        for n, alias in enumerate(person.aliases):
            if alias.lower() in seen:
                yield (*place, "aliases", n), "stands twice among the people"
            seen.add(alias.lower())
        others: list[tuple[Place, str]] = [((name,), getattr(person, name)) for name in ("superior", "deputy")]
        others += [(("delegates", n), delegate) for n, delegate in enumerate(person.delegates)]
        for where, other in others:
            if address and other.lower() == address:
                yield (*place, *where), "is the person themselves; name somebody else"
        yield from crosscheck_contacts.second(person, place, seen)
        for n, role in enumerate(person.roles):
            if role not in ROLES:
                yield (*place, "roles", n), f'"{role}" is not a role; {unknown(role, ROLES).removeprefix("unknown; ")}'


def strangers(raw: Mapping[str, Any]) -> Found:
    """Yield mailboxes that are not ours where only ours may stand: a question or a report would go there.

    Works on the document itself, so that it says so beside whatever else is wrong.
    """
    domains = frozenset(domain_key(d) for _, d in _texts(raw, ["organisation", "domains", "*"]))
    for pattern in _MAILBOXES:
        for place, address in _texts(raw, pattern.split(".")):
            local, domain = split(address)
            if place[-1] == "second" and "@" not in address:
                continue  # a telephone number
            if not (local and domain) or re.search(r"[\s<>]", address):
                yield place, 'is not a mail address; write for example "sato@tachibana.example"'
            elif not is_inside(address, domains):
                yield place, f"{domain} is not among organisation.domains: only mailboxes of our own may be named here"


def _texts(value: Any, steps: Sequence[str], place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield every text in the document that the steps lead to; * is any element of a list."""
    if not steps:
        if isinstance(value, str) and value:
            yield place, value
    elif steps[0] == "*":
        for number, element in enumerate(value if isinstance(value, list) else ()):
            yield from _texts(element, steps[1:], (*place, number))
    elif isinstance(value, Mapping):
        yield from _texts(value.get(steps[0]), steps[1:], (*place, steps[0]))


def _listeners(settings: "Tables") -> Found:
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


def _networks(settings: "Tables") -> Found:
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


def _tls(settings: "Tables") -> Found:
    tls = settings.smtp.tls
    if (tls.certificate is None) != (tls.key is None):
        lacking = "certificate" if tls.certificate is None else "key"
        yield ("smtp", "tls", lacking), "is missing: certificate and key go together"
    if tls.client_ca and tls.certificate is None:
        yield ("smtp", "tls", "client_ca"), "needs certificate and key: without STARTTLS no client shows one"


def _next_hop(settings: "Tables") -> Found:
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


def _own_mailboxes(settings: "Tables") -> Found:
    answer, report = settings.notices.answer_address, settings.response.report_address
    if answer and answer.lower() == report.lower():
        yield (
            ("notices", "answer_address"),
            "is response.report_address, too: an answer would open a ticket; write another one",
        )


def _times(settings: "Tables") -> Found:
    remind_after, deadline = settings.hold.remind_after, settings.hold.deadline
    if remind_after >= deadline:
        yield (
            ("hold", "remind_after"),
            f"is {remind_after} s, must be shorter than hold.deadline, which is {deadline} s",
        )
    if settings.store.content_days * 86400 < settings.hold.bring_back:
        yield (
            ("store", "content_days"),
            f"is shorter than hold.bring_back, which is {settings.hold.bring_back} s: what may be brought back must be there",
        )
    if settings.store.hold_days < settings.store.content_days:
        yield ("store", "hold_days"), "must not be shorter than store.content_days"
    if settings.next_hop.retry_first > settings.next_hop.retry_for:
        yield ("next_hop", "retry_first"), "must not be longer than next_hop.retry_for"


def _senders(settings: "Tables") -> Found:
    for number, group in enumerate(settings.senders):
        place: Place = ("senders", number)
        if not (group.addresses or group.networks or group.listeners):
            yield (*place, "addresses"), "nobody belongs to this class; name addresses, networks or listeners"
        for n, listener in enumerate(group.listeners):
            if listener not in settings.smtp.listen:
                yield (*place, "listeners", n), f"{listener} is not among smtp.listen"
        if group.owner and group.kind not in {"machine", "bulk"}:
            yield (*place, "owner"), f'belongs to kind "machine" or "bulk", not "{group.kind}"'
        if group.members and group.kind != "team":
            yield (*place, "members"), f'belongs to kind "team", not "{group.kind}"'


def _exemptions(settings: "Tables") -> Found:
    for number, exemption in enumerate(settings.exemptions):
        place: Place = ("exemptions", number)
        if not (exemption.senders or exemption.groups or exemption.recipients or exemption.clients):
            yield (*place, "senders"), "everybody would be exempt; name senders, groups, recipients or clients"
        for n, name in enumerate(exemption.groups):
            if not settings.gate.groups.get(name):
                there = [group for group, members in settings.gate.groups.items() if members]
                advice = meant(name, there) if there and name not in settings.gate.groups else "name its senders there"
                yield (*place, "groups", n), f"{name} is no group with members in [gate.groups]; {advice}"
        for n, network in enumerate(exemption.clients):
            if network.prefixlen == 0:
                yield (*place, "clients", n), "is the whole internet: everybody would be exempt"
        for n, name in enumerate(exemption.rules):
            if name not in rules() and name != TABLE:
                yield (*place, "rules", n), f"{name} is not a rule; {meant(name, rules())}"


def _address_lists(settings: "Tables") -> Found:
    """Whole addresses or @domain, wherever groups of them are written."""
    lists: dict[Place, Iterable[str]] = {("hold", "must_pass"): settings.hold.must_pass}
    lists |= {("gate", "groups", name): group for name, group in settings.gate.groups.items()}
    lists |= {("senders", n, "addresses"): group.addresses for n, group in enumerate(settings.senders)}
    lists |= {("smtp", "clients", n, "reverse_paths"): c.reverse_paths for n, c in enumerate(settings.smtp.clients)}
    for n, table in enumerate(settings.policy):
        lists |= {("policy", n, "senders"): table.senders, ("policy", n, "recipients"): table.recipients}
    for n, exemption in enumerate(settings.exemptions):
        lists |= {
            ("exemptions", n, "senders"): exemption.senders,
            ("exemptions", n, "recipients"): exemption.recipients,
        }
    for place, addresses in lists.items():
        for number, address in enumerate(addresses):
            if "@" not in address or not split(address)[1]:
                yield (
                    (*place, number),
                    f'{address} is neither an address nor a domain; write "fax@example.com" or "@example.com"',
                )


def _store(settings: "Tables") -> Found:
    kind, _, rest = settings.store.url.partition("://")
    named = rest.removeprefix("/") not in {"", ":memory:"} if kind == "sqlite" else kind in _POSTGRESQL
    if not named or (kind == "sqlite" and not rest.startswith("/")):
        yield ("store", "url"), 'is no store; write "sqlite:///PATH" or "postgresql://USER@HOST/DATABASE"'


def _base_urls(settings: "Tables") -> Found:
    for place, url in urls(settings):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            yield place, 'must be what links begin with; write "https://sekisho.example.com"'
    staff = settings.web.staff
    if bool(staff.listen) != bool(staff.base_url):
        lacking = "base_url" if staff.listen else "listen"
        yield ("web", "staff", lacking), "is missing: listen and base_url of the staff's pages go together"


def _sign_in(settings: "Tables") -> Found:
    times, oidc = settings.web.sign_in, settings.web.oidc
    if times.idle > times.longest:
        yield ("web", "sign_in", "idle"), "must not be longer than longest, after which a session ends in any case"
    if times.link < SHORTEST_LINK:
        yield ("web", "sign_in", "link"), f"is shorter than a mail may take; write at least {SHORTEST_LINK} s"
    if not oidc.issuer:
        return
    parts = urlsplit(oidc.issuer)
    if parts.query or parts.fragment or not is_safe(oidc.issuer):
        yield ("web", "oidc", "issuer"), 'must be the https address of the provider; write "https://id.example.com"'
    if "/.well-known/" in oidc.issuer:
        yield ("web", "oidc", "issuer"), "is what stands before /.well-known/: leave the rest out"
    if not oidc.client_id:
        yield ("web", "oidc", "client_id"), "is missing: what we are called at the provider"
    if not oidc.claim:
        yield ("web", "oidc", "claim"), 'must not be empty; write "email"'
    if "openid" not in oidc.scopes:
        yield ("web", "oidc", "scopes"), 'must hold "openid": without it the provider names nobody'
