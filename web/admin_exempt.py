"""/admin/exemptions and /admin/settings: what is not asked about and until when, to be revoked; and the settings in force, without secrets."""

from starlette.requests import Request
from starlette.responses import Response

from store import ids
from store.confirmed import Confirmed
from store.sessions import Session
from store.shelves import Shelves
from web import forms
from web.admin import EXEMPT, SETTINGS, around, for_admins, positions
from web.pages import Pages
from web.session import bound_to

PAGE = 100


@for_admins
async def show(pages: Pages, request: Request, session: Session) -> Response:
    """List both."""
    return await _page(pages, request, session)


@for_admins
async def revoke(pages: Pages, request: Request, session: Session) -> Response:
    """Ask about a confirmed file again from now on; who did it and why stands in the audit log."""
    form = await request.form(max_files=0, max_fields=10)
    number = ids.parse(forms.single(form, "file")) or ""
    state = [EXEMPT, number]
    if forms.fit(pages.form_key, bound_to(session), state, forms.single(form, "form")) is not forms.Fit.FITS:
        return pages.refused(request, 403)
    reason = forms.text(form, "reason")
    if not reason:
        return await _page(pages, request, session, status=422, missing=number)

    def unit(shelves: Shelves) -> None:
        if shelves.confirmed.revoke(number, session.person):
            shelves.audit.add(session.person, "exemption-revoke", number, {"reason": reason})

    await pages.store.commit(unit)
    return pages.again(request, EXEMPT)


@for_admins
async def settings(pages: Pages, request: Request, session: Session) -> Response:
    """Show what was read from the settings' file at the start, and the gate."""
    context = {
        **around(pages, request, session, SETTINGS),
        "tables": pages.running.settings,
        "gate": positions(pages),
    }
    return pages.show(request, "admin_settings.html", context)


async def _page(pages: Pages, request: Request, session: Session, *, status: int = 200, missing: str = "") -> Response:
    today = pages.clock.now().date()
    exemptions = [(n, e) for n, e in enumerate(pages.flow.options.exemptions, 1) if e.until >= today]
    confirmed = await pages.store.read(lambda shelves: shelves.confirmed.listing(PAGE + 1))
    context = {
        **around(pages, request, session, EXEMPT),
        "exemptions": exemptions,
        "files": [(one, _token(pages, session, one)) for one in confirmed[:PAGE]],
        "more": len(confirmed) > PAGE,
        "missing": missing,
        "action": pages.path(request, EXEMPT),
    }
    return pages.show(request, "admin_exemptions.html", context, status=status)


def _token(pages: Pages, session: Session, one: Confirmed) -> str:
    return forms.form_token(pages.form_key, bound_to(session), [EXEMPT, one.id])
