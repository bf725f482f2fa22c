"""Opening: a report becomes a ticket, or joins the open one of the same message; everything in the caller's transaction.

Two reports of one message at the same time give one ticket: the store lets one of them open it, and the unit of the slower
one runs again and joins. One address cannot flood the desk: see `response.flood`.
"""

from dataclasses import replace
from datetime import datetime

from mail.address import exact_key
from response import clocks, drilling, exposure, flood, freezing, machine_mail, named, who_got_it
from response.arrived import Arrived, is_certain, message_key, recipients, reporter_class, sender_of, sent_at
from response.calling import call, thank
from response.clues import Clues
from response.containing import contain, is_open, joined_wrong, prove
from response.kinds import kind_of
from response.manual import Case, Manual
from response.matching import find
from response.office import GATEWAY, Office, mark
from response.original import Original
from response.report import Report
from response.reported import keep_report
from response.searching import Searched
from response.times import know_from
from response.who_got_it import Copy
from rules.providers import customer_of
from store.ids import new_id
from store.shelves import Shelves
from store.tickets import State, Ticket, TicketRecipient

MATCHED = {
    "ticket": "チケットの番号",
    "journal-id": "選ばれたメール",
    "number": "受付番号",
    "queue-id": "キューの番号",
    "message-id": "Message-ID",
    "envid": "封筒の番号",
    "digest": "添付された原本",
    "quoted": "引用された文面",
    "search": "検索",
    "chosen": "担当者の選択",
    "none": "該当なし",
}
"""`matching.Method` in Japanese."""


def take(
    shelves: Shelves,
    office: Office,
    report: Report,
    clues: Clues,
    at: datetime,
    original: Original | None = None,
    searched: Searched | None = None,
) -> Ticket:
    """Open a ticket for a report, or let it join; the ticket as it stands afterwards.

    `original`: of the report, sealed. `searched`: what `matching.look` found before the transaction, so that nobody waits for it.
    """
    match = find(shelves, clues, office.zone, searched)
    if drill := drilling.of_report(shelves, office, report, clues, match):
        report, office = replace(report, drill=True), drilling.office_in(office, drill)
    copies = who_got_it.copies_with_holds(shelves, match.lines)
    kind = "drill" if report.drill else "real"
    message = message_key(shelves, office, match.lines[0], kind) if match.lines else ""
    arrived = Arrived(report, match, copies, at, is_certain(report, match.lines), message, original)
    said = named.standing(shelves, office, arrived)
    existing = _of_message(shelves, arrived, kind, said) or flood.joinable(shelves, office, arrived)
    if not report.drill:
        _ask_again(shelves, office, arrived)
    of_case = said if existing and existing.id == match.ticket_id else ""
    ticket_id = _join(shelves, office, existing, arrived, of_case) if existing else _open(shelves, office, arrived)
    if drill:
        shelves.drills.add_ticket(drill.id, ticket_id)
    ticket = shelves.tickets.get(ticket_id)
    assert ticket is not None
    return ticket


def _ask_again(shelves: Shelves, office: Office, arrived: Arrived) -> None:
    """No file is let through any more because of this message, or for those it wrongly went to: neither as confirmed nor as theirs."""
    wrong = arrived.report.wrong or [r.send_to for copy in arrived.copies for r in copy.line.recipients]
    customers = {customer_of(address) for address in wrong if not office.is_ours(address)}
    holds = {copy.hold.id for copy in arrived.copies if copy.hold}
    shelves.confirmed.revoke_for(holds, customers, arrived.report.reporter or GATEWAY)
    shelves.customer_names.unlearn(customers)


def collect(shelves: Shelves, office: Office, ticket: Ticket, copies: tuple[Copy, ...]) -> Ticket:
    """Freeze the evidence of the message and mark what that proves; the ticket as it stands then."""
    records = freezing.freeze(shelves, ticket, copies)
    machine_mail.apply(shelves, ticket, shelves.machine_reports.of([copy.line.id for copy in copies]))
    ticket = shelves.tickets.get(ticket.id) or ticket
    note = office.say(f"証跡 {records} 件を固定しました。", f"Evidence frozen: {records} records.")
    mark(shelves, office, ticket.id, "frozen", note)
    prove(shelves, office, ticket)
    return ticket


def _of_message(shelves: Shelves, arrived: Arrived, kind: str, said: named.Standing) -> Ticket | None:
    """The open ticket of the same message, or whose number the report names: for who may know of it, also when it is closed."""
    if arrived.line:
        return shelves.tickets.open_for(message_id=arrived.message, hold_id=arrived.line.hold_id, kind=kind)
    found = shelves.tickets.get(arrived.match.ticket_id) if arrived.match.ticket_id else None
    return found if found and found.kind == kind and (is_open(found) or said == "note") else None


def _open(shelves: Shelves, office: Office, arrived: Arrived) -> str:
    report, line = arrived.report, arrived.line
    manual = office.manual.of_kind(kind_of(arrived.copies, report.wrong))
    ticket = _new_ticket(shelves, office, arrived, manual)
    shelves.manuals.keep(manual.version, manual.document)
    shelves.tickets.add(ticket)
    keep_report(shelves, ticket, arrived, joined=False)
    note = office.say(
        f"申告を受け付けました（照合：{MATCHED.get(ticket.match_method, ticket.match_method)}）。",
        f"Report accepted (matched by: {ticket.match_method}).",
    )
    mark(shelves, office, ticket.id, "opened", note)
    if line:
        ticket = collect(shelves, office, ticket, arrived.copies)
    call(shelves, office, ticket)
    if not report.automatic:
        thank(shelves, office, ticket, report.reporter)
    if arrived.certain:
        contain(shelves, office, ticket, report.reporter or GATEWAY)
    clocks.count(shelves, office, ticket.id)
    return ticket.id


def _new_ticket(shelves: Shelves, office: Office, arrived: Arrived, manual: Manual) -> Ticket:
    report, line = arrived.report, arrived.line
    sender = _sender(office, arrived)
    found = exposure.of_copies(arrived.copies)
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
        manual_version=manual.version,
        manual_name=manual.name,
        sent_at=sent_at(arrived.copies),
        first_known_at=arrived.known_at,
        reported_at=arrived.at,
        opened_at=shelves.now,
        recipients=concerned,
        steps=manual.steps_for(case, office.organisation),
    )


def _sender(office: Office, arrived: Arrived) -> str:
    return sender_of(office, arrived.line) if arrived.line else ""


def _named(report: Report, at: datetime) -> tuple[TicketRecipient, ...]:
    """Recipients named in a report of ours that could not be matched: nothing is known of them yet."""
    once = {exact_key(one): one for one in report.wrong}
    return tuple(TicketRecipient(address, "yes", "", "unknown", "", at=at) for address in once.values())


def _join(shelves: Shelves, office: Office, ticket: Ticket, arrived: Arrived, said: named.Standing) -> str:
    """A second report: the earliest first-known time counts, newly named recipients are wrong, too, and it may be certain."""
    report = arrived.report
    earlier = shelves.tickets.known_earlier(ticket.id, arrived.known_at)
    keep_report(shelves, ticket, arrived, joined=True, known_earlier=earlier, said=said)
    named.tell(shelves, office, ticket, said, arrived)
    if earlier:
        know_from(shelves, ticket, arrived.known_at)
        clocks.count(shelves, office, ticket.id)
    same_message = bool(arrived.message) and ticket.message_id == arrived.message
    if same_message:
        _also_wrong(shelves, office, ticket, arrived)
    # Strangers who joined only because there were many get no answer: a forged sender is not to be written to by us.
    if not report.automatic and (same_message or office.is_ours(report.reporter)):
        thank(shelves, office, ticket, report.reporter)
    return ticket.id


def _also_wrong(shelves: Shelves, office: Office, ticket: Ticket, arrived: Arrived) -> None:
    """Whom another report of the message says to be wrong; a certain one contains those, and nobody whom only others named."""
    said = arrived.report.wrong
    if arrived.certain:
        given = recipients(arrived.copies, said, arrived.report.reporter, office)
        said = tuple(recipient.address for recipient in given if recipient.wrong == "yes")
    for before, after in zip(ticket.recipients, joined_wrong(ticket, said).recipients, strict=True):
        if after != before:
            shelves.tickets.set_recipient(ticket.id, after)
    now = shelves.tickets.get(ticket.id)
    if arrived.certain and now:
        contain(shelves, office, now, arrived.report.reporter or GATEWAY, frozenset(map(exact_key, said)))
