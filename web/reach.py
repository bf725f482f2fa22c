"""/c/TOKEN: the answer to a test call of the contact tree. It proves that a call reaches somebody, so no machine may give it."""

from dataclasses import dataclass
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from response import answering, reach
from response.answering import How
from store.calls import Call
from store.reach_tests import ReachTest
from store.shelves import Shelves
from web import forms
from web.pages import Pages

LOOK = "look"
"""Stands last: see `web.own_case`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A test call that somebody looks at."""

    test: ReachTest
    call: Call
    person: str


async def show(pages: Pages, request: Request) -> Response:
    """Show the question; a GET changes nothing."""
    opened = await _open(pages, request)
    return _page(pages, request, opened) if opened else pages.not_found(request)


async def answer(pages: Pages, request: Request) -> Response:
    """Take the answer."""
    token, opened = request.path_params["token"], await _open(pages, request)
    if opened is None:
        return pages.not_found(request)
    form = await request.form(max_files=0, max_fields=20)
    if forms.fit(pages.form_key, token, [opened.test.id], forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    given = forms.single(form, "answer")
    how: How | None = next((one for one in get_args(How) if one == given), None)
    if how is None:
        return _page(pages, request, opened, status=200 if given == LOOK else 422, missing=given != LOOK)
    office = pages.desk.office
    await pages.store.commit(lambda shelves: reach.answer(shelves, office, opened.test.id, opened.person, how))
    return pages.again(request, f"/c/{token}")


async def _open(pages: Pages, request: Request) -> Opened | None:
    token, office = request.path_params["token"], pages.desk.office

    def unit(shelves: Shelves) -> Opened | None:
        link = shelves.links.follow(token, "reach")
        test = shelves.reach_tests.get(link.object_id) if link else None
        if link is None or test is None or not office.is_ours(link.person):
            return None
        call = answering.call_of(shelves, test.id, office.main_address(link.person))
        return Opened(test, call, link.person) if call else None

    return await pages.store.read(unit)


def _page(pages: Pages, request: Request, opened: Opened, *, status: int = 200, missing: bool = False) -> Response:
    token = request.path_params["token"]
    context = {
        "test": opened.test,
        "call": opened.call,
        "missing": missing,
        "form_token": forms.form_token(pages.form_key, token, [opened.test.id]),
        "action": pages.path(request, f"/c/{token}"),
    }
    return pages.show(request, "reach.html", context, status=status)
