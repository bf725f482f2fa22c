"""In force: the settings as they were read, for the admin's page: table by table, never a key, a password or a secret."""

from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel

from notifier.options import Duration, Octets, TimeLimit
from service.settings import Settings
from web.running import InForce, TableInForce

_NOT_SHOWN: Final = ("secret", "password", "token", "bind_dn")
"""Pieces of the names of options whose value may open something; a path to a file opens nothing."""
_APART: Final = frozenset({"rules", "file", "cautions"})
_COUNTED: Final = frozenset({"people"})
"""Lists that the page only counts: a directory is no setting."""
_LONGEST: Final = 20
_UNITS: Final[tuple[tuple[Any, str], ...]] = ((Duration, "s"), (TimeLimit, "s"), (Octets, "octets"))


def in_force(settings: Settings) -> tuple[TableInForce, ...]:
    """Every table of the file, and every rule, in their order."""
    tables = [table for name, model in settings if name not in _APART for table in _tables(name, model)]
    rules = []
    for name, rule in settings.rules.items():
        action = InForce("action", str(rule.action), is_default=False)
        options = _options(rule.options) if isinstance(rule.options, BaseModel) else _fields(rule.options)
        rules.append(TableInForce(f"[rules.{name}]", (action, *options)))
    return (*tables, *rules)


def _tables(name: str, value: Any) -> Iterator[TableInForce]:
    match value:
        case BaseModel():
            yield TableInForce(f"[{name}]", tuple(_options(value)))
            for key, inner in value:
                if _is_table(inner) and key not in _COUNTED:
                    yield from _tables(f"{name}.{key}", inner)
        case tuple():
            for number, one in enumerate(value, 1):
                yield TableInForce(f"[[{name}]] {number}", tuple(_options(one)))


def _options(model: BaseModel) -> Iterator[InForce]:
    for key, value in model:
        if key in _COUNTED:
            yield InForce(key, str(len(value)), is_default=not value)
        elif not _is_table(value):
            field = type(model).model_fields[key]
            unit = next((f" {unit}" for kind, unit in _UNITS if _is_of(field, kind)), "")
            yield InForce(key, as_people_read(key, value) + unit, is_default=key not in model.model_fields_set)


def _fields(options: Any) -> Iterator[InForce]:
    """Of options that are no pydantic model."""
    names = getattr(type(options), "__dataclass_fields__", ())
    return (InForce(key, as_people_read(key, getattr(options, key)), is_default=False) for key in names)


def _is_table(value: Any) -> bool:
    return isinstance(value, BaseModel) or (
        isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)
    )


def _is_of(field: Any, kind: Any) -> bool:
    """Whether the type of an option is that one of `notifier.options`, which says its unit."""
    annotated, reader = get_args(kind)
    return field.annotation is annotated and reader in field.metadata


def as_people_read(key: str, value: Any) -> str:
    """A value as people read it; without what may open something."""
    if isinstance(value, Path):
        return str(value)
    if any(piece in key for piece in _NOT_SHOWN) and value and not key.endswith("_header"):
        return "…"
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case Enum():
            return str(value.value)
        case str():
            return _without_password(value) if "://" in value else value
        case Mapping():
            return _listed(f"{name}: {as_people_read(key, one)}" for name, one in value.items())
        case tuple() | list() | frozenset() | set():
            return _listed(as_people_read(key, one) for one in value)
    return str(value)


def _listed(values: Iterator[str]) -> str:
    every = list(values)
    more = f", … (+{len(every) - _LONGEST})" if len(every) > _LONGEST else ""
    return ", ".join(every[:_LONGEST]) + more


def _without_password(url: str) -> str:
    """Scheme, machine and path of an address; who signs in with what stands before the machine or behind the path.

    Of an address on the web the path itself is often the word that opens it.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "…"
    machine = parts.netloc.rpartition("@")[2]
    path = "/…" if parts.scheme in {"http", "https"} and parts.path.strip("/") else parts.path
    return f"{parts.scheme}://{machine}{path}"
