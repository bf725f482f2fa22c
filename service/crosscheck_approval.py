"""Approvals in the settings: approvers that are nobody, or fewer than are needed; cases that fit nothing, or everything."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

from gateway.approval_options import Approval, ApprovalCase, with_groups
from gateway.approvers import SUPERIOR, Approvers
from mail.address import is_inside, split
from response.roles import Role
from rules.base import Action
from rules.verdict import RuleSettings
from service import rule_tables
from service.problems import Found, Place, meant, unknown

if TYPE_CHECKING:
    from service.settings import Tables

_ROLES = tuple(role for role in get_args(Role) if role not in {"sender", "superior", "gateway"})


def mistakes(settings: "Tables") -> Found:
    """Yield what cannot be used as it stands."""
    approval = settings.approval
    tables: list[tuple[Place, Approval | ApprovalCase]] = [(("approval",), approval)]
    tables += [(("approval", "cases", n), case) for n, case in enumerate(approval.cases)]
    approvers = Approvers(settings.organisation, settings.senders, with_groups(approval, settings.gate.groups))
    for place, table in tables:
        named = list(_approvers(place, table.approvers, settings))
        yield from named
        if not named:
            yield from _enough(place, table, approvers)
    for number, case in enumerate(approval.cases):
        yield from _case(("approval", "cases", number), case, settings)
    if approval.escalate_after >= approval.deadline:
        yield (
            ("approval", "escalate_after"),
            f"is {approval.escalate_after} s, must be shorter than approval.deadline, which is {approval.deadline} s",
        )


def cautions(settings: "Tables", found: dict[str, RuleSettings]) -> Found:
    """Yield where a rule asks for an approval that nobody can give: only `sekisho release` lets such mail go."""
    wanting = [name for name, rule in found.items() if rule.action is Action.APPROVE]
    approvers = Approvers(settings.organisation, settings.senders, settings.approval)
    if wanting and not _anybody(approvers, settings.approval.approvers):
        yield (
            ("approval", "approvers"),
            f"nobody can approve what {', '.join(wanting)} asks: name a superior, a role that somebody holds, or an address",
        )


def _approvers(place: Place, named: Iterable[str], settings: "Tables") -> Iterator[tuple[Place, str]]:
    for n, entry in enumerate(named):
        here: Place = (*place, "approvers", n)
        if "@" in entry:
            if not is_inside(entry, frozenset(settings.organisation.domains)):
                yield here, f"{split(entry)[1]} is not among organisation.domains: only people of our own can approve"
        elif entry != SUPERIOR and entry not in _ROLES:
            yield (
                here,
                f"{entry} is neither an address nor a role; {unknown(entry, (SUPERIOR, *_ROLES)).removeprefix('unknown; ')}",
            )
        elif entry != SUPERIOR and not settings.organisation.with_role(entry):
            yield here, f"nobody among [[organisation.people]] is {entry}: nobody could approve"


def _enough(place: Place, table: Approval | ApprovalCase, approvers: Approvers) -> Iterator[tuple[Place, str]]:
    """More are needed than there can ever be: everybody who is named, with the admins who stand in for them."""
    there = approvers.most(table.approvers)
    if table.needed > max(there, 1):
        yield (*place, "needed"), f"is {table.needed}, and only {there} of those who are named could ever approve"


def _case(place: Place, case: ApprovalCase, settings: "Tables") -> Iterator[tuple[Place, str]]:
    if not (case.rules or case.senders or case.groups):
        yield (*place, "rules"), "fits everything; name rules, senders or groups, or write it into [approval]"
    for n, name in enumerate(case.rules):
        if name not in rule_tables.tables():
            yield (*place, "rules", n), f"{name} is not a rule; {meant(name, rule_tables.tables())}"
    for n, name in enumerate(case.groups):
        if not settings.gate.groups.get(name):
            there = [group for group, members in settings.gate.groups.items() if members]
            advice = meant(name, there) if there and name not in settings.gate.groups else "name its senders there"
            yield (*place, "groups", n), f"{name} is no group with members in [gate.groups]; {advice}"
    for n, address in enumerate(case.senders):
        if "@" not in address or not split(address)[1]:
            yield (
                (*place, "senders", n),
                f'{address} is neither an address nor a domain; write "fax@example.com" or "@example.com"',
            )


def _anybody(approvers: Approvers, named: Iterable[str]) -> bool:
    return bool(approvers.most(tuple(named)))
