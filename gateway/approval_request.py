"""Requests for approval: of what a sender may ask somebody else, and what whoever was asked finds behind their link. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.approvers import Standing
from gateway.blocked import with_blocks
from gateway.decision import risks
from gateway.rooms import FlowOptions
from store.approvals import Requirement, Round
from store.holds import Hold, State
from store.shelves import Shelves


@dataclass(frozen=True, slots=True)
class Request:
    """What an approver's link opens."""

    holds: tuple[Hold, ...]
    """The copies of the send, as they would be judged now."""
    round: Round
    """The last one in which this person was asked."""
    person: str
    standing: Standing
    may_answer: bool
    """They are an approver still, and it is not their own message."""

    @property
    def is_open(self) -> bool:
        """Whether an answer of anybody counts."""
        return self.round.is_open and any(hold.state is State.HELD for hold in self.holds)


def asked_about(shelves: Shelves, copies: Sequence[Hold], person: str, options: FlowOptions) -> tuple[Hold, ...]:
    """The copies with what is asked about them now (`with_blocks`), and of what this person could ask somebody else."""
    now = with_blocks(shelves, copies, options.policy, options.organisation.time_zone)
    held = [hold for hold in now if hold.state is State.HELD]
    if not held:
        return now
    own = own_of(shelves, held, person, options)
    return tuple(_with_ask(hold, person, own, options) if hold.state is State.HELD else hold for hold in now)


def people_for(shelves: Shelves, holds: Sequence[Hold], person: str, options: FlowOptions) -> tuple[Requirement, ...]:
    """Of whom this person would ask what, were everything asked that can be: what the page says and lets choose from."""
    held = [hold for hold in holds if hold.state is State.HELD]
    asked = [risk.rules for risk in risks(held) if "ask" in risk.choices] if held else []
    if not asked:
        return ()
    return options.approvers.required(asked, held[0], person, own_of(shelves, held, person, options)) or ()


def follow(shelves: Shelves, group_id: str, person: str, options: FlowOptions) -> Request | None:
    """What an approver's link opens now; None where they were never asked."""
    rounds = shelves.approvals.of(group_id)
    one = options.approvers.identity(person)
    mine = [r for r in rounds if one in {options.approvers.identity(p.address) for p in r.people}]
    holds = shelves.holds.group(group_id)
    if not mine or not holds:
        return None
    of = mine[-1]
    holds = asked_about(shelves, holds, of.asked_by, options)
    own = own_of(shelves, holds, of.asked_by, options)
    may = options.approvers.may_answer(of, person, holds[0], own)
    return Request(holds, of, person, options.approvers.standing(of, holds[0], own), may)


def own_of(shelves: Shelves, holds: Sequence[Hold], asker: str, options: FlowOptions) -> frozenset[str]:
    """Whose message it is, over all of its copies, with who stands in its From."""
    lines = (shelves.journal.by_hold(hold.id) for hold in holds)
    written = {line.header_from for line in lines if line} or {""}
    return frozenset(
        one for hold in holds for header_from in written for one in options.approvers.own(hold, asker, header_from)
    )


def _with_ask(hold: Hold, person: str, own: frozenset[str], options: FlowOptions) -> Hold:
    """Each finding that somebody else may say yes to says so; a block that is not the desk's to lift is nobody's."""
    findings = [
        finding | {"ask": True}
        if (finding["rule"] != "recipient-blocked" or finding["action"] == "approve")
        and options.approvers.required([(finding["rule"],)], hold, person, own)
        else finding
        for finding in hold.verdict["findings"]
    ]
    return replace(hold, verdict={**hold.verdict, "findings": findings})
