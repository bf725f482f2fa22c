"""TheHive 5 by its HTTP API: an alert, because of alerts it lets only one be of the same type, source and reference.

docs.strangebee.com/thehive/api-docs: Alert, Query. Whoever works there makes a case of it; the alert goes on being kept up to date.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from notifier.asking import Outside, OutsideError, outside
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case, carry, fields, secret, text_at, value

Options = Tracker
OWN = {"case": "sourceRef", "summary": "title", "text": "description", "link": "externalLink"}
_SOURCE, _TYPE = "Sekisho", "misdirected-mail"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_HTTP_NOT_FOUND = 404


def lacks(options: Tracker) -> Iterator[tuple[str, str]]:
    """What the settings do not say."""
    if "case" in options.fields:
        yield "fields.case", "is always the alert's sourceRef; leave it out"


async def mirror(case: Case, reference: str, options: Tracker) -> Carried:
    """Bring it there. Raises `OutsideError`."""
    async with outside(options, _login(options)) as http:
        return await carry(TheHive(http, options), case, reference)


async def probe(options: Tracker) -> tuple[str, ...]:
    """What is wrong there: login, right, custom fields. Raises `OutsideError` where it does not answer."""
    async with outside(options, _login(options)) as http:
        got = await http.ask("GET", "/api/v1/user/current")
        may = (got.body or {}).get("permissions", ())
        wrong = [] if any(one.startswith("manageAlert") for one in may) else ["user: may not make alerts (manageAlert)"]
        got = await http.ask("GET", "/api/v1/customField")
        there = {one.get("name") for one in got.body or ()}
    named = {fact: field.name for fact, field in fields(options, OWN).items() if fact not in OWN}
    return (*wrong, *(f"fields.{fact}: no custom field {name}" for fact, name in named.items() if name not in there))


def _login(options: Tracker) -> dict[str, str]:
    organisation = {"X-Organisation": options.queue} if options.queue else {}
    return {"Authorization": f"Bearer {secret(options)}", **organisation}


class TheHive:
    """One organisation there."""

    def __init__(self, http: Outside, options: Tracker) -> None:
        self._http = http
        self._base = options.url.rstrip("/")
        self._fields = fields(options, OWN)

    def wanted(self, case: Case) -> Mapping[str, Any]:
        """Say fact by fact what is to stand there."""
        return {fact: value(case, fact, field, _TIME) for fact, field in self._fields.items()}

    async def find(self, number: str) -> str:
        """Search by our number."""
        ours = [
            {"_eq": {"_field": name, "_value": said}}
            for name, said in (("type", _TYPE), ("source", _SOURCE), ("sourceRef", number))
        ]
        query = [{"_name": "listAlert"}, {"_name": "filter", "_and": ours}, {"_name": "page", "from": 0, "to": 1}]
        got = await self._http.ask("POST", "/api/v1/query", {"query": query})
        return text_at(got.body, 0, "_id") if got.body else ""

    async def create(self, case: Case) -> str:
        """Make it."""
        body = {"type": _TYPE, "source": _SOURCE, **self._body(case, tuple(self._fields))}
        got = await self._http.ask("POST", "/api/v1/alert", body, also=(400,))
        if got.status == 400:  # noqa: PLR2004 - also where it was made meanwhile: it lets no second one be
            if found := await self.find(case.number):
                return found
            raise OutsideError("answers 400", permanent=True, status=400)
        return text_at(got.body, "_id")

    async def read(self, reference: str) -> Mapping[str, Any] | None:
        """Read every field back."""
        got = await self._http.ask("GET", f"/api/v1/alert/{quote(reference)}", also=(_HTTP_NOT_FOUND,))
        if got.status == _HTTP_NOT_FOUND:
            return None
        alert = got.body or {}
        custom = {one.get("name"): one.get("value") for one in alert.get("customFields") or ()}
        return {
            fact: alert.get(field.name) if fact in OWN else custom.get(field.name)
            for fact, field in self._fields.items()
        }

    async def update(self, reference: str, case: Case, names: tuple[str, ...]) -> None:
        """Write these facts."""
        # Custom fields go together: a list that is written may take the place of the one that was there.
        others = () if set(names) <= set(OWN) else tuple(name for name in self._fields if name not in OWN)
        await self._http.ask("PATCH", f"/api/v1/alert/{quote(reference)}", self._body(case, (*names, *others)))

    def url(self, reference: str) -> str:
        """Say where people see it."""
        return f"{self._base}/alerts/{quote(reference)}/details"

    def _body(self, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
        wanted = {name: said for name, said in self.wanted(case).items() if name in names}
        body: dict[str, Any] = {self._fields[name].name: said for name, said in wanted.items() if name in OWN}
        custom = [{"name": self._fields[name].name, "value": said} for name, said in wanted.items() if name not in OWN]
        return {**body, "customFields": custom} if custom else body
