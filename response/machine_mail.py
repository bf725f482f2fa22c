"""Machine mail: a bounce, complaint or receipt is matched to its message, written down, and shown at the open ticket of it.

Most bounces are harmless, and anybody can write one. So it is a claim: it opens a ticket only where the settings say that it is a
sign of a misdirected mail, it never says that a mail did not arrive in place of the next hop, and it stops and blocks nothing.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Literal

from mail.address import domain_key, exact_key, key, split
from mail.machine_report import MachineReport
from mail.machine_report import Said as SaidOfOne
from response.arrived import asked_about, message_key
from response.clues import Clues
from response.matching import certain
from response.office import Office
from response.who_got_it import Copy
from store.evidence import Enclosure
from store.journal import Line
from store.machine_reports import MachineSaid
from store.shelves import Shelves
from store.tickets import Ticket

ACTOR = "machine"
EVENT = "machine-report"
RECORDS = 50
"""Of one ticket; of further ones only the first of each source, without its text, and all others stand beside the journal alone."""
EACH = 5
"""Of one ticket from one source."""
SOURCES = 1000
"""So many records of one ticket at most, one each from that many sources."""
_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "miscategorized"})
"""Kinds of RFC 5965 7.3 and its registry that say somebody got what he should not have; not-spam and auth-failure say other things."""
_LEFT = frozenset({"delivered", "unknown", "sending", "stopping"})
"""Only of what left somebody can say that it came back."""

Outcome = Literal["noted", "unmatched", "opens"]


@dataclass(frozen=True, slots=True)
class MachineMail:
    """A notification as it reached us."""

    report: MachineReport
    clues: Clues
    """What names its message: Message-IDs, our queue ids, ENVID."""
    header_from: str
    sha256: str
    """Of the whole mail."""
    source: str = ""
    """`source_of` it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it."""

    outcome: Outcome
    ticket_id: str = ""
    """The open ticket that got a record."""
    wrong: tuple[str, ...] = ()
    """For what opens a ticket: recipients of the message whom it is about."""


def take(shelves: Shelves, office: Office, mail: MachineMail, enclosed: Enclosure | None = None) -> Taken:
    """Write it down beside its message, and at the open ticket of it."""
    match = certain(shelves, mail.clues)
    if match is None or not match.lines:
        _count(shelves, mail, "unmatched")
        return Taken("opens" if _complains(mail, office) else "unmatched")
    said = list(_of_lines(shelves, mail, match.lines))
    new = sum(
        shelves.machine_reports.add(line.id, [o for o in said if o.journal_id == line.id]) for line in match.lines
    )
    line = match.lines[0]
    message = message_key(shelves, office, line, "real")
    ticket = shelves.tickets.open_for(message_id=message, hold_id=line.hold_id)
    if ticket:
        if new:
            if room := _room(shelves, ticket, mail.source):
                _record(shelves, ticket, mail, said, enclosed if room == "whole" else None)
            apply(shelves, ticket, said)
        return Taken("noted", ticket.id)
    if new and _is_sign(mail, match.lines, office):
        return Taken("opens", wrong=tuple(dict.fromkeys(one.address for one in said if one.address)))
    _count(shelves, mail, "noted")
    return Taken("noted")


def source_of(client: str, header_from: str, own: Iterable[IPv4Network | IPv6Network]) -> str:
    """Where a notification came from: the client that handed it in (of IPv6 its network), else what its header says.

    `own`: our own networks: a server of ours that does not say from whom it has it is no source.

    >>> source_of("2001:db8:1:2:3::4", "a@b.example", ()), source_of("10.0.0.1", "a@b.example", [ip_network("10.0.0.0/8")])
    ('2001:db8:1:2::/64', 'b.example')
    """
    with contextlib.suppress(ValueError):
        address = ip_address(client)
        if not any(address in network for network in own):
            return str(address if address.version == 4 else ip_network((address, 64), strict=False))  # noqa: PLR2004
    return domain_key(split(header_from)[1])


def apply(shelves: Shelves, ticket: Ticket, said: Iterable[MachineSaid]) -> None:
    """Show at a ticket which of its recipients a bounce speaks of, with its own words: handed over, and said to have come back."""
    failed = {one.address: one for one in said if one.kind == "dsn" and one.act == "failed"}
    for recipient in ticket.recipients:
        bounce = failed.get(exact_key(recipient.address)) or failed.get(key(recipient.address))
        if bounce and recipient.delivery in _LEFT:
            words = " ".join(one for one in (bounce.status, bounce.words) if one)
            shelves.tickets.set_recipient(
                ticket.id, replace(recipient, delivery="bounced", reply=words or recipient.reply, at=shelves.now)
            )


def _room(shelves: Shelves, ticket: Ticket, source: str) -> Literal["", "digest", "whole"]:
    """Whether a ticket takes one more record from there: a source that has none yet is heard, however many there are of others."""
    there = [one.body.get("source", "") for one in shelves.evidence.of_events(ticket.id, EVENT)]
    mine = there.count(source)
    if mine >= EACH or len(there) >= SOURCES or (mine and len(there) >= RECORDS):
        return ""
    return "whole" if len(there) < RECORDS else "digest"


def _record(
    shelves: Shelves, ticket: Ticket, mail: MachineMail, said: list[MachineSaid], enclosed: Enclosure | None
) -> None:
    body = {
        "kind": mail.report.kind,
        "reporter": mail.header_from,
        "sha256": mail.sha256,
        "source": mail.source,
        "said": [{"recipient": o.address, "act": o.act, "status": o.status, "words": o.words} for o in said],
        "proves": False,
    }
    shelves.evidence.add(ticket.id, ACTOR, EVENT, mail.report.kind, body, enclosed)


def _of_lines(shelves: Shelves, mail: MachineMail, lines: tuple[Line, ...]) -> Iterator[MachineSaid]:
    """Each thing it says, at the line whose recipient it names; what names none of them at the first."""
    for one in mail.report.said:
        line, address = _recipient(lines, one)
        yield MachineSaid(
            line.id,
            shelves.now,
            mail.report.kind,
            address,
            one.act,
            one.status,
            one.words,
            one.by_hand,
            mail.header_from,
            mail.sha256,
            mail.source,
        )


def _recipient(lines: tuple[Line, ...], said: SaidOfOne) -> tuple[Line, str]:
    wanted = [form for one in (said.original, said.final) if one for form in (exact_key(one), key(one))]
    for form in wanted:
        for line in lines:
            for recipient in line.recipients:
                if form in {exact_key(recipient.send_to), key(recipient.send_to)}:
                    return line, exact_key(recipient.send_to)
    return lines[0], ""


def _complains(mail: MachineMail, office: Office) -> bool:
    """Whether somebody says that he did not want it, and the settings take that for a report."""
    of_kind = mail.report.kind == "arf" and any(one.act in _COMPLAINTS for one in mail.report.said)
    return of_kind and office.options.complaints == "ticket"


def _is_sign(mail: MachineMail, lines: tuple[Line, ...], office: Office) -> bool:
    """Whether it is a sign of a misdirected mail by itself, as the settings have it."""
    if mail.report.kind == "arf":
        return _complains(mail, office)
    failed = [one for one in mail.report.said if one.act == "failed"]
    if mail.report.kind != "dsn" or not failed or office.options.bounces == "note":
        return False
    if office.options.bounces == "ticket":
        return True
    asked = {exact_key(one) for one in asked_about(Copy(line) for line in lines)}
    return any(_recipient(lines, one)[1] in asked for one in failed)


def _count(shelves: Shelves, mail: MachineMail, outcome: Outcome) -> None:
    """No ticket keeps it: the audit log says that it came."""
    shelves.audit.add(ACTOR, EVENT, mail.sha256, {"kind": mail.report.kind, "outcome": outcome})
