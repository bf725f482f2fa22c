"""The desk: report → ticket; finish a step, contain, close. One report is one transaction."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from notifier.options import Organisation
from response import acts, containing, opening, original, report_mail
from response.manual import Manual
from response.matching import Clues
from response.office import Office
from response.options import ResponseOptions
from response.report import Channel, Report, clues
from store.clock import Clock
from store.engine import Store
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

    async def report(self, report: Report) -> Ticket:
        """Open a ticket (or join the open one of that message): steps, frozen evidence, calls, containment; one transaction."""
        return await self._take(report, clues(report))

    async def report_mail(self, reverse_path: str, client: str, content: bytes, *, proven: bool = False) -> Ticket:
        """Do the same for a mail to the report address: original attached, quoted, or just a number in the text.

        `proven`: the caller knows that the reverse-path is who it says (an inside client that was authenticated). The report is
        then certain when the reverse-path is inside and the sender of the message.
        """
        options, organisation = self.office.options, self.office.organisation
        # Linear and bounded, but some milliseconds for a large one: not in the loop.
        said = await asyncio.to_thread(
            report_mail.read, reverse_path, content, organisation.domains, options.report_address
        )
        inside = self.office.is_ours(reverse_path)
        made = Report(
            channel="mail",
            reporter=said.clues.reporter,
            words=said.words,
            wrong=said.named if inside else (),
            original=content,
            proven=proven and inside and not said.automatic,
            automatic=said.automatic,
            details={"client": client, "message_id": said.message_id, "header_from": said.header_from},
        )
        return await self._take(made, said.clues)

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """Look at one ticket."""
        return await self._store.read(lambda shelves: shelves.tickets.get(ticket_id))

    async def tickets(self) -> tuple[Ticket, ...]:
        """List the open ones by the nearest due step, then the closed."""
        return await self._store.read(
            lambda shelves: shelves.tickets.listing(states=_OPEN) + shelves.tickets.listing(states=tuple(ENDED))
        )

    async def finish_step(
        self, ticket_id: str, step: str, *, by: str, note: str, not_needed: bool = False
    ) -> acts.Refusal:
        """Finish a step; "" when done; otherwise why not: already, unknown, gate (tell your superior first), reason-missing."""
        return await self._store.commit(
            lambda shelves: acts.finish_step(
                shelves, self.office, ticket_id, step, by=by, note=note, not_needed=not_needed
            )
        )

    async def reopen_step(self, ticket_id: str, step: str, *, by: str, reason: str) -> acts.Refusal:
        """Put a finished step back to todo; the evidence keeps both."""
        return await self._store.commit(
            lambda shelves: acts.reopen_step(shelves, ticket_id, step, by=by, reason=reason)
        )

    async def contain(self, ticket_id: str, *, by: str) -> Mapping[str, str]:
        """Stop, by one press, what is still here for the wrong recipients and block them; address → words of `recall.WORDS`."""

        def unit(shelves: Shelves) -> Mapping[str, str]:
            ticket = shelves.tickets.get(ticket_id)
            return containing.contain(shelves, self.office, ticket, by) if ticket and containing.is_open(ticket) else {}

        return await self._store.commit(unit)

    async def lift(self, block_id: str, *, by: str) -> bool:
        """End a block."""
        return await self._store.commit(lambda shelves: acts.lift(shelves, block_id, by=by))

    async def choose(self, ticket_id: str, journal_id: str, *, by: str, wrong: tuple[str, ...]) -> bool:
        """Bind an unmatched report to one of its candidates (or any other line of the journal)."""
        return await self._store.commit(
            lambda shelves: acts.choose(shelves, self.office, ticket_id, journal_id, by=by, wrong=wrong)
        )

    async def close(
        self, ticket_id: str, *, by: str, outcome: Literal["closed", "not-a-leak"], reason: str
    ) -> acts.Refusal:
        """Close; "" when closed; otherwise why not: open-steps (the superior was not told), reason-missing, already, unknown."""
        return await self._store.commit(
            lambda shelves: acts.close(shelves, ticket_id, by=by, outcome=outcome, reason=reason)
        )

    async def reopen(self, ticket_id: str, *, by: str, reason: str) -> acts.Refusal:
        """Open a closed case again."""
        return await self._store.commit(lambda shelves: acts.reopen(shelves, ticket_id, by=by, reason=reason))

    async def _take(self, report: Report, given: Clues) -> Ticket:
        at = self._clock.now()
        kept = await asyncio.to_thread(original.of, report, self._store.seal) if report.original is not None else None
        return await self._store.commit(lambda shelves: opening.take(shelves, self.office, report, given, at, kept))
