"""Whose mailboxes the settings name: people who stand twice or for themselves, and addresses that are not ours where only ours may stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from mail.address import domain_key, is_inside, split
from response.roles import Role
from service import crosscheck_contacts
from service.problems import Found, Place, unknown

if TYPE_CHECKING:
    from service.settings import Tables

ROLES = tuple(role for role in get_args(Role) if role not in {"sender", "superior", "gateway"})
"""What a person of the settings can be; the other roles follow from the message."""
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


def people(settings: "Tables") -> Found:
    """Yield who stands twice, for themselves, or in a role that is none."""
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


def own(settings: "Tables") -> Found:
    """Yield an address of ours that two things come to."""
    answer, report = settings.notices.answer_address, settings.response.report_address
    if answer and answer.lower() == report.lower():
        yield (
            ("notices", "answer_address"),
            "is response.report_address, too: an answer would open a ticket; write another one",
        )
