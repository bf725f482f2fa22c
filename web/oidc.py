"""/sign-in/oidc: signing in at the organisation's own provider. Where it does not work, the link by mail still does."""

import secrets as random
from datetime import timedelta
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response

from gateway import maillog, metrics
from web import forms
from web.kept import path_of_ours
from web.limit import client_of
from web.pages import Pages
from web.provider import ProviderError, Secrets
from web.session import ASKED, cookie, place_of, set_cookie
from web.sign_in import PATH, asking, begin, page

BACK = f"{PATH}/oidc/back"
LASTS = timedelta(minutes=15)
"""So long somebody may take at the provider."""


async def start(pages: Pages, request: Request) -> Response:
    """Lead to the provider. A page and not a redirect: the policy of our pages lets no form lead elsewhere."""
    if pages.provider is None:
        return pages.not_found(request)
    form = await request.form(max_files=0, max_fields=10)
    back = path_of_ours(forms.single(form, "next"))
    fits = forms.dated_fit(pages.form_key, PATH, forms.single(form, "form"), pages.clock.now())
    if fits is forms.Fit.FORGED:
        return pages.refused(request, 403)
    if not pages.provider_sign_ins.takes(client_of(request), pages.clock.now()):
        metrics.signed_in("oidc", "limited")
        return page(pages, request, back, problem="limited", status=429)
    browser = random.token_urlsafe(32)
    try:
        address = await pages.provider.address_of_start(Secrets.of(browser), back_address(pages, request))
    except ProviderError as error:
        return _failed(pages, request, error, back)
    asked = asking(request, "oidc", "", back, browser)
    await pages.store.commit(lambda shelves: shelves.sign_ins.ask(asked, browser, LASTS))
    metrics.signed_in("oidc", "asked")
    name = pages.options.oidc.name or pages.options.oidc.issuer
    response = pages.show(request, "sign_in_elsewhere.html", {"address": address, "provider": name})
    set_cookie(response, request, ASKED, browser, int(LASTS.total_seconds()))
    return response


async def back(pages: Pages, request: Request) -> Response:
    """Take what the provider sent the browser back with; good only in the browser that asked, once."""
    if pages.provider is None:
        return pages.not_found(request)
    browser, query = cookie(request, ASKED), request.query_params
    secrets = Secrets.of(browser)
    ours = compare_digest(secrets.state.encode(), query.get("state", "").encode())
    asked = (
        await pages.store.read(lambda s: s.sign_ins.waiting(browser, place_of(request), "oidc")) if browser else None
    )
    if not ours or asked is None or not pages.provider.issuer_fits(query.get("iss", "")):
        return _failed(pages, request, ProviderError("an answer that nobody here asked for", permanent=True))
    if query.get("error") or not query.get("code"):
        return _failed(pages, request, ProviderError("it sent nobody", permanent=True))
    try:
        person = await pages.provider.person(query["code"], secrets, back_address(pages, request))
    except ProviderError as error:
        return _failed(pages, request, error)
    if not pages.may(person, "desk" if asked.place == "staff" else "mail"):
        return _failed(pages, request, ProviderError("may not be here", permanent=True))
    begun = await begin(pages, request, asked, person)
    return begun or _failed(pages, request, ProviderError("a second time", permanent=True))


def back_address(pages: Pages, request: Request) -> str:
    """Where the provider sends the browser back to; from the settings only, and to be registered there."""
    web = pages.options
    base = web.staff.base_url if place_of(request) == "staff" else web.base_url
    return f"{base.rstrip('/')}{BACK}"


def _failed(pages: Pages, request: Request, error: ProviderError, back: str = "") -> Response:
    """Say so in plain words; the form for the link by mail stands below."""
    metrics.signed_in("oidc", "refused" if error.permanent else "down")
    maillog.not_signed_in(place_of(request), "oidc", str(error))
    problem, status = ("refused", 403) if error.permanent else ("slow", 504) if error.slow else ("down", 503)
    return page(pages, request, back, problem=problem, status=status)
