"""The flow: receive → inspect → pass | hold; confirm; release.

    receive ─► facts ─► read, judge ─┬─► pass ─► next hop ─► its own answer back to the client
                                     │            └ some refused: for now → remainder kept · for good → notification
                                     └─► hold ─► message + question in one transaction ─► 250 held as K7Q2-9MXD
    decide ─► compare and set ─► RELEASED ─► release_due ─► claim ─► next hop ─► DELIVERED | later | FAILED + notification

The first law stands in `judging.py` (what cannot be inspected is a finding), the second in `_pass` and `_hold` (250 only
after the next hop's 250 or after the commit). `answers.py` says what an answer does, `release.py` hands over what was kept.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import make_msgid
from functools import partial
from typing import Final

from gateway import answers, bounce, maillog, meetings, metrics, replies, stray, trace
from gateway.alteration import with_changes
from gateway.blocked import with_blocks
from gateway.content import Content
from gateway.decision import Decision, Outcome
from gateway.judging import judge, unjudged
from gateway.keeping import Keeping, keep
from gateway.learning import delivered, learn_refused, teaches
from gateway.own_notice import is_own
from gateway.records import Judged, Written, hold_of, line_of, remainder_of, write_down
from gateway.release import Release
from gateway.replies import Reply
from gateway.rooms import FlowOptions, Rooms
from gateway.sandbox import BusyError
from gateway.senders import is_in_networks
from gateway.wake import Wake
from mail.envelope import Envelope, ForwardPath
from mail.message import SMALL
from notifier import notices, round_trip
from rules.verdict import Verdict
from store.errors import StoreError, StoreFullError
from store.holds import Hold, State
from store.ids import shown
from store.journal import RecipientLine
from store.shelves import Shelves

IN_LOOP: Final = 8 * 1024
"""Octets of a message that is made ready to be kept at once: a thread would take longer to begin."""
_BOTH: Final = ("release", "notify")
"""The duties that are woken where something may have been released and somebody may have to be told."""


class Flow:
    """The way of a message through this house."""

    def __init__(self, options: FlowOptions, rooms: Rooms) -> None:
        self.options = options
        self._rooms = rooms
        self._keep = partial(keep, options=options)
        self._domains = frozenset(options.organisation.domains)
        self.wake = Wake()
        """Wakes the duties when something was released or a notice was queued: they need not wait for their turn."""
        self._release = Release(options, rooms, ended=partial(self.wake.set, *_BOTH))

    async def receive(self, envelope: Envelope, content: Content) -> Reply:
        """Judge a message and pass, hold or refuse it; the reply for the final dot."""
        try:
            reply = await self._receive(envelope, content)
        except StoreFullError as error:
            reply = self._refuse(envelope, replies.NO_ROOM, str(error))
        except BusyError:
            reply = self._refuse(envelope, replies.READERS_BUSY, "no reader was free in time")
        except StoreError as error:
            reply = self._refuse(envelope, replies.STORE_DOWN, str(error))
        metrics.replied(reply)
        return reply

    async def question(self, token: str) -> tuple[Hold, ...] | None:
        """The copies of one send that a link opens, the first first; None for 404."""

        def unit(shelves: Shelves) -> tuple[Hold, ...] | None:
            link = shelves.links.follow(token, "question")
            copies = shelves.holds.group(link.object_id) if link else ()
            return with_blocks(shelves, copies, self.options.policy, self.options.organisation.time_zone) or None

        return await self._rooms.store.read(unit)

    async def decide(self, token: str, decision: Decision) -> Outcome | None:
        """What the person of the link answers; None for 404. One decision counts, however many arrive."""

        def unit(shelves: Shelves) -> Outcome | None:
            link = shelves.links.follow(token, "question")
            return answers.decide(shelves, link.object_id, decision, link.person, self.options) if link else None

        return await self._decided(decision, unit)

    async def decide_for(self, hold_id: str, decision: Decision, by: str) -> Outcome | None:
        """The same by an operator, who is written into the audit log; "send" needs no choices here. None: no such hold."""
        return await self._decided(
            decision, lambda s: answers.decide(s, hold_id, decision, by, self.options, operator=True)
        )

    async def begin_release(self) -> int:
        """Begin to hand over what was released and is due; the number of recipients."""
        return await self._release.begin()

    async def release_due(self) -> int:
        """The same, and wait until it is done."""
        begun = await self._release.begin()
        await self._release.finish()
        return begun

    async def finish(self) -> None:
        """Wait for what is being handed over, at a stop."""
        await self._release.finish()

    def begin_nothing_new(self) -> None:
        """At a stop: what is being handed over is finished, the rest of what was claimed goes back."""
        self._release.stopping = True

    async def _decided(self, decision: Decision, unit: "answers.DecideUnit") -> Outcome | None:
        try:
            outcome = await self._rooms.store.commit(unit)
        except answers.QuickerError:
            outcome = Outcome("already")
        if outcome:
            metrics.decided(decision.kind, outcome.result)
            self.wake.set(*_BOTH)
        return outcome

    async def _receive(self, envelope: Envelope, content: Content) -> Reply:
        head, stamps = content.head(), self._rooms.stamps
        traced = content.prefixed(trace.received(envelope, self.options.host_name))
        # A loop's other fields (signatures, results, stamps of every hop) take more room than its Received lines.
        whole = head if b"\r\n\r\n" in head else content.head(trace.LONGEST)
        too_often = trace.goes_round(whole, self.options.smtp.max_received)
        if too_often or (stamps and trace.is_stamped(traced.headers, stamps)):
            return self._refuse(envelope, replies.LOOP, "too many hops" if too_often else "our own stamp is on it")
        if traced.size > SMALL:
            await asyncio.to_thread(lambda: traced.sha256)  # the journal's; not in the loop where it is large
        remaining = await self._take_report(envelope, traced)
        if not remaining.forward_paths:
            return replies.queued(envelope.id)
        gate = self._rooms.gate.position(envelope.reverse_path)
        if gate == "open" or await self._is_own_notice(envelope, traced):
            return await self._pass(unjudged(remaining, traced))
        if self._rooms.breaker.open:
            if self._rooms.breaker.news:
                organisation = self.options.organisation
                self._rooms.store.later(lambda shelves: notices.alarm(shelves, organisation, "own-fault", {}))
            return self._refuse(envelope, replies.OWN_FAULT, "too many messages cannot be read by our own fault")
        judged = await judge(self.options, self._rooms, remaining, content, traced, gate)
        stray.tell(self._rooms.store, self.options.organisation, envelope, judged.verdict)
        disposition = judged.verdict.disposition if gate != "observe" else "pass"
        if judged.meeting and disposition == "pass" and await meetings.waits(self._rooms.store, judged):
            judged, disposition = meetings.behind(judged), "hold"
        if disposition == "reject":
            line = line_of(judged, "reject", _lines(judged, replies.REJECTED))
            self._rooms.store.later_each(write_down, Written(line))
            return self._refuse(envelope, replies.REJECTED, "policy", judged.verdict)
        return await (self._hold(judged) if disposition == "hold" else self._pass(judged))

    async def _take_report(self, envelope: Envelope, content: Content) -> Envelope:
        """A mail to the report address opens a ticket; the envelope without that recipient comes back."""
        wanted = self.options.report_address.lower()
        rest = frozenset(a for a in envelope.recipients if not wanted or a.lower() != wanted)
        if len(rest) == len(envelope.forward_paths):
            return envelope
        ours = partial(round_trip.take_in, reverse_path=envelope.reverse_path, message_id=content.headers.message_id)
        if not await self._rooms.store.commit(ours):
            client = envelope.client.address
            # Who writes from inside is believed to be who the reverse-path says; mail from outside says what it likes.
            inside = is_in_networks(client, self.options.inside_networks)
            ticket = await self._rooms.desk.report_mail(envelope.reverse_path, client, content.plain(), proven=inside)
            maillog.reported(envelope, ticket.id)
            metrics.reported()
            self.wake.set(*_BOTH)
        return envelope.only(rest)

    async def _is_own_notice(self, envelope: Envelope, content: Content) -> bool:
        if envelope.reverse_path:
            return False  # saves the look-up: a notice of ours has none
        domains, message_id = self._domains, content.headers.message_id
        return await self._rooms.store.read(lambda shelves: is_own(shelves, envelope, message_id, domains))

    async def _pass(self, judged: Judged) -> Reply:
        """Hand over; the next hop's own answer goes back. Who was refused while others were taken is kept or told (RFC 5321 4.4)."""
        envelope = judged.envelope
        delivery = await self._rooms.next_hop.deliver(envelope, judged.content)
        said = {path: delivery.answers[path.address] for path in envelope.forward_paths}
        taken, failed, later = (_that(said, state) for state in ("delivered", "failed", "waiting"))
        if unknown := [path.address for path, reply in failed.items() if reply.is_unknown_mailbox]:
            self._rooms.store.later_each(learn_refused, unknown)
        if not taken:
            reply = next(iter((later or failed).values()))
            return self._refuse(envelope, reply, "next hop")
        kept = await self._keep_rest(judged, failed, later) if failed or later else ""
        reply = next(iter(taken.values()))
        now = self._rooms.clock.now()
        lines = (RecipientLine(p.address, _state(r), str(r), now) for p, r in said.items())
        line = line_of(judged, "pass", lines, kept)
        learns = teaches(envelope, judged.headers, attended=judged.attended)
        addresses = [p.address for p in taken]
        learnt = (
            delivered(envelope, judged.headers, addresses, self.options.organisation, judged.names) if learns else None
        )
        self._rooms.store.later_each(write_down, Written(line, learnt))
        maillog.passed(
            envelope, judged.verdict, reply, gate=judged.gate, size=judged.content.size, seconds=judged.seconds
        )
        return reply

    async def _keep_rest(
        self, judged: Judged, failed: Mapping[ForwardPath, Reply], later: Mapping[ForwardPath, Reply]
    ) -> str:
        """Commit the remainder and the notification after the next hop's 250 and before ours; the id of the remainder, "" without."""
        now, options = self._rooms.clock.now(), self.options.next_hop
        next_try, give_up_at = (now + timedelta(seconds=s) for s in (options.retry_first, options.retry_for))
        make = partial(remainder_of, later=later, next_try=next_try, give_up_at=give_up_at)
        remainder, sealed = await self._kept(judged, make) if later else (None, b"")
        raw = self._notification(judged, failed) if failed else None

        def unit(shelves: Shelves) -> None:
            if remainder:
                shelves.holds.add(remainder, sealed)
            if raw:
                notices.bounce(shelves, raw, judged.envelope.reverse_path)

        await self._rooms.store.commit(unit)
        self.wake.set(*_BOTH)
        if not remainder:
            return ""
        maillog.remainder(judged.envelope, remainder.id, len(later))
        return remainder.id

    async def _kept(self, judged: Judged, make: Callable[..., Hold]) -> tuple[Hold, bytes]:
        """What is kept of a message and its sealed content, made before it queues for the commit; not in the loop where it is large."""

        def kept() -> tuple[Hold, bytes]:
            plain = judged.content.plain()
            hold = make(judged, plain, language=self._language(judged))
            return hold, self._rooms.store.seal.close(plain, hold.id)

        return kept() if judged.content.size <= IN_LOOP else await asyncio.to_thread(kept)

    def _notification(self, judged: Judged, failed: Mapping[ForwardPath, Reply]) -> bytes | None:
        """The delivery status notification for recipients that were refused for good; None where nobody wants one."""
        return bounce.compose(
            judged.envelope,
            judged.content.head(),
            failed,
            reporting=self.options.host_name,
            now=self._rooms.clock.now(),
            message_id=make_msgid(domain=self.options.host_name),
            organisation=self.options.organisation.name,
        )

    async def _hold(self, judged: Judged) -> Reply:
        """Message and question in one transaction; a copy of a send that is already here joins its question, or follows its answer."""
        new, sealed = await self._kept(judged, self._hold_of)
        line = line_of(judged, "hold", (), "")
        kept = await self._rooms.store.commit_beside(
            self._keep, Keeping(new, sealed, judged.headers.addresses("to", "cc"), line)
        )
        self.wake.set(*(_BOTH if kept.state is State.RELEASED else ("notify",)))  # a late copy follows its answer
        maillog.held(judged.envelope, judged.verdict, kept.id, asked=len(kept.asked), seconds=judged.seconds)
        return replies.held(shown(kept.group_id))

    def _hold_of(self, judged: Judged, plain: bytes, language: str) -> Hold:
        """The hold with what of its answers can be done on its header."""
        hold = hold_of(judged, plain, language)
        own_domains, smtputf8 = self._domains, judged.envelope.smtputf8
        head = judged.content.head()
        return replace(hold, verdict=with_changes(hold.verdict, head, own_domains=own_domains, smtputf8=smtputf8))

    def _language(self, judged: Judged) -> str:
        person = self.options.organisation.person(judged.envelope.reverse_path)
        return (person.language if person else None) or self.options.organisation.language

    def _refuse(self, envelope: Envelope, reply: Reply, reason: str, verdict: Verdict | None = None) -> Reply:
        maillog.refused(envelope, reply, reason, verdict)
        return reply


def _state(reply: Reply) -> str:
    if reply.accepted:
        return "delivered"
    return "failed" if reply.permanent else "waiting"


def _that(answers: Mapping[ForwardPath, Reply], state: str) -> dict[ForwardPath, Reply]:
    return {path: reply for path, reply in answers.items() if _state(reply) == state}


def _lines(judged: Judged, reply: Reply) -> tuple[RecipientLine, ...]:
    at = judged.envelope.received_at
    return tuple(RecipientLine(address, "failed", str(reply), at) for address in judged.envelope.recipients)
