"""Who is asked about a message: only ever mailboxes of our own domains (decisions: senders)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from ipaddress import ip_address

from gateway.options import Exemption, Network, SenderClass
from mail.address import domain_key, is_inside, key, split
from mail.envelope import Envelope
from mail.headers import Headers
from notifier.options import Organisation
from rules.base import Action, Finding
from rules.policy_findings import TOGETHER, adds_up, together
from rules.verdict import Verdict, disposition

# Sender Rewriting Scheme: the mailbox inside is only the forwarder, the sender is somebody else.
_SRS = re.compile(r"^srs[01][-+=]", re.IGNORECASE)
# Bounce Address Tag Validation: prvs=tag=mailbox; the mailbox behind it is the sender.
_BATV = re.compile(r"^prvs=[0-9a-z]+=(.+)$", re.IGNORECASE)
# Variable Envelope Return Path: the recipient is folded into the local part (list+alice=customer.example@ours).
_VERP = re.compile(r"=[^=@]+\.[^=@.]+$")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who a message comes from, and who may answer for it."""

    kind: str
    """person, team, machine, bulk, or report (a delivery status notification, receipt or automatic answer)."""
    people: tuple[str, ...]
    """Mailboxes of our own domains; empty: the admins."""
    never: bool = False
    """Nobody is asked: the message passes with a note."""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    """Of those people who answers for whom: delegates and members of teams, as long as they are (`addressees.may_answer`)."""


def asked_for(
    envelope: Envelope, headers: Headers, classes: Sequence[SenderClass], organisation: Organisation
) -> Asked:
    """Who is asked, from the most certain to the least: class, reverse-path, header From, admins."""
    if not envelope.reverse_path:
        is_report = headers.is_report or headers.is_automatic
        return Asked("report" if is_report else "person", (), never=is_report)
    found = next((c for c in classes if _matches(c, envelope)), None)
    domains = frozenset(organisation.domains)
    if found is None or found.kind == "person":
        return _with_delegates("person", _mailbox(envelope.reverse_path, headers, domains), organisation)
    if found.kind == "team":
        team = envelope.reverse_path
        of_team = () if found.members else tuple(person.address for person in organisation.team(team))
        mailboxes = (*_mailbox(team, headers, domains), *found.members, *of_team)
        people = tuple(dict.fromkeys(a for a in mailboxes if is_inside(a, domains)))
        return Asked("team", people, stand_ins={a: team for a in of_team if key(a) != key(team)})
    if found.owner and is_inside(found.owner, domains):
        return _with_delegates(found.kind, (found.owner,), organisation)
    return Asked(found.kind, (), never=True)


def _with_delegates(kind: str, mailboxes: Sequence[str], organisation: Organisation) -> Asked:
    both = {one: organisation.with_delegates(one) for one in mailboxes}
    stand_ins = {delegate: one for one, (_, *delegates) in both.items() for delegate in delegates}
    return Asked(kind, tuple(a for people in both.values() for a in people), stand_ins=stand_ins)


def is_unattended(envelope: Envelope, classes: Sequence[SenderClass], domains: frozenset[str]) -> bool:
    """Whether a program, a forwarder or an alias sends it, by its class or its reverse-path: no person waits for a question."""
    found = next((c for c in classes if _matches(c, envelope)), None)
    if found is not None:
        return found.kind in {"machine", "bulk"}
    sender = envelope.reverse_path
    return bool(sender) and (not is_inside(sender, domains) or bool(_SRS.match(sender)))


def _mailbox(reverse_path: str, headers: Headers, domains: frozenset[str]) -> tuple[str, ...]:
    """The mailbox behind a reverse-path of ours; of a rewritten one the header From, if that is ours; else nobody."""
    if not is_inside(reverse_path, domains):
        return ()  # a forwarder: its header From proves nothing, an outsider wrote it
    local, domain = split(reverse_path)
    if batv := _BATV.match(local):
        return (f"{batv[1]}@{domain}",)
    if _SRS.match(local):
        return ()
    if _VERP.search(local):
        return (headers.from_address,) if is_inside(headers.from_address, domains) else ()
    return (reverse_path,)


def _matches(found: SenderClass, envelope: Envelope) -> bool:
    return (
        is_listed(envelope.reverse_path, found.addresses)
        or is_in_networks(envelope.client.address, found.networks)
        or envelope.client.listener in found.listeners
    )


def is_listed(address: str, entries: Sequence[str]) -> bool:
    """Whether an address is one of the entries (whole addresses, or `@domain`)."""
    if not entries:
        return False
    own, domain = key(address), "@" + domain_key(split(address)[1])
    return any(domain == "@" + domain_key(e[1:]) if e.startswith("@") else own == key(e) for e in entries)


def is_in_networks(address: str, networks: Sequence[Network]) -> bool:
    """Whether an IP address lies in one of the networks."""
    if not networks:
        return False
    try:
        own = ip_address(address)
    except ValueError:
        return False
    return any(own in network for network in networks)


def exempted(
    verdict: Verdict,
    envelope: Envelope,
    exemptions: Sequence[Exemption],
    today: date,
    sums: Action = Action.HOLD,
    own_domains: frozenset[str] = frozenset(),
) -> Verdict:
    """The verdict with the findings that somebody answered for in advance turned into notes.

    `sums`: what doubts that add up do; what is left adds up anew, for an exemption silences no doubt that it does not cover.
    """
    in_force = {n: e for n, e in enumerate(exemptions, 1) if e.until >= today and _covers_sender(e, envelope)}
    if not in_force or not verdict.findings:
        return verdict
    outside = tuple(a for a in envelope.recipients if not is_inside(a, own_domains))
    findings = tuple(_softened(finding, in_force, outside) for finding in verdict.findings)
    asked = {f.about.recipient for f in findings if f.rule == TOGETHER and f.action is not Action.NOTE}
    anew = (_softened(f, in_force, outside) for f in together([f for f in findings if f.rule != TOGETHER], sums))
    left = [f for f in anew if f.action is not Action.NOTE and f.about.recipient not in asked]
    return with_findings(verdict, (*left, *findings))


def settled(
    verdict: Verdict,
    envelope: Envelope,
    asked: Asked,
    exemptions: Sequence[Exemption],
    must_pass: Sequence[str],
    today: date,
    sums: Action = Action.HOLD,
    own_domains: frozenset[str] = frozenset(),
) -> Verdict:
    """Exempted findings become notes; so do all of mail that nobody can be asked about, but for blocked recipients."""
    verdict = exempted(verdict, envelope, exemptions, today, sums, own_domains)
    if is_listed(envelope.reverse_path, must_pass) or asked.kind == "report":
        kept: frozenset[str] = frozenset()
    elif asked.never:
        kept = frozenset({"recipient-blocked"})
    else:
        return verdict
    softened = (f if f.rule in kept or f.action is Action.OFF else noted(f) for f in verdict.findings)
    return with_findings(verdict, tuple(softened))


def with_findings(verdict: Verdict, findings: tuple[Finding, ...]) -> Verdict:
    """The verdict with other findings; the disposition follows from them."""
    return replace(verdict, findings=findings, disposition=disposition(findings))


def noted(finding: Finding) -> Finding:
    """The same, only written down: no table's action is left in it."""
    return replace(finding, action=Action.NOTE, tables=(), delay=0)


def _covers_sender(exemption: Exemption, envelope: Envelope) -> bool:
    if exemption.senders and not is_listed(envelope.reverse_path, exemption.senders):
        return False
    return not exemption.clients or is_in_networks(envelope.client.address, exemption.clients)


def _softened(finding: Finding, exemptions: Mapping[int, Exemption], outside: Sequence[str]) -> Finding:
    """A note that names the exemption, where one covers it and it would ask or refuse."""
    number = next((n for n, exemption in exemptions.items() if _covers(exemption, finding, outside)), 0)
    if not number:
        return finding
    asks = finding.action not in {Action.NOTE, Action.OFF}
    return replace(noted(finding), points=0.0, exemption=number if asks else 0)


def _covers(exemption: Exemption, finding: Finding, outside: Sequence[str]) -> bool:
    # Doubts that add up are not asked about where one of them is not.
    rules = {finding.rule, *adds_up(finding)}
    named = not rules.isdisjoint(exemption.rules) if exemption.rules else finding.rule != "recipient-blocked"
    if not named:
        return False
    if not exemption.recipients:
        return True
    if finding.about.recipient:
        return is_listed(finding.about.recipient, exemption.recipients)
    # What is in the message goes to all: it is answered for only by name, and where nobody else outside gets it.
    covered = bool(outside) and all(is_listed(address, exemption.recipients) for address in outside)
    return covered and finding.rule in exemption.rules
