"""Release: hand over what was kept. Claimed before it is sent: at least once towards SMTP, exactly once in our books."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid

from gateway import bounce, maillog, metrics, replies
from gateway.content import Content
from gateway.next_hop import NextHop
from gateway.options import NextHopOptions
from gateway.records import envelope_of
from gateway.replies import Reply
from mail.address import is_inside
from mail.envelope import ForwardPath
from mail.headers import Headers
from mail.patch import move_to_bcc, replace_recipient
from notifier import notices
from notifier.options import Organisation
from store.clock import Clock
from store.contact_counts import Delivered
from store.engine import Store
from store.errors import StoreDownError, StoreError
from store.holds import Delivery, Hold, Recipient
from store.shelves import Shelves

LEASE = timedelta(minutes=5)
"""Longer than one hand-over can take (connect 10 s, commands 30 s, end of data 50 s); a dead node's work returns after it."""
LONGEST_WAIT = timedelta(hours=1)


class Release:
    """The worker that empties the queue; any number may run, on any number of nodes."""

    def __init__(
        self,
        organisation: Organisation,
        options: NextHopOptions,
        host_name: str,
        store: Store,
        next_hop: NextHop,
        clock: Clock,
        node: str,
    ) -> None:
        self._organisation = organisation
        self._options = options
        self._host_name = host_name
        self._store = store
        self._next_hop = next_hop
        self._clock = clock
        self._node = node
        self.stopping = False
        """Begin nothing new."""

    async def run(self) -> int:
        """Claim what is due and hand it over, one hold after another; the number of recipients tried."""
        claimed, at = await self._store.commit(self._claim)
        if at:
            await asyncio.to_thread(self._store.memory.keep, at)
        for hold, recipients in claimed:
            await (self._give_back if self.stopping else self._hand_over)(hold, recipients)
        return sum(len(recipients) for _, recipients in claimed)

    def _claim(self, shelves: Shelves) -> tuple[Sequence[tuple[Hold, Sequence[Recipient]]], datetime | None]:
        """What is due, nothing while the store is frozen; and the new mark of a store from which something leaves."""
        if shelves.high_water.frozen():
            return (), None
        claimed = shelves.holds.claim_due(self._node, shelves.now + LEASE)
        return claimed, shelves.high_water.move_on() if claimed else None

    async def _give_back(self, hold: Hold, recipients: Sequence[Recipient]) -> None:
        """Nothing was tried: another node may have it at once."""

        def unit(shelves: Shelves) -> None:
            for r in recipients:
                shelves.holds.set_recipient(
                    hold.id,
                    r.position,
                    Delivery.WAITING,
                    reply=r.reply,
                    next_try=shelves.now,
                    seen=Delivery.SENDING,
                    lease_by=self._node,
                )

        await self._store.commit(unit)

    async def _hand_over(self, hold: Hold, recipients: Sequence[Recipient]) -> None:
        try:
            sealed = await self._store.read(lambda shelves: shelves.holds.sealed_content(hold.id))
            plain = await asyncio.to_thread(self._store.seal.open, sealed, hold.id)
        except StoreDownError:
            return  # the lease ends and it is tried again
        except StoreError as error:
            maillog.cannot_release(hold.id, str(error))
            await self._store.commit(lambda shelves: self._unreadable(shelves, hold, recipients))
            return
        content = Content.from_plain(altered(plain, hold, frozenset(self._organisation.domains)))
        try:
            delivery = await self._next_hop.deliver(envelope_of(hold, recipients), content)
        finally:
            content.close()
        answers = {r.position: delivery.answers[r.send_to] for r in recipients}
        await self._store.commit(lambda shelves: self._book(shelves, hold, recipients, answers, plain[: 32 * 1024]))

    def _unreadable(self, shelves: Shelves, hold: Hold, recipients: Sequence[Recipient]) -> None:
        """Kept content that cannot be read: the admins hear of it once; tried again like a refusal, in the end the sender is told."""
        if all(recipient.attempts <= 1 for recipient in recipients):
            notices.alarm(shelves, self._organisation, "cannot-release", {"hold": hold.id})
        self._book(shelves, hold, recipients, dict.fromkeys((r.position for r in recipients), replies.TRY_LATER), b"")

    def _book(
        self, shelves: Shelves, hold: Hold, recipients: Sequence[Recipient], answers: dict[int, Reply], head: bytes
    ) -> None:
        """What became of each recipient; only as long as the lease is still ours."""
        failed: dict[ForwardPath, Reply] = {}
        delivered: list[str] = []
        states: list[str] = []
        for recipient in recipients:
            reply = answers[recipient.position]
            state, next_try = self._after(recipient, reply)
            if not shelves.holds.set_recipient(
                hold.id,
                recipient.position,
                state,
                reply=str(reply),
                next_try=next_try,
                seen=Delivery.SENDING,
                lease_by=self._node,
            ):
                continue
            states.append(str(state))
            metrics.tried(str(state))
            shelves.journal.set_recipient(hold.id, recipient.address, str(state), str(reply))
            if state is Delivery.DELIVERED:
                delivered.append(recipient.send_to)
            elif state is Delivery.FAILED:
                failed[ForwardPath(recipient.send_to, recipient.notify, recipient.orcpt)] = reply
        if delivered and hold.reverse_path:
            shelves.contacts.delivered([Delivered(hold.reverse_path, delivered, shelves.now)])
        if failed:
            self._tell(shelves, hold, recipients, failed, head)
        maillog.tried(hold.id, hold.queue_id, states, str(next(iter(answers.values()), "")))

    def _after(self, recipient: Recipient, reply: Reply) -> tuple[Delivery, datetime | None]:
        now = self._clock.now()
        if reply.accepted:
            return Delivery.DELIVERED, None
        if reply.permanent or (recipient.give_up_at and now >= recipient.give_up_at):
            return Delivery.FAILED, None
        first = timedelta(seconds=self._options.retry_first)
        return Delivery.WAITING, now + min(first * 2 ** min(recipient.attempts - 1, 12), max(LONGEST_WAIT, first))

    def _tell(
        self,
        shelves: Shelves,
        hold: Hold,
        recipients: Sequence[Recipient],
        failed: dict[ForwardPath, Reply],
        head: bytes,
    ) -> None:
        raw = bounce.compose(
            envelope_of(hold, recipients),
            head,
            failed,
            reporting=self._host_name,
            now=shelves.now,
            message_id=make_msgid(domain=self._host_name),
            organisation=self._organisation.name,
        )
        if raw:
            notices.bounce(shelves, raw, hold.reverse_path, hold_id=hold.id)


def altered(plain: bytes, hold: Hold, own_domains: frozenset[str]) -> bytes:
    """The content with what the sender chose to change in its header; every other octet as it came."""
    decision = hold.decision or {}
    for old, new in decision.get("redirect", {}).items():
        plain, _ = replace_recipient(plain, old, new)
    if decision.get("hide"):
        outside = [a for a in Headers(plain).addresses("to", "cc") if not is_inside(a, own_domains)]
        plain = move_to_bcc(plain, outside)[0] if outside else plain
    return plain
