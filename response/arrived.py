"""Arrived: a report with what was found for it: who says it, how surely, and who got the message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mail.address import key
from response import who_got_it
from response.matching import Match
from response.may import may
from response.office import Office, same
from response.original import Original
from response.report import Report
from response.who_got_it import Copy
from store.journal import Line
from store.shelves import Shelves
from store.tickets import TicketRecipient


@dataclass(frozen=True, slots=True)
class Arrived:
    """A report with what was found for it."""

    report: Report
    match: Match
    copies: tuple[Copy, ...]
    at: datetime
    """When it reached us."""
    certain: bool
    message: str
    """What reports of this message share (`message_key`); "" where it is not matched."""
    original: Original | None = None

    @property
    def line(self) -> Line | None:
        """The journal line it means; None where it is not matched."""
        return self.copies[0].line if self.copies else None

    @property
    def known_at(self) -> datetime:
        """Since when somebody of ours knew; nobody knew later than now."""
        return min(self.report.first_known_at or self.at, self.at)


def message_key(shelves: Shelves, office: Office, line: Line, kind: str) -> str:
    """Find what reports of one message share: its Message-ID.

    A message without one is known by its journal line; so is one that borrows the Message-ID of somebody else's open case.
    """
    if not line.message_id:
        return line.id
    other = shelves.tickets.open_for(message_id=line.message_id, kind=kind)
    return line.message_id if other is None or same(other.sender, sender_of(office, line)) else line.id


def recipients(
    copies: tuple[Copy, ...], wrong: tuple[str, ...], reporter: str, office: Office
) -> tuple[TicketRecipient, ...]:
    """List who got it, the wrong ones marked; an outsider who reports it without naming anybody means himself."""
    everyone = {key(r.send_to) for copy in copies for r in copy.line.recipients}
    if not wrong and not office.is_ours(reporter) and key(reporter) in everyone:
        wrong = (reporter,)
    return who_got_it.recipients_of(copies, wrong, asked_about(copies))


def sent_at(copies: tuple[Copy, ...]) -> datetime | None:
    """When the first of it left; None while nothing is known to have left."""
    passed = [r.at for copy in copies for r in copy.line.recipients if r.state == "delivered"]
    released = [
        r.changed_at for c in copies if c.hold for r in c.hold.recipients if r.state == "delivered" and r.changed_at
    ]
    return min((*passed, *released), default=None)


def sender_of(office: Office, line: Line) -> str:
    """Whose message it is: the mailbox of ours that sent it; else the reverse-path as it stands."""
    return next((one for one in (line.reverse_path, line.header_from) if office.is_ours(one)), line.reverse_path)


def is_certain(report: Report, lines: tuple[Line, ...]) -> bool:
    """Decisions, reports: a signed link, staff who signed in, or by mail the message's own sender from inside."""
    if not report.proven or report.channel != "mail":
        return report.proven
    return bool(lines) and (same(report.reporter, lines[0].reverse_path) or same(report.reporter, lines[0].header_from))


def reporter_class(office: Office, arrived: Arrived, sender: str) -> str:
    """Say what the reporter is to the message: sender, staff, colleague, wrong-recipient, machine, unknown."""
    report = arrived.report
    if report.automatic:
        return "machine"
    if same(report.reporter, sender):
        return "sender"
    if office.is_ours(report.reporter):
        return "staff" if may(report.reporter, "desk", office.organisation, office.options.staff) else "colleague"
    got = {key(r.send_to) for copy in arrived.copies for r in copy.line.recipients}
    return "wrong-recipient" if key(report.reporter) in got else "unknown"


def asked_about(copies: Iterable[Copy]) -> dict[str, str]:
    """Recipients that were asked about → the suggestion; one that was only noted was not asked about."""
    findings = (
        f
        for copy in copies
        for f in copy.line.verdict.get("findings", ())
        if f.get("action") in {"hold", "approve", "delay"}
    )
    about = ((f.get("about", {}).get("recipient", ""), f.get("suggestion", "")) for f in findings)
    asked: dict[str, str] = {}
    for recipient, suggestion in about:
        if recipient:
            asked[recipient] = asked.get(recipient) or suggestion
    return asked
