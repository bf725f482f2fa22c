"""Roundup by REST: made once by a token that it takes once (POE), found by a property with our number, changed only as it was read (ETag)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from notifier.asking import Outside, OutsideError, outside
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case, carry, fields, secret, text_at, value

Options = Tracker
OWN = {"summary": "title"}
_TIME = "%Y-%m-%d.%H:%M:%S"
_NOT_THERE = (404, 410)
_CHANGED_MEANWHILE = 412


def lacks(options: Tracker) -> Iterator[tuple[str, str]]:
    """What the settings do not say."""
    if not options.user:
        yield "user", "is missing: who we are there"
    if not options.fields.get("case"):
        yield (
            "fields",
            'names no property for our number; write { case = "sekisho_case" } and add it to schema.py as String()',
        )


async def mirror(case: Case, reference: str, options: Tracker) -> Carried:
    """Bring it there. Raises `OutsideError`."""
    async with outside(options, **_login(options)) as http:
        return await carry(Roundup(http, options), case, reference)


async def probe(options: Tracker) -> tuple[str, ...]:
    """What is wrong there: login, class, properties. Raises `OutsideError` where it does not answer."""
    async with outside(options, **_login(options)) as http:
        await http.ask("GET", "/rest/")
        kind = options.queue or "issue"
        if (await http.ask("GET", f"/rest/data/{kind}", query={"@page_size": "1"}, also=(403, 404))).status in {
            403,
            404,
        }:
            return (f"queue: no class {kind}, or we may not see it",)
        wrong = []
        for fact, field in fields(options, OWN).items():
            asked = {"@page_size": "1", "@fields": field.name}
            if (await http.ask("GET", f"/rest/data/{kind}", query=asked, also=(400, 403, 404))).status != 200:  # noqa: PLR2004
                wrong.append(f"fields.{fact}: {kind} has no property {field.name}, or we may not see it")
    return tuple(wrong)


def _login(options: Tracker) -> dict[str, Any]:
    parts = urlsplit(options.url)
    # Against forged requests from browsers it wants all three (its rest documentation, Preventing CSRF Attacks).
    origin = {
        "X-Requested-With": "rest",
        "Origin": f"{parts.scheme}://{parts.netloc}",
        "Referer": f"{options.url.rstrip('/')}/",
    }
    return {"headers": origin, "auth": (options.user, secret(options))}


class Roundup:
    """One class of one tracker."""

    def __init__(self, http: Outside, options: Tracker) -> None:
        self._http = http
        self._kind = options.queue or "issue"
        self._data = f"/rest/data/{self._kind}"
        self._base = options.url.rstrip("/")
        self._fields = fields(options, OWN)
        self._user = options.user
        self._tag = ""

    def wanted(self, case: Case) -> Mapping[str, Any]:
        """Say fact by fact what is to stand there."""
        return {fact: value(case, fact, field, _TIME) for fact, field in self._fields.items()}

    async def find(self, number: str) -> str:
        """Search by our number."""
        # ":=" is the whole value; "=" alone would be a part of it.
        asked = {f"{self._fields['case'].name}:": number, "@page_size": "1", "@sort": "id"}
        got = await self._http.ask("GET", self._data, query=asked)
        found = (got.body or {}).get("data", {}).get("collection", ())
        return text_at(found, 0, "id") if found else ""

    async def create(self, case: Case) -> str:
        """Make it."""
        token = await self._http.ask("POST", f"{self._data}/@poe", {})
        # A message without an author stops the issue that carries it: it wants to tell them of it.
        said = {"content": case.text, "author": await self._own_id(), "date": case.at.strftime(_TIME)}
        message = await self._http.ask("POST", "/rest/data/msg", said)
        body = {**self._body(case, tuple(self._fields)), "messages": [text_at(message.body, "data", "id")]}
        made = await self._http.ask("POST", _below(text_at(token.body, "data", "link"), self._base), body)
        return text_at(made.body, "data", "id")

    async def read(self, reference: str) -> Mapping[str, Any] | None:
        """Read every field back."""
        got = await self._http.ask("GET", f"{self._data}/{quote(reference)}", also=_NOT_THERE)
        if got.status in _NOT_THERE:
            return None
        self._tag = got.headers.get("etag", "")
        attributes = (got.body or {}).get("data", {}).get("attributes", {})
        return {fact: attributes.get(field.name) for fact, field in self._fields.items()}

    async def update(self, reference: str, case: Case, names: tuple[str, ...]) -> None:
        """Write these facts."""
        path, tag = f"{self._data}/{quote(reference)}", {"If-Match": self._tag}
        got = await self._http.ask("PATCH", path, self._body(case, names), headers=tag, also=(_CHANGED_MEANWHILE,))
        if got.status == _CHANGED_MEANWHILE:
            raise OutsideError("somebody changed it there at the same moment")

    def url(self, reference: str) -> str:
        """Say where people see it."""
        return f"{self._base}/{self._kind}{quote(reference)}"

    async def _own_id(self) -> str:
        got = await self._http.ask("GET", "/rest/data/user", query={"username:": self._user, "@page_size": "1"})
        return text_at(got.body, "data", "collection", 0, "id")

    def _body(self, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
        """An empty text empties a property of any type; null would be left out."""
        wanted = self.wanted(case).items()
        return {self._fields[name].name: "" if said is None else said for name, said in wanted if name in names}


def _below(link: str, base: str) -> str:
    """The path of a link that it gave: it is followed on the address of the settings alone, whatever it calls itself."""
    _, mark, rest = link.partition("/rest/")
    if not mark:
        raise OutsideError("its answer is not what its API promises", permanent=True)
    return f"{base}/rest/{rest}"
