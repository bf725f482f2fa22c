"""The ticket as a task list: what is known, what became of each recipient, the steps in the manual's order, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from starlette.datastructures import FormData

from gateway import metrics
from response import answering, need_to_know
from response.answering import How
from response.manual import Manual
from response.office import Office
from response.old_mistakes import SHOWN, EarlierMail, earlier_mail
from response.recall import words as recall_words
from store.blocks import BlockRow
from store.calls import Call
from store.journal import Line
from store.shelves import Shelves
from store.tickets import Step, Ticket
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a ticket in the store."""

    blocks: tuple[BlockRow, ...]
    candidates: tuple[tuple[Mapping[str, Any], Line], ...]
    hidden: frozenset[str]
    """Those of the candidates, by id, that belong to a case of which whoever looks need not know."""
    earlier: tuple[tuple[str, tuple[EarlierMail, ...]], ...]
    """Other mail that went to each wrong address."""
    approved: tuple[tuple[str, datetime], ...]
    """Who agreed to the message before it was sent, and when."""
    manual: Manual
    """In the version that the ticket was opened with."""


def next_step(ticket: Ticket) -> Step | None:
    """Find what is to be done next: the gate first, then what is due first, then the manual's order."""
    todo = [step for step in ticket.steps if step.state == "todo"]
    far = datetime.max.replace(tzinfo=ticket.opened_at.tzinfo)
    return min(todo, key=lambda step: (not step.gate, step.due or far, step.position), default=None)


async def _context(pages: Pages, opened: Opened, language: str) -> Mapping[str, Any]:
    ticket = opened.ticket
    around = await pages.store.read(lambda shelves: _around(shelves, ticket, pages.desk.office, opened.person))
    return {
        "around": around,
        "next": next_step(ticket),
        "superior": pages.superior_of(ticket.sender or ticket.reporter),
        "mine": await my_call(pages, opened),
        "phases": _by_phase(around.manual, ticket, language),
        "in_manual": around.manual.step,
        "recall": lambda contained: recall_words(contained, language),
    }


async def my_call(pages: Pages, opened: Opened) -> Call | None:
    """The call of whoever looks at the ticket; None when they were not called."""
    person = pages.desk.office.main_address(opened.person)
    return await pages.store.read(lambda shelves: answering.call_of(shelves, opened.ticket.id, person))


async def answer_call(pages: Pages, opened: Opened, form: FormData) -> Done:
    """What somebody answers to a call. "look" stands last: a machine that takes every choice ends on it, and nothing is done."""
    said = forms.single(form, "answer")
    how: How | None = next((one for one in get_args(How) if one == said), None)
    if how is None:
        return ("", "main") if said == "look" else ("call-answer", "call")
    answered = await pages.store.commit(
        lambda shelves: answering.answer(shelves, pages.desk.office, opened.ticket.id, opened.person, how)
    )
    if answered.seconds is not None:
        metrics.acknowledged(answered.seconds)
    return answered.refusal, "call"


async def _finish(pages: Pages, opened: Opened, form: FormData) -> Done:
    step, how = forms.single(form, "step"), forms.single(form, "how")
    if how not in {"done", "not-needed"}:
        return "how", f"step-{step}"
    note = forms.text(form, "note")
    problem = await pages.desk.finish_step(
        opened.ticket.id, step, by=opened.person, note=note, not_needed=how == "not-needed"
    )
    return problem, f"step-{step}"


async def _contain(pages: Pages, opened: Opened, _form: FormData) -> Done:
    await pages.desk.contain(opened.ticket.id, by=opened.person)
    return "", "recipients"


async def _choose(pages: Pages, opened: Opened, form: FormData) -> Done:
    wrong = forms.several(form, "wrong")
    if not wrong:
        return "wrong", "candidates"
    chosen = await pages.desk.choose(opened.ticket.id, forms.single(form, "journal"), by=opened.person, wrong=wrong)
    return "" if chosen else "already", "recipients"


async def _lift(pages: Pages, opened: Opened, form: FormData) -> Done:
    mine = await pages.store.read(lambda shelves: shelves.blocks.of_ticket(opened.ticket.id))
    block = forms.single(form, "block")
    lifted = any(row.id == block for row in mine) and await pages.desk.lift(block, by=opened.person)
    return "" if lifted else "already", "blocks"


async def _close(pages: Pages, opened: Opened, form: FormData) -> Done:
    reason = forms.text(form, "reason")
    match forms.single(form, "outcome"):
        case "closed":
            return await pages.desk.close(opened.ticket.id, by=opened.person, outcome="closed", reason=reason), "main"
        case "not-a-leak":
            return await pages.desk.close(
                opened.ticket.id, by=opened.person, outcome="not-a-leak", reason=reason
            ), "main"
    return "outcome", "close"


async def _reopen_step(pages: Pages, opened: Opened, form: FormData) -> Done:
    step, reason = forms.single(form, "step"), forms.text(form, "note")
    return await pages.desk.reopen_step(opened.ticket.id, step, by=opened.person, reason=reason), f"step-{step}"


async def _reopen(pages: Pages, opened: Opened, form: FormData) -> Done:
    return await pages.desk.reopen(opened.ticket.id, by=opened.person, reason=forms.text(form, "reason")), "main"


def _around(shelves: Shelves, ticket: Ticket, office: Office, person: str) -> Around:
    lines = ((candidate, shelves.journal.get(candidate["journal_id"])) for candidate in ticket.candidates)
    found = (
        tuple((candidate, line) for candidate, line in lines if line)
        if not ticket.journal_id and not ticket.hold_id
        else ()
    )
    wrong = (r.address for r in ticket.recipients if r.wrong == "yes")
    earlier = ((address, earlier_mail(shelves, address, but=ticket.journal_id or "")) for address in wrong)
    mails = tuple((address, mails[:SHOWN]) for address, mails in earlier if mails)
    hold = shelves.holds.get(ticket.hold_id) if ticket.hold_id else None
    agreed = (hold.decision or {}).get("approvals", ()) if hold else ()
    approved = tuple((one["person"], datetime.fromisoformat(one["at"])) for one in agreed)
    manual = office.manual_of(shelves, ticket.manual_version)
    hidden = need_to_know.hidden_lines(shelves, office, person, [line for _, line in found])
    return Around(shelves.blocks.of_ticket(ticket.id), found, hidden, mails, approved, manual)


def _by_phase(manual: Manual, ticket: Ticket, language: str) -> list[tuple[str, Sequence[Step]]]:
    """Group the steps in the manual's order under the titles of their phases."""
    titles = {phase.id: getattr(phase.title, language) for phase in manual.phases}
    order = dict.fromkeys(step.phase for step in ticket.steps)
    return [(titles.get(phase, phase), [s for s in ticket.steps if s.phase == phase]) for phase in order]


TASKS = Section(
    "",
    "ticket.html",
    _context,
    {
        "step": _finish,
        "contain": _contain,
        "choose": _choose,
        "lift": _lift,
        "close": _close,
        "reopen-step": _reopen_step,
        "reopen": _reopen,
    },
    at_once={"call": answer_call},
)
