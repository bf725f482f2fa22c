"""Decision: what a sender answers, and what must be answered before anything leaves. Pure."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from gateway.alteration import Change
from mail.address import wire
from notifier.hold_facts import is_asked
from store.holds import Delivery, Hold

Choice = Literal["correct", "omit", "right", "agree", "bcc", "remove", "ask"]
"""correct: send to the suggestion · omit: leave this one out · right: it is right, I checked · agree: this file may go to
these people · bcc: nobody sees the others · remove: the message goes without this file · ask: somebody else shall say that it is
right."""

Others = Literal["leave", "same", "cancel"]
"""What becomes of similar messages: they wait for their own answer · the same · they are cancelled."""

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

    kind: Literal["send", "cancel", "bring-back", "take-back"]
    """take-back: the sender asks nobody any more, to answer anew."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Risk id → choice."""
    why: str = ""
    """Where somebody else is asked: why it should be sent."""
    approvers: tuple[str, ...] = ()
    """Whom to ask, where the sender chooses."""
    signed_in: bool = False
    """The very person has a session, too, not only the link."""
    reason: str = ""
    """Why, of an operator who decides for others: for the audit log, and told to the sender."""
    others: Others = "leave"
    """What becomes of the similar messages that wait (`gateway.again`)."""
    similar: tuple[str, ...] = ()
    """Which those are: the group ids that were shown."""
    open_for: float | None = None
    """Seconds from the page to the answer; None for an answer that came another way."""
    looked_at: str = ""
    """What was typed or chosen at a second look (`gateway.friction`)."""


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
    remove: frozenset[str] = frozenset()
    """Files that are taken out."""
    gone: frozenset[str] = frozenset()
    """Names of all parts that leave with them: the files themselves, and what is inside."""
    agreed: frozenset[str] = frozenset()
    """Files that may go as they are; "" for the message."""
    ask: tuple[Risk, ...] = ()
    """What somebody else must agree to before anything leaves."""

    def as_json(self) -> dict[str, Any]:
        """What the hold keeps of it."""
        return {
            "omit": sorted(self.omit),
            "redirect": dict(self.redirect),
            "rewrite": sorted(self.rewrite),
            "hide": self.hide,
            "confirmed": sorted(self.confirmed),
            "remove": sorted(self.remove),
            "gone": sorted(self.gone),
            "agreed": sorted(self.agreed),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer."""

    result: Literal["done", "asked", "missing", "already", "not-possible", "sign-in", "look", "changed"]
    """asked: nothing is decided yet, somebody else must agree. sign-in: the very person must sign in first (`gateway.exposed`).
    look: one recipient is looked at once more first (`gateway.friction`). changed: a similar message that was answered for, too, is not
    any more what was shown; nothing was done."""
    missing: tuple[str, ...] = ()
    """Ids of the risks without a fitting choice; "why", "approvers" or "comment" where that is missing."""
    near_miss: bool = False
    """What would have gone to the wrong one, or with the wrong thing, does not any more."""


def risks(holds: Sequence[Hold]) -> tuple[Risk, ...]:
    """What must be answered for these copies, the strongest first; none twice."""
    seen: dict[str, Risk] = {}
    others: dict[str, str] = {}
    alterable = not any(hold.alterable for hold in holds)
    for hold in holds:
        present = {r.address for r in hold.recipients}
        for finding in hold.verdict["findings"]:
            recipient = finding["about"].get("recipient")
            if not is_asked(finding) or (recipient and recipient not in present):
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
    may_ask = all("ask" in risk.choices for risk in risks_)
    asks: tuple[Choice, ...] = ("ask",) if may_ask else ()
    own = (choice for choice in first.choices if choice != "ask" and (choice not in _YES or may_be_right))
    choices = (*own, *asks)
    number = hashlib.sha256("".join(risk.id for risk in risks_).encode()).hexdigest()[:12]
    return Risk(number, first.finding, choices, tuple(risk.finding for risk in risks_ if risk is not first))


def seen_as(holds: Sequence[Hold]) -> str:
    """A digest of these copies and what is asked about them: another one when there is another copy, recipient or risk."""
    copies = [f"{hold.id} {[(r.address, r.state) for r in hold.recipients]}" for hold in holds]
    return hashlib.sha256("\0".join((*copies, *(risk.id for risk in risks(holds)))).encode()).hexdigest()


def plan(holds: Sequence[Hold], decision: Decision, approved: Collection[str] = frozenset()) -> Plan | tuple[str, ...]:
    """What the choices do, or the ids of the risks that still lack one. `approved`: ids of those that somebody else agreed to."""
    asked = risks(holds)
    chosen = {risk.id: decision.choices.get(risk.id, "") for risk in asked}
    agreed = {risk.id for risk in asked if chosen[risk.id] == "ask" and risk.id in approved}
    missing = tuple(risk.id for risk in asked if chosen[risk.id] not in risk.choices and risk.id not in agreed)
    if missing:
        return missing
    omit, redirect, rewrite, confirmed = set[str](), dict[str, str](), set[str](), set[str]()
    remove, may_go = set[str](), set[str]()
    for risk in asked:
        address = risk.finding["about"].get("recipient", "")
        # Somebody else's yes is as good as the sender's own.
        match _yes(risk) if risk.id in agreed else chosen[risk.id]:
            case "omit":
                omit.add(address)
            case "correct":
                redirect[address] = wire(risk.finding["suggestion"])
                if risk.finding.get("change") == "header":
                    rewrite.add(address)
            case "right":
                confirmed.add(address)
            case "remove":
                remove.update(risk.finding["files"])
            case "agree":
                may_go.add(risk.finding["about"].get("part", ""))
    return Plan(
        omit=frozenset(omit),
        redirect=redirect,
        rewrite=frozenset(rewrite),
        confirmed=frozenset(confirmed - {""}),
        hide="bcc" in chosen.values(),
        remove=frozenset(remove),
        gone=_gone(holds, remove),
        agreed=frozenset(may_go),
        ask=tuple(risk for risk in asked if chosen[risk.id] == "ask" and risk.id not in agreed),
    )


def _yes(risk: Risk) -> Choice:
    return "right" if risk.finding["about"].get("recipient") else "agree"


def _gone(holds: Sequence[Hold], removed: Collection[str]) -> frozenset[str]:
    """What leaves with these files: a name that also stands in another file does not."""
    goes = [(name, tops) for hold in holds for name, tops in hold.verdict.get("files", {}).items()]
    return frozenset(name for name, tops in goes if removed and set(removed).issuperset(tops))


def unquestioned(holds: Sequence[Hold]) -> tuple[str, ...]:
    """Recipients of these copies that nothing is asked about, in order."""
    asked = {risk.finding["about"].get("recipient") for risk in risks(holds)}
    every = [r.address for hold in holds for r in hold.recipients if r.state in {Delivery.HELD, Delivery.STOPPED}]
    return tuple(dict.fromkeys(a for a in every if a not in asked))


def _choices(finding: Mapping[str, Any], alterable: bool) -> tuple[Choice, ...]:
    """The answers a finding allows (decisions: a hold).

    A signed message is never altered, and nothing is offered that cannot be done; what wants somebody else's yes (a blocked
    recipient, a rule set to approve) is never confirmed by its sender. Somebody else can be asked where there is somebody
    (`gateway.approving` writes "ask" into the finding).
    """
    change: Change = finding.get("change", "envelope") if alterable else "none"
    own = finding["rule"] != "recipient-blocked" and finding["action"] != "approve"
    ask: tuple[Choice, ...] = ("ask",) if finding.get("ask") else ()
    if finding["about"].get("recipient"):
        can = bool(finding.get("suggestion")) and change in {"header", "envelope"}
        correct: tuple[Choice, ...] = ("correct",) if can else ()
        right: tuple[Choice, ...] = ("right",) if own else ()
        return (*correct, "omit", *right, *ask)
    agree: tuple[Choice, ...] = (*(("agree",) if own else ()), *ask)
    if alterable and finding.get("files"):
        return ("remove", *agree)
    return ("bcc", *agree) if change == "header" else agree


def _weaker(finding: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    order = get_args(Change)
    one, other = (order.index(f.get("change", "envelope")) for f in (finding, known))
    return one > other or (not finding.get("files") and bool(known.get("files")))


def _other_content(hold: Hold, first: Hold, finding: Mapping[str, Any]) -> str:
    """What a later message about the same meeting holds is another file, also of the same name; "" for a copy of the same send."""
    return hold.copy_key if hold.copy_key != first.copy_key and finding["rule"].startswith("content-") else ""


def _risk_id(group_id: str, finding: Mapping[str, Any], content: str) -> str:
    about = finding["about"]
    said = (finding["rule"], about.get("recipient", ""), about.get("part", ""), finding.get("reason", ""))
    text = "\0".join((group_id, *said, *filter(None, (content,))))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
