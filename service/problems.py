"""What is wrong with a settings file, said so that the person who wrote it knows what to write instead."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from notifier import toml_lines

T = TypeVar("T", bound=BaseModel)
Place = tuple[str | int, ...]
"""Keys and indices from the top of the document."""
Found = Iterator[tuple[Place, str]]
"""What is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, or one thing worth a second look."""

    file: Path
    line: int
    """1 is the first; the nearest table where the key itself is missing; 0: of the whole file."""
    key: str
    """As people write it: `next_hop.port`, `organisation.people[2].address`."""
    text: str
    """What is wrong, what to write. Never the value of a key that may hold a secret."""
    place: Place = ()
    """The key by its steps, for a program."""
    of_table: bool = False
    """Said by a table about itself; whoever can name the very key says it better."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.key}: {self.text}" if self.key else f"{place}: {self.text}"


class SettingsError(Exception):
    """The settings cannot be used; every mistake is in `problems`, in the order of the file."""

    permanent = True

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.key)))
        super().__init__("\n".join(str(p) for p in self.problems))


class Locator:
    """Turns a place in the document into file, line and key."""

    def __init__(self, file: Path, document: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.values = values
        self._lines = toml_lines.index(document)

    def problem(self, place: Place, text: str, *, of_table: bool = False) -> Problem:
        """Say what is wrong there; the line is that of the nearest thing that is written."""
        return Problem(self.file, self.line(place), written(place), text, place, of_table)

    def line(self, place: Place) -> int:
        """The line of that place, or of the nearest table around it."""
        return next((self._lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self._lines), 1)

    def written_part(self, place: Place) -> Place:
        """Leave out the steps that stand for no key of the document (the branches of a union)."""
        value: Any = self.values
        kept: list[str | int] = []
        for step in place:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                continue
            kept.append(step)
        return tuple(kept)


def written(place: Place) -> str:
    """Join a place as people write it: `senders[1].networks[0]`, counted from 1 as people count.

    >>> written(("senders", 0, "kind"))
    'senders[1].kind'
    """
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def validated(model: type[T], raw: object, where: Locator, problems: list[Problem], above: Place = ()) -> T | None:
    """Read a table; what is wrong is added to `problems`, and then there is none.

    By way of JSON, for which pydantic is strict about types (a number in quotes is a mistake) and yet takes lists as
    tuples and texts as paths, networks and days.
    """
    try:
        return model.model_validate_json(as_json(raw), strict=True)
    except ValidationError as error:
        problems += _translated(error.errors(), where, model, above)
        return None


def as_json(raw: object) -> str:
    """Write a TOML document as JSON, days and times as texts."""
    return json.dumps(raw, default=_as_text)


def _as_text(value: object) -> str:
    assert isinstance(value, date | time), "TOML has no further types"
    return value.isoformat()


def _translated(
    errors: Iterable[ErrorDetails], where: Locator, model: type[BaseModel], above: Place
) -> Iterator[Problem]:
    """Translate the errors of one model: one problem a place, however many branches of a union complained."""
    found: dict[Place, ErrorDetails] = {}
    for error in errors:
        given = (*above, *error["loc"])
        place = (
            (*where.written_part(given[:-1]), given[-1]) if error["type"] == "missing" else where.written_part(given)
        )
        found.setdefault(place, error)
    for place, error in found.items():
        if any(isinstance(other[-1], int) and other[:-1] == place for other in found if other):
            continue  # of the branches of a union, the one that came furthest speaks
        of_table = error["type"] == "value_error" and isinstance(error["input"], dict)
        yield where.problem(place, _text(error, place, model, above), of_table=of_table)


_PLAIN = {
    "missing": "is missing; it has no default",
    "int_type": "must be a whole number without quotes",
    "int_from_float": "must be a whole number without quotes",
    "float_type": "must be a number without quotes",
    "bool_type": "must be true or false without quotes",
    "string_type": "must be a text in quotes",
    "tuple_type": 'must be a list; write ["…"]',
    "dict_type": "must be a table of its own",
    "model_type": "must be a table of its own",
    "model_attributes_type": "must be a table of its own",
    "finite_number": "must be a number that ends somewhere",
    "path_type": "must be the name of a file, in quotes",
    "date_from_datetime_parsing": "must be a day; write 2027-03-31",
    "date_parsing": "is not a day of the calendar; write 2027-03-31",
    "date_type": "must be a day; write 2027-03-31",
    "time_parsing": "is not a time of day; write 09:00:00",
    "time_type": "must be a time of day; write 09:00:00",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
_LIMITS = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
}


def _text(error: ErrorDetails, place: Place, model: type[BaseModel], above: Place) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        homes = tables_with(model, str(place[-1]))
        if homes and not isinstance(error["input"], dict):
            return f"unknown here; it belongs to {' or '.join(f'[{home}]' for home in homes)}"
        return unknown(str(place[-1]), fields_at(model, place[len(above) : -1]))
    if kind == "unexpected_keyword_argument":
        return unknown(str(place[-1]), keys_of_entries(model, place[len(above) : -1]))
    if kind == "dataclass_type":
        keys = ", ".join(f"{key} = …" for key in keys_of_entries(model, place[len(above) :]))
        return f"must be a table; write {{ {keys} }}"
    if kind in {"literal_error", "enum"}:
        return f"must be one of {context['expected'].replace(chr(39), chr(34))}"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"is {error['input']}, {words} {context[name]}"
    if "IPv4Network" in str(error["loc"]):
        return 'is not a network; write for example "192.0.2.0/24" or "2001:db8::/32" (no bits set after the prefix)'
    if kind == "value_error":
        return str(context["error"])
    return _PLAIN.get(kind) or error["msg"]


def unknown(key: str, known: Iterable[str]) -> str:
    """Say that nobody knows the key, with the one that was probably meant."""
    return f"unknown; {meant(key, known)}"


def meant(key: str, known: Iterable[str]) -> str:
    """Ask whether the nearest one was meant, or say which there are."""
    near = process.extractOne(key, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f"did you mean {near[0]}?" if near else f"one of: {', '.join(sorted(known))}"


def fields_at(model: type[BaseModel], place: Place) -> tuple[str, ...]:
    """List the keys that the table at that place may have."""
    current = model
    for step in place:
        if isinstance(step, str) and step in current.model_fields:
            current = _table_of(current.model_fields[step].annotation) or current
    return tuple(current.model_fields)


def keys_of_entries(model: type[BaseModel], place: Place) -> tuple[str, ...]:
    """List the keys that the entries of the list at that place may have, where each is a dataclass of its own."""
    step = next((step for step in place if step in model.model_fields), None)
    entry = _dataclass_of(model.model_fields[str(step)].annotation) if step is not None else None
    return tuple(field.name for field in fields(entry)) if entry else ()


def _dataclass_of(annotation: Any) -> type[Any] | None:
    if isinstance(annotation, type) and is_dataclass(annotation):
        return annotation
    inner = (_dataclass_of(a) for a in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found), None)


def tables_with(model: type[BaseModel], key: str, above: str = "") -> list[str]:
    """Find the tables that have a key of that name: where somebody who wrote it one table too far meant it to stand."""
    found = [above] if above and key in model.model_fields else []
    for name, field in model.model_fields.items():
        inner = _table_of(field.annotation)
        found += tables_with(inner, key, f"{above}.{name}".lstrip(".")) if inner else []
    return found


def _table_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_table_of(a) for a in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found), None)
