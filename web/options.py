"""Where the pages listen, what they are called from outside, and how people sign in."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from notifier.options import Duration, Options, TimeLimit


class StaffWeb(Options):
    """`[web.staff]`: the desk on its own address; empty: beside the pages for senders."""

    listen: str = ""
    base_url: str = ""


class SignInOptions(Options):
    """`[web.sign_in]`: how long a sign-in is good."""

    idle: Duration = Field(default=2 * 3600, gt=0)
    """Seconds without a page after which a session ends."""
    longest: Duration = Field(default=12 * 3600, gt=0)
    """Seconds after which it ends in any case."""
    link: Duration = Field(default=15 * 60, gt=0)
    """Seconds for which the link by mail is good; once, and only in the browser that asked."""


class OidcOptions(Options):
    """`[web.oidc]`: signing in at the organisation's own provider (OpenID Connect), beside the link by mail."""

    issuer: str = ""
    """Address of the provider, without /.well-known/…; empty: the link by mail alone."""
    client_id: str = ""
    secret_file: Path | None = None
    """File with the client's secret, mode 0600; without it the client is a public one, proven by PKCE alone."""
    name: str = ""
    """What people call the provider, for the button."""
    claim: str = "email"
    """Which claim holds the mail address."""
    needs_verified: bool = True
    """Believe the address only with email_verified; off only where people cannot choose their address themselves."""
    scopes: tuple[str, ...] = ("openid", "email")
    ca: Path | None = None
    """Authorities to trust; by default the machine's."""
    timeout: TimeLimit = Field(default=5, gt=0)
    """Seconds for one question to the provider."""


class ApiOptions(Options):
    """`[web.api]`: reports by programs, POST /api/reports (docs/openapi.json)."""

    token_file: Path | None = None
    """File with the bearer tokens, one a line, the newest first, mode 0600; without it the address does not exist."""


class WebOptions(Options):
    """`[web]`."""

    listen: str = "127.0.0.1:8025"
    base_url: str = "http://127.0.0.1:8025"
    """What links begin with; never taken from a request."""
    outside_url: str = ""
    """What the link in a letter to an unintended recipient begins with, as the internet reaches the pages under /u/; empty: no link."""
    staff: StaffWeb = StaffWeb()
    sign_in: SignInOptions = SignInOptions()
    oidc: OidcOptions = OidcOptions()
    api: ApiOptions = ApiOptions()


def is_safe(url: str) -> bool:
    """Whether what is sent there stays between us: https, or this very machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"})
    )
