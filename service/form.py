"""Form: fills in a page's form as a person would, for the demo that plays the story by itself."""

import asyncio
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes, its hidden fields, and the values each choice offers."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._address = address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(urljoin(self._address, given.get("action", ""))))
        elif tag in {"input", "button"} and self.forms and given.get("name"):
            form = self.forms[-1]
            if given.get("type") == "hidden":
                form.hidden[given["name"]] = given.get("value", "")
            else:
                form.choices.setdefault(given["name"], []).append(given.get("value", "on"))


async def open_page(address: str, fields: dict[str, str] | None = None) -> tuple[str, list[Form]]:
    """GET a page, or POST fields to it; its text and forms. Raises OSError when it does not answer 2xx."""

    def ask() -> str:
        parts = urlsplit(address)
        request = urllib.request.Request(address, data=urlencode(fields).encode() if fields is not None else None)  # noqa: S310 - our own page on loopback
        request.add_header("Origin", f"{parts.scheme}://{parts.netloc}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            error.close()
            raise

    text = await asyncio.to_thread(ask)
    reader = _Reader(address)
    reader.feed(text)
    return text, reader.forms
