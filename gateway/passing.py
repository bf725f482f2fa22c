"""Passing: hand a message over, bring back the next hop's own answer, and keep what it did not take.

The second law: `250` only when the next hop took everybody, or what it did not take, and what is held of the message, is committed.
Handed over first and committed then: of a commit that fails the client hears 451 and sends again, and who got it gets it twice. The
other order would leave a hold behind of a message that was refused, and its sender would be asked about each try.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import make_msgid
from functools import partial

from gateway import bounce, maillog, receipts
from gateway.holding import Holding
from gateway.keeping import Keeping, Kept, keep
from gateway.learning import delivered, learn_refused, teaches
from gateway.records import Judged, Written, line_of, remainder_of, write_down
from gateway.replies import Reply
from gateway.rooms import FlowOptions, Rooms
from mail.envelope import ForwardPath
from notifier import notices
from store.journal import RecipientLine
from store.shelves import Shelves

Answers = Mapping[ForwardPath, Reply]


@dataclass(frozen=True, slots=True)
class Said:
    """What the next hop answered, per recipient."""

    taken: Answers
    failed: Answers
    """Refused for good."""
    later: Answers
    """Refused for now."""

    @property
    def every(self) -> Answers:
        """All of them."""
        return {**self.taken, **self.failed, **self.later}


class Passing:
    """The way on to the next hop."""

    def __init__(self, options: FlowOptions, rooms: Rooms, holding: Holding, woken: Callable[[], None]) -> None:
        """`woken`: called when something was kept that has to leave, or has to be told."""
        self._options = options
        self._rooms = rooms
        self._holding = holding
        self._woken = woken

    async def whole(self, judged: Judged) -> Reply:
        """Hand over; the next hop's own answer goes back. Who was refused while others were taken is kept or told (RFC 5321 4.4)."""
        said = await self._hand_over(judged)
        if not said.taken:
            return refuse(judged, next(iter((said.later or said.failed).values())), "next hop")
        kept, _ = await self._commit(judged, said, ()) if said.failed or said.later else ("", ())
        self._write(judged, said, kept)
        return next(iter(said.taken.values()))

    async def beside(self, judged: Judged, items: Sequence[Keeping]) -> tuple[Reply | None, Sequence[Kept]]:
        """Hand over to those who do not wait, and keep the message for the others: the holds, or the refusal of all of it.

        Refused where the next hop takes it from nobody now; where it refuses all of them for good, the others are held all the same.
        """
        said = await self._hand_over(judged)
        if not said.taken and said.later:
            return refuse(judged, next(iter(said.later.values())), "next hop"), ()
        kept, holds = await self._commit(judged, said, items)
        self._write(judged, said, kept)
        return None, holds

    async def _hand_over(self, judged: Judged) -> Said:
        envelope = judged.envelope
        delivery = await self._rooms.next_hop.deliver(envelope, judged.content, drill=bool(judged.drill))
        said = {path: delivery.answers[path.address] for path in envelope.forward_paths}
        found = Said(*(_that(said, state) for state in ("delivered", "failed", "waiting")))
        if unknown := [path.address for path, reply in found.failed.items() if reply.is_unknown_mailbox]:
            self._rooms.store.later_each(learn_refused, unknown)
        return found

    async def _commit(self, judged: Judged, said: Said, items: Sequence[Keeping]) -> tuple[str, Sequence[Kept]]:
        """Commit the remainder, the notification and the holds after the next hop's 250 and before ours; the remainder's id, "" without."""
        now, options = self._rooms.clock.now(), self._options.next_hop
        next_try, give_up_at = (now + timedelta(seconds=s) for s in (options.retry_first, options.retry_for))
        make = partial(remainder_of, later=said.later, next_try=next_try, give_up_at=give_up_at)
        remainder, sealed = await self._holding.kept(judged, make) if said.later else (None, b"")
        raw = self._notification(judged, said.failed) if said.failed else None

        def unit(shelves: Shelves) -> Sequence[Kept]:
            if remainder:
                shelves.holds.add(remainder, sealed)
            if raw:
                notices.bounce(shelves, raw, judged.envelope.reverse_path)
            return keep(shelves, items, self._options) if items else ()

        holds = await self._rooms.store.commit(unit)
        self._woken()
        if not remainder:
            return "", holds
        maillog.remainder(judged.envelope, remainder.id, len(said.later))
        return remainder.id, holds

    def _write(self, judged: Judged, said: Said, kept: str) -> None:
        """The journal's line, what it teaches, and the log: nobody waits for them."""
        now, envelope, taken = self._rooms.clock.now(), judged.envelope, said.taken
        every = said.every
        lines = (RecipientLine(p.address, _state(every[p]), str(every[p]), now) for p in envelope.forward_paths)
        line = line_of(judged, "pass", lines, kept)
        sent = bool(taken) and teaches(envelope, judged.headers, attended=judged.attended)
        learns = sent and not judged.drill
        addresses, organisation = [p.address for p in taken], self._options.organisation
        learnt = delivered(envelope, judged.headers, addresses, organisation, judged.names) if learns else None
        self._rooms.store.later_each(write_down, Written(line, learnt))
        if self._options.receipts and sent:
            self._receipt(judged, addresses)
        reply = next(iter((taken or said.failed).values()))
        maillog.passed(
            envelope, judged.verdict, reply, gate=judged.gate, size=judged.content.size, seconds=judged.seconds
        )

    def _receipt(self, judged: Judged, to: Sequence[str]) -> None:
        """Tell the sender that it left; nobody waits for that."""
        about = {"sender": judged.envelope.reverse_path, "queue_id": judged.envelope.id}
        about |= {"subject": judged.headers.subject, "drill": judged.drill}
        self._rooms.store.later(lambda s: receipts.of_passed(s, self._options, to=to, **about))
        self._woken()

    def _notification(self, judged: Judged, failed: Answers) -> bytes | None:
        """The delivery status notification for recipients that were refused for good; None where nobody wants one."""
        return bounce.compose(
            judged.envelope,
            judged.content.head(),
            failed,
            reporting=self._options.host_name,
            now=self._rooms.clock.now(),
            message_id=make_msgid(domain=self._options.host_name),
            organisation=self._options.organisation.name,
        )


def refuse(judged: Judged, reply: Reply, reason: str) -> Reply:
    """Not accepted; the reason goes to the log."""
    maillog.refused(judged.envelope, reply, reason)
    return reply


def _state(reply: Reply) -> str:
    if reply.accepted:
        return "delivered"
    return "failed" if reply.permanent else "waiting"


def _that(answers: Answers, state: str) -> dict[ForwardPath, Reply]:
    return {path: reply for path, reply in answers.items() if _state(reply) == state}
