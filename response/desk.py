"""The desk: report → ticket; finish a step, contain, close. One report is one transaction."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Literal

from mail.machine_report import MachineReport
from notifier import case_address
from notifier.options import Organisation
from response import (
    acts,
    answering,
    case_mail,
    closing,
    containing,
    flood,
    kind_change,
    machine_mail,
    matching,
    need_to_know,
    opening,
    original,
    report_mail,
    reported,
)
from response.clues import Clues
from response.lessons import Lessons
from response.manual import Kind, Manual
from response.office import Office
from response.options import ResponseOptions
from response.report import Channel, Report, clues
from response.report_mail import ReportMail
from response.search import Looked, Wanted, look
from response.searching import Searched
from store.clock import Clock
from store.engine import Store
from store.evidence import Enclosure
from store.shelves import Shelves
from store.tickets import ENDED, State, Ticket

__all__ = ["Channel", "Desk", "Report"]

_OPEN = tuple(state for state in State if state not in ENDED)


class Desk:
    """The desk of the organisation."""

    def __init__(
        self, store: Store, options: ResponseOptions, organisation: Organisation, manual: Manual, clock: Clock
    ) -> None:
        self._store = store
        self._clock = clock
        self.office = Office(organisation, options, manual)
        """Settings and manual, for the pages."""
        self.lessons = Lessons(store, self.office)
        """What is learnt from a case: its cause, measures, cases that belong to it."""

    async def report(self, report: Report) -> Ticket:
        """Open a ticket (or join the open one of that message): steps, frozen evidence, calls, containment; one transaction."""
        return await self._take(report, clues(report))

    async def report_mail(self, reverse_path: str, client: str, content: bytes, *, proven: bool = False) -> Ticket:
        """Do the same for a mail to the report address: original attached, quoted, or just a number in the text.

        `proven`: the caller knows that the reverse-path is who it says (an inside client that was authenticated). The report is
        then certain when the reverse-path is inside and the sender of the message.
        """
        return await self._take_words(
            await self._read(reverse_path, content), reverse_path, client, content, proven=proven
        )

    async def take_mail(self, reverse_path: str, client: str, content: bytes, *, proven: bool = False) -> Ticket | None:
        """Take whatever comes to the report address: a report of a person, or what a machine says; None where no ticket has to do with it."""
        said = await self._read(reverse_path, content)
        if said.machine is None:
            return await self._take_words(said, reverse_path, client, content, proven=proven)
        told = self._told(said.machine, said, client, content)
        beginning = content[: original.BEGINNING]
        enclosed = await asyncio.to_thread(Enclosure.of, beginning, self._store.seal)
        taken = await self._store.commit(lambda shelves: machine_mail.take(shelves, self.office, told, enclosed))
        if taken.outcome != "opens":
            return await self.ticket(taken.ticket_id) if taken.ticket_id else None
        return await self._take_words(said, reverse_path, client, content, wrong=taken.wrong)

    def overheard(self, client: str, content: bytes) -> Callable[[Shelves], object] | None:
        """Give what writes down a notification that only passes by here, None where it is none; it never opens a ticket. Some milliseconds."""
        said = report_mail.read("", content, self.office.organisation.domains)
        if said.machine is None:
            return None
        told = self._told(said.machine, said, client, content)
        return lambda shelves: machine_mail.take(shelves, self.office, told)

    def _told(self, machine: MachineReport, said: ReportMail, client: str, content: bytes) -> machine_mail.MachineMail:
        source = machine_mail.source_of(client, said.header_from, self.office.options.inside_networks)
        return machine_mail.MachineMail(machine, said.clues, said.header_from, sha256(content).hexdigest(), source)

    async def _read(self, reverse_path: str, content: bytes) -> ReportMail:
        """Linear and bounded, but some milliseconds for a large one: not in the loop."""
        domains, address = self.office.organisation.domains, self.office.options.report_address
        return await asyncio.to_thread(report_mail.read, reverse_path, content, domains, address)

    async def _take_words(
        self,
        said: ReportMail,
        reverse_path: str,
        client: str,
        content: bytes,
        *,
        proven: bool = False,
        wrong: tuple[str, ...] = (),
    ) -> Ticket:
        inside = self.office.is_ours(reverse_path)
        made = Report(
            channel="mail",
            reporter=said.clues.reporter,
            words=said.words,
            wrong=wrong or (said.named if inside else ()),
            original=content,
            proven=proven and inside and not said.automatic,
            automatic=said.automatic,
            details={"client": client, "message_id": said.message_id, "header_from": said.header_from},
        )
        return await self._take(made, said.clues)

    async def case_mail(self, address: str, reverse_path: str, client: str, content: bytes, *, inside: bool) -> str:
        """File a mail to the address of a case (`notifier.case_address`); the ticket, or "" where the address is a guess.

        `inside`: the caller knows that the reverse-path is who it says.
        """
        found = case_address.read(address, self.office.options.report_address)
        ticket = await self.ticket(found[0]) if found else None
        if found is None or ticket is None or ticket.erased_at:
            return ""  # of a case whose records are erased nothing is kept any more
        wrong = [r.address for r in ticket.recipients if r.wrong == "yes"]
        recipient = case_address.whose(self._store.seal, ticket.id, found[1], wrong)
        if recipient is None:
            return ""
        ours = inside and self.office.is_ours(reverse_path)
        said = await asyncio.to_thread(case_mail.read, reverse_path, content, inside=ours)
        kept = await asyncio.to_thread(
            original.of, Report("mail", reverse_path, original=content, proven=ours), self._store.seal
        )
        assert kept is not None
        arrived = case_mail.Arrived(ticket.id, recipient, reverse_path, client, ours, said, kept)
        await self._store.commit(lambda shelves: case_mail.file(shelves, self.office, arrived))
        return ticket.id

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """Look at one ticket."""
        return await self._store.read(lambda shelves: shelves.tickets.get(ticket_id))

    async def tickets(self) -> tuple[Ticket, ...]:
        """List the open ones by the nearest due step, then the closed."""
        return await self._store.read(
            lambda shelves: shelves.tickets.listing(states=_OPEN) + shelves.tickets.listing(states=tuple(ENDED))
        )

    async def look_for(self, wanted: Wanted, *, by: str) -> Looked:
        """Look for a message in the journal, for somebody who still speaks on the telephone, as far as they need know."""
        office = self.office
        return await self._store.read(
            lambda shelves: need_to_know.looked(shelves, office, by, look(shelves, wanted, office.zone))
        )

    async def finish_step(
        self, ticket_id: str, step: str, *, by: str, note: str, not_needed: bool = False
    ) -> acts.Refusal:
        """Finish a step; "" when done; otherwise why not: already, unknown, gate (tell your superior first), reason-missing, evidence-missing (the manual wants it written down)."""

        def unit(shelves: Shelves) -> acts.Refusal:
            refusal = acts.finish_step(shelves, self.office, ticket_id, step, by=by, note=note, not_needed=not_needed)
            if not refusal:
                answering.acted(shelves, self.office, ticket_id, by)
            return _audited(shelves, refusal, by, "ticket-step", ticket_id, step=step, not_needed=not_needed)

        return await self._store.commit(unit)

    async def reopen_step(self, ticket_id: str, step: str, *, by: str, reason: str) -> acts.Refusal:
        """Put a finished step back to todo; the evidence keeps both."""

        def unit(shelves: Shelves) -> acts.Refusal:
            refusal = acts.reopen_step(shelves, ticket_id, step, by=by, reason=reason)
            return _audited(shelves, refusal, by, "ticket-reopen-step", ticket_id, step=step)

        return await self._store.commit(unit)

    async def change_kind(self, ticket_id: str, kind: Kind, *, by: str, reason: str) -> acts.Refusal:
        """Let a ticket follow the manual of another kind of mistake; what is finished stays finished."""

        def unit(shelves: Shelves) -> acts.Refusal:
            refusal = kind_change.change(shelves, self.office, ticket_id, kind, by=by, reason=reason)
            return _audited(shelves, refusal, by, "ticket-kind", ticket_id, kind=kind)

        return await self._store.commit(unit)

    async def contain(self, ticket_id: str, *, by: str) -> Mapping[str, str]:
        """Stop, by one press, what is still here for the wrong recipients and block them; address → words of `recall.WORDS`."""

        def unit(shelves: Shelves) -> Mapping[str, str]:
            ticket = shelves.tickets.get(ticket_id)
            if ticket is None or not containing.is_open(ticket):
                return {}
            contained = containing.contain(shelves, self.office, ticket, by)
            answering.acted(shelves, self.office, ticket_id, by)
            _audited(shelves, "", by, "ticket-contain", ticket_id, recipients=len(contained))
            return contained

        return await self._store.commit(unit)

    async def lift(self, block_id: str, *, by: str) -> bool:
        """End a block."""
        return await self._store.commit(lambda shelves: acts.lift(shelves, block_id, by=by))

    async def choose(self, ticket_id: str, journal_id: str, *, by: str, wrong: tuple[str, ...]) -> bool:
        """Bind an unmatched report to one of its candidates (or any other line of the journal)."""

        def unit(shelves: Shelves) -> bool:
            chosen = acts.choose(shelves, self.office, ticket_id, journal_id, by=by, wrong=wrong)
            _audited(shelves, "" if chosen else "already", by, "ticket-choose", ticket_id, journal_id=journal_id)
            return chosen

        return await self._store.commit(unit)

    async def close(
        self, ticket_id: str, *, by: str, outcome: Literal["closed", "not-a-leak"], reason: str
    ) -> acts.Refusal:
        """Close; "" when closed; otherwise why not: open-steps (the superior was not told), cause-missing, measure-missing, reason-missing, already, unknown.

        Of no leak also decision-missing (two must sign first that it was none), facts-changed (since they did).
        """

        def unit(shelves: Shelves) -> acts.Refusal:
            refusal = closing.close(shelves, self.office, ticket_id, by=by, outcome=outcome, reason=reason)
            return _audited(shelves, refusal, by, "ticket-close", ticket_id, outcome=outcome)

        return await self._store.commit(unit)

    async def reopen(self, ticket_id: str, *, by: str, reason: str) -> acts.Refusal:
        """Open a closed case again."""

        def unit(shelves: Shelves) -> acts.Refusal:
            refusal = closing.reopen(shelves, self.office, ticket_id, by=by, reason=reason)
            return _audited(shelves, refusal, by, "ticket-reopen", ticket_id)

        return await self._store.commit(unit)

    async def _take(self, report: Report, given: Clues) -> Ticket:
        at = self._clock.now()
        kept = await asyncio.to_thread(original.of, report, self._store.seal) if report.original is not None else None
        searched, buried = await self._store.read(lambda shelves: self._look(shelves, report, given, at))

        def unit(shelves: Shelves) -> Ticket:
            if buried:
                reported.count(shelves, buried.id, report, kept, at)
                return buried
            ticket = opening.take(shelves, self.office, report, given, at, kept, searched)
            _audited(shelves, "", report.reporter, "report", ticket.id, channel=report.channel, proven=report.proven)
            return ticket

        return await self._store.commit(unit)

    def _look(
        self, shelves: Shelves, report: Report, given: Clues, at: datetime
    ) -> tuple[Searched | None, Ticket | None]:
        """Search before the transaction; or the ticket that one of a flood is only counted in, for it names no message."""
        buried = flood.buried_in(shelves, self.office, report, at)
        if buried and not matching.certain(shelves, given):
            return None, shelves.tickets.get(buried)
        return (Searched() if buried else matching.look(shelves, given, self.office.zone)), None


def _audited(
    shelves: Shelves, refusal: acts.Refusal, by: str, act: str, ticket_id: str, **details: str | float
) -> acts.Refusal:
    """Write what was done into the audit log, beside the evidence of the case; the words of people stay there alone."""
    if not refusal:
        shelves.audit.add(by, act, ticket_id, details)
    return refusal
