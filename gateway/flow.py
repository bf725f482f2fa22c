"""The flow: receive → inspect → pass | hold; confirm; release.

    receive ──► read ──► facts ──► judge ──► pass ──► next hop ──► its own answer back to the client
                                     │
                                     └──► hold ──► message + question in one transaction ──► 250 held as K7Q2-9MXD
    decide ──► compare and set ──► RELEASED ──► release_due ──► claim ──► next hop ──► DELIVERED | later | FAILED + notice
"""

from gateway.content import Content
from gateway.decision import Decision, Outcome
from gateway.replies import Reply
from mail.envelope import Envelope
from store.holds import Hold


class Flow:
    """The way of a message through this house."""

    async def receive(self, envelope: Envelope, content: Content) -> Reply:
        """Judge a message and pass, hold or refuse it; the reply for the final dot."""
        raise NotImplementedError

    async def question(self, token: str) -> tuple[Hold, ...] | None:
        """The copies of one send that a link opens, the first first; None for 404."""
        raise NotImplementedError

    async def decide(self, token: str, decision: Decision) -> Outcome | None:
        """What the person of the link answers; None for 404. One decision counts, however many arrive."""
        raise NotImplementedError

    async def decide_for(self, hold_id: str, decision: Decision, by: str) -> Outcome | None:
        """The same by an operator, who is written into the audit log; "send" needs no choices here."""
        raise NotImplementedError

    async def release_due(self) -> int:
        """Hand over what was released and is due; the number of recipients tried."""
        raise NotImplementedError
