"""A machine that reads pages: it follows every link and redirect and sends every form as it stands; and what a store holds before and after."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx2
from sqlalchemy import select

from store.shelves import Shelves
from store.tables.columns import metadata
from tests.helpers.every_page import Place
from tests.helpers.pages import World

Rows = dict[str, Counter[str]]
MOST = 400
"""Pages; a site that leads on for ever would be a mistake of its own."""


async def rows(world: World) -> Rows:
    """Everything that a store holds, row for row."""

    def unit(shelves: Shelves) -> Rows:
        connection = shelves.links._db
        return {
            table.name: Counter(
                str(sorted(row.items(), key=str)) for row in connection.execute(select(table)).mappings()
            )
            for table in metadata.sorted_tables
        }

    return await world.store.read(unit)


def changes(before: Rows, after: Rows) -> list[str]:
    """Each row that came (+) or went (-), with its table."""
    came = [f"+{name} {row}" for name in after for row in after[name] - before[name]]
    return came + [f"-{name} {row}" for name in before for row in before[name] - after[name]]


@dataclass
class _Form:
    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def ways(self) -> Iterator[list[tuple[str, str]]]:
        """What is sent when nobody touched it: with each of its buttons."""
        for name, value in self.buttons:
            yield [*self.fields, *([(name, value)] if name else [])]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.links: list[str] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(given.get("method", "get"), given.get("action", "")))
        elif tag == "button":
            self.forms[-1].buttons.append((given.get("name", ""), given.get("value", "")))
        elif tag == "input" and given.get("name"):
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                self.forms[-1].fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self._area = given["name"]
            self.forms[-1].fields.append((self._area, ""))
        elif given.get("href") or given.get("src"):
            self.links.append(given.get("href") or given["src"])

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[-1] = (self._area, data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


@dataclass
class Machine:
    """Reads everything it can reach from some pages, with the cookie of whoever stands there, if anybody."""

    client: httpx2.AsyncClient
    leaves_out: tuple[str, ...] = ()
    """Forms that it does not send: what stands in their fields."""
    read: dict[str, int] = field(default_factory=dict)
    """Each address that was asked for, and the status of its answer."""
    _translated: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    """Each form with one of its buttons; in the other language it is the same one."""

    async def start(self, place: Place) -> None:
        """Read on from a page."""
        waiting = [place.path]
        while waiting:
            address = waiting.pop().partition("#")[0]
            if address in self.read or not address.startswith("/") or self._is_translated(address):
                continue
            answer = await self.client.get(address, headers=place.headers)
            self.read[address] = answer.status_code
            assert len(self.read) < MOST
            waiting += await self._on(answer, address, place)

    def _is_translated(self, address: str) -> bool:
        """Whether it is a page in another language of a kind that was read so: what it leads to is the same."""
        kind = address.split("/")[1][:6] if "lang=" in address else ""
        known = kind in self._translated
        self._translated |= {kind} - {""}
        return known

    async def _on(self, answer: httpx2.Response, address: str, place: Place) -> list[str]:
        """What a page leads to; and its forms are sent."""
        if "location" in answer.headers:
            return [urljoin(address, answer.headers["location"])]
        reader = _Reader()
        reader.feed(answer.text if "html" in answer.headers.get("content-type", "") else "")
        found = [urljoin(address, link) for link in reader.links]
        for form in reader.forms:
            for fields in form.ways():
                if not set(self.leaves_out) & {value for _, value in fields}:
                    found += await self._send(form, fields, address, place)
        return found

    async def _send(self, form: _Form, fields: list[tuple[str, str]], address: str, place: Place) -> list[str]:
        target, data = urljoin(address, form.action.partition("#")[0]), dict(fields)
        once = str((target.partition("?")[0], sorted((name, value) for name, value in fields if name != "form")))
        if once in self.sent:
            return []
        self.sent.add(once)
        if form.method != "post":
            asked = str(httpx2.QueryParams(data))
            return [f"{target}?{asked}"]
        answer: Any = await self.client.post(target, data=data, headers=place.headers)
        return [urljoin(address, answer.headers["location"])] if "location" in answer.headers else []
