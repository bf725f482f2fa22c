"""Silence: what the clock does with a held message that nobody answered, or with a delayed one that nobody cancelled.

Each act is a compare-and-set in one transaction: exactly once over all nodes. What somebody was blocked for meanwhile never leaves by
itself, whatever the settings say of silence, and nothing does while the gate holds all mail.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta
from email.utils import make_msgid
from functools import partial
from typing import Any, Final

from gateway import approving, bounce, maillog, many, metrics, one_by_one, outcomes
from gateway.asking import ask
from gateway.blocked import RULE, with_blocks
from gateway.decision import Plan
from gateway.exposed import wants_sign_in
from gateway.gate import Gate
from gateway.letting_go import QuickerError, end_question
from gateway.records import envelope_of
from gateway.replies import UNANSWERED
from gateway.rooms import FlowOptions
from mail.envelope import ForwardPath
from notifier import addressees, notices
from notifier.kinds import OPEN
from store.engine import Store
from store.errors import StoreDownError, StoreError
from store.holds import Hold, State
from store.shelves import Shelves

_BY_CLOCK: Final[dict[str, Any]] = {"kind": "send", "choices": {}, **Plan().as_json(), "clock": True}
"""The decision that stands in the books where nobody decided."""
_PAGE: Final = 100
"""Delayed messages that are looked at together."""


class Silence:
    """Acts where people did not."""

    def __init__(self, options: FlowOptions, store: Store, gate: Gate) -> None:
        self._options = options
        self._store = store
        self._gate = gate
        self._moved: deque[tuple[datetime, timedelta]] = deque(maxlen=100)
        """Until when, by the wall clock, it went wrong, and by how much it was moved then; the newest last."""

    def clock_was_moved(self, now: datetime, by: timedelta) -> None:
        """The wall clock shows `now`, and was moved by so much since we looked last: what came before seems to be due too early."""
        self._moved.append((now - by, by))

    async def leave(self) -> int:
        """Let go what was delayed until now; how many were looked at. What may not leave yet keeps nobody else's back."""
        going: list[Hold] = []
        last: Hold | None = None
        while len(going) < _PAGE:
            now, due = await self._store.read(partial(_due_behind, last))
            going += [hold for hold in due if self._may_leave(hold) and self._is_due(hold, now)]
            if len(due) < _PAGE:
                break
            last = due[-1]
        await one_by_one.each("leave", going, self._let_leave)
        return len(going)

    async def end(self) -> int:
        """Do what the settings say of what nobody answered until the deadline; how many were looked at."""
        due = await self._store.read(lambda shelves: shelves.questions.due_to_expire())
        await one_by_one.each("expire", due, self._let_end)
        return len(due)

    async def _let_leave(self, hold: Hold) -> None:
        self._count(await self._store.commit(partial(self._leave, hold.id)), hold)

    async def _let_end(self, hold: Hold) -> None:
        head = await self._head(hold) if hold.silence == "return" else b""
        with contextlib.suppress(QuickerError):
            self._count(await self._store.commit(partial(self._end, hold.id, head)), hold)

    def _may_leave(self, hold: Hold) -> bool:
        return self._gate.position(hold.reverse_path) != "hold-all"

    def _is_due(self, hold: Hold, now: datetime) -> bool:
        """By the clock that showed when it came."""
        moved = sum((by for until, by in self._moved if hold.received_at <= until), timedelta())
        return hold.release_at is not None and hold.release_at + moved <= now

    def _count(self, outcome: str, hold: Hold) -> None:
        if outcome:
            metrics.unanswered(outcome)
            maillog.expired(hold.id) if outcome == "cancelled" else maillog.unanswered(hold.id, outcome)

    def _leave(self, hold_id: str, shelves: Shelves) -> str:
        """One delayed message; "" where somebody was quicker."""
        hold = self._alone(shelves, hold_id)
        if hold is None or not hold.delayed or hold.release_at is None or hold.release_at > shelves.now:
            return ""
        if asked := self._blocked_since(shelves, hold):
            return "asked" if self._ask(shelves, asked) else ""
        return "left" if self._release(shelves, hold) else ""

    def _end(self, hold_id: str, head: bytes, shelves: Shelves) -> str:
        """One message that nobody answered; "" where somebody was quicker."""
        hold = self._alone(shelves, hold_id)
        if hold is None or hold.state is not State.HELD or hold.deadline is None or hold.deadline > shelves.now:
            return ""
        if waits_for := shelves.approvals.open([hold.group_id]):
            metrics.approval("expired")
            if self._options.approval.silence == "return":
                back = approving.back_to_sender(shelves, hold, waits_for[0], "expired", "", self._options)
                return "back" if back else ""
            approving.close(shelves, hold, "expired", "", self._options)
            return self._cancel(
                shelves, hold, head
            )  # somebody's yes is missing: it neither leaves nor goes to a deputy
        if (
            hold.silence == "send"
            and not _wants_a_yes(hold)
            and not wants_sign_in((hold,), self._options.hold)
            and self._may_leave(hold)
            and not self._blocked_since(shelves, hold)
        ):
            return self._send(shelves, hold)
        deputies = addressees.deputies(self._options.organisation, hold.asked) if hold.silence == "deputy" else ()
        if deputies:
            return self._escalate(shelves, hold, deputies)
        return self._cancel(shelves, hold, head)

    def _alone(self, shelves: Shelves, hold_id: str) -> Hold | None:
        """The hold as it is when nobody else is at it."""
        found = shelves.holds.get(hold_id)
        if found is None:
            return None
        shelves.holds.alone(*found.keys)
        return shelves.holds.get(hold_id)

    def _blocked_since(self, shelves: Shelves, hold: Hold) -> Hold | None:
        """The hold as it would be asked about now, where one of its recipients was blocked meanwhile."""
        (now,) = with_blocks(shelves, (hold,), self._options.policy, self._options.organisation.time_zone)
        before = {f["about"].get("recipient") for f in hold.verdict["findings"] if f["rule"] == RULE}
        blocked = {f["about"].get("recipient") for f in now.verdict["findings"] if f["rule"] == RULE}
        return now if blocked - before else None

    def _ask(self, shelves: Shelves, hold: Hold) -> bool:
        """It does not leave by itself any more: its sender is asked."""
        if not shelves.questions.ask_after_all(hold):
            return False
        shelves.outbox.withdraw(hold.group_id, OPEN)
        now = shelves.holds.get(hold.id) or hold
        outcomes.asked(shelves, now, [h for h in shelves.holds.group(hold.group_id) if h.id != hold.id], self._options)
        ask(shelves, self._options, now)
        return True

    def _release(self, shelves: Shelves, hold: Hold) -> bool:
        until = shelves.now + timedelta(seconds=self._options.next_hop.retry_for)
        if not shelves.holds.move(hold.id, State.HELD, State.RELEASED, decision=_BY_CLOCK, give_up_at=until):
            return False
        self._over(shelves, hold)
        return True

    def _send(self, shelves: Shelves, hold: Hold) -> str:
        if not self._release(shelves, hold):
            return ""
        outcomes.unanswered(shelves, hold, "left", shelves.holds.group(hold.group_id), self._options)
        shelves.audit.add("deadline", "send", hold.group_id, {"silence": "send"})
        if self._speaks(shelves, hold, State.RELEASED):
            notices.left(shelves, self._options.organisation, hold)
        return "sent"

    def _escalate(self, shelves: Shelves, hold: Hold, deputies: Collection[str]) -> str:
        """The question goes to the deputies, for all copies of the send; the deadline runs anew once it has arrived."""
        copies = [h for h in shelves.holds.group(hold.group_id) if h.state is State.HELD and h.deadline]
        if not all([shelves.questions.escalate(copy, deputies) for copy in copies]):  # noqa: C419 - every one
            raise QuickerError
        shelves.outbox.withdraw(hold.group_id, OPEN)
        asked = self._options.hold
        times = {"deadline_seconds": asked.deadline, "remind_after": asked.remind_after}
        notices.escalated(shelves, self._options.organisation, hold, tuple(deputies), **times)
        return "deputy"

    def _cancel(self, shelves: Shelves, hold: Hold, head: bytes) -> str:
        """Cancelled and told; returned as undelivered where the settings say so."""
        if not shelves.holds.move(hold.id, State.HELD, State.EXPIRED, by="deadline"):
            return ""
        for recipient in hold.recipients:
            shelves.journal.set_recipient(hold.id, recipient.address, "expired", "")
        outcomes.unanswered(shelves, hold, "expired", shelves.holds.group(hold.group_id), self._options)
        raw = self._returned(hold, head, shelves) if hold.silence == "return" else None
        if raw:
            notices.bounce(shelves, raw, hold.reverse_path, hold_id=hold.id)
        if self._speaks(shelves, hold, State.EXPIRED):
            shelves.outbox.withdraw(hold.group_id, OPEN)
            if not many.expired(shelves, self._options, hold):
                notices.expired(shelves, self._options.organisation, hold)
        return "returned" if raw else "cancelled"

    def _speaks(self, shelves: Shelves, hold: Hold, state: State) -> bool:
        """Once a send: of a copy whose first one was answered before it came, nobody would hear otherwise."""
        first = shelves.holds.get(hold.group_id)
        return hold.id == hold.group_id or first is None or first.state not in {State.HELD, state}

    def _over(self, shelves: Shelves, hold: Hold) -> None:
        """Nothing is left to do about this send, unless another copy of it still waits."""
        if any(copy.state is State.HELD for copy in shelves.holds.group(hold.group_id)):
            return
        end_question(shelves, hold.group_id, self._options)

    def _returned(self, hold: Hold, head: bytes, shelves: Shelves) -> bytes | None:
        """The notification that hands it back (RFC 3464); None where nobody is to be told."""
        envelope = envelope_of(hold, hold.recipients)
        failed = {ForwardPath(r.send_to, r.notify, r.orcpt): UNANSWERED for r in hold.recipients}
        return bounce.compose(
            envelope,
            head,
            failed,
            reporting=self._options.host_name,
            now=shelves.now,
            message_id=make_msgid(domain=self._options.host_name),
            organisation=self._options.organisation.name,
        )

    async def _head(self, hold: Hold) -> bytes:
        """The header of the message, for the notification; b"" where it cannot be read: it goes back without."""
        try:
            sealed = await self._store.read(lambda shelves: shelves.holds.sealed_content(hold.id))
            plain = await asyncio.to_thread(self._store.seal.open, sealed, hold.id)
        except StoreDownError:
            raise
        except StoreError as error:
            maillog.cannot_release(hold.id, str(error))
            return b""
        return plain.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def _due_behind(last: Hold | None, shelves: Shelves) -> tuple[datetime, tuple[Hold, ...]]:
    return shelves.now, shelves.questions.due_to_leave(_PAGE, behind=last)


def _wants_a_yes(hold: Hold) -> bool:
    """Whether something in it leaves only when somebody else agrees."""
    return any(finding["action"] == "approve" for finding in hold.verdict["findings"])
