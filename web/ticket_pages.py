"""The pages of one ticket: /t/TOKEN, /desk/TOKEN/NUMBER, /tickets/NUMBER, each with /SECTION. The person of the link or of the session acts.

A link that came by mail is opened by machines, too. So the page is for reading until somebody typed the end of the ticket's number;
then the address carries a pass for twelve hours, and every act is one press. Who signed in has proved that already.

A section is one file: what it shows, its template, and its acts. They stand in `web.ticket_sections`, once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from response.clocks import headline
from store.drills import Drill
from store.tickets import ENDED
from web import forms
from web.pages import Pages
from web.ticket_doors import Opened, open_ticket, unopened
from web.ticket_sheet import part

__all__ = ["Act", "Done", "Opened", "Section", "TicketPages"]

WORKING = timedelta(hours=12)
CHANGED = frozenset({"already", "unknown", "facts-changed"})
"""The form was made for something that is not so any more."""
BARRED = frozenset({"gate", "open-steps", "decision-missing"})
"""The form is right, but something else comes first."""
Done = tuple[str, str]
"""Why not ("" when it was done), and the place on the page to look at."""
Act = Callable[[Pages, Opened, FormData], Awaitable[Done]]


Give = Callable[[Pages, Request, Opened, FormData], Awaitable[Response | None]]
"""What somebody takes out; None: there is none of that name."""


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a ticket."""

    name: str
    """In the address; "" the ticket itself."""
    template: str
    """It extends `ticket_base.html`, where the section's title stands, too."""
    context: Callable[[Pages, Opened, str], Awaitable[Mapping[str, Any]]]
    """What the template needs beside what all sections get; the last is the language."""
    acts: Mapping[str, Act]
    at_once: Mapping[str, Act] = field(default_factory=dict)
    """Acts that need no pass: their form asks what no machine answers."""
    answers: Callable[[Pages, Request, Opened], Awaitable[Response]] | None = None
    """Where it is no page of its own: a file, a view for printing."""
    gives: Mapping[str, Give] = field(default_factory=dict)
    """Acts that are answered with a file or a sheet instead of the page."""
    on_sheet: bool = True
    """Stands on the sheet of the whole ticket."""


_UNSENT: Mapping[str, Any] = {"problem": "", "sent": {}}


class TicketPages:
    """The two endpoints, for GET and for POST, of these sections."""

    def __init__(self, *sections: Section) -> None:
        self._named = {section.name: section for section in sections}
        self._order = tuple(section.name for section in sections if section.answers is None)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all sections, in their order."""
        return tuple(self._named)

    async def show(self, pages: Pages, request: Request) -> Response:
        """Show a section; a GET changes nothing."""
        section, opened = self._chosen(request), await open_ticket(pages, request)
        if section is None or opened is None:
            return await unopened(pages, request)
        if section.answers:
            return await section.answers(pages, request, opened)
        return await self._page(pages, request, opened, section)

    async def act(self, pages: Pages, request: Request) -> Response:
        """Do what a form of the section says."""
        section, opened = self._chosen(request), await open_ticket(pages, request)
        if section is None or opened is None:
            return await unopened(pages, request)
        form = await request.form(max_files=0, max_fields=500)
        if (
            forms.fit(pages.form_key, opened.token, [opened.ticket.id], forms.single(form, "form"))
            is not forms.Fit.FITS
        ):
            return pages.refused(request, 403)
        name = forms.single(form, "act")
        if opened.reads_only:
            return pages.refused(request, 403)
        if name == "start":
            return await self._start(pages, request, opened, section, form)
        if not opened.may_work and name not in section.at_once:
            return await self._page(pages, request, opened, section, problem="number")
        if gives := section.gives.get(name):
            return await gives(pages, request, opened, form) or pages.refused(request, 403)
        act = section.at_once.get(name) or section.acts.get(name)
        if act is None:
            return pages.refused(request, 403)
        problem, place = await act(pages, opened, form)
        if problem:
            return await self._page(pages, request, opened, section, problem=problem, form=form)
        return pages.again(request, _path(opened, section), fragment=place)

    async def sheet(self, pages: Pages, request: Request, opened: Opened) -> str:
        """Every section for paper, one below the other, without forms and unfolded."""
        read, parts = replace(opened, may_work=False), []
        for section in self._named.values():
            if section.answers is None and section.on_sheet:
                context = {**self._shared(pages, request, read, section), **_UNSENT, "sheet": True}
                own = await section.context(pages, read, pages.language(request))
                parts.append(
                    part(pages.rendered(request, section.template, {**context, **own}), section.name or "tasks")
                )
        return "\n".join(parts)

    def _chosen(self, request: Request) -> Section | None:
        return self._named.get(request.path_params.get("section", ""))

    async def _start(
        self, pages: Pages, request: Request, opened: Opened, section: Section, form: FormData
    ) -> Response:
        """Give out the pass for who typed the end of the number."""
        if not forms.answers_number(forms.single(form, "number"), opened.ticket.id):
            return await self._page(pages, request, opened, section, problem="number")
        given = forms.work_pass(pages.form_key, opened.token, pages.clock.now() + WORKING)
        return pages.again(request, _path(opened, section), work=given)

    async def _page(
        self,
        pages: Pages,
        request: Request,
        opened: Opened,
        section: Section,
        *,
        problem: str = "",
        form: FormData | None = None,
    ) -> Response:
        """Show a section of the ticket as it is now, with why something was not done."""
        now = replace(opened, ticket=await pages.desk.ticket(opened.ticket.id) or opened.ticket)
        nearest = await pages.store.read(lambda shelves: headline(shelves.deadlines.of(now.ticket.id)))
        shared = {**self._shared(pages, request, now, section), "nearest_deadline": nearest}
        context = {
            **shared,
            "problem": problem,
            "sent": {name: forms.single(form, name) for name in form} if form else {},
            "drill": await _drill_of(pages, now),
        }
        own = await section.context(pages, now, pages.language(request))
        status = 200 if not problem else 409 if problem in CHANGED | BARRED else 422
        return pages.show(request, section.template, {**context, **own}, status=status, stands=problem in BARRED)

    def _shared(self, pages: Pages, request: Request, opened: Opened, section: Section) -> Mapping[str, Any]:
        """What the template of every section needs."""
        ticket = opened.ticket

        def link_to(name: str) -> str:
            return pages.path(request, f"{opened.path}/{name}" if name else opened.path)

        return {
            "ticket": ticket,
            "person": opened.person,
            "may_work": opened.may_work,
            "reads_only": opened.reads_only,
            "ended": ticket.state in ENDED,
            "number": ticket.id,
            "tail": ticket.id[-forms.TAIL :],
            "form_token": forms.form_token(pages.form_key, opened.token, [ticket.id]),
            "action": link_to(section.name),
            "desk": pages.path(request, opened.desk) if opened.desk else "",
            "section": section.name,
            "sections": [(name, link_to(name)) for name in self._order],
            "link_to": link_to,
            "known_for": pages.clock.now() - ticket.first_known_at,
            "whom": pages.organisation.person,
        }


async def _drill_of(pages: Pages, opened: Opened) -> Drill | None:
    """The drill of a ticket, for what everybody assumes in it."""
    number = opened.ticket.id
    return await pages.store.read(lambda s: s.drills.of_ticket(number)) if opened.ticket.kind == "drill" else None


def _path(opened: Opened, section: Section) -> str:
    return f"{opened.path}/{section.name}" if section.name else opened.path
