"""Guard: what every answer carries and every request must fulfil, before a page is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.typed import POSTED

MAX_BODY = 64 * 1024
BODY_SECONDS = 20
"""A form is small; who takes longer to send it holds a connection."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}

Refuse = Callable[[int], ASGIApp]
"""The page that says no, by status."""


class Guard:
    """Headers on every answer; a limit on every body; no form from elsewhere."""

    def __init__(self, app: ASGIApp, origins: frozenset[str], refuse: Refuse) -> None:
        self._app, self._origins, self._refuse = app, origins, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        app, inward = self._app, receive
        if scope["method"] == "POST":
            status, body = await self._admitted(scope, receive)
            app, inward = (self._refuse(status) if status else app), _again(body)
            if not status:
                scope[POSTED] = body
        await app(scope, inward, _with_headers(send))

    async def _admitted(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        """0 and the whole body, or the status of the refusal."""
        headers = Headers(scope=scope)
        if not from_here(headers, self._origins):
            return 403, b""
        if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > MAX_BODY:
            return 413, b""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(receive)
        except TimeoutError:
            return 408, b""
        return (413, b"") if body is None else (0, body)


def origin(url: str) -> str:
    """Scheme, host and port as a browser writes them into Origin (RFC 6454 6.2)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def from_here(headers: Headers, origins: frozenset[str]) -> bool:
    """Whether a form came from a page of ours, as far as the browser says.

    Under `Referrer-Policy: no-referrer` the Origin of our own forms is "null" (Fetch, 3.2), so Sec-Fetch-Site decides where it is there;
    without both, the signed form token has to do.
    """
    site = headers.get("sec-fetch-site")
    given = headers.get("origin", "null").lower()
    if given not in {"null", *origins} and site != "same-origin":
        return False
    return site is None or site == "same-origin"


async def _read(receive: Receive) -> bytes | None:
    """Read the body; None when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def _again(body: bytes) -> Receive:
    """Give the body once more, to the page."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    """Put our headers on the answer; the style sheet may say how long it keeps."""

    async def out(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return out
