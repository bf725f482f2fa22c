"""/quiz: the questions, for whoever is signed in; what was answered is counted for the unit and shown once, and kept of nobody."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from response import quiz
from response.quiz import Question
from store.sessions import Session
from web import forms
from web.pages import Pages
from web.session import bound_to, signed_in
from web.sign_in import first_sign_in

PATH: Final = "/quiz"


async def show(pages: Pages, request: Request) -> Response:
    """Show the questions, or after the answers what was right and why."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    done = request.query_params.get("done", "")
    said = forms.read_receipt(pages.form_key, done, pages.clock.now()) if done else None
    given = _read(said) if said else None
    if given is not None:
        return _page(pages, request, session, given=given, graded=quiz.grade(given, quiz.questions()))
    return _page(pages, request, session)


async def answer(pages: Pages, request: Request) -> Response:
    """Count it for the unit; a question without an answer is asked for first."""
    session = await signed_in(pages, request)
    if session is None:
        return first_sign_in(pages, request)
    form = await request.form(max_files=0, max_fields=200)
    now = pages.clock.now()
    if forms.dated_fit(pages.form_key, bound_to(session), forms.single(form, "form"), now) is not forms.Fit.FITS:
        return _page(pages, request, session, given=_given(form), status=403, stale=True)
    given, asked = _given(form), quiz.questions()
    missing = [one.id for one in asked if one.id not in given]
    if missing:
        return _page(pages, request, session, given=given, status=422, missing=missing)
    unit, graded = quiz.unit_of(session.person, pages.organisation), quiz.grade(given, asked)
    await pages.store.commit(lambda shelves: quiz.count(shelves, unit, graded, now))
    said = ",".join(f"{question}:{option}" for question, option in given.items())
    return pages.again(request, PATH, done=forms.receipt(pages.form_key, said, now))


def _given(form: FormData) -> dict[str, int]:
    """The options that were chosen, counted from 1; what is no option of a question is no answer."""
    chosen = {one.id: forms.single(form, one.id) for one in quiz.questions()}
    known = {one.id: len(one.options) for one in quiz.questions()}
    numbers = {name: int(value) for name, value in chosen.items() if value.isascii() and value.isdigit()}
    return {name: number for name, number in numbers.items() if 1 <= number <= known[name]}


def _read(said: str) -> dict[str, int] | None:
    """The inverse of what was written into the address; None for a receipt of another form."""
    pairs = [pair.partition(":") for pair in said.split(",")]
    return {name: int(value) for name, _, value in pairs} if all(value.isdigit() for _, _, value in pairs) else None


def _page(
    pages: Pages,
    request: Request,
    session: Session,
    *,
    given: Mapping[str, int] | None = None,
    graded: quiz.Graded | None = None,
    status: int = 200,
    **problem: Any,
) -> Response:
    context = {
        "questions": quiz.questions(),
        "given": given or {},
        "graded": graded,
        "missing": problem.get("missing", ()),
        "stale": problem.get("stale", False),
        "step_title": lambda one: _step(pages, one),
        "unit": quiz.unit_of(session.person, pages.organisation),
        "action": pages.path(request, PATH),
        "form_token": forms.dated_token(pages.form_key, bound_to(session), pages.clock.now()),
        "mail": pages.path(request, "/mail"),
    }
    return pages.show(request, "quiz.html", context, status=status)


def _step(pages: Pages, question: Question) -> Mapping[str, str]:
    """The step of the manual in both languages; empty where the organisation's own has none of that number."""
    found = pages.desk.office.manual.step(question.step)
    return found.title.model_dump() if found else {}
