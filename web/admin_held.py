"""/admin/held: what waits for an answer, the oldest first; and one of them, to let go or to cancel for its sender, with a reason.

Reasons by the names of their rules; nothing that was found, nothing of the content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gateway import approval_request
from gateway.decision import Decision
from gateway.outcomes import rules_of
from store import ids
from store.holds import Hold, State
from store.sessions import Session
from store.shelves import Shelves
from web import forms
from web.admin import HELD, around, for_admins
from web.behind import behind_of, read_behind
from web.pages import Pages
from web.session import bound_to
from web.view import held as waiting
from web.view import state_of, state_seen

PAGE: Final = 50
ACTS: Final = ("cancel", "send", "leave")
"""What leaves everything as it is stands last, so that a machine that clicks through every choice ends on it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One held message in the list."""

    number: str
    at: datetime
    until: datetime | None
    sender: str
    asked: tuple[str, ...]
    recipients: int
    rules: tuple[str, ...]
    href: str


@for_admins
async def show(pages: Pages, request: Request, session: Session) -> Response:
    """List what is held."""
    start = read_behind(request.query_params.get("behind", ""))
    count, found = await pages.store.read(
        lambda s: (s.overview.held_count(), s.overview.held(behind=start, most=PAGE + 1))
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        **around(pages, request, session, HELD),
        "count": count,
        "entries": [_entry(pages, request, hold) for hold in found[:PAGE]],
        "first": pages.path(request, HELD) if start else "",
        "more": pages.path(request, HELD, behind=behind_of(last)) if last else "",
    }
    return pages.show(request, "admin_held.html", context)


@for_admins
async def one(pages: Pages, request: Request, session: Session) -> Response:
    """Show one send in whatever state it is."""
    holds, own = await _copies(pages, request, session)
    return _page(pages, request, session, holds, own=own) if holds else pages.not_found(request)


@for_admins
async def act(pages: Pages, request: Request, session: Session) -> Response:
    """Let it go as it is, or cancel it; its sender is told, and the audit log keeps the reason."""
    (holds, own), form = await _copies(pages, request, session), await request.form(max_files=0, max_fields=20)
    if not holds:
        return pages.not_found(request)
    match forms.fit(pages.form_key, bound_to(session), _seen(holds), forms.single(form, "form")):
        case forms.Fit.FORGED:
            return pages.refused(request, 403)
        case forms.Fit.STALE:
            return _page(pages, request, session, holds, form, own=own, status=409, notice="changed")
    wanted, reason = forms.single(form, "act"), forms.text(form, "reason")
    if wanted == "leave":
        return _page(pages, request, session, holds, own=own, notice="nothing-done")
    missing = [name for name, given in (("act", wanted in ACTS), ("reason", reason)) if not given]
    if wanted == "send" and own:
        missing = ["own"]
    if missing or not waiting(holds):
        return _page(pages, request, session, holds, form, own=own, status=422, missing=missing)
    kind: Any = wanted
    await pages.flow.decide_for(holds[0].id, Decision(kind, reason=reason, signed_in=True), session.person)
    return pages.again(request, f"{HELD}/{ids.shown(holds[0].group_id)}")


async def _copies(pages: Pages, request: Request, session: Session) -> tuple[tuple[Hold, ...], bool]:
    """The copies of the send, and whether it is the admin's own: they would let it go past the question and whoever has to agree.

    Whose it is, is what an approver may not be: under whatever name of theirs it was written, and of a team all of its people.
    """
    number, options = ids.parse(request.path_params["number"]) or "", pages.flow.options

    def unit(shelves: Shelves) -> tuple[tuple[Hold, ...], bool]:
        holds = tuple(hold for hold in shelves.holds.group(number) if hold.kind == "hold")
        own = approval_request.own_of(shelves, holds, holds[0].reverse_path, options) if holds else frozenset()
        return holds, options.approvers.identity(session.person) in own

    return await pages.store.read(unit)


def _seen(holds: Sequence[Hold]) -> tuple[str, ...]:
    return (holds[0].group_id, *state_seen(holds, None))


def _entry(pages: Pages, request: Request, hold: Hold) -> Entry:
    return Entry(
        number=hold.group_id,
        at=hold.received_at,
        until=hold.deadline or hold.release_at,
        sender=hold.reverse_path,
        asked=hold.asked or tuple(pages.organisation.admins),
        recipients=len(hold.recipients),
        rules=tuple(sorted(rules_of([hold]))),
        href=pages.path(request, f"{HELD}/{ids.shown(hold.group_id)}"),
    )


def _page(
    pages: Pages,
    request: Request,
    session: Session,
    holds: Sequence[Hold],
    form: FormData | None = None,
    *,
    own: bool,
    status: int = 200,
    notice: str = "",
    missing: Sequence[str] = (),
) -> Response:
    open_ = waiting(holds)
    context = {
        **around(pages, request, session, HELD),
        "hold": holds[0],
        "entry": _entry(pages, request, holds[0]),
        "state": state_of(holds),
        "waits": bool(open_) and open_[0].state is State.HELD,
        "rules": sorted(rules_of(holds)),
        "recipients": list(dict.fromkeys((r.address, r.send_to, str(r.state)) for h in holds for r in h.recipients)),
        "decided": next(((h.decided_by, h.decided_at) for h in holds if h.decided_at), None),
        "own": own,
        "given": {name: forms.text(form, name) if form else "" for name in ("act", "reason")},
        "notice": notice,
        "missing": missing,
        "form_token": forms.form_token(pages.form_key, bound_to(session), _seen(holds)),
        "action": pages.path(request, f"{HELD}/{ids.shown(holds[0].group_id)}"),
    }
    return pages.show(request, "admin_hold.html", context, status=status)
