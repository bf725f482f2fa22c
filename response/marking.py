"""Marking: what a person did in another section finishes the steps that the manual says are done by it, in their name; the gate holds as for any other.

Which step that is stands in the manual of the ticket (`done_when`), an organisation's own as well as ours. A step that is finished stays as
it is; whoever disagrees puts it back to do.
"""

from collections.abc import Collection, Mapping
from typing import Final

from mail.address import exact_key
from response.acts import advance, gate_is_open
from response.containing import is_open
from response.manual import Deed
from response.office import GATEWAY, Office
from store.deadlines import DeadlineRow
from store.shelves import Shelves
from store.tickets import Ticket

NEVER_LEFT: Final = frozenset({"stopped", "cancelled", "expired", "failed"})
"""Delivery states of who has nothing to delete."""
_DECIDED: Final[Mapping[str, Deed]] = {
    "leak": "leak-decided",
    "authority": "authority-decided",
    "persons": "persons-decided",
    "publish": "publication-decided",
}
_REASONED: Final = frozenset({"leak", "authority", "persons"})
"""Questions whose reasons are signed together: whether something is published may be decided much later."""
_REPORTS: Final[Mapping[Deed, frozenset[tuple[str, str]]]] = {
    "preliminary-filed": frozenset({("JP-PRELIM", "outer"), ("JP-MYN", "outer")}),
    "final-filed": frozenset({("JP-FINAL", "final"), ("JP-MYN", "final")}),
}
"""個人情報保護法施行規則 第8条 and the rule for My Number, which are reported on one form (`response/deadlines/jp.toml`)."""


def done(shelves: Shelves, office: Office, ticket_id: str, deed: Deed, *, by: str, note: str) -> None:
    """Finish the steps that this does, in somebody's name; none that waits for the gate."""
    ticket = shelves.tickets.get(ticket_id)
    if ticket is None or by == GATEWAY or not is_open(ticket):
        return
    meant = office.manual_of(shelves, ticket.manual_version).done_when(deed)
    todo = [step for step in ticket.steps if step.step in meant and (gate_is_open(ticket) or not step.outward)]
    for step in todo:
        if shelves.tickets.finish_step(ticket_id, step.step, state="done", by=by, note=note):
            shelves.evidence.add(ticket_id, by, "step", f"step {step.step}", {"state": "done", "note": note})
            advance(shelves, office, ticket_id)


def asked(shelves: Shelves, office: Office, ticket: Ticket, *, by: str) -> None:
    """A letter was sent, or somebody telephoned: done once everybody who may have it was asked."""
    begun = {exact_key(one.recipient) for one in shelves.letters.inquiries(ticket.id) if one.first_asked_at}
    if begun >= may_have_it(ticket):
        note = office.say(
            "削除の依頼を送るか、電話で伝えました。", "The request to delete was sent, or said by telephone."
        )
        done(shelves, office, ticket.id, "asked", by=by, note=note)


def answered(
    shelves: Shelves, office: Office, ticket: Ticket, answered_by: Collection[str], *, by: str, proof: str
) -> None:
    """Somebody wrote an answer down: done once everybody who may have it has answered all four questions."""
    if {exact_key(one) for one in answered_by} >= may_have_it(ticket):
        note = office.say(f"回答を記録しました。根拠：{proof}", f"The answers are recorded; they rest on: {proof}")
        done(shelves, office, ticket.id, "answered", by=by, note=note)


def decided(shelves: Shelves, office: Office, ticket_id: str, question: str, reason: str, *, by: str) -> None:
    """Two have signed: the step of that question; and that of the reasons once all of them are signed."""
    note = office.say(f"二人で署名しました。理由：{reason}", f"Signed by two. The reason: {reason}")
    done(shelves, office, ticket_id, _DECIDED[question], by=by, note=note)
    signed = {one.question for one in shelves.decisions.of(ticket_id) if one.state == "signed"}
    if question in _REASONED <= signed:
        done(shelves, office, ticket_id, "reasons-signed", by=by, note=note)


def filed(shelves: Shelves, office: Office, ticket_id: str, row: DeadlineRow, how: str, *, by: str) -> None:
    """What a law asks was filed: a report's step, once no other clock of the same report runs."""
    for deed, group in _REPORTS.items():
        runs = {(one.rule, one.step) for one in shelves.deadlines.of(ticket_id) if one.runs}
        if (row.rule, row.step) in group and not runs & group:
            done(shelves, office, ticket_id, deed, by=by, note=how)


def may_have_it(ticket: Ticket) -> frozenset[str]:
    """Wrong recipients to whom it left, or may have: exact keys."""
    left = (r for r in ticket.recipients if r.wrong == "yes" and r.delivery not in NEVER_LEFT)
    return frozenset(exact_key(one.address) for one in left)
