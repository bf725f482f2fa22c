"""The recognisers, one per kind of personal datum, found by looking into this folder: file name = name of the kind."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

from rules.personal.recogniser import Kind, Sample, Weight

_MACHINERY = (
    "address_abroad address_place check_digits columns context correspondents enough exposure hits japanese_names kinds known_cells known_columns labels listed"
    " name_marks normal paragraph_records person_columns person_rows pieces places places_of_work recogniser record records scan signatures signs table_records tables tally town_forms units word_files"
)
NO_RECOGNISERS = frozenset(_MACHINERY.split())
"""Modules of this folder that are machinery."""
_PARTS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "WEIGHT": (lambda given: isinstance(given, Weight), "a rules.personal.recogniser.Weight"),
    "find": (callable, "find(scan) yields hits"),
    "EXAMPLES": (
        lambda given: isinstance(given, tuple) and len(given) > 0 and all(isinstance(e, Sample) for e in given),
        "a tuple of rules.personal.recogniser.Sample, hits and near misses",
    ),
}


class BadRecogniserError(Exception):
    """A module of the folder is no recogniser; the text names file and part."""

    permanent = True


@cache
def recognisers() -> Mapping[str, ModuleType]:
    """Every recogniser by its kind, in alphabetical order. Raises `BadRecogniserError`."""
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in sorted(names())}
    for module in found.values():
        require_parts(module)
    return MappingProxyType(found)


@cache
def names() -> AbstractSet[str]:
    """The kinds there are, without reading what they do."""
    return frozenset(info.name for info in pkgutil.iter_modules(__path__)) - NO_RECOGNISERS


class Asked(NamedTuple):
    """A recogniser, and when it is asked."""

    kind: str
    module: ModuleType
    by_sign: bool
    """Only where one of its signs is."""
    beside: Callable[[str], Iterator[str]] | None
    """Also of rows that hold something else."""


@cache
def in_order() -> Sequence[Asked]:
    """The same, those of special numbers first."""
    found = [
        Asked(kind, module, hasattr(module, "SIGNS"), getattr(module, "BESIDE", None))
        for kind, module in recognisers().items()
    ]
    return tuple(sorted(found, key=lambda one: one.module.WEIGHT is not Weight.SPECIAL))


def require_parts(module: ModuleType) -> None:
    """Raise `BadRecogniserError` unless the module has what a recogniser needs; what is not personal needs no words."""
    file = f"rules/personal/{module.__name__.rpartition('.')[2]}.py"
    for part, (is_good, what) in _PARTS.items():
        if not is_good(getattr(module, part, None)):
            raise BadRecogniserError(f"{file} lacks {part}: {what}")
    if module.WEIGHT is not Weight.EVIDENCE and not isinstance(getattr(module, "KIND", None), Kind):
        raise BadRecogniserError(f"{file} lacks KIND: a rules.personal.recogniser.Kind")
