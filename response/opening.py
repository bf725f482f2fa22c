"""Opening: a report becomes a ticket, or joins the open one of the same message; everything in the caller's transaction.

Two reports of one message at the same time give one ticket: the store lets one of them open it, and the unit of the slower
one runs again and joins. One address cannot flood the desk: see `_flooded`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mail.address import key
from response import exposure, freezing, recall
from response.calling import call, thank
from response.containing import contain, is_open, joined_wrong, prove
from response.manual import Case
from response.matching import Clues, Match, find
from response.office import Office, mark, same
from response.recall import Copy
from response.report import Report
from response.roles import is_staff
from store.ids import new_id
from store.journal import Line
from store.shelves import Shelves
from store.tickets import State, Ticket, TicketRecipient

WINDOW = timedelta(minutes=15)
"""An unmatched report joins the unmatched ticket that its reporter opened less than so long ago."""
TICKETS = 10
"""Uncertain reports of one address open at most so many tickets in the window; further ones join the newest of them."""
WHOLE = 20
"""So many reports that joined a ticket are kept whole; of further ones only the digest."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A report with what was found for it."""

    report: Report
    match: Match
    copies: tuple[Copy, ...]
    at: datetime
    """When it reached us."""
    certain: bool

    @property
    def line(self) -> Line | None:
        """The journal line it means; None where it is not matched."""
        return self.copies[0].line if self.copies else None

    @property
    def known_at(self) -> datetime:
        """Since when somebody of ours knew; nobody knew later than now."""
        return min(self.report.first_known_at or self.at, self.at)


def take(shelves: Shelves, office: Office, report: Report, clues: Clues, at: datetime) -> Ticket:
    """Open a ticket for a report, or let it join; the ticket as it stands afterwards."""
    match = find(shelves, clues, office.zone)
    copies = recall.copies_with_holds(shelves, match.lines)
    arrived = Arrived(report, match, copies, at, _is_certain(report, match.lines))
    existing = _of_message(shelves, arrived) or _flooded(shelves, arrived)
    ticket_id = _join(shelves, office, existing, arrived) if existing else _open(shelves, office, arrived)
    ticket = shelves.tickets.get(ticket_id)
    assert ticket is not None
    return ticket


def message_key(line: Line) -> str:
    """What reports of one message share: its Message-ID; a message without one is known by its journal line."""
    return line.message_id or line.id


def recipients(
    copies: tuple[Copy, ...], wrong: tuple[str, ...], reporter: str, office: Office
) -> tuple[TicketRecipient, ...]:
    """List who got it, the wrong ones marked; an outsider who reports it without naming anybody means himself."""
    everyone = {key(r.address) for copy in copies for r in copy.line.recipients}
    if not wrong and not office.is_ours(reporter) and key(reporter) in everyone:
        wrong = (reporter,)
    return recall.recipients_of(copies, wrong, _asked(copies))


def collect(shelves: Shelves, office: Office, ticket: Ticket, copies: tuple[Copy, ...]) -> None:
    """Freeze the evidence of the message and mark what that proves."""
    records = freezing.freeze(shelves, ticket, copies)
    note = office.say(f"証跡 {records} 件を固定しました。", f"Evidence frozen: {records} records.")
    mark(shelves, office, ticket.id, "frozen", note)
    prove(shelves, office, ticket)


def _asked(copies: Iterable[Copy]) -> dict[str, str]:
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


def _is_certain(report: Report, lines: tuple[Line, ...]) -> bool:
    """Decisions, reports: a signed link, staff who signed in, or by mail the message's own sender from inside."""
    if not report.proven or report.channel != "mail":
        return report.proven
    return bool(lines) and (same(report.reporter, lines[0].reverse_path) or same(report.reporter, lines[0].header_from))


def _of_message(shelves: Shelves, arrived: Arrived) -> Ticket | None:
    """The open ticket of the same message, or whose number the report names."""
    kind = "drill" if arrived.report.drill else "real"
    if arrived.line:
        return shelves.tickets.open_for(message_id=message_key(arrived.line), hold_id=arrived.line.hold_id, kind=kind)
    named = shelves.tickets.get(arrived.match.ticket_id) if arrived.match.ticket_id else None
    return named if named and named.kind == kind and is_open(named) else None


def _flooded(shelves: Shelves, arrived: Arrived) -> Ticket | None:
    """The ticket that a report joins because its reporter wrote a moment ago; None for what deserves its own.

    A certain report always does. An unmatched one joins the reporter's unmatched ticket of the last minutes. Of any other
    uncertain ones so many open a ticket, and the next join the newest: their messages stand in its evidence.
    """
    if arrived.certain:
        return None
    recent = shelves.tickets.opened_since(arrived.at - WINDOW, reporter=arrived.report.reporter)
    recent = tuple(t for t in recent if is_open(t) and (t.kind == "drill") is arrived.report.drill)
    unmatched = [t for t in recent if not t.journal_id]
    if not arrived.line and unmatched:
        return unmatched[0]
    return recent[0] if len(recent) >= TICKETS else None


def _open(shelves: Shelves, office: Office, arrived: Arrived) -> str:
    report, line = arrived.report, arrived.line
    ticket = _new_ticket(shelves, office, arrived)
    shelves.tickets.add(ticket)
    _keep_report(shelves, ticket, arrived, joined=False)
    note = office.say(
        f"申告を受け付けました（照合：{ticket.match_method}）。",
        f"Report accepted (matched by: {ticket.match_method}).",
    )
    mark(shelves, office, ticket.id, "opened", note)
    if line:
        collect(shelves, office, ticket, arrived.copies)
    call(shelves, office, ticket)
    if not report.automatic:
        thank(shelves, office, ticket, report.reporter)
    if arrived.certain:
        contain(shelves, office, ticket, report.reporter)
    return ticket.id


def _new_ticket(shelves: Shelves, office: Office, arrived: Arrived) -> Ticket:
    report, line = arrived.report, arrived.line
    sender = _sender(office, arrived)
    found = exposure.of_case(line.verdict if line and line.gate != "open" else None)
    case = Case(sender or report.reporter, arrived.known_at, arrived.at, shelves.now)
    concerned = recipients(arrived.copies, report.wrong, report.reporter, office) or _named(report, arrived.at)
    return Ticket(
        id=new_id(),
        kind="drill" if report.drill else "real",
        state=State.OPEN,
        severity=found["severity"],
        channel=report.channel,
        reporter=report.reporter,
        reporter_class=_reporter_class(office, arrived, sender),
        certain=arrived.certain,
        words=report.words,
        match_method=arrived.match.method,
        candidates=arrived.match.candidates,
        journal_id=line.id if line else "",
        hold_id=line.hold_id if line else "",
        message_id=message_key(line) if line else "",
        sender=sender,
        subject=line.subject if line else "",
        exposure=found,
        manual_version=office.manual.version,
        manual_name=office.manual.name,
        sent_at=sent_at(arrived.copies),
        first_known_at=arrived.known_at,
        reported_at=arrived.at,
        opened_at=shelves.now,
        recipients=concerned,
        steps=office.manual.steps_for(case, office.organisation),
    )


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


def _sender(office: Office, arrived: Arrived) -> str:
    return sender_of(office, arrived.line) if arrived.line else ""


def _named(report: Report, at: datetime) -> tuple[TicketRecipient, ...]:
    """Recipients named in a report of ours that could not be matched: nothing is known of them yet."""
    once = {key(one): one for one in report.wrong}
    return tuple(TicketRecipient(address, "yes", "", "unknown", "", at=at) for address in once.values())


def _reporter_class(office: Office, arrived: Arrived, sender: str) -> str:
    report = arrived.report
    if report.automatic:
        return "machine"
    if same(report.reporter, sender):
        return "sender"
    if office.is_ours(report.reporter):
        return "staff" if is_staff(report.reporter, office.organisation, office.options.staff) else "colleague"
    got = {key(r.address) for copy in arrived.copies for r in copy.line.recipients}
    return "wrong-recipient" if key(report.reporter) in got else "unknown"


def _join(shelves: Shelves, office: Office, ticket: Ticket, arrived: Arrived) -> str:
    """A second report: the earliest first-known time counts, newly named recipients are wrong, too, and it may be certain."""
    report = arrived.report
    earlier = shelves.tickets.known_earlier(ticket.id, arrived.known_at)
    _keep_report(shelves, ticket, arrived, joined=True, known_earlier=earlier)
    same_message = arrived.line is not None and ticket.message_id == message_key(arrived.line)
    if same_message and report.wrong:
        for before, after in zip(ticket.recipients, joined_wrong(ticket, report.wrong).recipients, strict=True):
            if after != before:
                shelves.tickets.set_recipient(ticket.id, after)
    if same_message and arrived.certain:
        now = shelves.tickets.get(ticket.id)
        assert now is not None
        contain(shelves, office, now, report.reporter)
    if not report.automatic:
        thank(shelves, office, ticket, report.reporter)
    return ticket.id


def _keep_report(
    shelves: Shelves, ticket: Ticket, arrived: Arrived, *, joined: bool, known_earlier: bool = False
) -> None:
    """The report as it was said, with the mail or message it brought."""
    report, match = arrived.report, arrived.match
    body: dict[str, Any] = {
        "channel": report.channel,
        "reporter": report.reporter,
        "certain": arrived.certain,
        "wrong": list(report.wrong),
        "method": match.method,
        "confidence": match.confidence,
        "journal_id": arrived.line.id if arrived.line else "",
        "first_known_at": arrived.known_at.isoformat(),
        "reported_at": arrived.at.isoformat(),
        "joined": joined,
        "known_earlier": known_earlier,
        "details": _plain(report.details),
    }
    before = sum(entry.event == "reported" for entry in shelves.evidence.of(ticket.id)) if joined else 0
    digest = hashlib.sha256(report.original).hexdigest() if report.original is not None else ""
    whole = before <= WHOLE
    body |= {"words": report.words if whole else "", "original_sha256": digest, "kept_whole": whole}
    shelves.evidence.add(
        ticket.id, report.reporter or "unknown", "reported", "report", body, report.original if whole else None
    )


def _plain(details: Mapping[str, Any]) -> dict[str, str]:
    """Whatever the caller adds, as text."""
    return {str(name): str(value) for name, value in details.items()}
