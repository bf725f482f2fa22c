"""Redmine by its REST API: found by a custom field with our number, which must be "used as a filter" or every issue would answer.

www.redmine.org/projects/redmine/wiki/Rest_Issues (and Rest_Projects, Rest_Users).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from notifier.asking import Outside, OutsideError, outside
from notifier.tracker_options import Tracker
from notifier.trackers import Carried, Case, carry, fields, secret, text_at, value

Options = Tracker
OWN = {"summary": "subject", "text": "description", "due": "due_date:day"}
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_HTTP_NOT_FOUND = 404
_NOBODY = "sekisho-asks"
"""A number that no case has."""


def lacks(options: Tracker) -> Iterator[tuple[str, str]]:
    """What the settings do not say."""
    if not options.queue:
        yield "queue", "is missing: the identifier of the project"
    if not options.fields.get("case"):
        yield "fields", 'names no custom field for our number; write its number: { case = "7" }'
    for fact, name in options.fields.items():
        if fact not in OWN and not name.partition(":")[0].isdecimal():
            yield f"fields.{fact}", "is not the number of a custom field, as in its address: /custom_fields/7/edit"
    if options.issue_type and not options.issue_type.isdecimal():
        yield "issue_type", "is not the number of a tracker, as in its address: /trackers/1/edit"


async def mirror(case: Case, reference: str, options: Tracker) -> Carried:
    """Bring it there. Raises `OutsideError`."""
    async with outside(options, _login(options)) as http:
        return await carry(Redmine(http, options), case, reference)


async def probe(options: Tracker) -> tuple[str, ...]:
    """What is wrong there: login, project, fields, filter. Raises `OutsideError` where it does not answer."""
    async with outside(options, _login(options)) as http:
        await http.ask("GET", "/users/current.json")
        path, query = f"/projects/{quote(options.queue, safe='')}.json", {"include": "issue_custom_fields"}
        got = await http.ask("GET", path, query=query, also=(403, 404))
        if got.status in {403, 404}:
            return (f"queue: no project {options.queue}, or we may not see it",)
        there = {str(one.get("id")) for one in (got.body or {}).get("project", {}).get("issue_custom_fields", ())}
        wrong = [
            f"fields.{fact}: the project has no custom field {field.name}"
            for fact, field in fields(options, OWN).items()
            if fact not in OWN and field.name not in there
        ]
        if not wrong and await Redmine(http, options).answers_everything():
            wrong.append('fields.case: that custom field is not "used as a filter"')
    return tuple(wrong)


def _login(options: Tracker) -> dict[str, str]:
    return {"X-Redmine-API-Key": secret(options)}


class Redmine:
    """One project."""

    def __init__(self, http: Outside, options: Tracker) -> None:
        self._http = http
        self._project = options.queue
        self._type = options.issue_type
        self._base = options.url.rstrip("/")
        self._fields = fields(options, OWN)

    def wanted(self, case: Case) -> Mapping[str, Any]:
        """Say fact by fact what is to stand there."""
        return {fact: value(case, fact, field, _TIME) for fact, field in self._fields.items()}

    async def find(self, number: str) -> str:
        """Search by our number."""
        issues = await self._listed(number)
        mine = [one for one in issues if str(_custom(one).get(self._fields["case"].name)) == number]
        if issues and not mine:
            raise OutsideError(
                "finds every issue by our number: that custom field is not used as a filter", permanent=True
            )
        return text_at(mine, 0, "id") if mine else ""

    async def answers_everything(self) -> bool:
        """Whether it leaves the filter out."""
        return bool(await self._listed(_NOBODY))

    async def create(self, case: Case) -> str:
        """Make it."""
        where: dict[str, Any] = {"project_id": self._project}
        if self._type:
            where["tracker_id"] = int(self._type)
        got = await self._http.ask(
            "POST", "/issues.json", {"issue": {**where, **self._body(case, tuple(self._fields))}}
        )
        return text_at(got.body, "issue", "id")

    async def read(self, reference: str) -> Mapping[str, Any] | None:
        """Read every field back."""
        got = await self._http.ask("GET", f"/issues/{quote(reference)}.json", also=(_HTTP_NOT_FOUND,))
        if got.status == _HTTP_NOT_FOUND:
            return None
        issue = (got.body or {}).get("issue", {})
        custom = _custom(issue)
        return {
            fact: issue.get(field.name) if fact in OWN else custom.get(field.name)
            for fact, field in self._fields.items()
        }

    async def update(self, reference: str, case: Case, names: tuple[str, ...]) -> None:
        """Write these facts."""
        await self._http.ask("PUT", f"/issues/{quote(reference)}.json", {"issue": self._body(case, names)})

    def url(self, reference: str) -> str:
        """Say where people see it."""
        return f"{self._base}/issues/{quote(reference)}"

    async def _listed(self, number: str) -> list[dict[str, Any]]:
        # Without status_id=* only open ones are listed.
        query = {f"cf_{self._fields['case'].name}": number, "status_id": "*", "sort": "id", "limit": "5"}
        got = await self._http.ask("GET", "/issues.json", query=query)
        return list((got.body or {}).get("issues", ()))

    def _body(self, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
        wanted = {name: said for name, said in self.wanted(case).items() if name in names}
        body: dict[str, Any] = {self._fields[name].name: said for name, said in wanted.items() if name in OWN}
        custom = [
            {"id": int(self._fields[name].name), "value": "" if said is None else str(said)}
            for name, said in wanted.items()
            if name not in OWN
        ]
        return {**body, "custom_fields": custom} if custom else body


def _custom(issue: Mapping[str, Any]) -> dict[str, Any]:
    return {str(one.get("id")): one.get("value") for one in issue.get("custom_fields", ())}
