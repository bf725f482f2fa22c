"""Whose mail is treated otherwise: classes of senders, exemptions, and wherever groups of addresses are written."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mail.address import split
from rules.policy_findings import TABLE
from rules.registry import rules
from service.problems import Found, Place, meant

if TYPE_CHECKING:
    from service.settings import Tables


def senders(settings: "Tables") -> Found:
    """Yield classes of nobody, and what another kind of sender has."""
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


def exemptions(settings: "Tables") -> Found:
    """Yield exemptions of everybody, and of what is not there."""
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


def address_lists(settings: "Tables") -> Found:
    """Yield what is neither an address nor @domain, wherever groups of them are written."""
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
