"""What links begin with, and how people sign in."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.cautions import urls
from service.problems import Found
from web.options import is_safe

if TYPE_CHECKING:
    from service.settings import Tables

SHORTEST_LINK = 60
"""Seconds: a mail that is held up for a moment must still be of use."""


def base_urls(settings: "Tables") -> Found:
    """Yield what no link can begin with."""
    for place, url in urls(settings):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            yield place, 'must be what links begin with; write "https://sekisho.example.com"'
    staff = settings.web.staff
    if bool(staff.listen) != bool(staff.base_url):
        lacking = "base_url" if staff.listen else "listen"
        yield ("web", "staff", lacking), "is missing: listen and base_url of the staff's pages go together"


def sign_in(settings: "Tables") -> Found:
    """Yield times that contradict each other, and a provider that cannot be reached or asked."""
    times, oidc = settings.web.sign_in, settings.web.oidc
    if times.idle > times.longest:
        yield ("web", "sign_in", "idle"), "must not be longer than longest, after which a session ends in any case"
    if times.link < SHORTEST_LINK:
        yield ("web", "sign_in", "link"), f"is shorter than a mail may take; write at least {SHORTEST_LINK} s"
    if not oidc.issuer:
        return
    parts = urlsplit(oidc.issuer)
    if parts.query or parts.fragment or not is_safe(oidc.issuer):
        yield ("web", "oidc", "issuer"), 'must be the https address of the provider; write "https://id.example.com"'
    if "/.well-known/" in oidc.issuer:
        yield ("web", "oidc", "issuer"), "is what stands before /.well-known/: leave the rest out"
    if not oidc.client_id:
        yield ("web", "oidc", "client_id"), "is missing: what we are called at the provider"
    if not oidc.claim:
        yield ("web", "oidc", "claim"), 'must not be empty; write "email"'
    if "openid" not in oidc.scopes:
        yield ("web", "oidc", "scopes"), 'must hold "openid": without it the provider names nobody'
