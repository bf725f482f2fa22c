"""Letters of a ticket: whom to telephone and what to say, the letter to each wrong recipient, their answers, and what they are worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.datastructures import FormData

from notifier import case_address
from response import letter_answers, letters
from response.acts import gate_is_open
from response.letter_answers import QUESTIONS, Standing, standing
from response.letter_wording import Class, class_of, language_for
from response.letters import Wish
from store.evidence import Entry
from store.ids import shown
from store.letters import Letter, LetterAnswer
from store.shelves import Shelves
from store.tickets import Ticket, TicketRecipient
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section

_CALLED = frozenset({"phoned", "not-reached"})


@dataclass(frozen=True, slots=True)
class Written:
    """One version, and how far it got."""

    letter: Letter
    delivery: str
    """draft | by-hand | waiting | sent | failed | not-delivered"""
    reply: str
    """What the next mail server said."""


@dataclass(frozen=True, slots=True)
class Row:
    """One wrong recipient with all that was done."""

    recipient: TicketRecipient
    kind: Class
    language: str
    standing: Standing
    written: Sequence[Written]
    """The newest first."""
    calls: Sequence[Entry]
    """The records of telephoning, in order."""


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    ticket, office = opened.ticket, pages.desk.office
    report = office.options.report_address
    return {
        "rows": await pages.store.read(lambda shelves: _rows(shelves, pages, ticket)),
        "lowers_risk": await pages.store.read(lambda shelves: letter_answers.lowers_risk(shelves, ticket)),
        "gate_open": gate_is_open(ticket),
        "may_send": letters.may_send(office, opened.person),
        "case_address": case_address.make(pages.store.seal, report, ticket.id),
        "reach": office.options.outside_contact,
        "questions": QUESTIONS,
        "ways": letter_answers.WAYS,
        "shown_number": shown(ticket.id),
    }


def _rows(shelves: Shelves, pages: Pages, ticket: Ticket) -> tuple[Row, ...]:
    office, every = pages.desk.office, shelves.letters.of_ticket(ticket.id)
    known = {one.recipient: one for one in standing(shelves, ticket)}
    calls = [one for one in shelves.evidence.of_events(ticket.id, "letter") if one.object in _CALLED]
    return tuple(
        Row(
            r,
            class_of(shelves, office, r),
            language_for(shelves, office, ticket, r.address),
            known[r.address],
            tuple(_written(shelves, one) for one in reversed(every) if one.recipient == r.address),
            tuple(one for one in calls if one.body.get("recipient") == r.address),
        )
        for r in ticket.recipients
        if r.wrong == "yes"
    )


def _written(shelves: Shelves, letter: Letter) -> Written:
    notice = shelves.outbox.get(letter.notice_id) if letter.state == "sent" and letter.notice_id else None
    if notice is None:
        return Written(letter, letter.state, "")
    delivery = {"sent": "sent", "failed": "failed"}.get(notice.state, "waiting")
    return Written(letter, delivery, notice.reply)


async def _draft(pages: Pages, opened: Opened, form: FormData) -> Done:
    recipient, language = forms.single(form, "recipient"), forms.single(form, "language")
    named = forms.single(form, "subject") == "yes"
    spoken: Literal["", "ja", "en"] = "ja" if language == "ja" else "en" if language == "en" else ""
    wish = Wish(spoken, names_subject=named, words=forms.text(form, "words"))

    def unit(shelves: Shelves) -> Letter | letters.Refusal:
        return letters.draft(shelves, pages.desk.office, opened.ticket, recipient, wish, by=opened.person)

    made = await pages.store.commit(unit)
    return ("", f"letter-{made.id}") if isinstance(made, Letter) else (made, "letters")


async def _send(pages: Pages, opened: Opened, form: FormData) -> Done:
    letter, sure = forms.single(form, "letter"), forms.single(form, "sure") == "yes"
    if forms.single(form, "looked") != "yes":  # what leaves the house is no form that a machine sends as it stands
        return "looked", f"letter-{letter}"

    def unit(shelves: Shelves) -> letters.Refusal:
        return letters.send(shelves, pages.desk.office, opened.ticket, letter, by=opened.person, sure=sure)

    refusal = await pages.store.commit(unit)
    if not refusal:
        pages.flow.wake.set("notify")
    return refusal, f"letter-{letter}"


async def _by_hand(pages: Pages, opened: Opened, form: FormData) -> Done:
    letter, note = forms.single(form, "letter"), forms.text(form, "note")

    def unit(shelves: Shelves) -> letters.Refusal:
        return letters.by_hand(shelves, pages.desk.office, opened.ticket, letter, by=opened.person, note=note)

    return await pages.store.commit(unit), f"letter-{letter}"


async def _phoned(pages: Pages, opened: Opened, form: FormData) -> Done:
    recipient, note, how = forms.single(form, "recipient"), forms.text(form, "note"), forms.single(form, "reached")
    if how not in {"yes", "no"}:
        return "reached", "letters"

    def unit(shelves: Shelves) -> letters.Refusal:
        office, ticket = pages.desk.office, opened.ticket
        return letters.phoned(shelves, office, ticket, recipient, by=opened.person, note=note, reached=how == "yes")

    return await pages.store.commit(unit), "letters"


async def _answer(pages: Pages, opened: Opened, form: FormData) -> Done:
    said = {question: forms.single(form, question) for question in QUESTIONS}
    answer = LetterAnswer(
        forms.single(form, "recipient"),
        forms.single(form, "way"),
        **said,  # type: ignore[arg-type] # looked through by `record`
        proof=forms.text(form, "proof"),
        words=forms.text(form, "words"),
        by=opened.person,
    )

    def unit(shelves: Shelves) -> letter_answers.Refusal:
        return letter_answers.record(shelves, pages.desk.office, opened.ticket, answer)

    return await pages.store.commit(unit), "letters"


async def _refused(pages: Pages, opened: Opened, form: FormData) -> Done:
    recipient, reason = forms.single(form, "recipient"), forms.text(form, "reason")

    def unit(shelves: Shelves) -> letter_answers.Refusal:
        office = pages.desk.office
        return letter_answers.refused(shelves, office, opened.ticket, recipient, by=opened.person, reason=reason)

    return await pages.store.commit(unit), "letters"


async def _credible(pages: Pages, opened: Opened, form: FormData) -> Done:
    recipient, reason = forms.single(form, "recipient"), forms.text(form, "reason")
    word = forms.single(form, "credible")
    if word not in {"yes", "no"}:
        return "credible", "letters"

    def unit(shelves: Shelves) -> letter_answers.Refusal:
        return letter_answers.judge_credible(
            shelves, opened.ticket, recipient, credible=word == "yes", by=opened.person, reason=reason
        )

    return await pages.store.commit(unit), "letters"


LETTERS = Section(
    "letters",
    "ticket_letters.html",
    _context,
    {
        "draft": _draft,
        "send": _send,
        "by-hand": _by_hand,
        "phoned": _phoned,
        "answer": _answer,
        "refused": _refused,
        "credible": _credible,
    },
)
