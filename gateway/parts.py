"""Parts: who of the recipients of one message waits for what. Pure.

A finding reaches everybody, or (scope "recipients") only those it is about; each recipient waits for the strongest of what reaches it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from gateway.policy import Tables
from gateway.policy_tables import PolicyTable, Silence
from rules.base import Action, Finding
from rules.verdict import Verdict, disposition

Act = Literal["pass", "delay", "hold"]
_CAUTION: Final[tuple[Silence, ...]] = get_args(Silence)


@dataclass(frozen=True, slots=True)
class Part:
    """Recipients of one message with whom the same is done."""

    act: Act
    recipients: frozenset[str]
    """As in the envelope."""


@dataclass(frozen=True, slots=True)
class Following:
    """How recipients wait."""

    delay: int = 0
    """Seconds until it leaves by itself; 0: not before somebody answers."""
    silence: Silence = "cancel"
    notice: bool = True
    """A mail is sent about it."""
    tables: tuple[int, ...] = ()
    """Numbers, from 1, of the tables that say so."""
    approve: tuple[Mapping[str, Any], ...] = ()
    """What has to be satisfied, each: {"table": number, "approvers": [addresses; none: anyone who may], "needed": how many}."""
    partly: bool = False
    """Other recipients of the message do not wait for it."""

    def as_json(self) -> dict[str, Any]:
        """What a hold keeps of it, under "policy" in its verdict; {} where no table said anything."""
        said = {"tables": list(self.tables), "approve": [dict(a) for a in self.approve], "partly": self.partly}
        shape: dict[str, Any] = {name: value for name, value in said.items() if value}
        return shape if self.notice else shape | {"notice": False}


def parts(tables: Tables, verdict: Verdict, recipients: Collection[str]) -> tuple[Part, ...]:
    """The parts of a message that is held or delayed, those that are asked about first; none is empty."""
    everyone = frozenset(recipients)
    if not tables:
        return (Part(_act(verdict.disposition), everyone),)
    reached = [(found, _reach(tables, found, everyone)) for found in verdict.asking]
    acts: dict[Act, set[str]] = {}
    for address in everyone:
        acts.setdefault(_act(disposition(f for f, reach in reached if address in reach)), set()).add(address)
    order: tuple[Act, ...] = ("hold", "delay", "pass")
    return tuple(Part(act, frozenset(acts[act])) for act in order if act in acts)


def verdict_of(verdict: Verdict, part: Part) -> Verdict:
    """The verdict as it is of that part: nothing of recipients who are not in it."""
    mine = tuple(f for f in verdict.findings if not f.about.recipient or f.about.recipient in part.recipients)
    return replace(verdict, findings=mine, disposition=part.act)


def following(tables: Tables, verdict: Verdict, part: Part, everyone: Collection[str]) -> Following:
    """How a part waits; `everyone`: all recipients of the message."""
    all_ = frozenset(everyone)
    asking = [f for f in verdict.asking if _reach(tables, f, all_) & part.recipients]
    if part.act == "delay":
        asking = [f for f in asking if f.action is Action.DELAY]
    numbers = sorted({number for found in asking for number in found.tables})
    tells = [not f.tables or any(t.tells for t in tables.numbered(f.tables)) for f in asking]
    agree = [(n, table) for n in numbers for table in tables.numbered((n,)) if table.action == "approve"]
    return Following(
        delay=max(f.delay for f in asking) if part.act == "delay" else 0,
        silence=_silence(tables, asking) if part.act == "hold" else "cancel",
        notice=part.act != "delay" or any(tells),
        tables=tuple(numbers),
        approve=tuple(_agreement(number, table) for number, table in agree),
        partly=part.recipients != all_,
    )


def _act(word: str) -> Act:
    return "hold" if word == "hold" else "delay" if word == "delay" else "pass"


def _reach(tables: Tables, found: Finding, everyone: frozenset[str]) -> frozenset[str]:
    """Whom a finding stops: the widest of what its tables say; everybody where nobody would be."""
    said = tables.numbered(found.tables)
    if any((table.scope or tables.scope) == "message" for table in said) or (not said and tables.scope == "message"):
        return everyone
    about = {found.about.recipient} if found.about.recipient else tables.whom(found.tables, everyone)
    return everyone & about or everyone


def _silence(tables: Tables, asking: Iterable[Finding]) -> Silence:
    """The most cautious of all: it is sent only where every finding that has to be answered says so."""
    answered = [_silence_of(found, tables.numbered(found.tables)) for found in asking if not found.delay]
    return max(answered, key=_CAUTION.index, default="cancel")


def _silence_of(found: Finding, said: Sequence[PolicyTable]) -> Silence:
    """Never sent: what somebody else must agree to; a recipient in doubt, unless every table that says so has it in writing."""
    silence: Silence = max((t.silence for t in said if t.silence), key=_CAUTION.index, default="cancel")
    if silence != "send":
        return silence
    written = not found.about.recipient or all(t.send_flagged for t in said if t.silence)
    return "send" if written and found.action is Action.HOLD else "cancel"


def _agreement(number: int, table: PolicyTable) -> Mapping[str, Any]:
    return {"table": number, "approvers": list(table.approvers), "needed": table.approvals}
