"""Decision: what a sender answers, and what must be answered before anything leaves. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from gateway.alteration import Change
from mail.address import wire
from store.holds import Delivery, Hold

Choice = Literal["correct", "omit", "right", "agree", "bcc"]
"""correct: send to the suggestion · omit: leave this one out · right: it is right, I checked · agree: this file may go to
these people · bcc: nobody sees the others."""

_YES = frozenset[Choice]({"right", "agree"})
"""The sender says that it is right."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing to answer, the same over all copies of one send: a finding with the choices it allows.

    What is found of one recipient, or of one file, is answered once: of several findings the one with a suggestion speaks, or
    the strongest.
    """

    id: str
    """Depends on the message: a form filled in by chance does not fit another one."""
    finding: Mapping[str, Any]
    """As in `Verdict.as_json`: rule, about, suggestion, words, evidence."""
    choices: tuple[Choice, ...]
    also: tuple[Mapping[str, Any], ...] = ()
    """Further findings about the same recipient or file."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that ask, the one that speaks first."""
        return tuple(found["rule"] for found in (self.finding, *self.also))


@dataclass(frozen=True, slots=True)
class Decision:
    """What the sender chose."""

    kind: Literal["send", "cancel", "bring-back"]
    choices: Mapping[str, str] = field(default_factory=dict)
    """Risk id → choice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a complete decision does."""

    omit: frozenset[str] = frozenset()
    """Addresses that are left out."""
    redirect: Mapping[str, str] = field(default_factory=dict)
    """Address → the one it is corrected to, as it goes into a command (A-labels)."""
    rewrite: frozenset[str] = frozenset()
    """Those of them that are corrected in To and Cc, too."""
    confirmed: frozenset[str] = frozenset()
    """Addresses that somebody checked: vouched from now on."""
    hide: bool = False
    """Outside recipients move from To and Cc to Bcc."""

    def as_json(self) -> dict[str, Any]:
        """What the hold keeps of it."""
        return {
            "omit": sorted(self.omit),
            "redirect": dict(self.redirect),
            "rewrite": sorted(self.rewrite),
            "hide": self.hide,
            "confirmed": sorted(self.confirmed),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer."""

    result: Literal["done", "missing", "already", "not-possible"]
    missing: tuple[str, ...] = ()
    """Ids of the risks without a fitting choice."""


def risks(holds: Sequence[Hold]) -> tuple[Risk, ...]:
    """What must be answered for these copies, the strongest first; none twice."""
    seen: dict[str, Risk] = {}
    others: dict[str, str] = {}
    alterable = not any(hold.alterable for hold in holds)
    for hold in holds:
        present = {r.address for r in hold.recipients}
        for finding in hold.verdict["findings"]:
            recipient = finding["about"].get("recipient")
            if finding["action"] not in {"hold", "approve", "delay"} or (recipient and recipient not in present):
                continue
            other = _other_content(hold, holds[0], finding)
            risk_id = _risk_id(holds[0].group_id, finding, other)
            others[risk_id] = other
            known = seen.get(risk_id)
            # What is offered can be done on every copy.
            if known is None or _weaker(finding, known.finding):
                seen[risk_id] = Risk(risk_id, finding, _choices(finding, alterable))
    about: dict[tuple[str, str, str], list[Risk]] = {}
    for risk in seen.values():
        about.setdefault((*_answered_together(risk), others[risk.id]), []).append(risk)
    return tuple(_one_of(several) for several in about.values())


def _answered_together(risk: Risk) -> tuple[str, str]:
    """What is answered once: a recipient, a file; everything else by itself."""
    about = risk.finding["about"]
    kind = next((kind for kind in ("recipient", "part") if about.get(kind)), "")
    return kind, about[kind] if kind else risk.id


def _one_of(risks_: Sequence[Risk]) -> Risk:
    """What is asked of one recipient or file: right is it only where every finding leaves that to the sender."""
    if len(risks_) == 1:
        return risks_[0]
    first = next((risk for risk in risks_ if "correct" in risk.choices), None)
    first = first or next((risk for risk in risks_ if risk.finding.get("suggestion")), risks_[0])
    may_be_right = all(not _YES.isdisjoint(risk.choices) for risk in risks_)
    choices = tuple(choice for choice in first.choices if choice not in _YES or may_be_right)
    number = hashlib.sha256("".join(risk.id for risk in risks_).encode()).hexdigest()[:12]
    return Risk(number, first.finding, choices, tuple(risk.finding for risk in risks_ if risk is not first))


def plan(holds: Sequence[Hold], decision: Decision) -> Plan | tuple[str, ...]:
    """What the choices do, or the ids of the risks that still lack one."""
    asked = risks(holds)
    chosen = {risk.id: decision.choices.get(risk.id, "") for risk in asked}
    missing = tuple(risk.id for risk in asked if chosen[risk.id] not in risk.choices)
    if missing:
        return missing
    omit, redirect, rewrite, confirmed = set[str](), dict[str, str](), set[str](), set[str]()
    for risk in asked:
        address = risk.finding["about"].get("recipient", "")
        match chosen[risk.id]:
            case "omit":
                omit.add(address)
            case "correct":
                redirect[address] = wire(risk.finding["suggestion"])
                if risk.finding.get("change") == "header":
                    rewrite.add(address)
            case "right":
                confirmed.add(address)
    return Plan(frozenset(omit), redirect, frozenset(rewrite), frozenset(confirmed - {""}), "bcc" in chosen.values())


def unquestioned(holds: Sequence[Hold]) -> tuple[str, ...]:
    """Recipients of these copies that nothing is asked about, in order."""
    asked = {risk.finding["about"].get("recipient") for risk in risks(holds)}
    every = [r.address for hold in holds for r in hold.recipients if r.state in {Delivery.HELD, Delivery.STOPPED}]
    return tuple(dict.fromkeys(a for a in every if a not in asked))


def _choices(finding: Mapping[str, Any], alterable: bool) -> tuple[Choice, ...]:
    """The answers a finding allows (decisions: a hold).

    A signed message is never altered, and nothing is offered that cannot be done; what wants somebody else's yes (a blocked
    recipient, a rule set to approve) is never confirmed by its sender.
    """
    change: Change = finding.get("change", "envelope") if alterable else "none"
    own = finding["rule"] != "recipient-blocked" and finding["action"] != "approve"
    if finding["about"].get("recipient"):
        can = bool(finding.get("suggestion")) and change in {"header", "envelope"}
        correct: tuple[Choice, ...] = ("correct",) if can else ()
        right: tuple[Choice, ...] = ("right",) if own else ()
        return (*correct, "omit", *right)
    agree: tuple[Choice, ...] = ("agree",) if own else ()
    return ("bcc", *agree) if change == "header" else agree


def _weaker(finding: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    order = get_args(Change)
    one, other = (order.index(f.get("change", "envelope")) for f in (finding, known))
    return one > other


def _other_content(hold: Hold, first: Hold, finding: Mapping[str, Any]) -> str:
    """What a later message about the same meeting holds is another file, also of the same name; "" for a copy of the same send."""
    return hold.copy_key if hold.copy_key != first.copy_key and finding["rule"].startswith("content-") else ""


def _risk_id(group_id: str, finding: Mapping[str, Any], content: str) -> str:
    about = finding["about"]
    said = (finding["rule"], about.get("recipient", ""), about.get("part", ""), finding.get("reason", ""))
    text = "\0".join((group_id, *said, *filter(None, (content,))))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
