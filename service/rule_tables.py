"""The tables `[rules.NAME]`: each rule's own dataclass of options and its action, read as strictly as every other table."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import BaseModel, create_model

from notifier.options import Options
from rules.base import Action
from rules.policy_findings import ACTIONS
from rules.registry import rules
from rules.verdict import RuleSettings
from service.problems import Locator, Problem, unknown, validated


def tables() -> dict[str, type[BaseModel]]:
    """Find the table of every rule by its name; what the policy itself says has only an action."""
    found = {name: _table_of_rule(module) for name, module in rules().items()}
    own = {
        name: create_model(name.replace("-", "_"), __base__=Options, action=(Action, action))
        for name, action in ACTIONS.items()
    }
    return found | own


def read(raw: Any, where: Locator, problems: list[Problem]) -> dict[str, RuleSettings]:
    """Read all rules, named in the file or not; mistakes are added to `problems`."""
    known = tables()
    raw = raw if isinstance(raw, Mapping) else {}
    problems += [where.problem(("rules", name), unknown(name, known)) for name in raw if name not in known]
    found = {
        name: validated(table, raw.get(name, {}), where, problems, ("rules", name)) for name, table in known.items()
    }
    return {name: _settings(name, table or known[name]()) for name, table in found.items()}


def _settings(name: str, table: BaseModel) -> RuleSettings:
    module = rules().get(name)
    action = Action(table.action)  # type: ignore[attr-defined]  # every table has it
    return RuleSettings(action, _made(module.Options, table) if module else None)


@cache
def _table_of_rule(module: ModuleType) -> type[BaseModel]:
    """Make the model of a rule's table: `action` and the fields of its options, with their defaults."""
    return create_model(
        module.__name__,
        __base__=Options,
        action=(Action, module.ACTION),
        **_described(module.Options, module.Options()),
    )


def _described(options: type, defaults: Any) -> dict[str, Any]:
    """Describe the fields of a dataclass to pydantic; a dataclass in it is a table in the table, as strict as the outer one."""
    hints = get_type_hints(options, include_extras=True)
    found: dict[str, Any] = {}
    for field in fields(options):
        hint, default = hints[field.name], getattr(defaults, field.name)
        if is_dataclass(hint) and isinstance(hint, type):
            inner = create_model(hint.__name__, __base__=Options, **_described(hint, default))
            found[field.name] = (inner, inner())
        else:
            found[field.name] = (hint, default)
    return found


def _made(options: type, table: BaseModel) -> Any:
    """Make the rule's own dataclass from what was read."""
    hints = get_type_hints(options)
    values = {field.name: getattr(table, field.name) for field in fields(options)}
    return options(**{n: _made(hints[n], v) if isinstance(v, BaseModel) else v for n, v in values.items()})
