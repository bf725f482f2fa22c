"""Deciding: leak or not, whom to notify, whether to publish: each answer with its reason, signed by two, the facts frozen at signing.

    propose (first signature, facts and their digest) ──► sign (somebody else, the same facts) ──► in force
                │ the facts change meanwhile: it must be proposed anew       │ they change afterwards: the decision says so

Nobody signs who is nothing but the sender or the sender's superior; two addresses of one person are one signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from response import clocks, marking
from response.containing import is_open
from response.fact_names import NAMES
from response.known import Known, known
from response.office import Office
from response.signing import may_sign, same_person
from store.chain import digest_of
from store.decisions import Decision, Question
from store.shelves import Shelves
from store.tickets import Ticket

Refusal = Literal["", "already", "unknown", "reason-missing", "signer", "second-signer", "facts-changed"]
"""signer: this person may not sign · second-signer: it must be somebody else than the first."""
QUESTIONS: tuple[Question, ...] = ("leak", "authority", "persons", "publish")
_FOLLOWS = frozenset(
    {"assessed_at", "outline", "cause", "persons_response", "publication", "prevention", "safety_measures", "other"}
)
"""What is written down as a consequence of decisions: no reason to decide anew."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision beside what is known now."""

    decision: Decision
    changed: Mapping[str, tuple[Any, Any]]
    """What was known then → now, by name of fact, where it differs; "recipients" for the deliveries."""

    @property
    def is_stale(self) -> bool:
        """Whether it was taken on other facts than those of now."""
        return bool(self.changed)


def frozen(found: Known) -> dict[str, Any]:
    """What decisions are taken on: the facts, and what became of every recipient; JSON, no content."""
    facts = {name: found.value(name) for name in NAMES if name not in _FOLLOWS}
    recipients = [[r.address, r.wrong, r.delivery] for r in found.ticket.recipients]
    return {**facts, "recipients": sorted(recipients)}


def standing(decision: Decision, found: Known) -> Standing:
    """Hold a decision against what is known now."""
    now, then = frozen(found), decision.facts
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return Standing(decision, {name: (then.get(name), now.get(name)) for name in names})


def propose(
    shelves: Shelves, office: Office, ticket_id: str, question: Question, *, answer: bool, reason: str, by: str
) -> Refusal:
    """Sign an answer as the first. What was proposed before on this question and is still open is withdrawn."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None:
        return "unknown"
    if not is_open(ticket):
        return "already"
    if not may_sign(office, ticket, by):
        return "signer"
    if not reason.strip():
        return "reason-missing"
    facts = frozen(known(shelves, office, ticket))
    digest = digest_of(facts)
    body = {"question": question, "answer": answer, "reason": reason, "facts": facts, "digest": digest}
    shelves.evidence.add(ticket_id, by, "proposed", question, body)
    for before in shelves.decisions.of(ticket_id):
        if before.question == question and before.state == "proposed":
            shelves.decisions.withdraw(ticket_id, before.seq)
    made = shelves.decisions.propose(
        ticket_id, question, answer=answer, reason=reason, facts=facts, digest=digest, by=by
    )
    shelves.audit.add(by, "decision-propose", ticket_id, {"question": question, "answer": answer, "seq": made.seq})
    return ""


def sign(shelves: Shelves, office: Office, ticket_id: str, seq: int, *, by: str) -> Refusal:
    """Sign as the second: now it is decided. A leak that is confirmed gives its time; a duty that was judged gives its own."""
    ticket = shelves.tickets.get(ticket_id)
    decision = next((d for d in shelves.decisions.of(ticket_id) if d.seq == seq), None) if ticket else None
    if ticket is None or decision is None:
        return "unknown"
    if decision.state != "proposed" or not is_open(ticket):
        return "already"
    if not may_sign(office, ticket, by):
        return "signer"
    if same_person(office, by, decision.by):
        return "second-signer"
    if digest_of(frozen(known(shelves, office, ticket))) != decision.digest:
        return "facts-changed"
    body: dict[str, Any] = {"question": decision.question, "answer": decision.answer, "reason": decision.reason}
    body |= {"digest": decision.digest, "by": [decision.by, by]}
    record = shelves.evidence.add(ticket_id, by, "decided", decision.question, body)
    if not shelves.decisions.sign(ticket_id, seq, by):
        return "already"
    if decision.question == "leak" and decision.answer and ticket.confirmed_at is None:
        shelves.tickets.set_times(ticket_id, confirmed_at=shelves.now)
    if decision.question == "authority" and "assessed_at" not in shelves.facts.latest(ticket_id):
        shelves.facts.add(ticket_id, "assessed_at", shelves.now.isoformat(), by=by, why="", proof=record.seq)
        clocks.count(shelves, office, ticket_id, by=by)
    marking.decided(shelves, office, ticket_id, decision.question, decision.reason, by=by)
    shelves.audit.add(by, "decision-sign", ticket_id, {"question": decision.question, "seq": seq})
    return ""


def withdraw(shelves: Shelves, office: Office, ticket_id: str, seq: int, *, by: str) -> Refusal:
    """Take back what only one has signed: that person, or somebody whose signature counts."""
    ticket = shelves.tickets.get(ticket_id)
    decision = next((d for d in shelves.decisions.of(ticket_id) if d.seq == seq), None)
    if ticket is None or decision is None:
        return "unknown"
    if not (same_person(office, by, decision.by) or may_sign(office, ticket, by)):
        return "signer"
    if not shelves.decisions.withdraw(ticket_id, seq):
        return "already"
    shelves.evidence.add(ticket_id, by, "withdrawn", f"decision {seq}", {"seq": seq})
    shelves.audit.add(by, "decision-withdraw", ticket_id, {"seq": seq})
    return ""


def not_a_leak(shelves: Shelves, office: Office, ticket: Ticket) -> Literal["", "decision-missing", "facts-changed"]:
    """Whether two people have decided, on the facts as they are now, that it was none; "" when they have."""
    decision = shelves.decisions.in_force(ticket.id, "leak")
    if decision is None or decision.answer:
        return "decision-missing"
    return "facts-changed" if standing(decision, known(shelves, office, ticket)).is_stale else ""
