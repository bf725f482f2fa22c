"""Typed: what somebody typed into a form that was not taken stands in the form again; what has no place any more stands below, to be copied.

Once for every page: the answer to a form is gone through for the form that was sent, and its fields are filled as they were. Hidden fields and
buttons are ours and stay so. Choices are put back where only something was missing; where the matter has changed they are made anew.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
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
_CHOSEN: Final = frozenset({"radio", "checkbox", "option"})
_UNTOUCHED: Final = frozenset({"hidden", "submit", "button", "reset", "file", "password"})
_MARKED: Final = re.compile(r"\s(?:checked|selected)(?=[\s>])")
_VALUE: Final = re.compile(r'\svalue="[^"]*"')
Values = Mapping[str, Sequence[str]]
_Edit = tuple[int, int, str]
"""From, to, and what stands there instead."""


@dataclass(slots=True)
class _Control:
    """One field, by its places in the page."""

    kind: str
    """Of an input its type; "textarea", "option"."""
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
    folded: tuple[int, ...] = ()
    """Where the folds begin that it stands in."""
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
    edits: set[_Edit] = {(at, at, " open") for at in form.folded} if form else set()
    placed: set[str] = set()
    for control in form.controls if form else ():
        if made := list(_edits(page, control, given, choices=choices)):
            edits.update(made)
            placed.add(control.name)
    typed = (value for name in given.keys() - placed if name in TEXTS for value in given[name])
    return _edited(page, edits), tuple(dict.fromkeys(text for text in sorted(typed) if text.strip()))


def _edited(page: str, edits: Collection[_Edit]) -> str:
    pieces, at = [], 0
    for start, end, text in sorted(edits):
        pieces += [page[at:start], text]
        at = end
    return "".join((*pieces, page[at:]))


def _is_it(form: _Form, path: str, given: Values) -> bool:
    """Whether it is the form that was sent: to that path, about the same."""
    about = [(name, value) for name, value in form.hidden if name != "form"]
    return urlsplit(form.action).path == path and all(value in given.get(name, ()) for name, value in about)


def _edits(page: str, control: _Control, given: Values, *, choices: bool) -> Iterator[_Edit]:
    """What becomes of one field; nothing where nothing is put back, or several values were sent where one belongs."""
    values = given.get(control.name, ())
    if control.kind in _UNTOUCHED or (control.kind != "checkbox" and len(values) != 1):
        return
    filled = control.value in values if control.kind in _CHOSEN else bool(values[0])
    if not choices and (
        control.kind in _CHOSEN or not filled
    ):  # what was emptied stays so, unless the matter has changed
        return
    if control.kind in _CHOSEN:
        mark = " selected" if control.kind == "option" else " checked"
        yield _with(page, control, mark if filled else "", _MARKED)
    elif control.kind == "textarea":
        yield control.end, control.closed, escape(values[0])
    else:
        yield _with(page, control, f' value="{escape(values[0])}"', _VALUE)
    if filled:
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
        self._select = ""
        self._folds: list[int | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field, a choice of a list, a fold."""
        given = {name: value or "" for name, value in attrs}
        folded = tuple(at for at in self._folds if at is not None)
        if tag == "details":
            self._folds.append(None if "open" in given else self._at() + len("<details"))
        elif tag == "form" and given.get("method") == "post":
            self._inside = True
            self.forms.append(_Form(given.get("action", ""), folded))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self._note("option", self._select, given.get("value", ""), folded)
        elif tag in {"input", "textarea"} and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else "textarea"
            self._note(kind, given["name"], given.get("value", "on" if kind in _CHOSEN else ""), folded)

    def handle_endtag(self, tag: str) -> None:
        """Note where a text ends, a list, a fold, a form."""
        if tag == "textarea" and self._inside and self.forms[-1].controls:
            self.forms[-1].controls[-1].closed = self._at()
        elif tag == "select":
            self._select = ""
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._inside = False

    def _note(self, kind: str, name: str, value: str, folded: tuple[int, ...]) -> None:
        """Note a field of the form that is open."""
        if not self._inside:
            return
        if kind == "hidden":
            self.forms[-1].hidden.append((name, value))
        start = self._at()
        end = start + len(self.get_starttag_text() or "")
        self.forms[-1].controls.append(_Control(kind, name, value, start, end, end, folded))

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
