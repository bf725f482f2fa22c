"""Marking: what a person did in another section finishes the step of the manual that asks for it, in their name; the gate holds as for any other.

A step that is finished, or that this ticket's manual does not have, stays as it is; whoever disagrees puts it back to do.
"""

from collections.abc import Collection
from typing import Final

from mail.address import exact_key
from response.acts import advance, gate_is_open
from response.containing import is_open
from response.office import GATEWAY, Office
from store.deadlines import DeadlineRow
from store.shelves import Shelves
from store.tickets import Ticket

ASK: Final = "2.5"
ANSWERS: Final = "2.6"
DECIDED: Final = {"leak": "4.1", "authority": "4.2", "persons": "4.3"}
SIGNED: Final = "4.4"
PRELIMINARY: Final = "5.1"
FINAL: Final = "5.5"
"""Steps of the manual (`response/manual/misdirected-mail.toml`)."""
NEVER_LEFT: Final = frozenset({"stopped", "cancelled", "expired", "failed"})
"""Delivery states of who has nothing to delete."""
_REPORTS: Final = {
    PRELIMINARY: {("JP-PRELIM", "outer"), ("JP-MYN", "outer")},
    FINAL: {("JP-FINAL", "final"), ("JP-MYN", "final")},
}
"""個人情報保護法施行規則 第8条 and the rule for My Number, which are reported on one form (`response/deadlines/jp.toml`)."""


def done(shelves: Shelves, office: Office, ticket_id: str, step: str, *, by: str, note: str) -> bool:
    """Finish a step in somebody's name; False where it is no step to do, or the superior was not told yet."""
    ticket = shelves.tickets.get(ticket_id)
    found = next((one for one in ticket.steps if one.step == step), None) if ticket else None
    if ticket is None or found is None or found.state != "todo" or by == GATEWAY or not is_open(ticket):
        return False
    if found.outward and not gate_is_open(ticket):
        return False
    if not shelves.tickets.finish_step(ticket_id, step, state="done", by=by, note=note):
        return False
    shelves.evidence.add(ticket_id, by, "step", f"step {step}", {"state": "done", "note": note})
    advance(shelves, office, ticket_id)
    return True


def asked(shelves: Shelves, office: Office, ticket: Ticket, *, by: str) -> None:
    """A letter was sent, or somebody telephoned: step 2.5, once everybody who may have it was asked."""
    begun = {exact_key(one.recipient) for one in shelves.letters.inquiries(ticket.id) if one.first_asked_at}
    if begun >= may_have_it(ticket):
        note = office.say(
            "削除の依頼を送るか、電話で伝えました。", "The request to delete was sent, or said by telephone."
        )
        done(shelves, office, ticket.id, ASK, by=by, note=note)


def answered(
    shelves: Shelves, office: Office, ticket: Ticket, answered_by: Collection[str], *, by: str, proof: str
) -> None:
    """Somebody wrote an answer down: step 2.6, once everybody who may have it has answered all four questions."""
    if {exact_key(one) for one in answered_by} >= may_have_it(ticket):
        note = office.say(f"回答を記録しました。根拠：{proof}", f"The answers are recorded; they rest on: {proof}")
        done(shelves, office, ticket.id, ANSWERS, by=by, note=note)


def decided(shelves: Shelves, office: Office, ticket_id: str, question: str, reason: str, *, by: str) -> None:
    """Two have signed: the step of that question; and 4.4 once all three are signed."""
    if question not in DECIDED:
        return
    note = office.say(f"二人で署名しました。理由：{reason}", f"Signed by two. The reason: {reason}")
    done(shelves, office, ticket_id, DECIDED[question], by=by, note=note)
    signed = {one.question for one in shelves.decisions.of(ticket_id) if one.state == "signed"}
    if signed >= DECIDED.keys():
        done(shelves, office, ticket_id, SIGNED, by=by, note=note)


def filed(shelves: Shelves, office: Office, ticket_id: str, row: DeadlineRow, how: str, *, by: str) -> None:
    """What a law asks was filed: 5.1 or 5.5, once no other clock of the same report runs."""
    for step, group in _REPORTS.items():
        runs = {(one.rule, one.step) for one in shelves.deadlines.of(ticket_id) if one.runs}
        if (row.rule, row.step) in group and not runs & group:
            done(shelves, office, ticket_id, step, by=by, note=how)


def may_have_it(ticket: Ticket) -> frozenset[str]:
    """Wrong recipients to whom it left, or may have: exact keys."""
    left = (r for r in ticket.recipients if r.wrong == "yes" and r.delivery not in NEVER_LEFT)
    return frozenset(exact_key(one.address) for one in left)
