"""What the tables about recipients say and cannot mean: entries that match nobody, name servers that cannot be asked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Final

from mail.address import domain_key, split
from rules.listed import Entry
from rules.verdict import RuleSettings
from service.problems import Found, Place

DOMAIN: Final = re.compile(r"[^\s@.:/*<>,;]+(\.[^\s@.:/*<>,;]+)*")
_LISTS: Final = ("recipient-blocked", "recipient-allowed")
_OWNED: Final = (*((name, "entries") for name in _LISTS), ("content-keyword", "terms"))
_LAST_PORT: Final = 0xFFFF
_LEAST: Final = {
    "recipient-too-many-external": {"limit": 2, "domains": 1},
    "recipient-name-mismatch": {"recipients": 1, "namesakes": 1},
}
_TARGET: Final = (
    'is neither an address nor a domain; write "competitor.example" (its subdomains apart) or "mori@competitor.example"'
)


def mistakes(rules: Mapping[str, RuleSettings], dns_servers: Iterable[str]) -> Found:
    """Yield what cannot be used as it stands."""
    for place, entry in _entries(rules):
        if not _is_target(entry.target.strip()):
            yield (*place, "target"), _TARGET
        if not entry.owner.strip():
            yield (*place, "owner"), "must not be empty: somebody answers for every entry"
    yield from _numbers(rules)
    for key in ("also", "never"):
        for number, name in enumerate(getattr(rules["recipient-freemail"].options, key)):
            if not DOMAIN.fullmatch(name.strip()) or "." not in name:
                yield ("rules", "recipient-freemail", key, number), f'{name} is no domain; write "provider.example"'
    for number, server in enumerate(dns_servers):
        if not _is_server(server):
            yield (
                ("facts", "dns_servers", number),
                f'{server} is no name server; write an address, as "192.0.2.53", "192.0.2.53:5353" or "2001:db8::53"',
            )


def _numbers(rules: Mapping[str, RuleSettings]) -> Found:
    """Numbers with which a rule would ask about every message, or about none."""
    for name, least in _LEAST.items():
        for option, number in least.items():
            if (given := getattr(rules[name].options, option)) < number:
                yield (
                    ("rules", name, option),
                    f'is {given}, must be at least {number}; action = "off" turns the rule off',
                )


def strangers(raw: Mapping[str, Any]) -> Found:
    """Yield who answers for an exemption, an entry or a term and is nobody of ours: senders are told to ask them.

    Works on the document itself, so that it says so beside whatever else is wrong.
    """
    house = raw.get("organisation")
    house = house if isinstance(house, Mapping) else {}
    domains = frozenset(domain_key(d) for d in _list(house, "domains") if isinstance(d, str))
    people = [person for person in _list(house, "people") if isinstance(person, Mapping)]
    names = {str(person.get("name", "")).strip() for person in people}
    for place, owner in _owners(raw):
        if owner.strip() in names or not owner.strip():
            continue
        local, domain = split(owner.strip())
        if not (local and domain) or re.search(r"[\s<>]", owner.strip()):
            yield place, f"{owner} is neither a mail address nor the name of one of [[organisation.people]]"
        elif domain_key(domain) not in domains:
            yield place, f"{domain} is not among organisation.domains: only mailboxes of our own may be named here"


def _owners(raw: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    rules = raw.get("rules")
    lists: dict[Place, Any] = {("exemptions",): raw}
    for name, key in _OWNED:
        table = rules.get(name) if isinstance(rules, Mapping) else None
        lists["rules", name, key] = table if isinstance(table, Mapping) else {}
    for place, table in lists.items():
        for number, entry in enumerate(_list(table, str(place[-1]))):
            if isinstance(entry, Mapping) and isinstance(owner := entry.get("owner"), str):
                yield (*place, number, "owner"), owner


def _list(table: Mapping[str, Any], key: str) -> list[Any]:
    found = table.get(key)
    return found if isinstance(found, list) else []


def cautions(rules: Mapping[str, RuleSettings]) -> Found:
    """Yield entries that no longer count."""
    today = datetime.now(UTC).date()
    for place, entry in _entries(rules):
        if entry.until and entry.until < today:
            yield (*place, "until"), "has passed: the entry no longer counts; remove it or set a new day"


def _entries(rules: Mapping[str, RuleSettings]) -> Iterator[tuple[Place, Entry]]:
    for name in _LISTS:
        for number, entry in enumerate(rules[name].options.entries):
            yield ("rules", name, "entries", number), entry


def _is_target(target: str) -> bool:
    local, domain = split(target) if "@" in target else ("", target)
    return bool(DOMAIN.fullmatch(domain)) and not re.search(r"[\s<>,;@]", local)


def _is_server(text: str) -> bool:
    host, port = text.split(":") if text.count(":") == 1 else (text, "53")
    try:
        ip_address(host)
    except ValueError:
        return False
    return port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT
