"""Provider: the client of the organisation's sign-in service, OpenID Connect Core 1.0 by Authorization Code with PKCE (RFC 7636).

What the provider says of itself is fetched when it is needed, within a time limit, and kept for a while; it is never asked at start, so that
a provider that is down keeps nobody from the link by mail. Nobody waits behind anybody else: who comes while it is asked gets the same answer,
and who comes soon after it was silent is told so at once. What comes back is believed only as far as it is signed for us.
"""

import asyncio
import base64
import hashlib
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from store.clock import Clock
from store.seal import read_password
from web.options import OidcOptions, is_safe

KEEP = timedelta(hours=1)
"""What the provider said of itself is asked for again after that time."""
AGAIN = timedelta(minutes=1)
"""A key that we do not know is looked for again, but not more often: anybody can write the name of a key."""
QUIET = timedelta(seconds=10)
"""So long a provider that was silent is not asked again: whoever signs in then takes the link, and waits for nothing."""
LONGEST = 256 * 1024
"""Octets of an answer."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
OLDEST = 600
"""Seconds since an ID token was made; it is fetched within a moment of that."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signed with a key that only the provider has; never "none", never with our own secret."""


class ProviderError(Exception):
    """It did not work; `permanent`: it answered, and the answer is no; `slow`: it did not answer in time."""

    def __init__(self, reason: str, *, permanent: bool, slow: bool = False) -> None:
        """`reason`: a few words for the log, without anything that was sent."""
        super().__init__(reason)
        self.permanent = permanent
        self.slow = slow


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one sign-in keeps from others; all of it follows from the cookie of the browser that asked."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, browser: str) -> "Secrets":
        """Derive them."""
        return cls(*(_text(hashlib.sha256(f"sekisho {word} {browser}".encode()).digest()) for word in cls.__slots__))

    @property
    def challenge(self) -> str:
        """RFC 7636 4.2, S256."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself."""

    about: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """The provider of `[web.oidc]`."""

    def __init__(self, options: OidcOptions, clock: Clock) -> None:
        """Raises `store.errors.KeyFileError` for a secret that cannot be used, OSError for authorities that cannot."""
        self._options = options
        self._clock = clock
        self._secret = read_password(options.secret_file) if options.secret_file else ""
        self._trust = ssl.create_default_context(cafile=str(options.ca) if options.ca else None)
        self._known: _Known | None = None
        self._asking: asyncio.Task[_Known] | None = None
        self._silent: datetime | None = None
        """When it was silent the last time."""

    async def address_of_start(self, secrets: Secrets, back: str) -> str:
        """Where the browser is sent to. Raises `ProviderError`."""
        known = await self._now_known(KEEP)
        asked = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": back,
            "scope": " ".join(self._options.scopes),
            "state": secrets.state,
            "nonce": secrets.nonce,
            "code_challenge": secrets.challenge,
            "code_challenge_method": "S256",
        }
        start = _address(known.about, "authorization_endpoint")
        return f"{start}{'&' if urlsplit(start).query else '?'}{urlencode(asked)}"

    async def person(self, code: str, secrets: Secrets, back: str) -> str:
        """Who it was, by the code that the browser brought. Raises `ProviderError`."""
        known = await self._now_known(KEEP)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        form |= {"code_verifier": secrets.verifier, "client_id": self._options.client_id}
        headers = self._authentication(known.about, form)
        said = await self._ask("POST", _address(known.about, "token_endpoint"), form, headers)
        claims = await self._claims(str(said.get("id_token", "")))
        self._check(claims, secrets.nonce)
        return self._person(claims)

    def issuer_fits(self, named: str) -> bool:
        """Whether an answer that names its issuer names ours (RFC 9207 2.4)."""
        return not named or named == self._options.issuer

    def _authentication(self, about: Mapping[str, Any], form: dict[str, str]) -> dict[str, str]:
        """Prove that we are the client (RFC 6749 2.3.1): by Basic unless only the form is taken; a public client by PKCE alone."""
        if not self._secret:
            return {}
        if "client_secret_basic" not in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            form["client_secret"] = self._secret
            return {}
        pair = f"{quote(self._options.client_id, safe='')}:{quote(self._secret, safe='')}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """Read an ID token whose signature is the provider's; a key that is new is looked for once."""
        for kept in (KEEP, AGAIN):
            known = await self._now_known(kept)
            try:
                return jwt.decode(token, known.keys, algorithms=ALGORITHMS).claims
            except InvalidKeyIdError:
                continue
            except (JoseError, ValueError) as error:
                raise ProviderError(f"ID token: {type(error).__name__}", permanent=True) from error
        raise ProviderError("ID token: signed with an unknown key", permanent=True)

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        """OpenID Connect Core 3.1.3.7."""
        now, given = self._clock.now().timestamp(), claims.get("aud")
        audience = given if isinstance(given, list) else [given]
        expires, issued = (claims.get(name) for name in ("exp", "iat"))
        wrong = {
            "iss": claims.get("iss") != self._options.issuer,
            "aud": self._options.client_id not in audience,
            "azp": claims.get("azp", self._options.client_id) != self._options.client_id
            or (len(audience) > 1 and "azp" not in claims),
            "exp": not isinstance(expires, int | float) or now > expires + LEEWAY,
            "iat": not isinstance(issued, int | float) or not now - OLDEST <= issued <= now + LEEWAY,
            "nonce": claims.get("nonce") != nonce,
            "sub": not isinstance(claims.get("sub"), str),
        }
        found = [name for name, is_wrong in wrong.items() if is_wrong]
        if found:
            raise ProviderError(f"ID token: {', '.join(found)} does not fit", permanent=True)

    def _person(self, claims: Mapping[str, Any]) -> str:
        address = claims.get(self._options.claim)
        if not isinstance(address, str) or address.count("@") != 1 or any(c.isspace() for c in address):
            raise ProviderError(f"no address in the claim {self._options.claim}", permanent=True)
        if self._options.needs_verified and claims.get("email_verified") is not True:
            raise ProviderError("the address is not verified", permanent=True)
        return address

    async def _now_known(self, kept: timedelta) -> _Known:
        """What is known, no older than that; fetched once for all who ask meanwhile."""
        if self._known and self._clock.now() - self._known.at < kept:
            return self._known
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._fetched())
            self._asking.add_done_callback(
                lambda task: task.cancelled() or task.exception()
            )  # perhaps nobody waits any more
        return await asyncio.shield(self._asking)  # who goes away ends it for nobody else

    async def _fetched(self) -> _Known:
        at, base = self._clock.now(), self._options.issuer.rstrip("/")
        if self._silent and at - self._silent < QUIET:
            raise ProviderError("silent a moment ago, so not asked", permanent=False, slow=True)
        try:
            about = await self._ask("GET", f"{base}/.well-known/openid-configuration")
            said = await self._ask("GET", _address(about, "jwks_uri"))
        except ProviderError as error:
            self._silent = self._clock.now() if error.slow else None
            raise
        self._silent = None
        if about.get("issuer") != self._options.issuer:  # OpenID Connect Discovery 4.3
            raise ProviderError("it names another issuer than the settings", permanent=False)
        self._known = _Known(about, _keys(said), at)
        return self._known

    async def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """One question; JSON comes back. Never follows elsewhere, never waits longer than the limit, never reads without end."""
        try:
            async with (
                asyncio.timeout(self._options.timeout),
                httpx2.AsyncClient(verify=self._trust, timeout=self._options.timeout, trust_env=False) as client,
                client.stream(method, url, data=form, headers={"Accept": "application/json", **(headers or {})}) as got,
            ):
                body = b""
                async for piece in got.aiter_bytes():
                    body += piece
                    if len(body) > LONGEST:
                        raise ProviderError("its answer is too long", permanent=False)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise ProviderError("no answer in time", permanent=False, slow=True) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ProviderError(f"no answer: {type(error).__name__}", permanent=False) from error
        refused = form is not None and got.status_code in {400, 401, 403}
        if got.status_code != httpx2.codes.OK:
            raise ProviderError(f"answers {got.status_code}", permanent=refused)
        try:
            said = json.loads(body)
        except ValueError as error:
            raise ProviderError("its answer is no JSON", permanent=False) from error
        if not isinstance(said, dict):
            raise ProviderError("its answer is no JSON object", permanent=False)
        return said


def provider_of(options: OidcOptions, clock: Clock) -> Provider | None:
    """Make the client of the settings; None where no provider is named."""
    return Provider(options, clock) if options.issuer else None


def _address(about: Mapping[str, Any], name: str) -> str:
    url = about.get(name)
    if not isinstance(url, str) or not is_safe(url):
        raise ProviderError(f"names no {name} that is https", permanent=False)
    return url


def _keys(said: Mapping[str, Any]) -> KeySet:
    """The provider's keys for signatures; a symmetric one is never the provider's alone."""
    given = said.get("keys")
    usable = [
        key
        for key in (given if isinstance(given, list) else ())
        if isinstance(key, dict) and key.get("kty") != "oct" and key.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderError("names no key that can be used", permanent=False) from error


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
