"""Release: hand over what was kept. Claimed before it is sent: at least once towards SMTP, exactly once in our books.

    claim (lease) ─► read, alter ─► still ours? ─► next hop, the lease renewed meanwhile ─► book, if it is ours still
                          └─► what was decided cannot be done: held again, asked anew, the admins alarmed

Several at once, in half of the next hop's connections: the other half is for mail that passes.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import make_msgid
from functools import partial
from itertools import chain, repeat

from gateway import bounce, maillog, metrics, receipts, replies
from gateway.alteration import altered, without_changes
from gateway.asking import ask
from gateway.claim import LEASE, Calm, Claim
from gateway.content import Content
from gateway.customers import lessons
from gateway.learning import learn_from, learn_refused, on_its_day, teaches
from gateway.records import envelope_of
from gateway.replies import Reply
from gateway.rooms import FlowOptions, Rooms
from gateway.senders import is_unattended
from mail.envelope import ForwardPath
from mail.headers import Headers
from notifier import notices
from store.contact_counts import Delivered
from store.errors import StoreDownError, StoreError, StoreFullError
from store.holds import Delivery, Hold, Recipient, State
from store.ids import new_id, shown
from store.shelves import Shelves

Claimed = tuple[Hold, tuple[Recipient, ...]]
LONGEST_WAIT = timedelta(hours=1)
PAUSES = (1, 2, 4, 8, 15)
"""Seconds between tries to book what the next hop has answered, the last again and again: what is not in our books would be sent a second time."""
LARGE = 1024 * 1024
"""Of contents from so many octets on, two at once are in memory."""


class Release:
    """The worker that empties the queue; any number may run, on any number of nodes."""

    def __init__(self, options: FlowOptions, rooms: Rooms, ended: Callable[[], None]) -> None:
        """`ended`: told when a hand-over ended, so that the next may begin."""
        self._options = options
        self._rooms = rooms
        self._ended = ended
        self._calm = Calm(rooms.clock)
        self._places = max(1, options.next_hop.connections // 2)
        self._large = asyncio.Semaphore(2)
        self._running: set[asyncio.Task[None]] = set()
        self.stopping = False
        """Begin nothing new."""

    async def begin(self) -> int:
        """Claim what is due, as much as can be handed over side by side, and begin; the number of recipients."""
        free = self._places - len(self._running)
        if free <= 0 or self.stopping:
            return 0
        lease = f"{self._rooms.node[:40]} {new_id()}"  # of this claim alone: another one of this node is another's
        claim, calm = partial(self._claim, lease=lease, free=free), self._calm.holds()
        try:
            claimed, at = await self._rooms.store.commit(partial(claim, lapsed=calm))
        except (StoreDownError, StoreFullError):
            self._calm.disturb()
            raise
        if at:
            await asyncio.to_thread(self._rooms.store.memory.keep, at)
        for hold, recipients in claimed:
            task = asyncio.create_task(self._whatever_happens(Claim(hold, recipients, lease)))
            self._running.add(task)
            task.add_done_callback(self._done)
        return sum(len(recipients) for _, recipients in claimed)

    async def finish(self) -> None:
        """Wait for what is being handed over: the next hop may have taken it already, and our books must know."""
        await asyncio.gather(*self._running)

    def _claim(
        self, shelves: Shelves, lease: str, free: int, *, lapsed: bool
    ) -> tuple[Sequence[Claimed], datetime | None]:
        """What is due, nothing while the store is frozen; and the new mark of a store from which something leaves."""
        if shelves.high_water.frozen():
            return (), None
        claimed = shelves.deliveries.claim_due(lease, shelves.now + LEASE, free, lapsed=lapsed)
        return claimed, shelves.high_water.move_on() if claimed else None

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._ended()

    async def _whatever_happens(self, claim: Claim) -> None:
        """One hand-over. An error nobody foresaw ends it, not the worker: it is tried again like a refusal for now."""
        task = asyncio.ensure_future(self._hand_over(claim))
        await asyncio.wait({task})
        error = task.exception()
        if error and not isinstance(error, StoreError):
            maillog.cannot_release(claim.hold.id, type(error).__name__)
            task = asyncio.ensure_future(self._again(claim))
            await asyncio.wait({task})
            error = task.exception()
        if error:
            maillog.duty_failed("release", str(error))  # the lease ends and it is tried again

    async def _hand_over(self, claim: Claim) -> None:
        if claim.hold.size < LARGE:
            await self._send(claim)
            return
        async with self._large:
            await self._send(claim)

    async def _send(self, claim: Claim) -> None:
        if self.stopping:
            await self._rooms.store.commit(claim.give_back)
            return
        content = await self._content(claim)
        if content is None:
            return
        envelope = envelope_of(claim.hold, claim.recipients)
        work = partial(self._rooms.next_hop.deliver, envelope, content, drill=bool(claim.hold.drill))
        try:
            delivery = await claim.during(work, self._rooms.store, self._rooms.clock)
            head = content.head()
        finally:
            content.close()
        if delivery is None:
            maillog.cannot_release(claim.hold.id, "the lease was lost")
            await self._again(claim)
            return
        answers = {r.position: delivery.answers[r.send_to] for r in claim.recipients}
        await self._booked(partial(self._book, claim=claim, answers=answers, head=head))

    async def _booked(self, book: Callable[[Shelves], None]) -> None:
        """Write down what the next hop has answered, as often as it takes; at a stop, as often as there are pauses."""
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                await self._rooms.store.commit(book)
            except (StoreDownError, StoreFullError):
                if self.stopping and pause == PAUSES[-1]:
                    raise
                self._calm.disturb()
                await self._rooms.clock.sleep(pause)
            else:
                return

    async def _content(self, claim: Claim) -> Content | None:
        """What is handed over; None when it cannot be read, or not be made as it was decided: then that is in the books."""
        store, hold = self._rooms.store, claim.hold
        try:
            sealed = await store.read(lambda shelves: shelves.holds.sealed_content(hold.id))
            plain = await asyncio.to_thread(store.seal.open, sealed, hold.id)
        except StoreDownError:
            raise
        except StoreError as error:
            maillog.cannot_release(hold.id, str(error))
            await store.commit(lambda shelves: self._unreadable(shelves, claim))
            return None
        domains = frozenset(self._options.organisation.domains)
        made = await asyncio.to_thread(altered, plain, hold.decision or {}, domains, hold.alterable)
        if made is None:
            maillog.cannot_release(hold.id, "what was decided cannot be done")
            await store.commit(lambda shelves: self._take_back(shelves, claim))
            return None
        return Content.from_plain(made)

    async def _again(self, claim: Claim) -> None:
        """Nothing is known to have come of it: another try later, if it is ours still."""
        answers = dict.fromkeys((r.position for r in claim.recipients), replies.TRY_LATER)
        await self._rooms.store.commit(lambda shelves: self._book(shelves, claim, answers, b""))

    def _unreadable(self, shelves: Shelves, claim: Claim) -> None:
        """Kept content that cannot be read: the admins hear of it once; tried again like a refusal, in the end the sender is told."""
        if all(recipient.attempts <= 1 for recipient in claim.recipients):
            notices.alarm(shelves, self._options.organisation, "cannot-release", {"number": shown(claim.hold.group_id)})
        answers = dict.fromkeys((r.position for r in claim.recipients), replies.TRY_LATER)
        self._book(shelves, claim, answers, b"")

    def _take_back(self, shelves: Shelves, claim: Claim) -> None:
        """Nothing leaves otherwise than was said: held again without what cannot be done, and its sender is asked anew."""
        hold, organisation = claim.hold, self._options.organisation
        first = shelves.holds.get(hold.group_id)
        waits = first is not None and first.id != hold.id and first.state is State.HELD
        again = replace(hold, group_id=hold.group_id if waits else hold.id, verdict=without_changes(hold.verdict))
        if not claim.is_ours(shelves, shelves.now + LEASE) or not shelves.holds.take_back(again):
            return
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "held", "")
        now = shelves.holds.get(hold.id)
        for recipient in now.recipients if now else ():
            shelves.journal.correct(hold.id, recipient.address, recipient.send_to)
        notices.alarm(shelves, organisation, "cannot-alter", {"number": shown(hold.group_id)})
        if not waits:
            shelves.links.expire(again.group_id, "question", None)
            ask(shelves, self._options, again)

    def _book(self, shelves: Shelves, claim: Claim, answers: Mapping[int, Reply], head: bytes) -> None:
        """What became of each recipient; only as long as the lease is still ours."""
        hold = claim.hold
        failed: dict[ForwardPath, Reply] = {}
        delivered: list[str] = []
        states: list[str] = []
        for recipient in claim.recipients:
            reply = answers[recipient.position]
            wanted, next_try = self._after(recipient, reply)
            state = shelves.deliveries.settle(
                hold.id, recipient.position, claim.lease, wanted, reply=str(reply), next_try=next_try
            )
            if state is None:
                continue
            states.append(str(state))
            if not hold.drill:
                metrics.tried(str(state))
            shelves.journal.set_recipient(hold.id, recipient.address, str(state), str(reply))
            if state is Delivery.DELIVERED:
                delivered.append(recipient.send_to)
            elif state is Delivery.FAILED:
                failed[ForwardPath(recipient.send_to, recipient.notify, recipient.orcpt)] = reply
        if delivered and self._teaches(claim, head):
            at = on_its_day(shelves.now, self._options.organisation)
            names = tuple((int(name), bool(own)) for name, own in hold.verdict.get("names", ()))
            taught = lessons(names, delivered, self._options.organisation)
            learn_from(shelves, [Delivered(hold.reverse_path, delivered, at, hold.subject, lessons=taught)])
            if self._options.receipts:
                receipts.of_released(shelves, self._options, hold, delivered)
        if failed:
            learn_refused(shelves, [[path.address for path, reply in failed.items() if reply.is_unknown_mailbox]])
            self._tell(shelves, claim, failed, head)
        maillog.tried(hold.id, hold.queue_id, states, str(next(iter(answers.values()), "")))

    def _teaches(self, claim: Claim, head: bytes) -> bool:
        """Whether a person chose whom it went to; a program or forwarder proves no address right, and a drill neither."""
        if claim.hold.drill:
            return False
        envelope = envelope_of(claim.hold, claim.recipients)
        unattended = is_unattended(envelope, self._options.senders, frozenset(self._options.organisation.domains))
        return teaches(envelope, Headers(head), attended=not unattended)

    def _after(self, recipient: Recipient, reply: Reply) -> tuple[Delivery, datetime | None]:
        now = self._rooms.clock.now()
        if reply.accepted:
            return Delivery.DELIVERED, None
        if reply.permanent or (recipient.give_up_at and now >= recipient.give_up_at):
            return Delivery.FAILED, None
        first = timedelta(seconds=self._options.next_hop.retry_first)
        return Delivery.WAITING, now + min(first * 2 ** min(recipient.attempts - 1, 12), max(LONGEST_WAIT, first))

    def _tell(self, shelves: Shelves, claim: Claim, failed: dict[ForwardPath, Reply], head: bytes) -> None:
        host_name = self._options.host_name
        raw = bounce.compose(
            envelope_of(claim.hold, claim.recipients),
            head,
            failed,
            reporting=host_name,
            now=shelves.now,
            message_id=make_msgid(domain=host_name),
            organisation=self._options.organisation.name,
        )
        if raw:
            notices.bounce(shelves, raw, claim.hold.reverse_path, hold_id=claim.hold.id)
