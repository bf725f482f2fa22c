"""Request Tracker 5 by REST2: found by a custom field with our number; it answers 201 to a field it drops, so everything is read back.

Its own first message carries the text, once: what follows stands in fields, for a comment could not be written exactly once.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from notifier.asking import Outside, OutsideError, outside
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case, carry, fields, secret, text_at, value

Options = Tracker
OWN = {"summary": "Subject", "due": "Due:time"}
"""Facts that have a place of their own there."""
_TIME = "%Y-%m-%d %H:%M:%S"
_UNSET = "1970-01-01T00:00:00Z"
"""How it says that a time is not set."""
_HTTP_NOT_FOUND = 404


def lacks(options: Tracker) -> Iterator[tuple[str, str]]:
    """What the settings do not say."""
    if not options.queue:
        yield "queue", "is missing: the queue of the cases"
    if not options.fields.get("case"):
        yield (
            "fields",
            'names no field for our number; write { case = "Sekisho Case" } and make that custom field of the queue',
        )


async def mirror(case: Case, reference: str, options: Tracker) -> Carried:
    """Bring it there. Raises `OutsideError`."""
    async with outside(options, **_login(options)) as http:
        return await carry(RequestTracker(http, options), case, reference)


async def probe(options: Tracker) -> tuple[str, ...]:
    """What is wrong there: login, queue, fields. Raises `OutsideError` where it does not answer."""
    async with outside(options, **_login(options)) as http:
        await http.ask("GET", "/REST/2.0/rt")
        # Of a queue that is not there it says 403 as of one that we may not see.
        got = await http.ask("GET", f"/REST/2.0/queue/{quote(options.queue, safe='')}", also=(403, 404))
    if got.status in {403, 404} or str(got.body.get("Disabled")) == "1":
        return (f"queue: {options.queue} is not there, or we may not see it",)
    there = {one.get("name") for one in got.body.get("TicketCustomFields", ())}
    named = {fact: field.name for fact, field in fields(options, OWN).items() if fact not in OWN}
    return tuple(
        f"fields.{fact}: the queue has no custom field {name}, or we may not see it"
        for fact, name in named.items()
        if name not in there
    )


def _login(options: Tracker) -> dict[str, Any]:
    word = secret(options)
    if options.user:
        return {"headers": {}, "auth": (options.user, word)}
    return {"headers": {"Authorization": f"token {word}"}}


class RequestTracker:
    """One queue."""

    def __init__(self, http: Outside, options: Tracker) -> None:
        self._http = http
        self._queue = options.queue
        self._base = options.url.rstrip("/")
        self._fields = fields(options, OWN)

    def wanted(self, case: Case) -> Mapping[str, Any]:
        """Say fact by fact what is to stand there."""
        return {fact: value(case, fact, field, _TIME) for fact, field in self._fields.items()}

    async def find(self, number: str) -> str:
        """Search by our number."""
        asked = f"Queue = '{_quoted(self._queue)}' AND CF.{{{self._fields['case'].name}}} = '{_quoted(number)}'"
        got = await self._http.ask("GET", "/REST/2.0/tickets", query={"query": asked, "orderby": "id"})
        items = (got.body or {}).get("items", ())
        return text_at(items, 0, "id") if items else ""

    async def create(self, case: Case) -> str:
        """Make it."""
        content = {"Queue": self._queue, "Content": case.text, "ContentType": "text/plain"}
        got = await self._http.ask("POST", "/REST/2.0/ticket", {**content, **self._body(case, tuple(self._fields))})
        return text_at(got.body, "id")

    async def read(self, reference: str) -> Mapping[str, Any] | None:
        """Read every field back."""
        got = await self._http.ask("GET", f"/REST/2.0/ticket/{quote(reference)}", also=(_HTTP_NOT_FOUND,))
        if got.status == _HTTP_NOT_FOUND:
            return None
        ticket = got.body or {}
        custom = {one.get("name"): next(iter(one.get("values") or ()), None) for one in ticket.get("CustomFields", ())}
        return {fact: _read(ticket, custom, field.name) for fact, field in self._fields.items()}

    async def update(self, reference: str, case: Case, names: tuple[str, ...]) -> None:
        """Write these facts."""
        await self._http.ask("PUT", f"/REST/2.0/ticket/{quote(reference)}", self._body(case, names))

    def url(self, reference: str) -> str:
        """Say where people see it."""
        return f"{self._base}/Ticket/Display.html?id={quote(reference)}"

    def _body(self, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
        wanted = {self._fields[name].name: said for name, said in self.wanted(case).items() if name in names}
        own = {self._fields[name].name for name in OWN}
        body: dict[str, Any] = {name: "" if said is None else said for name, said in wanted.items() if name in own}
        custom = {name: "" if said is None else str(said) for name, said in wanted.items() if name not in own}
        return {**body, "CustomFields": custom} if custom else body


def _quoted(text: str) -> str:
    """Inside '…' of a query."""
    if any(letter in text for letter in "{}\r\n"):
        raise OutsideError("queue or field has letters that its queries cannot carry", permanent=True)
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _read(ticket: Mapping[str, Any], custom: Mapping[str, Any], name: str) -> Any:
    """A value as it was written: its times come back in another form than they go in."""
    if name == "Due":
        said = ticket.get("Due")
        return None if said in {None, "", _UNSET} else str(said).replace("T", " ").removesuffix("Z")
    return ticket.get(name) if name in ticket else custom.get(name)
