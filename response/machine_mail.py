"""Machine mail: a bounce, complaint or receipt is matched to its message, written down, and shown at the open ticket of it.

Most bounces are harmless, and anybody can write one. So it is a claim: it opens a ticket only where the settings say that it is a
sign of a misdirected mail, it never says that a mail did not arrive in place of the next hop, and it stops and blocks nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from mail.address import exact_key, key
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
"""Of one ticket; further ones stand beside the journal alone."""
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
        if new and shelves.evidence.count(ticket.id, EVENT) < RECORDS:
            _record(shelves, ticket, mail, said, enclosed)
            apply(shelves, ticket, said)
        return Taken("noted", ticket.id)
    if new and _is_sign(mail, match.lines, office):
        return Taken("opens", wrong=tuple(dict.fromkeys(one.address for one in said if one.address)))
    _count(shelves, mail, "noted")
    return Taken("noted")


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


def _record(
    shelves: Shelves, ticket: Ticket, mail: MachineMail, said: list[MachineSaid], enclosed: Enclosure | None
) -> None:
    body = {
        "kind": mail.report.kind,
        "reporter": mail.header_from,
        "sha256": mail.sha256,
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
