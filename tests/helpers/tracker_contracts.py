"""Redmine, Jira and TheHive on loopback as their documentation describes them, strictly: what it does not name is an error.

www.redmine.org/projects/redmine/wiki/Rest_Issues · developer.atlassian.com/cloud/jira/platform/rest/v2 · docs.strangebee.com/thehive/api-docs
(and the clients python-redmine, jira and thehive4py, which agree with them).
"""

import base64
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

SECRET = "a-word~of.the_tests-alone"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


Reply = tuple[int, Any]
"""Status and JSON (None: no content)."""


class ContractError(Exception):
    """Something that the documentation does not name."""


def holds(what: bool, why: str) -> None:
    if not what:
        raise ContractError(why)


@dataclass
class Contract:
    """What all have in common: what was asked, what was wrong, and answers that a test wants instead."""

    asked: list[Asked] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    instead: Callable[[Asked], tuple[int, Any, dict[str, str]] | None] = lambda _asked: None
    drops: set[str] = field(default_factory=set)
    """Fields that it takes with a friendly answer, and does not keep."""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> tuple[int, Any, dict[str, str]]:
        self.asked.append(asked)
        if changed := self.instead(asked):
            return changed
        try:
            status, body = self.reply(asked)
        except ContractError as error:
            self.broken.append(f"{asked.method} {asked.path}: {error}")
            return 400, {"errors": [str(error)]}, {}
        return status, body, {}

    def reply(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def written(self) -> list[Asked]:
        return [one for one in self.asked if one.method != "GET" and not one.path.endswith("/query")]

    def typed(self, asked: Asked) -> None:
        holds(asked.headers.get("content-type") == "application/json", "Content-Type must be application/json")


class Redmine(Contract):
    """Project "leaks" with three custom fields, of which 7 is used as a filter."""

    FIELDS: ClassVar[Mapping[int, str]] = {7: "Sekisho", 8: "State", 9: "Persons"}
    filters: frozenset[str] = frozenset({"7"})

    def reply(self, asked: Asked) -> Reply:
        if asked.headers.get("x-redmine-api-key") != SECRET:
            return 401, None
        match asked.method, asked.path:
            case "GET", "/users/current.json":
                return 200, {"user": {"id": 5, "login": "sekisho"}}
            case "GET", "/projects/leaks.json":
                holds(set(asked.query) <= {"include"}, "unknown parameter")
                custom = [{"id": number, "name": name} for number, name in self.FIELDS.items()]
                return 200, {"project": {"id": 1, "identifier": "leaks", "issue_custom_fields": custom}}
            case "GET", "/issues.json":
                return self._list(asked)
            case "POST", "/issues.json":
                return self._create(asked)
        found = re.fullmatch(r"/issues/(\d+)\.json", asked.path)
        if found and found[1] in self.items:
            return self._one(asked, found[1])
        return 404, None

    def _list(self, asked: Asked) -> Reply:
        known = {"status_id", "sort", "limit", "offset"}
        filters = {name.removeprefix("cf_"): said for name, said in asked.query.items() if name.startswith("cf_")}
        holds(set(asked.query) <= known | {f"cf_{name}" for name in filters}, "unknown parameter")
        # A field that is not used as a filter is left out, and every issue answers.
        wanted = {name: said for name, said in filters.items() if name in self.filters}
        found = [
            one
            for one in self.items.values()
            if asked.query.get("status_id") == "*"
            and all(_custom(one).get(name) == said for name, said in wanted.items())
        ]
        return 200, {"issues": found, "total_count": len(found), "offset": 0, "limit": 5}

    def _create(self, asked: Asked) -> Reply:
        issue = self._checked(asked, {"project_id", "tracker_id"})
        holds(
            issue.get("project_id") in {1, "leaks"} and bool(issue.get("subject")),
            "project_id and subject are required",
        )
        number = str(len(self.items) + 100)
        self.items[number] = {"id": int(number), "status": {"id": 1, "name": "New"}, "custom_fields": []}
        self._keep(self.items[number], issue)
        return 201, {"issue": self.items[number]}

    def _one(self, asked: Asked, number: str) -> Reply:
        if asked.method == "GET":
            return 200, {"issue": self.items[number]}
        holds(asked.method == "PUT", "unknown method")
        self._keep(self.items[number], self._checked(asked, set()))
        return 204, None

    def _checked(self, asked: Asked, more: set[str]) -> dict[str, Any]:
        self.typed(asked)
        holds(set(asked.body) == {"issue"}, "the body is one issue")
        issue: dict[str, Any] = asked.body["issue"]
        holds(
            set(issue) <= {"subject", "description", "due_date", "custom_fields"} | more,
            f"unknown key in {sorted(issue)}",
        )
        due = issue.get("due_date")
        holds(due is None or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", due)), "due_date is YYYY-MM-DD")
        for one in issue.get("custom_fields", ()):
            holds(set(one) == {"id", "value"} and isinstance(one["id"], int), "a custom field has id and value")
        return issue

    def _keep(self, there: dict[str, Any], issue: dict[str, Any]) -> None:
        custom = _custom(there) | {
            str(one["id"]): one["value"] for one in issue.get("custom_fields", ()) if one["id"] in self.FIELDS
        }
        there.update(
            {name: said for name, said in issue.items() if name not in {"custom_fields", "project_id", "tracker_id"}}
        )
        kept = {name: said for name, said in custom.items() if name not in self.drops}
        there["custom_fields"] = [
            {"id": int(name), "name": self.FIELDS[int(name)], "value": said} for name, said in kept.items()
        ]


def _custom(issue: Mapping[str, Any]) -> dict[str, str]:
    return {str(one["id"]): one["value"] for one in issue["custom_fields"]}


class Jira(Contract):
    """Project LEAK with type Task; `cloud` says which of the two it is."""

    cloud = True
    FIELDS = frozenset({"project", "issuetype", "summary", "description", "labels", "duedate", "customfield_10010"})

    def reply(self, asked: Asked) -> Reply:
        pair = base64.b64encode(f"sekisho@tachibana.example:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != (f"Basic {pair}" if self.cloud else f"Bearer {SECRET}"):
            return 401, {"errorMessages": []}
        holds(asked.path.startswith("/rest/api/2/"), "version 2")
        path = asked.path.removeprefix("/rest/api/2")
        types = "/issue/createmeta/LEAK/issuetypes"
        match asked.method, path:
            case "GET", "/myself":
                return 200, {"accountId": "1"}
            case "GET", made if made == types:
                return 200, {
                    "issueTypes" if self.cloud else "values": [{"id": "10001", "name": "Task", "subtask": False}]
                }
            case "GET", made if made == f"{types}/10001":
                listed = [{"fieldId": name, "required": name == "summary"} for name in sorted(self.FIELDS)]
                return 200, {"fields" if self.cloud else "values": listed}
            case "GET", made if made == ("/search/jql" if self.cloud else "/search"):
                return self._search(asked)
            case "POST", "/issue":
                return self._create(asked)
        found = re.fullmatch(r"/issue/(LEAK-\d+)", path)
        return self._one(asked, found[1]) if found and found[1] in self.items else (404, {"errorMessages": []})

    def _search(self, asked: Asked) -> Reply:
        holds(
            set(asked.query) <= {"jql", "fields", "maxResults", "nextPageToken", "startAt", "expand"},
            "unknown parameter",
        )
        found = re.fullmatch(r'project = "LEAK" AND labels = "([^"]+)" ORDER BY created ASC', asked.query["jql"])
        holds(bool(found), "not a query that we know")
        assert found
        mine = [{"key": key, "fields": one} for key, one in self.items.items() if found[1] in one["labels"]]
        return 200, {"issues": mine, **({"isLast": True} if self.cloud else {"total": len(mine)})}

    def _create(self, asked: Asked) -> Reply:
        self.typed(asked)
        holds(set(asked.body) == {"fields"}, "the body has fields")
        fields = asked.body["fields"]
        self._check(fields)
        holds(fields["project"] == {"key": "LEAK"} and fields["issuetype"] == {"name": "Task"}, "project and issuetype")
        key = f"LEAK-{len(self.items) + 1}"
        self.items[key] = {name: said for name, said in fields.items() if name not in self.drops}
        return 201, {"id": "10", "key": key, "self": "…"}

    def _one(self, asked: Asked, key: str) -> Reply:
        there = self.items[key]
        if asked.method == "GET":
            names = asked.query["fields"].split(",")
            return 200, {"id": "10", "key": key, "fields": {name: there.get(name) for name in names}}
        holds(asked.method == "PUT" and set(asked.body) <= {"fields", "update"}, "unknown method or key")
        self.typed(asked)
        self._check(asked.body.get("fields", {}))
        there.update({name: said for name, said in asked.body["fields"].items() if name not in self.drops})
        for act in asked.body.get("update", {}).get("labels", ()):
            holds(set(act) == {"add"}, "only add")
            there["labels"].append(act["add"])
        return 204, None

    def _check(self, fields: Mapping[str, Any]) -> None:
        holds(set(fields) <= self.FIELDS, f"field cannot be set: {sorted(set(fields) - self.FIELDS)}")
        due = fields.get("duedate")
        holds(due is None or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", due)), "duedate is YYYY-MM-DD")
        holds(all(" " not in label for label in fields.get("labels", ())), "a label has no blank")
        holds(isinstance(fields.get("customfield_10010", 0), int | None), "a number")


class TheHive(Contract):
    """An organisation with one custom field; one alert only of the same type, source and reference."""

    KEYS = frozenset({"type", "source", "sourceRef", "externalLink", "title", "description", "customFields"})

    def reply(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {SECRET}" or asked.headers.get("x-organisation") != "csirt":
            return 401, {"type": "AuthenticationError"}
        match asked.method, asked.path:
            case "GET", "/api/v1/user/current":
                return 200, {"login": "sekisho", "permissions": ["manageAlert/create", "manageAlert/update"]}
            case "GET", "/api/v1/customField":
                return 200, [{"_id": "~1", "name": "persons", "type": "integer"}]
            case "POST", "/api/v1/query":
                return self._query(asked)
            case "POST", "/api/v1/alert":
                return self._create(asked)
        found = re.fullmatch(r"/api/v1/alert/(~\d+)", asked.path.replace("%7E", "~"))
        return self._one(asked, found[1]) if found and found[1] in self.items else (404, {"type": "NotFoundError"})

    def _query(self, asked: Asked) -> Reply:
        self.typed(asked)
        holds(set(asked.body) <= {"query", "excludeFields"}, "unknown key")
        first, chosen, page = asked.body["query"]
        holds(
            first == {"_name": "listAlert"} and chosen["_name"] == "filter" and page["_name"] == "page",
            "list, filter, page",
        )
        wanted = {one["_eq"]["_field"]: one["_eq"]["_value"] for one in chosen["_and"]}
        found = [one for one in self.items.values() if all(one[name] == said for name, said in wanted.items())]
        return 200, found[page["from"] : page["to"]]

    def _create(self, asked: Asked) -> Reply:
        body = self._checked(asked, {"type", "source", "sourceRef", "title", "description"})
        same = [one for one in self.items.values() if all(one[n] == body[n] for n in ("type", "source", "sourceRef"))]
        if same:
            return 400, {"type": "CreateError", "message": "Alert already exists"}
        number = f"~{len(self.items) + 4096}"
        self.items[number] = {"_id": number, "_type": "Alert", "customFields": []}
        self._keep(self.items[number], body)
        return 201, self.items[number]

    def _one(self, asked: Asked, number: str) -> Reply:
        if asked.method == "GET":
            return 200, self.items[number]
        holds(asked.method == "PATCH", "unknown method")
        self._keep(self.items[number], self._checked(asked, set()))
        return 204, None

    def _checked(self, asked: Asked, needed: set[str]) -> dict[str, Any]:
        self.typed(asked)
        body: dict[str, Any] = asked.body
        holds(needed <= set(body) <= self.KEYS, f"keys: {sorted(body)}")
        for one in body.get("customFields", ()):
            holds(set(one) <= {"name", "value", "order"} and one["name"] == "persons", "unknown custom field")
            holds(isinstance(one["value"], int | None), "an integer")
        return body

    def _keep(self, there: dict[str, Any], body: dict[str, Any]) -> None:
        there.update({name: said for name, said in body.items() if name not in self.drops})


@contextmanager
def serving(contract: Contract, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its address, without a / at the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            query = {name: said[0] for name, said in parse_qs(parts.query, keep_blank_values=True).items()}
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): said for name, said in self.headers.items()}
            status, body, more = contract.answer(Asked(self.command, parts.path, query, headers, raw))
            octets = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, said in more.items():
                self.send_header(name, said)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        do_GET = do_POST = do_PUT = do_PATCH = _any  # noqa: N815 - the names of http.server

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
