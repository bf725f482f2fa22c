"""Jira, in the cloud or a data center, by version 2 of its REST API (plain text): found by a label with our number.

developer.atlassian.com/cloud/jira/platform/rest/v2: issues, issue search, myself. Its search follows a write after some seconds; a try that
died is tried again only minutes later (`response.mirroring.LEASE`).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from notifier.asking import Outside, outside
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case, carry, fields, secret, text_at, value

Options = Tracker
OWN = {"case": "labels", "summary": "summary", "text": "description", "due": "duedate:day"}
_API = "/rest/api/2"
_TIME = "%Y-%m-%dT%H:%M:%S.000+0000"
_TYPE = "Task"
_HTTP_NOT_FOUND = 404


def lacks(options: Tracker) -> Iterator[tuple[str, str]]:
    """What the settings do not say."""
    if not options.queue:
        yield "queue", "is missing: the key of the project"
    if options.edition == "cloud" and not options.user:
        yield "user", "is missing: the cloud takes a token only with the address of its user"
    if "case" in options.fields:
        yield "fields.case", "is always a label there; leave it out"


async def mirror(case: Case, reference: str, options: Tracker) -> Carried:
    """Bring it there. Raises `OutsideError`."""
    async with outside(options, **_login(options)) as http:
        return await carry(Jira(http, options), case, reference)


async def probe(options: Tracker) -> tuple[str, ...]:
    """What is wrong there: login, project, type, fields of its form. Raises `OutsideError` where it does not answer."""
    async with outside(options, **_login(options)) as http:
        await http.ask("GET", f"{_API}/myself")
        start, wanted = (
            f"{_API}/issue/createmeta/{quote(options.queue, safe='')}/issuetypes",
            options.issue_type or _TYPE,
        )
        got = await http.ask("GET", start, also=(400, 403, 404))
        if got.status in {400, 403, 404}:
            return (f"queue: no project {options.queue}, or we may not make issues in it",)
        types = {one.get("name"): one.get("id") for one in _listed(got.body, "issueTypes")}
        if wanted not in types:
            return (f"issue_type: the project has no {wanted}",)
        got = await http.ask("GET", f"{start}/{quote(str(types[wanted]), safe='')}")
        there = {one.get("fieldId") for one in _listed(got.body, "fields")}
    return tuple(
        f"fields.{fact}: {field.name} is not on the form of {wanted}"
        for fact, field in fields(options, OWN).items()
        if field.name not in there
    )


def _listed(body: Any, name: str) -> list[dict[str, Any]]:
    """The cloud calls a list by what is in it, a data center "values"."""
    found = body or {}
    return list(found.get(name) or found.get("values") or ())


def _login(options: Tracker) -> dict[str, Any]:
    word = secret(options)
    if options.user:
        return {"headers": {}, "auth": (options.user, word)}
    return {"headers": {"Authorization": f"Bearer {word}"}}


def _label(number: str) -> str:
    return f"sekisho-{number}"


class Jira:
    """One project."""

    def __init__(self, http: Outside, options: Tracker) -> None:
        self._http = http
        self._options = options
        self._base = options.url.rstrip("/")
        self._fields = fields(options, OWN)

    def wanted(self, case: Case) -> Mapping[str, Any]:
        """Say fact by fact what is to stand there."""
        made = {fact: value(case, fact, field, _TIME) for fact, field in self._fields.items()}
        return made | {"case": _label(case.number)}

    async def find(self, number: str) -> str:
        """Search by our number."""
        project = self._options.queue.replace("\\", "\\\\").replace('"', '\\"')
        jql = f'project = "{project}" AND labels = "{_label(number)}" ORDER BY created ASC'
        path = f"{_API}/search/jql" if self._options.edition == "cloud" else f"{_API}/search"
        got = await self._http.ask("GET", path, query={"jql": jql, "fields": "labels", "maxResults": "1"})
        issues = (got.body or {}).get("issues", ())
        return text_at(issues, 0, "key") if issues else ""

    async def create(self, case: Case) -> str:
        """Make it."""
        where = {
            "project": {"key": self._options.queue},
            "issuetype": {"name": self._options.issue_type or _TYPE},
            "labels": [_label(case.number)],
        }
        written = {**where, **self._body(case, tuple(name for name in self._fields if name != "case"))}
        got = await self._http.ask("POST", f"{_API}/issue", {"fields": written})
        return text_at(got.body, "key")

    async def read(self, reference: str) -> Mapping[str, Any] | None:
        """Read every field back."""
        query = {"fields": ",".join(field.name for field in self._fields.values())}
        got = await self._http.ask("GET", f"{_API}/issue/{quote(reference)}", query=query, also=(_HTTP_NOT_FOUND,))
        if got.status == _HTTP_NOT_FOUND:
            return None
        there = (got.body or {}).get("fields", {})
        labels = [one for one in there.get("labels") or () if one.startswith(_label(""))]
        return {fact: there.get(field.name) for fact, field in self._fields.items()} | {
            "case": next(iter(labels), None)
        }

    async def update(self, reference: str, case: Case, names: tuple[str, ...]) -> None:
        """Write these facts."""
        body: dict[str, Any] = {"fields": self._body(case, tuple(name for name in names if name != "case"))}
        if "case" in names:  # beside the labels of others
            body["update"] = {"labels": [{"add": _label(case.number)}]}
        await self._http.ask("PUT", f"{_API}/issue/{quote(reference)}", body)

    def url(self, reference: str) -> str:
        """Say where people see it."""
        return f"{self._base}/browse/{quote(reference)}"

    def _body(self, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
        return {self._fields[name].name: said for name, said in self.wanted(case).items() if name in names}
