"""Opening: a report becomes a ticket, or joins the open one of the same message; everything in the caller's transaction.

Two reports of one message at the same time give one ticket: the store lets one of them open it, and the unit of the slower
one runs again and joins. One address cannot flood the desk: see `response.flood`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mail.address import exact_key
from response import exposure, flood, freezing, recall
from response.arrived import Arrived, is_certain, message_key, recipients, reporter_class, sender_of, sent_at
from response.calling import call, thank
from response.containing import contain, is_open, joined_wrong, prove
from response.manual import Case
from response.matching import Clues, find
from response.office import GATEWAY, Office, mark
from response.original import Original, room_for
from response.recall import Copy
from response.report import Report
from rules.providers import customer_of
from store.ids import new_id
from store.shelves import Shelves
from store.tickets import State, Ticket, TicketRecipient


def take(
    shelves: Shelves, office: Office, report: Report, clues: Clues, at: datetime, original: Original | None = None
) -> Ticket:
    """Open a ticket for a report, or let it join; the ticket as it stands afterwards. `original`: of the report, sealed."""
    match = find(shelves, clues, office.zone)
    copies = recall.copies_with_holds(shelves, match.lines)
    kind = "drill" if report.drill else "real"
    message = message_key(shelves, office, match.lines[0], kind) if match.lines else ""
    arrived = Arrived(report, match, copies, at, is_certain(report, match.lines), message, original)
    existing = _of_message(shelves, arrived, kind) or flood.joinable(shelves, office, arrived)
    if not report.drill:
        _ask_again(shelves, office, arrived)
    ticket_id = _join(shelves, office, existing, arrived) if existing else _open(shelves, office, arrived)
    ticket = shelves.tickets.get(ticket_id)
    assert ticket is not None
    return ticket


def _ask_again(shelves: Shelves, office: Office, arrived: Arrived) -> None:
    """No file is let through any more because of this message, or for those it wrongly went to: neither as confirmed nor as theirs."""
    named = arrived.report.wrong or [r.address for copy in arrived.copies for r in copy.line.recipients]
    customers = {customer_of(address) for address in named if not office.is_ours(address)}
    holds = {copy.hold.id for copy in arrived.copies if copy.hold}
    shelves.confirmed.revoke_for(holds, customers, arrived.report.reporter or GATEWAY)
    shelves.customer_names.unlearn(customers)


def collect(shelves: Shelves, office: Office, ticket: Ticket, copies: tuple[Copy, ...]) -> None:
    """Freeze the evidence of the message and mark what that proves."""
    records = freezing.freeze(shelves, ticket, copies)
    note = office.say(f"証跡 {records} 件を固定しました。", f"Evidence frozen: {records} records.")
    mark(shelves, office, ticket.id, "frozen", note)
    prove(shelves, office, ticket)


def _of_message(shelves: Shelves, arrived: Arrived, kind: str) -> Ticket | None:
    """The open ticket of the same message, or whose number the report names."""
    if arrived.line:
        return shelves.tickets.open_for(message_id=arrived.message, hold_id=arrived.line.hold_id, kind=kind)
    named = shelves.tickets.get(arrived.match.ticket_id) if arrived.match.ticket_id else None
    return named if named and named.kind == kind and is_open(named) else None


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
        contain(shelves, office, ticket, report.reporter or GATEWAY)
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
        reporter_class=reporter_class(office, arrived, sender),
        certain=arrived.certain,
        words=report.words,
        match_method=arrived.match.method,
        candidates=arrived.match.candidates,
        journal_id=line.id if line else "",
        hold_id=line.hold_id if line else "",
        message_id=arrived.message,
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


def _sender(office: Office, arrived: Arrived) -> str:
    return sender_of(office, arrived.line) if arrived.line else ""


def _named(report: Report, at: datetime) -> tuple[TicketRecipient, ...]:
    """Recipients named in a report of ours that could not be matched: nothing is known of them yet."""
    once = {exact_key(one): one for one in report.wrong}
    return tuple(TicketRecipient(address, "yes", "", "unknown", "", at=at) for address in once.values())


def _join(shelves: Shelves, office: Office, ticket: Ticket, arrived: Arrived) -> str:
    """A second report: the earliest first-known time counts, newly named recipients are wrong, too, and it may be certain."""
    report = arrived.report
    earlier = shelves.tickets.known_earlier(ticket.id, arrived.known_at)
    _keep_report(shelves, ticket, arrived, joined=True, known_earlier=earlier)
    if earlier:
        _count_from(shelves, ticket, arrived.known_at)
    same_message = bool(arrived.message) and ticket.message_id == arrived.message
    if same_message and report.wrong:
        for before, after in zip(ticket.recipients, joined_wrong(ticket, report.wrong).recipients, strict=True):
            if after != before:
                shelves.tickets.set_recipient(ticket.id, after)
    if same_message and arrived.certain:
        now = shelves.tickets.get(ticket.id)
        assert now is not None
        contain(shelves, office, now, report.reporter or GATEWAY)
    # Strangers who joined only because there were many get no answer: a forged sender is not to be written to by us.
    if not report.automatic and (same_message or office.is_ours(report.reporter)):
        thank(shelves, office, ticket, report.reporter)
    return ticket.id


def _count_from(shelves: Shelves, ticket: Ticket, known_at: datetime) -> None:
    """The clock of first knowledge begins earlier: what counts from it is due as much earlier."""
    for step in ticket.steps:
        if step.clock == "K" and step.due:
            shelves.tickets.set_due(ticket.id, step.step, step.due - (ticket.first_known_at - known_at))


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
    few = shelves.evidence.count(ticket.id, "reported") <= flood.WHOLE
    original = arrived.original
    keeps = few and original is not None and room_for(shelves, original, arrived.at)
    body |= {
        "words": report.words if few else "",
        "original_sha256": original.sha256 if original else "",
        "original_size": original.size if original else 0,
        "kept_whole": bool(original.whole) and keeps if original else few,
    }
    enclosed = original.enclosed if original and keeps else None
    shelves.evidence.add(ticket.id, report.reporter or "unknown", "reported", "report", body, enclosed)


def _plain(details: Mapping[str, Any]) -> dict[str, str]:
    """Whatever the caller adds, as text."""
    return {str(name): str(value) for name, value in details.items()}
