"""The rules, found by looking into this folder: file name = name in the configuration; one that lacks a part stops the start."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

import rules as room
from rules.base import Action, Example

PREFIXES = ("recipient_", "content_", "message_")


class BadRuleError(Exception):
    """A module of the folder is not a rule; the text names file and part."""

    permanent = True


@cache
def rules() -> Mapping[str, ModuleType]:
    """Every rule by its name in the configuration ("recipient-typo"), in alphabetical order. Raises `BadRuleError`."""
    return discover(room.__path__, room.__name__)


def discover(folders: Iterable[str], package: str) -> Mapping[str, ModuleType]:
    """The rules of some folders, imported as modules of `package`."""
    found = {}
    for info in sorted(pkgutil.iter_modules(folders), key=lambda info: info.name):
        if info.name.startswith(PREFIXES):
            module = importlib.import_module(f"{package}.{info.name}")
            require_parts(module)
            found[info.name.replace("_", "-")] = module
    return MappingProxyType(found)


def require_parts(module: ModuleType) -> None:
    """Raise `BadRuleError` unless the module has what a rule needs."""
    file = f"rules/{module.__name__.rpartition('.')[2]}.py"
    if not isinstance(getattr(module, "ACTION", None), Action):
        raise BadRuleError(f"{file} lacks ACTION: the default rules.base.Action")
    if not callable(getattr(module, "check", None)):
        raise BadRuleError(f"{file} lacks check: check(mail, facts, options) yields findings")
    if not _is_options(getattr(module, "Options", None)):
        raise BadRuleError(f"{file} lacks Options: a frozen dataclass in which every field has a default")
    examples = getattr(module, "EXAMPLES", None)
    if not (isinstance(examples, tuple) and examples and all(isinstance(e, Example) for e in examples)):
        raise BadRuleError(f"{file} lacks EXAMPLES: a tuple of rules.base.Example, hits and near misses")


def _is_options(given: Any) -> bool:
    """Whether it is a frozen dataclass that can be made without arguments."""
    if not (isinstance(given, type) and is_dataclass(given)):
        return False
    frozen = bool(given.__dataclass_params__.frozen)  # type: ignore[attr-defined]  # set by the decorator, unknown to typeshed
    return frozen and all(f.default is not MISSING or f.default_factory is not MISSING for f in fields(given))
