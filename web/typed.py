"""Typed: what somebody typed into a form that was not taken stands in the form again; what has no place any more stands below, to be copied.

Once for every page: the answer to a form is gone through for the form that was sent, and its fields are filled as they were. Hidden fields and
buttons are ours and stay so. Choices are put back where only something was missing; where the matter has changed they are made anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.types import Scope

POSTED: Final = "sekisho.posted"
"""In the scope of a request: the octets of the form."""
TEXTS: Final = frozenset({
    *("about", "address", "caller", "comment", "effect", "how", "late_reason", "note", "owner", "person", "proof", "q"),
    *("reason", "test", "value", "why", "words", "wrong"),
})  # fmt: skip
"""Fields into which people write; a test holds every page to it."""
_CHOSEN: Final = frozenset({"radio", "checkbox"})
_UNTOUCHED: Final = frozenset({"hidden", "submit", "button", "reset", "file", "password"})
_CHECKED: Final = re.compile(r"\schecked(?=[\s>])")
_VALUE: Final = re.compile(r'\svalue="[^"]*"')
_MOST: Final = 200
"""Fields of a form that are put back."""
Values = Mapping[str, Sequence[str]]
_Edit = tuple[int, int, str]
"""From, to, and what stands there instead."""


@dataclass(slots=True)
class _Control:
    """One field, by its places in the page."""

    tag: str
    kind: str
    name: str
    value: str
    start: int
    end: int
    closed: int = 0
    """Of a text area: where its text ends."""
    folded: tuple[int, ...] = ()
    """Where the folds begin that it is hidden in."""


@dataclass(slots=True)
class _Form:
    """One form of the page."""

    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    controls: list[_Control] = field(default_factory=list)


def posted(scope: Scope) -> Values:
    """Read what was sent; {} for anything but a form."""
    octets: bytes = scope.get(POSTED, b"")
    try:
        return parse_qs(octets.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=3000)
    except ValueError:
        return {}


def put_back(page: str, path: str, given: Values, *, choices: bool) -> tuple[str, tuple[str, ...]]:
    """The page with what was typed, and the texts that found no place in it. `path`: where the form was sent."""
    reader = _Reader(page)
    fitting = [form for form in reader.forms if _is_it(form, path, given)]
    form = max(fitting, key=lambda one: len({c.name for c in one.controls} & given.keys()), default=None)
    edits: set[_Edit] = set()
    placed: set[str] = set()
    for control in form.controls[:_MOST] if form else ():
        if made := list(_edits(page, control, given, choices=choices)):
            edits.update(made)
            placed.add(control.name)
    for start, end, text in sorted(edits, reverse=True):
        page = page[:start] + text + page[end:]
    typed = (value for name in given.keys() - placed if name in TEXTS for value in given[name])
    return page, tuple(dict.fromkeys(text for text in sorted(typed) if text.strip()))


def _is_it(form: _Form, path: str, given: Values) -> bool:
    """Whether it is the form that was sent: to that path, about the same."""
    about = [(name, value) for name, value in form.hidden if name != "form"]
    return urlsplit(form.action).path == path and all(value in given.get(name, ()) for name, value in about)


def _edits(page: str, control: _Control, given: Values, *, choices: bool) -> Iterator[_Edit]:
    values = given.get(control.name, ())
    if control.kind in _UNTOUCHED:
        return
    if control.kind in _CHOSEN:
        if not choices or (control.kind == "radio" and len(values) != 1):  # several of a group are no answer
            return
        is_chosen = control.value in values
        yield _with(page, control, " checked" if is_chosen else "", _CHECKED)
        if not is_chosen:
            return
    elif len(values) != 1 or not values[0]:
        return
    elif control.tag == "textarea":
        yield control.end, control.closed, escape(values[0])
    else:
        yield _with(page, control, f' value="{escape(values[0])}"', _VALUE)
    yield from ((at, at, " open") for at in control.folded)


def _with(page: str, control: _Control, attribute: str, before: re.Pattern[str]) -> _Edit:
    """The tag with an attribute in place of what it had."""
    tag = before.sub("", page[control.start : control.end])
    return control.start, control.end, f"{tag[:-1]}{attribute}>"


class _Reader(HTMLParser):
    """Where the forms of a page of ours are, and their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self._inside = False
        self._folds: list[int | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field, a fold."""
        given = {name: value or "" for name, value in attrs}
        start, text = self._at(), self.get_starttag_text() or ""
        if tag == "details":
            self._folds.append(None if "open" in given else start + len("<details"))
        elif tag == "form" and given.get("method") == "post":
            self._inside = True
            self.forms.append(_Form(given.get("action", "")))
        elif self._inside and tag in {"input", "textarea"} and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else "textarea"
            if kind == "hidden":
                self.forms[-1].hidden.append((given["name"], given.get("value", "")))
            folded = tuple(at for at in self._folds if at is not None)
            value = given.get("value", "on" if kind in _CHOSEN else "")
            end = start + len(text)
            self.forms[-1].controls.append(_Control(tag, kind, given["name"], value, start, end, end, folded))

    def handle_endtag(self, tag: str) -> None:
        """Note where a text ends, a fold, a form."""
        if tag == "textarea" and self._inside and self.forms[-1].controls:
            self.forms[-1].controls[-1].closed = self._at()
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._inside = False

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
