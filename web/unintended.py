"""/u/TOKEN: the page of whoever got a mail that was not theirs: four questions, and a word to us. It shows nothing of the mail but when it was sent.

What is said here is filed with the case and read by a person. It releases, lifts and closes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from response import letter_answers
from response.desk import Report
from response.letter_answers import QUESTIONS
from response.letter_wording import language_for
from response.letters import of_ticket
from store.letters import LetterAnswer
from store.shelves import Shelves
from store.tickets import Ticket
from web import forms
from web.limit import client_of
from web.pages import Pages

WORDS = 1000
"""Letters of what somebody outside adds."""
VALUES = ("yes", "no", "unknown")


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter's link that was followed."""

    ticket: Ticket
    recipient: str
    token: str
    language: str
    answered: tuple[LetterAnswer, ...]
    """What was said on this page before."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of the form that was sent."""

    missing: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    reported: bool = False


async def show(pages: Pages, request: Request) -> Response:
    """Show the questions; a GET changes nothing."""
    opened = await _open(pages, request)
    return _page(pages, request, opened, Shown()) if opened else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """File what was answered, or a report of another mail."""
    opened = await _open(pages, request)
    if opened is None:
        return pages.not_found(request)
    form = await request.form(max_files=0, max_fields=50)
    if forms.fit(pages.form_key, opened.token, [opened.ticket.id], forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    shown = _read(form, opened)
    if shown.missing:
        return _page(pages, request, opened, shown, status=422)
    if not pages.outside.takes(client_of(request), pages.clock.now()):
        return pages.refused(request, 429)
    if shown.given["act"] == "report":
        await _report(pages, opened, shown.given["words"])
        return _page(pages, request, opened, Shown(reported=True))
    refusal = await pages.store.commit(lambda shelves: _keep(shelves, pages, opened, shown.given))
    return pages.refused(request, 429) if refusal else pages.again(request, f"/u/{opened.token}")


async def _open(pages: Pages, request: Request) -> Opened | None:
    token = request.path_params["token"]

    def unit(shelves: Shelves) -> Opened | None:
        link = shelves.links.follow(token, "answers")
        ticket = shelves.tickets.get(link.object_id) if link else None
        recipient = of_ticket(ticket, link.person) if link and ticket else None
        if ticket is None or recipient is None:
            return None
        said = shelves.letters.answers(ticket.id)
        mine = tuple(a for a in said if a.way == "page" and a.recipient == recipient.address)
        written = [one for one in shelves.letters.of_ticket(ticket.id) if one.recipient == recipient.address]
        language = written[-1].language if written else ""
        language = language or language_for(shelves, pages.desk.office, ticket, recipient.address)
        return Opened(ticket, recipient.address, token, language, mine)

    return await pages.store.read(unit)


def _read(form: FormData, opened: Opened) -> Shown:
    """What was filled in, and what is missing. The number keeps out programs that press everything on a page."""
    given = {name: forms.single(form, name) for name in ("act", *QUESTIONS)}
    given["words"] = forms.text(form, "words")[:WORDS]
    missing = [] if given["act"] == "report" else [q for q in QUESTIONS if given[q] not in VALUES]
    if given["act"] == "report" and not given["words"]:
        missing.append("words")
    if not forms.answers_number(forms.single(form, "number"), opened.ticket.id):
        missing.append("number")
    return Shown(tuple(missing), given)


def _keep(shelves: Shelves, pages: Pages, opened: Opened, given: Mapping[str, str]) -> letter_answers.Refusal:
    said = {question: given[question] for question in QUESTIONS}
    answer = LetterAnswer(opened.recipient, "page", **said, words=given["words"])  # type: ignore[arg-type]
    ticket = shelves.tickets.get(opened.ticket.id)
    assert ticket is not None
    return letter_answers.said_by_recipient(shelves, pages.desk.office, ticket, answer)


async def _report(pages: Pages, opened: Opened, words: str) -> None:
    """Another mail that is not theirs: a report from outside, which stops nothing until a person has looked."""
    await pages.desk.report(
        Report(
            channel="link",
            reporter=opened.recipient,
            words=words,
            hold_id=opened.ticket.id,
            first_known_at=pages.clock.now(),
        )
    )
    # It joins this case, and nobody looks into a case for news: whoever leads hears that there is something to read.
    office, ticket = pages.desk.office, opened.ticket
    await pages.store.commit(lambda shelves: letter_answers.tell(shelves, office, ticket, "replied", opened.recipient))


def _page(pages: Pages, request: Request, opened: Opened, shown: Shown, *, status: int = 200) -> Response:
    empty = dict.fromkeys(("act", "words", *QUESTIONS), "")
    context: dict[str, Any] = {
        "number": opened.ticket.id,
        "tail": opened.ticket.id[-forms.TAIL :],
        "sent_at": opened.ticket.sent_at,
        "drill": opened.ticket.kind == "drill",
        "answered": opened.answered,
        "reach": pages.desk.office.options.outside_contact,
        "questions": QUESTIONS,
        "missing": shown.missing,
        "given": {**empty, **shown.given},
        "reported": shown.reported,
        "form_token": forms.form_token(pages.form_key, opened.token, [opened.ticket.id]),
        "action": pages.path(request, f"/u/{opened.token}"),
    }
    return pages.show(request, "unintended.html", context, status=status, fallback=opened.language)
