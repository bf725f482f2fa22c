"""`[[policy]]`: what the settings say that follows, for whom and for what; one table a policy, all conditions of a table must fit."""

from typing import Literal

from pydantic import Field

from notifier.options import Duration, Language, Options

Act = Literal["note", "delay", "hold", "approve", "reject"]
Scope = Literal["message", "recipients"]
Silence = Literal["send", "cancel", "return", "deputy"]
"""What follows when nobody answers, the most cautious last: it is sent · cancelled · cancelled and returned to its sender as
undelivered · a deputy is asked before it is cancelled."""


class PolicyTable(Options):
    """`[[policy]]`: when it applies, and what follows then."""

    name: str = ""
    """What people call it: `explain` and the sender's page say it."""
    rules: tuple[str, ...] = ()
    """Findings of these rules, also those that are only noted; empty: whatever is found, if anything."""
    kinds: tuple[str, ...] = ()
    """Some of these kinds of personal data travel."""
    persons: int = Field(default=0, ge=0)
    """Data of so many persons may travel."""
    encrypted: bool = False
    """Something is encrypted, and could not be read."""
    senders: tuple[str, ...] = ()
    """Reverse-paths: whole addresses, or `@domain`."""
    groups: tuple[str, ...] = ()
    """Groups of senders, by their names in `[gate.groups]`."""
    to: Literal["outside", "inside", "anyone"] = "outside"
    """Which recipients it is about."""
    recipients: tuple[str, ...] = ()
    """Of those only these: whole addresses, or `@domain`."""
    recipient_groups: tuple[str, ...] = ()
    """Of those only these groups, by their names in `[gate.groups]`."""
    freemail: bool = False
    """Of those only mailboxes at public providers."""
    reply: bool | None = None
    """Whether it answers a mail in which every recipient's domain outside was; unset: either."""
    urgent: bool | None = None
    """Whether its sender marked it as urgent (Importance, Priority, X-Priority); unset: either."""

    action: Act
    """What follows."""
    scope: Scope | None = None
    """Whom it stops: everybody, or only the recipients it is about; unset: as `[hold] scope`."""
    silence: Silence | None = None
    """What follows when nobody answers; unset: it is cancelled."""
    send_flagged: bool = False
    """With `silence = "send"`: also where a recipient is in doubt. Written out, or it is never done."""
    delay: Duration = Field(default=0, ge=0)
    """With `action = "delay"`: seconds until it leaves by itself; 0: as `[hold] delay`."""
    notice: bool | None = None
    """With `action = "delay"`: whether its sender gets a mail about it; unset: only where `rules` found something."""
    approvers: tuple[str, ...] = ()
    """With `action = "approve"`: who may agree; empty: whoever may at all."""
    approvals: int = Field(default=1, gt=0)
    """With `action = "approve"`: how many of them must agree."""
    words: dict[Language, str] = Field(default_factory=dict)
    """What the sender reads of the reason, by language; unset: a sentence of ours with the name."""

    @property
    def tells(self) -> bool:
        """Whether a mail is sent about a delay."""
        return bool(self.rules) if self.notice is None else self.notice
