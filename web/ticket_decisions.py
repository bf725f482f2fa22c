"""The decisions of a ticket: four questions, each answered with a reason, signed by two, with the facts as they were at signing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from response import deciding
from response.deciding import QUESTIONS, Standing
from response.fact_names import NAMES
from response.known import known
from response.letter_answers import lowers_risk
from response.signing import may_sign, same_person
from store.shelves import Shelves
from web import forms
from web.pages import Pages
from web.ticket_pages import Done, Opened, Section

_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and what was said to it."""

    question: str
    in_force: Standing | None
    proposed: Standing | None
    earlier: tuple[Standing, ...]


async def _context(pages: Pages, opened: Opened, language: str) -> Mapping[str, Any]:
    office = pages.desk.office
    return {
        "lowers_risk": await pages.store.read(lambda shelves: lowers_risk(shelves, opened.ticket)),
        "asked_of": [r.address for r in opened.ticket.recipients if r.wrong == "yes"],
        "questions": await pages.store.read(lambda shelves: _questions(shelves, pages, opened)),
        "names": {name: fact.words(language) for name, fact in NAMES.items()},
        "kind_of": {name: fact.kind for name, fact in NAMES.items()},
        "may_sign": may_sign(office, opened.ticket, opened.person),
        "is_me": lambda person: same_person(office, person, opened.person),
    }


def _questions(shelves: Shelves, pages: Pages, opened: Opened) -> tuple[Asked, ...]:
    now = known(shelves, pages.desk.office, opened.ticket)
    every = [deciding.standing(one, now) for one in shelves.decisions.of(opened.ticket.id)]
    asked = []
    for question in QUESTIONS:
        mine = [one for one in every if one.decision.question == question]
        by_state = {one.decision.state: one for one in mine}
        earlier = tuple(one for one in reversed(mine) if one.decision.state in {"withdrawn", "replaced"})
        asked.append(Asked(question, by_state.get("signed"), by_state.get("proposed"), earlier))
    return tuple(asked)


async def _propose(pages: Pages, opened: Opened, form: FormData) -> Done:
    question = next((one for one in QUESTIONS if one == forms.single(form, "question")), None)
    answer = _ANSWERS.get(forms.single(form, "answer"))
    if question is None:
        return "unknown", "main"
    if answer is None:
        return "answer", f"question-{question}"
    office, reason, ticket = pages.desk.office, forms.text(form, "reason"), opened.ticket.id
    refused = await pages.store.commit(
        lambda shelves: deciding.propose(
            shelves, office, ticket, question, answer=answer, reason=reason, by=opened.person
        )
    )
    return refused, f"question-{question}"


async def _sign(pages: Pages, opened: Opened, form: FormData) -> Done:
    seq, office, ticket = _seq(form), pages.desk.office, opened.ticket.id
    refused = await pages.store.commit(lambda shelves: deciding.sign(shelves, office, ticket, seq, by=opened.person))
    return refused, f"question-{forms.single(form, 'question')}"


async def _withdraw(pages: Pages, opened: Opened, form: FormData) -> Done:
    seq, office, ticket = _seq(form), pages.desk.office, opened.ticket.id
    refused = await pages.store.commit(
        lambda shelves: deciding.withdraw(shelves, office, ticket, seq, by=opened.person)
    )
    return refused, f"question-{forms.single(form, 'question')}"


def _seq(form: FormData) -> int:
    given = forms.single(form, "seq")
    return int(given) if given.isdecimal() and len(given) < 9 else 0  # noqa: PLR2004 - no case has so many


DECISIONS = Section(
    "decisions",
    "ticket_decisions.html",
    _context,
    {"propose": _propose, "sign": _sign, "withdraw": _withdraw},
)
