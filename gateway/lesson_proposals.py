"""Lesson proposals: which changes of the rules a case suggests: the desk proposes, an admin applies; never a free form."""

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from gateway.lessons import digest_of
from gateway.options import Exemption
from gateway.outcomes import group_of
from gateway.rooms import FlowOptions
from mail.address import domain_key, is_inside, split
from rules.base import Action
from rules.policy_findings import TABLE, UNKNOWN
from rules.providers import FREE_MAIL
from rules.registry import rules
from store.journal import Line
from store.measures import Change
from store.tickets import Ticket

_NO_RULES: Final = frozenset({TABLE, UNKNOWN, "gate-hold-all"})


def proposals(ticket: Ticket, line: Line | None, options: FlowOptions) -> dict[str, Change]:
    """The changes that this case suggests, by a short name that stays the same while nothing else is suggested."""
    found = dict.fromkeys(
        (*_of_recipients(ticket, options), *_of_findings(line, options), *_of_sender(ticket, options))
    )
    return {name_of(change): change for change in found}


def name_of(change: Change) -> str:
    """A short name for a form."""
    return hashlib.sha256(json.dumps(change.as_json(), sort_keys=True).encode()).hexdigest()[:16]


def exemption_of(change: Change, options: FlowOptions) -> Exemption | None:
    """The exemption that a change withdraws, as the settings have it now; None where they do not."""
    return next((e for e in options.exemptions if digest_of(e) == change.target), None)


def _of_recipients(ticket: Ticket, options: FlowOptions) -> Iterator[Change]:
    own = frozenset(options.organisation.domains)
    for recipient in ticket.recipients:
        if recipient.wrong != "yes" or is_inside(recipient.address, own):
            continue
        yield Change("keep-block", target=recipient.address)
        yield Change("unvouch", target=recipient.address)
        if recipient.intended:
            yield Change("merge", target=recipient.address, right=recipient.intended)
        domain = domain_key(split(recipient.address)[1])
        if domain not in FREE_MAIL:
            yield Change("stricter", target=f"@{domain}")
            yield Change("stricter", target=f"@{domain}", action="approve")


def _of_findings(line: Line | None, options: FlowOptions) -> Iterator[Change]:
    """What was only noted would have asked; what an exemption silenced would have, too."""
    for finding in line.verdict.get("findings", ()) if line else ():
        number = finding.get("exemption", 0)
        if 0 < number <= len(options.exemptions):
            yield Change("withdraw-exemption", target=digest_of(options.exemptions[number - 1]))
        rule = finding["rule"]
        settings = options.policy.rules.get(rule)
        in_use = rule in rules() and (settings is None or settings.action is not Action.OFF)
        if in_use and rule not in _NO_RULES:
            yield Change("stricter", rule=rule, action="hold" if finding["action"] == "note" else "approve")


def _of_sender(ticket: Ticket, options: FlowOptions) -> Iterator[Change]:
    if ticket.sender and (group := group_of(ticket.sender, options)):
        yield Change("stricter", group=group)
