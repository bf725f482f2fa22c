"""Asking: HTTP to systems of somebody else: within time limits, never following elsewhere, never reading without end, TLS always verified."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx2

from notifier.channels import ChannelError
from notifier.tracker_options import Tracker
from store.clock import Clock

LONGEST = 2**20
"""Octets of an answer."""
_THROTTLED = frozenset({429, 502, 503, 504})
"""The other side cannot now (RFC 9110 15.6, RFC 6585 4), whatever it is asked."""
_PERMANENT = frozenset({400, 401, 403, 404, 405, 406, 409, 410, 415, 422})
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 2.1


class OutsideError(ChannelError):
    """The other side did not do it. The text is ours: a few words without anything of the answer's body."""

    def __init__(
        self, reason: str, *, permanent: bool = False, down: bool = False, status: int = 0, wait: float = 0
    ) -> None:
        """`down`: it cannot do anything now, for no ticket. `wait`: seconds it asked us to (Retry-After)."""
        super().__init__(reason, permanent=permanent)
        self.down = down
        self.status = status
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    """The JSON; None where there is none."""
    headers: Mapping[str, str]


class Outside:
    """One system, over one client."""

    def __init__(self, client: httpx2.AsyncClient, options: Tracker, headers: Mapping[str, str]) -> None:
        self._client = client
        self._base = options.url.rstrip("/")
        self._limit = options.timeout
        self._headers = {"Accept": "application/json", "User-Agent": "Sekisho", **headers}

    async def ask(
        self,
        method: str,
        path: str,
        sent: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Ask for a path below the address of the settings (or a whole address there). `sent`: JSON; `also`: further statuses that are answers.

        Raises `OutsideError` for every other status than 2xx.
        """
        url = path if path.startswith(f"{self._base}/") else f"{self._base}{path}"
        content = None if sent is None else json.dumps(sent, ensure_ascii=False).encode()
        typed = {} if content is None else {"Content-Type": "application/json"}
        return await self.raw(method, url, content, {**typed, **(headers or {})}, query=query, also=also)

    async def raw(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, str] | None = None,
        also: Collection[int] = (),
        extensions: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The same with octets that are signed as they stand."""
        every = {**self._headers, **headers}
        try:
            async with (
                asyncio.timeout(self._limit),
                self._client.stream(
                    method, url, content=content, headers=every, params=query, extensions=dict(extensions or {})
                ) as got,
            ):
                body = b""
                async for piece in got.aiter_bytes():
                    body += piece
                    if len(body) > LONGEST:
                        raise OutsideError("its answer is too long", permanent=True)
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise OutsideError(f"no answer: {type(error).__name__}", down=True) from error
        answer = Answer(got.status_code, _json(body), got.headers)
        if not (got.is_success or got.status_code in also):
            raise _refused(answer)
        return answer


def _refused(answer: Answer) -> OutsideError:
    return OutsideError(
        f"answers {answer.status}",
        permanent=answer.status in _PERMANENT or 300 <= answer.status < 400,  # noqa: PLR2004 - a redirect is never followed
        down=answer.status in _THROTTLED,
        status=answer.status,
        wait=retry_after(answer.headers.get("retry-after", "")),
    )


def retry_after(text: str) -> float:
    """Seconds of a Retry-After (RFC 9110 10.2.3), a number or a date; 0 for none, a day at most."""
    if text.strip().isdecimal():
        return min(float(text), 86400.0)
    try:
        wait = (parsedate_to_datetime(text) - Clock().now()).total_seconds()
    except (ValueError, TypeError):
        return 0
    return min(max(wait, 0), 86400.0)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


@asynccontextmanager
async def outside(
    options: Tracker, headers: Mapping[str, str], auth: tuple[str, str] | None = None
) -> AsyncIterator[Outside]:
    """For several questions. Raises `OutsideError` where the authorities of the settings cannot be read."""
    try:
        trust = ssl.create_default_context(cafile=str(options.ca) if options.ca else None)
    except OSError as error:
        raise OutsideError("ca: cannot be read", permanent=True) from error
    async with httpx2.AsyncClient(
        verify=trust, timeout=options.timeout, trust_env=False, follow_redirects=False, auth=auth
    ) as client:
        yield Outside(client, options, headers)


async def pinned(url: str, *, own_network: bool) -> tuple[str, dict[str, str], dict[str, Any]]:
    """An address that cannot lead to our inside: looked up once, each answer looked at, and that very machine is connected to.

    Gives the URL with the machine's number, the Host header, and the name its certificate must carry. Raises `OutsideError`.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)  # SOCK_STREAM
    except OSError as error:
        raise OutsideError("no answer: its name is not known", down=True) from error
    numbers = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not own_network and not all(is_outside(number) for number in numbers):
        raise OutsideError("leads into a network of our own; set own_network if that is meant", permanent=True)
    number = f"[{numbers[0]}]" if numbers[0].version == 6 else str(numbers[0])  # noqa: PLR2004
    where = parts._replace(netloc=f"{number}:{port}").geturl()
    return where, {"Host": parts.netloc.rpartition("@")[2]}, {"sni_hostname": host}


def is_outside(number: IPv4Address | IPv6Address) -> bool:
    """Whether that machine is one of the internet: neither ours, nor this one, nor a group, however it is written."""
    if isinstance(number, IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        if number in _NAT64:
            inner = IPv4Address(int(number) & 0xFFFFFFFF)
        if inner:
            return is_outside(inner)
    return number.is_global and not number.is_multicast
