"""The flow: receive → inspect → pass | hold | some of both; confirm; release.

    receive ─► facts ─► read, judge ─┬─► pass ─► next hop ─► its own answer back to the client
                                     │            └ some refused: for now → remainder kept · for good → notification
                                     ├─► hold ─► message + question in one transaction ─► 250 held as K7Q2-9MXD
                                     │    └ or delay: the clock lets it go (`silence.py`)
                                     └─► both, by recipients (`parts.py`): handed over, then committed, then 250
    decide ─► compare and set ─► RELEASED ─► release_due ─► claim ─► next hop ─► DELIVERED | later | FAILED + notification

The first law stands in `judging.py` (what cannot be inspected is a finding), the second in `passing.py` and `_hold` (250 only
after the next hop's 250 or after the commit). `answers.py` says what an answer does, `release.py` hands over what was kept.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from gateway import (
    again,
    answers,
    approval_request,
    approving,
    drilling,
    maillog,
    meetings,
    metrics,
    overheard,
    question_link,
    replies,
    stray,
    trace,
)
from gateway.content import Content
from gateway.decision import Decision, Outcome
from gateway.holding import Holding, part_of
from gateway.judging import judge, unjudged
from gateway.keeping import Kept, keep
from gateway.letting_go import QuickerError
from gateway.own_mailboxes import OwnMailboxes
from gateway.own_notice import is_own, is_own_letter
from gateway.parts import Part, parts
from gateway.passing import Passing
from gateway.records import Judged, Written, line_of, write_down
from gateway.release import Release
from gateway.replies import Reply
from gateway.rooms import FlowOptions, Rooms
from gateway.sandbox import BusyError
from gateway.silence import Silence
from gateway.wake import Wake
from mail.envelope import Envelope
from mail.message import SMALL
from notifier import case_address, notices
from response import drill_mail
from rules.verdict import Verdict
from store.approvals import Requirement
from store.errors import StoreError, StoreFullError
from store.holds import Hold, State
from store.ids import shown
from store.journal import RecipientLine
from store.shelves import Shelves

Purpose = Literal["question", "stop"]
"""Of a link to a held message: whoever is asked, or a colleague who may stop it."""
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
        self._mailboxes = OwnMailboxes(options, rooms, said=partial(self.wake.set, *_BOTH))
        self.silence = Silence(options, rooms.store, rooms.gate)
        """What the clock does where people do nothing."""
        self._holding = Holding(options, rooms)
        self._passing = Passing(options, rooms, self._holding, woken=partial(self.wake.set, *_BOTH))

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

    async def question(self, token: str, purpose: Purpose = "question") -> tuple[Hold, ...] | None:
        """The copies of one send that a link opens, the first first; None for 404."""

        def unit(shelves: Shelves) -> tuple[Hold, ...] | None:
            link = question_link.follow(shelves, token, self.options, purpose)
            copies = shelves.holds.group(link.object_id) if link else ()
            return approval_request.asked_about(shelves, copies, link.person, self.options) or None if link else None

        return await self._rooms.store.read(unit)

    async def similar(self, token: str) -> tuple[again.Similar, ...]:
        """Similar messages of the same sender that wait, too, as the person of the link is asked about them."""

        def unit(shelves: Shelves) -> tuple[again.Similar, ...]:
            link = question_link.follow(shelves, token, self.options)
            return again.similar(shelves, link.object_id, link.person, self.options) if link else ()

        return await self._rooms.store.read(unit)

    async def stop(self, token: str) -> Outcome | None:
        """A colleague in To or Cc cancels it; its sender is told and can bring it back. None for 404."""
        cancel = Decision("cancel")

        def unit(shelves: Shelves) -> Outcome | None:
            link = shelves.links.follow(token, "stop")
            return answers.decide(shelves, link.object_id, cancel, link.person, self.options) if link else None

        return await self._decided(cancel.kind, unit)

    async def decide(self, token: str, decision: Decision) -> Outcome | None:
        """What the person of the link answers; None for 404. One decision counts, however many arrive."""

        def unit(shelves: Shelves) -> Outcome | None:
            link = question_link.follow(shelves, token, self.options)
            return again.decide(shelves, link.object_id, decision, link.person, self.options) if link else None

        return await self._decided(decision.kind, unit)

    async def people_for(self, holds: Sequence[Hold], person: str) -> tuple[Requirement, ...]:
        """Whom this person can ask for a yes about these copies."""
        return await self._rooms.store.read(lambda s: approval_request.people_for(s, holds, person, self.options))

    async def request(self, token: str) -> approval_request.Request | None:
        """What the link of somebody opens who was asked for a yes; None for 404."""

        def unit(shelves: Shelves) -> approval_request.Request | None:
            link = shelves.links.follow(token, "approval")
            return approval_request.follow(shelves, link.object_id, link.person, self.options) if link else None

        return await self._rooms.store.read(unit)

    async def say(self, token: str, *, approve: bool, comment: str = "") -> Outcome | None:
        """What they say; None for 404. A message leaves with the last yes that is needed, and with none before."""

        def unit(shelves: Shelves) -> Outcome | None:
            link = shelves.links.follow(token, "approval")
            if link is None:
                return None
            person, number = link.person, link.object_id
            return approving.say(shelves, number, person, self.options, approve=approve, comment=comment)

        return await self._decided("approve" if approve else "send-back", unit)

    async def decide_for(self, hold_id: str, decision: Decision, by: str) -> Outcome | None:
        """The same by an operator, who is written into the audit log; "send" needs no choices here. None: no such hold."""
        return await self._decided(
            decision.kind, lambda s: answers.decide(s, hold_id, decision, by, self.options, operator=True)
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

    async def _decided(self, kind: str, unit: "answers.DecideUnit") -> Outcome | None:
        try:
            outcome = await self._rooms.store.commit(unit)
        except QuickerError:
            outcome = Outcome("already")
        except answers.ChangedError:
            outcome = Outcome("changed")
        if outcome:
            metrics.decided(kind, outcome.result, near_miss=outcome.near_miss)
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
        remaining = await self._mailboxes.take_in(envelope, traced)
        if not remaining.forward_paths:
            return replies.queued(envelope.id)
        await overheard.note(self._rooms, remaining, traced)
        gate = self._rooms.gate.position(envelope.reverse_path)
        if gate == "open" or await self._is_own_notice(envelope, traced):
            return await self._passing.whole(unjudged(remaining, traced))
        if self._rooms.breaker.open:
            if self._rooms.breaker.news:
                organisation = self.options.organisation
                self._rooms.store.later(lambda shelves: notices.alarm(shelves, organisation, "own-fault", {}))
            return self._refuse(envelope, replies.OWN_FAULT, "too many messages cannot be read by our own fault")
        judged = await judge(self.options, self._rooms, remaining, content, traced, gate)
        if judged.headers.raw(drill_mail.HEADER):
            drill = await drilling.drill_of(self._rooms.store, remaining, judged.headers)
            judged = replace(judged, drill=drill)
        if not judged.drill:
            metrics.judged(judged.verdict, gate, judged.seconds)
        stray.tell(self._rooms.store, self.options.organisation, envelope, judged.verdict)
        disposition = judged.verdict.disposition if gate != "observe" else "pass"
        if disposition == "reject":
            line = line_of(judged, "reject", _lines(judged, replies.REJECTED))
            self._rooms.store.later_each(write_down, Written(line))
            return self._refuse(envelope, replies.REJECTED, "policy", judged.verdict)
        return await self._let_through(judged, disposition)

    async def _let_through(self, judged: Judged, disposition: str) -> Reply:
        """Pass, hold, delay, or each for some of the recipients. What is said of a meeting stays together, and in order."""
        everyone = frozenset(judged.envelope.recipients)
        if disposition == "pass":
            if not (judged.meeting and await meetings.waits(self._rooms.store, judged)):
                return await self._passing.whole(judged)
            return await self._hold(meetings.behind(judged), Part("hold", everyone))
        if judged.meeting:
            return await self._hold(judged, Part("delay" if disposition == "delay" else "hold", everyone))
        found = parts(self.options.tables, judged.verdict, everyone)
        return await (self._hold(judged, found[0]) if len(found) == 1 else self._split(judged, found))

    async def _is_own_notice(self, envelope: Envelope, content: Content) -> bool:
        reverse, report = envelope.reverse_path, self.options.report_address
        if reverse and not case_address.read(reverse, report):
            return False  # saves the look-up: a notice of ours has none, a letter the address of its case
        if reverse:
            seal = self._rooms.store.seal
            return await self._rooms.store.read(
                lambda shelves: is_own_letter(shelves, envelope, content.headers.message_id, seal, report)
            )
        domains, message_id = self._domains, content.headers.message_id
        return await self._rooms.store.read(lambda shelves: is_own(shelves, envelope, message_id, domains))

    async def _hold(self, judged: Judged, part: Part) -> Reply:
        """Hold and question in one transaction; a copy of a send that is already here joins its question, or follows its answer."""
        item, judged = await self._holding.of(judged, part)
        kept = await self._rooms.store.commit_beside(self._keep, item)
        return self._held(judged, kept)

    async def _split(self, judged: Judged, found: Sequence[Part]) -> Reply:
        """Some recipients wait and others do not, or not for the same: what waits is committed together, after the rest was taken."""
        made = [await self._holding.of(judged, part) for part in found if part.act != "pass"]
        items = [item for item, _ in made]
        rest = next((part for part in found if part.act == "pass"), None)
        if rest:
            refusal, kept = await self._passing.beside(part_of(judged, rest), items)
            if refusal:
                return refusal
        else:
            kept = await self._rooms.store.commit(lambda shelves: self._keep(shelves, items))
        said = [self._held(part, one) for (_, part), one in zip(made, kept, strict=True)]
        return said[0]

    def _held(self, judged: Judged, kept: Kept) -> Reply:
        """What was committed is said to the log, to the duties, and to the client."""
        hold = kept.hold
        self.wake.set(*(_BOTH if hold.state is State.RELEASED else ("notify",)))  # a late copy follows its answer
        if not hold.drill:
            metrics.asked(kept.asked)
        asked = 0 if hold.delayed else len(hold.asked)
        maillog.held(
            judged.envelope, judged.verdict, hold.id, asked=asked, seconds=judged.seconds, until=hold.release_at
        )
        return replies.held(shown(hold.group_id))

    def _refuse(self, envelope: Envelope, reply: Reply, reason: str, verdict: Verdict | None = None) -> Reply:
        maillog.refused(envelope, reply, reason, verdict)
        return reply


def _lines(judged: Judged, reply: Reply) -> tuple[RecipientLine, ...]:
    at = judged.envelope.received_at
    return tuple(RecipientLine(address, "failed", str(reply), at) for address in judged.envelope.recipients)
