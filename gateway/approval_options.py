"""`[approval]`: who must agree where somebody else's yes is asked for, how many of them, and what their silence means."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from notifier.options import Duration, Options


class ApprovalCase(Options):
    """`[[approval.cases]]`: other approvers for some rules or groups of senders."""

    rules: tuple[str, ...] = ()
    """What these rules ask; empty: whatever is asked."""
    senders: tuple[str, ...] = ()
    """Mail of these reverse-paths: whole addresses, or `@domain`; empty with `groups`: of everybody."""
    groups: tuple[str, ...] = ()
    """Mail of these groups of senders, by their names in `[gate.groups]`."""
    approvers: tuple[str, ...] = Field(min_length=1)
    """As `[approval] approvers`."""
    needed: int = Field(default=1, gt=0)
    """So many of them."""
    sender_chooses: bool = False
    """The sender says whom of them to ask."""


class Approval(Options):
    """`[approval]`."""

    approvers: tuple[str, ...] = Field(default=("superior",), min_length=1)
    """"superior", roles of `[[organisation.people]]`, addresses; of a shared mailbox its people. Never the sender."""
    needed: int = Field(default=1, gt=0)
    """So many of them must agree."""
    sender_chooses: bool = False
    """The sender says whom of them to ask; otherwise all are asked at once."""
    escalate_after: Duration = Field(default=4 * 3600, gt=0)
    """Seconds of working time until those who have not answered are reminded and their deputies are asked, too."""
    deadline: Duration = Field(default=24 * 3600, gt=0)
    """Seconds of working time until silence has its say."""
    silence: Literal["cancel", "return"] = "cancel"
    """What silence means: the message is cancelled, or goes back to its sender to answer anew. It is never sent."""
    cases: tuple[ApprovalCase, ...] = ()


def with_groups(approval: Approval, groups: Mapping[str, tuple[str, ...]]) -> Approval:
    """The same with the members of their groups among the senders of its cases; one whose groups are empty is for nobody."""
    named = ((case, tuple(a for name in case.groups for a in groups.get(name, ()))) for case in approval.cases)
    return approval.model_copy(update={"cases": tuple(_with(c, m) for c, m in named if m or c.senders or not c.groups)})


def _with(case: ApprovalCase, members: Iterable[str]) -> ApprovalCase:
    return case.model_copy(update={"senders": (*case.senders, *members)})
