"""The people of a ticket: whom to call and by which number, who was called and who took it, and who may know of the case."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from gateway import metrics
from notifier.options import Person
from response import answering, watching
from response.contact_tree import everyone
from store.calls import Call, Round
from store.shelves import Shelves
from store.watchers import Watcher
from web import forms
from web.pages import Pages
from web.ticket import answer_call, my_call
from web.ticket_pages import Done, Opened, Section

WORDS = {"unknown": "person", "reason-missing": "reason-missing", "already": "already"}
"""What is said when somebody cannot be put on the list."""


async def _context(pages: Pages, opened: Opened, _language: str) -> Mapping[str, Any]:
    ticket, mine = opened.ticket, await my_call(pages, opened)

    def unit(shelves: Shelves) -> tuple[tuple[Call, ...], tuple[Round, ...], tuple[Watcher, ...]]:
        return shelves.calls.of(ticket.id), shelves.calls.rounds(ticket.id), shelves.watchers.of(ticket.id)

    calls, rounds, watchers = await pages.store.read(unit)
    return {
        "mine": mine,
        "calls": calls,
        "next_at": min((one.next_at for one in rounds if one.next_at), default=None),
        "others": [p for p in everyone(pages.organisation) if not any(c.person == p.address for c in calls)],
        "watchers": watchers,
        "need_to_know": pages.desk.office.options.need_to_know,
        "of": lambda address: pages.organisation.person(address) or Person(address=address),
    }


async def _have(pages: Pages, opened: Opened, _form: FormData) -> Done:
    answered = await pages.store.commit(
        lambda shelves: answering.answer(shelves, pages.desk.office, opened.ticket.id, opened.person, "have")
    )
    if answered.seconds is not None:
        metrics.acknowledged(answered.seconds)
    return answered.refusal, "calls"


async def _watch(pages: Pages, opened: Opened, form: FormData) -> Done:
    person, reason = forms.text(form, "person"), forms.text(form, "reason")
    refusal = await pages.store.commit(
        lambda shelves: watching.watch(
            shelves, pages.desk.office, opened.ticket.id, person, by=opened.person, reason=reason
        )
    )
    return WORDS.get(refusal, refusal), "watchers"


async def _unwatch(pages: Pages, opened: Opened, form: FormData) -> Done:
    watcher, reason = forms.single(form, "watcher"), forms.text(form, "reason")
    refusal = await pages.store.commit(
        lambda shelves: watching.unwatch(shelves, opened.ticket.id, watcher, by=opened.person, reason=reason)
    )
    return refusal, "watchers"


PEOPLE = Section(
    "people",
    "ticket_people.html",
    _context,
    {"have": _have, "watch": _watch, "unwatch": _unwatch},
    at_once={"call": answer_call},
)
