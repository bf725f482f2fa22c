"""Held messages: what one is, and the states that it and each of its recipients go through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Of a hold as a whole."""

    HELD = "held"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RELEASED = "released"


class Delivery(StrEnum):
    """Of one recipient of a hold."""

    HELD = "held"
    WAITING = "waiting"
    SENDING = "sending"
    STOPPING = "stopping"
    """Being handed over, and not to be tried again: who asked for that came too late to stop it for sure."""
    DELIVERED = "delivered"
    FAILED = "failed"
    STOPPED = "stopped"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.CANCELLED, State.EXPIRED, State.RELEASED}),
    State.CANCELLED: frozenset({State.HELD}),
    State.EXPIRED: frozenset({State.HELD}),
    State.RELEASED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a hold."""

    position: int
    address: str
    send_to: str
    state: Delivery
    notify: tuple[str, ...] = ()
    orcpt: str = ""
    next_try: datetime | None = None
    attempts: int = 0
    give_up_at: datetime | None = None
    reply: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A held message without its content."""

    id: str
    group_id: str
    kind: str
    state: State
    copy_key: str
    queue_id: str
    reverse_path: str
    asked: tuple[str, ...]
    language: str
    envelope: Mapping[str, Any]
    verdict: Mapping[str, Any]
    message_id: str
    subject: str
    size: int
    sha256: str
    alterable: str
    received_at: datetime
    recipients: tuple[Recipient, ...]
    asked_at: datetime | None = None
    deadline: datetime | None = None
    reminders: int = 0
    remind_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decision: Mapping[str, Any] | None = None
    frozen: bool = False
    meeting: str | None = None
    """Which meeting of its sender it is about; None for all other mail."""
    release_at: datetime | None = None
    """While it is HELD: it leaves by itself then, unless somebody cancels it before."""
    silence: str | None = None
    """What follows when nobody answers until the deadline: return, deputy or send; None: it is cancelled."""

    @property
    def drill(self) -> str:
        """The drill whose mail it is; "" for all other mail."""
        return str(self.verdict.get("drill", ""))

    @property
    def delayed(self) -> bool:
        """Whether it waits for the clock, and for nobody's answer."""
        return self.state is State.HELD and self.release_at is not None

    def beside(self, first: "Hold") -> "Hold":
        """The same as a further copy of that send: one question, or one delay, is for both."""
        copy = replace(self, group_id=first.group_id, asked_at=first.asked_at, deadline=first.deadline)
        return replace(copy, release_at=first.release_at, remind_at=None)

    @property
    def keys(self) -> tuple[str, ...]:
        """What `alone` is asked for before something is decided about it."""
        return (self.copy_key, self.meeting) if self.meeting else (self.copy_key,)
