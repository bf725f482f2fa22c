"""The tables `[rules.NAME]`: each rule's own dataclass of options and its action, read as strictly as every other table."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import BaseModel, create_model

from notifier.options import Options
from rules.base import Action
from rules.registry import rules
from rules.verdict import RuleSettings
from service.problems import Locator, Problem, unknown, validated


def read(raw: Any, where: Locator, problems: list[Problem]) -> dict[str, RuleSettings]:
    """Read all rules, named in the file or not; mistakes are added to `problems`."""
    known = rules()
    raw = raw if isinstance(raw, Mapping) else {}
    problems += [where.problem(("rules", name), unknown(name, known)) for name in raw if name not in known]
    return {name: _settings(name, module, raw.get(name, {}), where, problems) for name, module in known.items()}


def _settings(name: str, module: ModuleType, raw: Any, where: Locator, problems: list[Problem]) -> RuleSettings:
    table = validated(table_of(module), raw, where, problems, ("rules", name))
    if table is None:
        return RuleSettings(module.ACTION, module.Options())
    values = {field.name: getattr(table, field.name) for field in fields(module.Options)}
    return RuleSettings(Action(table.action), module.Options(**values))  # type: ignore[attr-defined]  # every table has it


@cache
def table_of(module: ModuleType) -> type[BaseModel]:
    """Make the model of a rule's table: `action` and the fields of its options, with their defaults."""
    hints = get_type_hints(module.Options, include_extras=True)
    described: dict[str, Any] = {f.name: (hints[f.name], _default(f)) for f in fields(module.Options)}
    return create_model(module.__name__, __base__=Options, action=(Action, module.ACTION), **described)


def _default(field: "Field[Any]") -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
