"""Meetings: what is said of one never comes before what was said of it earlier and still waits here (decision 0029)."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gateway.records import Judged
from mail.address import key
from mail.envelope import Envelope
from rules.base import About, Action, Finding
from store.engine import Store
from store.holds import Delivery, Hold, State

_WAITS: Final = Finding(
    about=About(),
    words={
        "ja": "同じ会議についての先のメールがまだ送信されていないため、その後に送られます。先のメールを取り消すと、これも取り消されます。",
        "en": "An earlier message about the same meeting has not left yet: this one follows it. Cancelling that one cancels this one, too.",
    },
    action=Action.NOTE,
    rule="meeting-order",
)


def number(envelope: Envelope, meetings: Sequence[str]) -> str:
    """What the messages of one sender about one meeting share; "" without (RFC 5546 3.2: one message is about one)."""
    if not meetings or not envelope.reverse_path:
        return ""
    return hashlib.sha256(f"{key(envelope.reverse_path)}\0{meetings[0]}".encode()).hexdigest()


async def waits(store: Store, judged: Judged) -> bool:
    """Whether something said earlier of its meeting to one of its recipients is held, or has not left."""
    said = await store.read(lambda shelves: shelves.holds.open_of_meetings([judged.meeting]))
    return any(_share(hold, judged.envelope.recipients) for hold in said)


def behind(judged: Judged) -> Judged:
    """The same with the reason why it waits."""
    verdict = judged.verdict
    return replace(judged, verdict=replace(verdict, findings=(*verdict.findings, _WAITS)))


def placed(new: Hold, said: Sequence[Hold], now: datetime, retry_for: float, *, asks: bool) -> tuple[Hold, bool]:
    """Where something said of a meeting waits, and whether its sender is asked about it by itself.

    Behind a held one it joins that question, and shares its answer. Without a question of its own it leaves as soon as what was said
    before it has left.
    """
    if not asks:
        return new, asks  # a copy of a send that is here already
    addresses = [r.address for r in new.recipients]
    open_ = [hold for hold in said if hold.kind == "hold" and hold.state is State.HELD and _share(hold, addresses)]
    first = open_[0] if open_ else None
    # What has to be answered is not let go by the clock of what was said before: it is asked about, and leaves after that.
    if first and (new.verdict["disposition"] != "hold" or not first.delayed):
        return new.beside(first), False
    if new.verdict["disposition"] != "pass":
        return new, True
    until = now + timedelta(seconds=retry_for)
    waiting = tuple(replace(r, state=Delivery.WAITING, next_try=now, give_up_at=until) for r in new.recipients)
    return replace(new, kind="remainder", state=State.RELEASED, recipients=waiting), False


def _share(hold: Hold, addresses: Collection[str]) -> bool:
    """Whether somebody who still has to get the one gets the other."""
    ended = {Delivery.DELIVERED, Delivery.FAILED, Delivery.STOPPED}
    mine = {key(address) for address in addresses}
    return any(r.state not in ended and key(r.address) in mine for r in hold.recipients)
