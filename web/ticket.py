"""/t/TOKEN and /desk/TOKEN: the ticket as a task list, and the list of tickets. The person of the signed link acts.

A link that came by mail is opened by machines, too. So the page is for reading until somebody typed the end of the ticket's number;
then the address carries a pass for twelve hours, and every act is one press.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from response.old_mistakes import SHOWN, EarlierMail, earlier_mail
from response.recall import words as recall_words
from response.roles import is_staff
from store import ids
from store.blocks import BlockRow
from store.evidence import Entry
from store.journal import Line
from store.shelves import Shelves
from store.tickets import ENDED, Step, Ticket
from web import forms
from web.pages import Pages

WORKING = timedelta(hours=12)
SHOWN_OF_BODY = ("note", "reason", "outcome", "words", "why", "result")
"""What the timeline shows of a record; the rest is counts and ids, for the export."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was followed to a ticket."""

    ticket: Ticket
    person: str
    token: str
    path: str
    """Of this page, without prefix and query."""
    may_work: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a ticket in the store."""

    entries: tuple[Entry, ...]
    blocks: tuple[BlockRow, ...]
    candidates: tuple[tuple[Mapping[str, Any], Line], ...]
    earlier: tuple[tuple[str, tuple[EarlierMail, ...]], ...]
    """Other mail that went to each wrong address."""


async def show(pages: Pages, request: Request) -> Response:
    """Show a ticket; a GET changes nothing."""
    opened = await _open(pages, request)
    return await _page(pages, request, opened) if opened else pages.not_found(request)


async def act(pages: Pages, request: Request) -> Response:
    """Do what a form of the ticket says."""
    opened = await _open(pages, request)
    if opened is None:
        return pages.not_found(request)
    form = await request.form(max_files=0, max_fields=500)
    if forms.fit(pages.form_key, opened.token, [opened.ticket.id], forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    wanted = forms.single(form, "act")
    if wanted == "start":
        return await _start(pages, request, opened, form)
    if not opened.may_work:
        return await _page(pages, request, opened, status=422, problem="number")
    if wanted not in ACTS:
        return pages.refused(request, 403)
    problem, place = await ACTS[wanted](pages, opened, form)
    if problem:
        return await _page(
            pages, request, opened, status=409 if problem in CONFLICTS else 422, problem=problem, form=form
        )
    return pages.again(request, opened.path, fragment=place)


async def listing(pages: Pages, request: Request) -> Response:
    """List the tickets by what is due next, each with its link under the same token."""
    token = request.path_params["token"]
    link = await pages.store.read(lambda shelves: shelves.links.follow(token, "desk"))
    if link is None or not _works_here(pages, link.person):
        return pages.not_found(request)
    rows = [
        (t, next_step(t), pages.path(request, f"/desk/{token}/{ids.shown(t.id)}")) for t in await pages.desk.tickets()
    ]
    return pages.show(
        request,
        "desk.html",
        {"open": [r for r in rows if r[0].state not in ENDED], "ended": [r for r in rows if r[0].state in ENDED]},
    )


def next_step(ticket: Ticket) -> Step | None:
    """Find what is to be done next: the gate first, then what is due first, then the manual's order."""
    todo = [step for step in ticket.steps if step.state == "todo"]
    far = datetime.max.replace(tzinfo=ticket.opened_at.tzinfo)
    return min(todo, key=lambda step: (not step.gate, step.due or far, step.position), default=None)


Done = tuple[str, str]
"""Why not ("" when it was done), and the place on the page to look at."""


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


ACTS: Mapping[str, Callable[[Pages, Opened, FormData], Awaitable[Done]]] = {
    "step": _finish,
    "contain": _contain,
    "choose": _choose,
    "lift": _lift,
    "close": _close,
    "reopen-step": _reopen_step,
    "reopen": _reopen,
}
CONFLICTS = frozenset({"already", "unknown", "gate", "open-steps"})


async def _start(pages: Pages, request: Request, opened: Opened, form: FormData) -> Response:
    """Give out the pass for who typed the end of the number."""
    if not forms.answers_number(forms.single(form, "number"), opened.ticket.id):
        return await _page(pages, request, opened, status=422, problem="number")
    given = forms.work_pass(pages.form_key, opened.token, pages.clock.now() + WORKING)
    return pages.again(request, opened.path, work=given)


async def _open(pages: Pages, request: Request) -> Opened | None:
    """Follow the link: of one ticket, or of the desk with the number in the path."""
    token, number = request.path_params["token"], request.path_params.get("number")
    purpose = "ticket" if number is None else "desk"
    link = await pages.store.read(lambda shelves: shelves.links.follow(token, purpose))
    ticket_id = (link.object_id if number is None else ids.parse(number)) if link else None
    ticket = await pages.desk.ticket(ticket_id) if ticket_id else None
    if link is None or ticket is None or (number is not None and not _works_here(pages, link.person)):
        return None
    path = f"/t/{token}" if number is None else f"/desk/{token}/{ids.shown(ticket.id)}"
    may = forms.may_work(pages.form_key, token, request.query_params.get("work", ""), pages.clock.now())
    return Opened(ticket, link.person, token, path, may)


def _works_here(pages: Pages, person: str) -> bool:
    """Tell whether somebody still works at the desk: its link outlives a change of roles."""
    return is_staff(person, pages.organisation, pages.desk.office.options.staff)


async def _page(
    pages: Pages,
    request: Request,
    opened: Opened,
    *,
    status: int = 200,
    problem: str = "",
    form: FormData | None = None,
) -> Response:
    """Show the ticket as it is now, with why something was not done."""
    ticket = await pages.desk.ticket(opened.ticket.id) or opened.ticket
    around = await pages.store.read(lambda shelves: _around(shelves, ticket))
    language = pages.language(request)
    context = {
        "ticket": ticket,
        "around": around,
        "person": opened.person,
        "may_work": opened.may_work,
        "ended": ticket.state in ENDED,
        "number": ticket.id,
        "tail": ticket.id[-forms.TAIL :],
        "form_token": forms.form_token(pages.form_key, opened.token, [ticket.id]),
        "action": pages.path(request, opened.path),
        "desk": pages.path(request, f"/desk/{opened.token}") if opened.path.startswith("/desk/") else "",
        "next": next_step(ticket),
        "superior": pages.superior_of(ticket.sender or ticket.reporter),
        "phases": _by_phase(pages, ticket, language),
        "recall": lambda contained: recall_words(contained, language),
        "known_for": pages.clock.now() - ticket.first_known_at,
        "problem": problem,
        "given": {name: forms.single(form, name) for name in ("step", "how", "note", "reason", "outcome")}
        if form
        else {},
        "shown_of_body": SHOWN_OF_BODY,
        "whom": pages.organisation.person,
    }
    return pages.show(request, "ticket.html", context, status=status)


def _around(shelves: Shelves, ticket: Ticket) -> Around:
    lines = ((candidate, shelves.journal.get(candidate["journal_id"])) for candidate in ticket.candidates)
    found = (
        tuple((candidate, line) for candidate, line in lines if line)
        if not ticket.journal_id and not ticket.hold_id
        else ()
    )
    wrong = (r.address for r in ticket.recipients if r.wrong == "yes")
    earlier = ((address, earlier_mail(shelves, address, but=ticket.journal_id or "")) for address in wrong)
    mails = tuple((address, mails[:SHOWN]) for address, mails in earlier if mails)
    return Around(shelves.evidence.of(ticket.id), shelves.blocks.of_ticket(ticket.id), found, mails)


def _by_phase(pages: Pages, ticket: Ticket, language: str) -> list[tuple[str, Sequence[Step]]]:
    """Group the steps in the manual's order under the titles of their phases."""
    titles = {phase.id: getattr(phase.title, language) for phase in pages.desk.office.manual.phases}
    order = dict.fromkeys(step.phase for step in ticket.steps)
    return [(titles.get(phase, phase), [s for s in ticket.steps if s.phase == phase]) for phase in order]
