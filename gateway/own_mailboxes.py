"""Own mailboxes: what is written to us is taken in and goes no further: reports, and answers to questions (decisions: relay)."""

import asyncio
from collections.abc import Callable
from functools import partial

from gateway import answer_mail, by_mail, maillog, metrics
from gateway.content import Content
from gateway.letting_go import QuickerError
from gateway.rooms import FlowOptions, Rooms
from gateway.senders import is_in_networks
from mail.envelope import Envelope
from notifier import case_address, round_trip


class OwnMailboxes:
    """The report address with the addresses of its cases, and the answer address."""

    def __init__(self, options: FlowOptions, rooms: Rooms, said: Callable[[], None]) -> None:
        """`said`: called when a notice was queued, or something may have been released."""
        self._options, self._rooms, self._said = options, rooms, said
        takers = {options.report_address.lower(): self._report, options.answer_address.lower(): self._answer}
        self._takers = {address: take for address, take in takers.items() if address}

    async def take_in(self, envelope: Envelope, content: Content) -> Envelope:
        """Take what is for us, committed; the envelope without those recipients comes back."""
        found = {a: self._takers[a.lower()] for a in envelope.recipients if a.lower() in self._takers}
        cases = [a for a in envelope.recipients if case_address.read(a, self._options.report_address)]
        for address in cases:
            if not await self._case(envelope, content, address):
                found[address] = self._report  # a guess, or cut on its way: a report like any other
        for take in dict.fromkeys(found.values()):
            await take(envelope, content)
        taken = found.keys() | set(cases)
        return envelope.only(frozenset(envelope.recipients) - taken) if taken else envelope

    async def _case(self, envelope: Envelope, content: Content, address: str) -> bool:
        """A mail to the address of a case is filed there; False where the address is none of ours."""
        client = envelope.client.address
        inside = is_in_networks(client, self._options.inside_networks)
        ticket_id = await self._rooms.desk.case_mail(
            address, envelope.reverse_path, client, content.plain(), inside=inside
        )
        if ticket_id:
            maillog.reported(envelope, ticket_id)
            self._said()
        return bool(ticket_id)

    async def _report(self, envelope: Envelope, content: Content) -> None:
        """A mail to the report address opens a ticket."""
        ours = partial(round_trip.take_in, reverse_path=envelope.reverse_path, message_id=content.headers.message_id)
        if not envelope.reverse_path and await self._rooms.store.commit(ours):
            return
        client = envelope.client.address
        # Who writes from inside is believed to be who the reverse-path says; mail from outside says what it likes.
        inside = is_in_networks(client, self._options.inside_networks)
        ticket = await self._rooms.desk.take_mail(envelope.reverse_path, client, content.plain(), proven=inside)
        maillog.reported(envelope, ticket.id if ticket else "")
        metrics.reported()
        self._said()

    async def _answer(self, envelope: Envelope, content: Content) -> None:
        """A mail to the answer address answers a question, or is told why not."""
        said = await asyncio.to_thread(lambda: answer_mail.read(content.head(answer_mail.LIMIT)))
        letter = by_mail.Letter(envelope.reverse_path, said)
        unit = partial(by_mail.take, letter=letter, options=self._options, seal=self._rooms.store.seal)
        try:
            taken = await self._rooms.store.commit(unit)
        except QuickerError:  # somebody else decided meanwhile: the second look says so
            taken = await self._rooms.store.commit(unit)
        if taken.decision:
            metrics.decided(taken.decision.kind, taken.result, near_miss=taken.near_miss)
        maillog.answered(envelope, taken.hold_id, taken.result)
        metrics.answered(taken.result)
        self._said()
