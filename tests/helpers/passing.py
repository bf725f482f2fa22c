"""A receiver that passes everything straight through, with our Received line in front: the relay with nothing judged."""

from gateway import replies, trace
from gateway.content import Content
from gateway.next_hop import NextHop
from gateway.replies import Reply
from mail.envelope import Envelope


class Passing:
    def __init__(self, next_hop: NextHop, host_name: str = "relay.example", max_received: int = 100) -> None:
        self.next_hop = next_hop
        self.host_name = host_name
        self.max_received = max_received
        self.received: list[Envelope] = []

    async def receive(self, envelope: Envelope, content: Content) -> Reply:
        self.received.append(envelope)
        if trace.count_received(content.head()) > self.max_received:
            return replies.LOOP
        delivery = await self.next_hop.deliver(envelope, content.prefixed(trace.received(envelope, self.host_name)))
        refused = [reply for reply in delivery.answers.values() if not reply.accepted]
        if not refused:
            return replies.queued(envelope.id)
        return next((reply for reply in refused if not reply.permanent), refused[0])
